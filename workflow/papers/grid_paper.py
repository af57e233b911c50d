"""A file's tables as a paper, once a person has said what each column holds; no row is passed over.

How rows are read is in `grid_items`; a paper in the seed's own plain text is read by `plan_text`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from workflow.domain.body import MeetingEntry
from workflow.domain.errors import says
from workflow.domain.terms import DocumentKind
from workflow.papers import meeting_dates
from workflow.papers.grid_fields import FIELDS_OF, Field, guess_kind, looks_like_headings
from workflow.papers.grid_items import MOST_FLAGS, Items
from workflow.papers.grid_rows import FoundTable, FoundTables, filled, numbered_titles
from workflow.papers.grids import Row
from workflow.papers.paper import Level, Paper, PaperBroken, PaperDocument, Remark
from workflow.papers.plain_lines import Line
from workflow.papers.plan_headings import Named, names_in, period_in

_DEFAULTS = {
    Field.TITLE: "Title",
    Field.SCHEDULED: "Scheduled for completion",
    Field.STATUS: "Status",
    Field.ACTION: "Actions taken ad referendum",
}


@dataclass(frozen=True)
class Choice:
    """What a person says of one table: what document it is, and what each column holds."""

    kind: DocumentKind
    title: str
    period_from: int
    period_until: int
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Proposal:
    """What a table seems to be; the years are None where neither its heading nor the cover names them."""

    kind: DocumentKind
    title: str
    period_from: int | None
    period_until: int | None
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Read:
    """What became of a file: the paper, and every mistake that keeps it from being imported."""

    paper: Paper
    wrong: Sequence[PaperBroken]


def propose(found: FoundTables, table: FoundTable) -> Proposal:
    """Return what one table of a file seems to be."""
    _, heading = table.numbered_heading
    words = heading or found.paper_title
    kind = guess_kind(table.guessed, words)
    named = _named(heading).get(kind) or _named(found.paper_title).get(kind)
    period = period_in(heading, table.header.line) or (named.period if named else None)
    period = period or period_in(found.paper_title, 1)
    title = named.title if named else heading or found.paper_title or table.name
    return Proposal(
        kind,
        title,
        period.first if period else None,
        period.last if period else None,
        tuple(table.guessed),
    )


def paper_of(
    found: FoundTables,
    remarks: Sequence[Remark],
    choices: Sequence[Choice | None],
    *,
    meetings: Sequence[MeetingEntry] = (),
    today: date,
) -> Read:
    """Return the paper that the tables of a file make, each by its choice; None leaves a table out.

    `remarks` are those of the file's reader, `today` the day by which days as of which are judged.
    """
    documents: list[PaperDocument] = []
    said = list(remarks)
    wrong: list[PaperBroken] = []
    placed = {one.line for one in found.title}
    for table, choice in zip(found.tables, choices, strict=True):
        if choice is None:
            said.append(_left_out(table))
            continue
        items = Items(choice.kind, table.headings, choice.fields, meetings, today)
        wrong += _columns_wrong(table, choice)
        if Field.TITLE in choice.fields:
            said += _take_rows(table, choice, items)
            wrong += _nothing_read(table, items)
        documents.append(_document(table, choice, items))
        wrong += items.wrong
        said += [*items.remarks, *_columns_left_out(table, choice)]
        placed |= {table.header.line, *(row.line for row in table.rows)}
    wrong += _overlapping(documents)
    said += _of_prose(found, meetings)
    said.sort(key=lambda one: one.line)
    return Read(Paper(found.paper_title, documents, said, frozenset(placed)), wrong)


def _document(table: FoundTable, choice: Choice, items: Items) -> PaperDocument:
    number, heading = table.numbered_heading
    named = sorted({name for one in table.headings if (name := meeting_dates.meeting_named(one))})
    by_field = dict(zip(choice.fields, table.headings, strict=False))
    return PaperDocument(
        line=table.heading.line if table.heading else table.header.line,
        kind=choice.kind,
        title=choice.title,
        heading=heading or choice.title,
        section_number=number,
        period_from=choice.period_from,
        period_until=choice.period_until,
        columns=[by_field.get(one) or _DEFAULTS[one] for one in FIELDS_OF[choice.kind]],
        rows=items.rows,
        sections=items.sections,
        drafted_for=named[0] if len(named) == 1 else None,
    )


def _columns_wrong(table: FoundTable, choice: Choice) -> Iterator[PaperBroken]:
    used = [one for one in choice.fields if one is not Field.LEFT_OUT]
    if Field.TITLE not in used:
        message = says("No column holds the title of the items.")
        remedy = says("Match one column with the title; without headings, write them into the first row.")
        yield _wrong(table.header, message, remedy)
    for twice in sorted({one for one in used if used.count(one) > 1}):
        message = says("Two columns are matched with “{field}”.", field=twice.value.replace("_", " "))
        yield _wrong(table.header, message, says("Leave one of them out."))


def _nothing_read(table: FoundTable, items: Items) -> Iterator[PaperBroken]:
    if not items.rows and not items.wrong:
        message = says("There are headings, but no items under them.")
        yield _wrong(table.header, message, says("Match the columns anew, or leave this table out."))


def _take_rows(table: FoundTable, choice: Choice, items: Items) -> Iterator[Remark]:
    items.begins = numbered_titles(table.rows, choice.fields.index(Field.TITLE))
    for row in table.rows:
        items.take(row)
    header = table.header
    if items.begins:
        message = says("The numbers before the titles are not imported: items are numbered by their order.")
        yield Remark(header.line, Level.IGNORED, message, place=header.place)
    if not looks_like_headings(header.cells):
        message = says(
            "This row is read as the headings, and no item is made of it. "
            "If it is an item, write headings above it."
        )
        text = " | ".join(filled(header))
        yield Remark(header.line, Level.WARNING, message, text=text, place=header.place)


def _columns_left_out(table: FoundTable, choice: Choice) -> Iterator[Remark]:
    allowed = {*FIELDS_OF[choice.kind], Field.POINTS, Field.NUMBER, Field.AS_OF}
    for place, one in enumerate(choice.fields):
        name = table.headings[place] if place < len(table.headings) else ""
        called = f"“{name}”" if name else f"{place + 1}, which has no heading,"
        if one is Field.LEFT_OUT or one not in allowed:
            message = says("The column {called} is matched with no field: read, not imported.", called=called)
            yield Remark(table.header.line, Level.IGNORED, message, place=table.header.place)


def _overlapping(documents: Sequence[PaperDocument]) -> Iterator[PaperBroken]:
    for place, one in enumerate(documents):
        for other in documents[:place]:
            meet = one.period_from <= other.period_until and other.period_from <= one.period_until
            if one.kind is other.kind and meet:
                message = says(
                    "The years of “{title}” overlap with those of “{other}” in this file.",
                    title=one.title,
                    other=other.title,
                )
                yield PaperBroken(one.line, message, "Correct the years, or leave one of the tables out.")


def _of_prose(found: FoundTables, meetings: Sequence[MeetingEntry]) -> Iterator[Remark]:
    for one in found.prose:
        yield Remark(one.line, Level.IGNORED, "Read, not imported.", text=one.text, place=one.place)
        for doubt in meeting_dates.doubts(Line(one.line, one.text), meetings)[:MOST_FLAGS]:
            yield replace(doubt, place=one.place)


def _left_out(table: FoundTable) -> Remark:
    message = says(
        "The table “{name}” is left out: {count} rows read, not imported.",
        name=table.name,
        count=len(table.rows),
    )
    return Remark(table.header.line, Level.IGNORED, message, place=table.header.place)


def _wrong(header: Row, message: str, remedy: str) -> PaperBroken:
    return PaperBroken(header.line, message, remedy, header.place)


def _named(title: str) -> dict[DocumentKind, Named]:
    try:
        return names_in(title, 1)
    except PaperBroken:
        return {}
