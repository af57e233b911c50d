"""The whole paper in words and blocks: what a reader finds on which page.

Its facts are in `whole_paper`. A paper is one text for all States, so its words are those of the body, in
English, whatever language a reader's pages have.
"""

from collections.abc import Iterator
from datetime import datetime

from workflow.domain.formula import Tongue
from workflow.domain.spelled import clock, day
from workflow.domain.terms import DocumentKind, Status
from workflow.domain.zones import local, named
from workflow.papers.printed import (
    Block,
    Cell,
    Heading,
    Paragraph,
    Points,
    Printed,
    Row,
    Table,
    Voice,
    cell,
    section_row,
)
from workflow.papers.whole_paper import Finality, Later, PaperItem, PaperTable, WholePaper

#: The share of the table's width that each column takes.
_SHARES = {"title": 5, "scheduled": 3, "status": 6, "action": 4}


def printed(paper: WholePaper, say: Tongue | None = None) -> Printed:
    """Return the paper as it is printed."""
    tongue = say or Tongue()
    blocks: list[Block] = [
        *_introduction(paper, tongue),
        *_highlights(paper, tongue),
        *(block for table in paper.tables for block in _section(table, tongue)),
        *_finality(paper, tongue),
    ]
    return Printed(paper.title, paper.body, tuple(_cover(paper, tongue)), tuple(blocks), paper.dated)


def _cover(paper: WholePaper, say: Tongue) -> Iterator[str]:
    yield f"{paper.body} ({paper.short})"
    if paper.meeting:
        yield say.gettext("Drafted for %(meeting)s", meeting=paper.meeting)
    yield say.gettext("As it stood on %(day)s", day=day(paper.dated.date()))


def _introduction(paper: WholePaper, say: Tongue) -> Iterator[Block]:
    yield Heading(say.gettext("Introduction"))
    yield from (Paragraph(text) for text in paper.introduction)


def _highlights(paper: WholePaper, say: Tongue) -> Iterator[Block]:
    if not paper.highlights:
        return
    yield Heading(say.gettext("Progress highlights"))
    yield Points(
        tuple(
            say.gettext(
                "%(title)s, as of %(day)s: %(words)s", title=one.title, day=day(one.as_of), words=one.words
            )
            for one in paper.highlights
        )
    )


def _section(table: PaperTable, say: Tongue) -> Iterator[Block]:
    yield Heading(f"{table.section_number} {table.title}".strip())
    names = [name for name, _ in table.columns]
    rows: list[Row] = []
    for section, items in table.groups:
        if section is not None:
            rows.append(section_row(section))
        rows += [Row(tuple(_cell(item, name, say) for name in names)) for item in items]
    if not rows:
        yield Paragraph(say.gettext("This document has no items yet."))
        return
    headings = tuple(heading for _, heading in table.columns)
    yield Table(table.title, headings, tuple(rows), tuple(_SHARES.get(name, 4) for name in names))


def _cell(item: PaperItem, name: str, say: Tongue) -> Cell:
    if name == "title":
        points: Cell = (Points(item.points),) if item.points else ()
        return (*cell(f"{item.number}. {item.title}"), *points, *cell(_standing(item, say), voice=Voice.FINE))
    if name == "action":
        reserved = [
            say.gettext("Reservation of %(state)s: “%(words)s”", state=one.state, words=one.words)
            for one in item.reservations
        ]
        return (*cell(item.action), *cell(*reserved, voice=Voice.FINE))
    return cell(item.texts.get(name, ""))


def _standing(item: PaperItem, say: Tongue) -> str:
    """Say how a text stands that is not in force; what is in force needs no remark."""
    words = {
        Status.DRAFT: say.gettext("Draft, not circulated"),
        Status.CIRCULATED: say.gettext("Before the States, not endorsed"),
        Status.NO_OBJECTION_DEADLINE: say.gettext("Before the States, not endorsed"),
        Status.SILENCE_BROKEN: say.gettext("Not endorsed"),
        Status.DEFERRED: say.gettext("Not endorsed, waits for a meeting"),
        Status.WITHDRAWN: say.gettext("Withdrawn"),
    }
    return words.get(item.status, "")


def _finality(paper: WholePaper, say: Tongue) -> Iterator[Block]:
    yield Heading(say.gettext("Finality statement"))
    for one in paper.finality:
        yield Paragraph(" ".join(_circulated(one, paper, say)))
        yield from (Paragraph(sentence, Voice.FORMULA) for sentence in one.formula)
        yield from (Paragraph(_later(decision, say)) for decision in one.later)
    for known in paper.on_paper:
        yield Paragraph(
            say.ngettext(
                "%(table)s, item %(items)s: endorsed on paper, which states neither deadline nor answers.",
                "%(table)s, items %(items)s: endorsed on paper, which states neither deadline nor answers.",
                len(known.numbers),
                table=known.table,
                items=say.joined(known.numbers),
            )
        )
    for title, numbers in paper.undecided():
        yield Paragraph(
            say.ngettext(
                "%(table)s, item %(items)s: a draft, not circulated and not final.",
                "%(table)s, items %(items)s: drafts, not circulated and not final.",
                len(numbers),
                table=title,
                items=say.joined(numbers),
            )
        )


def _circulated(one: Finality, paper: WholePaper, say: Tongue) -> Iterator[str]:
    yield say.ngettext(
        "%(symbol)s: the %(office)s circulated item %(items)s of the %(table)s on %(at)s.",
        "%(symbol)s: the %(office)s circulated items %(items)s of the %(table)s on %(at)s.",
        len(one.numbers),
        office=paper.office,
        items=say.joined(one.numbers),
        table=one.table,
        symbol=one.symbol,
        at=_there(one.dispatched_at, one.zone),
    )
    yield say.ngettext(
        "It went to %(num)d State entitled to speak.",
        "It went to %(num)d States entitled to speak.",
        one.roster,
    )
    if one.authority:
        yield say.gettext("Authority to use the procedure: %(meeting)s.", meeting=one.authority)
    if one.running:
        at = named(one.deadline, one.zone)
        yield say.gettext("Not final: the no-objection deadline is %(at)s.", at=at)
        return
    if one.served is not None:
        yield _served(one, say)
    if one.blocking is not None:
        yield _received(one, say)


def _later(one: Later, say: Tongue) -> str:
    return say.gettext(
        "Item %(number)s was then endorsed by the %(meeting)s on %(day)s: %(reference)s.",
        number=one.number,
        meeting=one.meeting,
        day=day(one.day),
        reference=one.reference,
    )


def _served(one: Finality, say: Tongue) -> str:
    if one.served == one.roster:
        return say.gettext("Every one of them was served.")
    return say.gettext("Of them %(served)s were served before the deadline.", served=one.served)


def _received(one: Finality, say: Tongue) -> str:
    at = named(one.deadline, one.zone)
    if not one.blocking:
        return say.gettext("No objection and no input on it was received by %(at)s.", at=at)
    return say.ngettext(
        "%(num)d objection or input on it was received by %(at)s.",
        "%(num)d objections or inputs on it were received by %(at)s.",
        one.blocking,
        at=at,
    )


def _there(instant: datetime, zone: str) -> str:
    return f"{clock(local(instant, zone))} ({zone})"


def heading_of(kind: DocumentKind) -> dict[str, str]:
    """Return the headings of a table's columns where the document brings none, by name."""
    if kind is DocumentKind.WORK_PLAN:
        return {"title": "Project", "status": "Status", "action": "Actions taken ad referendum"}
    return {"title": "Activity", "scheduled": "Scheduled for completion", "status": "Status"}
