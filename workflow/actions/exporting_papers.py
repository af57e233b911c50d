"""The whole paper read from the database: its documents, what was reported, what became of its texts.

What a paper holds is in `workflow/papers/whole_paper.py`; one table alone is exported by `exporting`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.domain.formula import formula
from workflow.domain.mandates import Actor
from workflow.domain.positions import Place
from workflow.domain.terms import RUNNING, CirculationStatus, DocumentKind, ResponseKind, Source
from workflow.models.body import Body, Meeting
from workflow.models.circulation import Circulation
from workflow.models.document import Document
from workflow.models.reporting import ReportingPeriod
from workflow.papers.plan_tables import COLUMNS
from workflow.papers.whole_paper import (
    Finality,
    Highlight,
    Later,
    OnPaper,
    PaperItem,
    PaperTable,
    Reserved,
    WholePaper,
)
from workflow.papers.whole_paper_print import heading_of
from workflow.queries.documents import ItemLine, actions_taken, by_section, hear, last_year, lines
from workflow.queries.positions_shown import Said
from workflow.queries.record_items import RecordItem
from workflow.queries.records import Record, record_of
from workflow.queries.reporting import periods
from workflow.queries.said import rosters

_OVER = (CirculationStatus.CLOSED, CirculationStatus.WITHDRAWN)
_BREAKING = frozenset({ResponseKind.OBJECTION, ResponseKind.INPUT})


def whole_paper(session: Session, body: Body, document: Document, *, for_actor: Actor) -> WholePaper:
    """Read the paper that a document belongs to, as `for_actor` may see it (rules 33a, 35).

    A paper is all documents with the same title page. Statements: four a document, and those of
    `record_of` for each circulation that a text shown stood in.
    """
    read = [(one, _kept(lines(session, one))) for one in _same_paper(session, document)]
    for _, rows in read:
        hear(session, rows)
    circulations = _circulations(rows for _, rows in read)
    records = {
        one.id: record_of(session, one.id, for_actor=for_actor) for one in circulations if one.status in _OVER
    }
    sizes = {key: len(states) for key, states in rosters(session, [one.id for one in circulations]).items()}
    meetings = {
        one.id: one.name for one in session.scalars(select(Meeting).where(Meeting.body_id == body.id))
    }
    return WholePaper(
        title=document.paper_title or document.title,
        body=body.name,
        short=body.short_name,
        office=body.office_title,
        meeting=meetings.get(document.meeting_id or 0, ""),
        dated=_newest(read),
        introduction=tuple(_introduction(body, [one for one, _ in read])),
        highlights=(*_of_periods(session, read), *_highlights(rows for _, rows in read)),
        tables=tuple(_table(body, one, rows, records) for one, rows in read),
        finality=tuple(
            _finality(circulation, one, rows, records.get(circulation.id), sizes, meetings)
            for circulation in circulations
            for one, rows in read
            if _in(circulation, rows)
        ),
        on_paper=tuple(_on_paper(read)),
    )


def _kept(rows: Iterable[ItemLine]) -> list[ItemLine]:
    return [line for line in rows if not line.is_dropped]


def _same_paper(session: Session, document: Document) -> list[Document]:
    if not document.paper_title:
        return [document]
    query = select(Document).where(
        Document.body_id == document.body_id, Document.paper_title == document.paper_title
    )
    found = session.scalars(query.order_by(Document.id)).all()
    return sorted(found, key=lambda one: (len(one.section_number), one.section_number))


def _circulations(groups: Iterable[Sequence[ItemLine]]) -> list[Circulation]:
    found = {
        line.shown.circulation.id: line.shown.circulation
        for rows in groups
        for line in rows
        if line.shown.circulation is not None
    }
    return [found[key] for key in sorted(found)]


def _in(circulation: Circulation, rows: Sequence[ItemLine]) -> list[ItemLine]:
    return [line for line in rows if line.shown.circulation is circulation]


def _newest(read: Sequence[tuple[Document, Sequence[ItemLine]]]) -> datetime:
    instants = [one.introduced_at or one.created_at for one, _ in read]
    for _, rows in read:
        for line in rows:
            version, circulation = line.shown.version, line.shown.circulation
            instants += [version.changed_at, version.decided_at or version.changed_at]
            if circulation is not None:
                instants.append(circulation.closed_at or circulation.dispatched_at or version.changed_at)
            if line.progress is not None:
                instants.append(line.progress.reported_at)
    return max(instants)


def _introduction(body: Body, documents: Sequence[Document]) -> list[str]:
    titles = [one.title for one in documents]
    listed = titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}"
    written = [line for one in documents for line in one.introduction.split("\n") if line.strip()]
    told = "How the texts became final is told at the end."
    if any(one.kind is DocumentKind.WORK_PLAN for one in documents):
        told = (
            "Its last column says what was done ad referendum: it follows from the outcome of each"
            " circulation, and how the texts became final is told at the end."
        )
    return [*written, f"This paper of the {body.name} ({body.short_name}) holds: {listed}.", told]


def _highlights(groups: Iterable[Sequence[ItemLine]]) -> list[Highlight]:
    return [
        Highlight(line.progress.as_of, line.shown.version.title, line.progress.status)
        for rows in groups
        for line in rows
        if line.progress is not None
    ]


def _of_periods(session: Session, read: Sequence[tuple[Document, Sequence[ItemLine]]]) -> list[Highlight]:
    """Return the highlights and figures of each reporting period, the earliest first."""
    found = []
    for document, _ in read:
        planned = select(ReportingPeriod.id).where(ReportingPeriod.document_id == document.id).limit(1)
        if session.scalar(planned) is None:
            continue
        for one in reversed(periods(session, document)):
            figures = [f"{each.indicator.name}: {each.words}" for each in one.counted if each.figure]
            words = "\n".join([one.period.highlights, *figures]).strip()
            if words:
                found.append(Highlight(one.period.last_day, document.short_title, words))
    return found


def _table(
    body: Body, document: Document, rows: Sequence[ItemLine], records: dict[int, Record]
) -> PaperTable:
    groups = tuple(
        (section, tuple(_item(body, document, line, records) for line in group))
        for section, group in by_section(rows)
    )
    return PaperTable(
        kind=document.kind,
        name=document.short_title,
        title=document.title,
        section_number=document.section_number,
        period=(document.period_from, last_year(document, rows)),
        columns=_columns(document),
        groups=groups,
    )


def _columns(document: Document) -> tuple[tuple[str, str], ...]:
    """Return the columns by name, under the headings of the paper where it has them."""
    headings = dict(heading_of(document.kind))
    for heading in document.columns:
        plain = " ".join(heading.casefold().split())
        for words, name in COLUMNS[document.kind].items():
            if plain.startswith(words):
                headings[name] = heading
    return tuple(headings.items())


def _item(body: Body, document: Document, line: ItemLine, records: dict[int, Record]) -> PaperItem:
    version, circulation = line.shown.version, line.shown.circulation
    record = records.get(circulation.id) if circulation is not None else None
    return PaperItem(
        number=line.item.position,
        title=version.title,
        points=tuple(version.points),
        texts=dict(version.texts),
        action=actions_taken(body, document, line),
        status=version.status,
        version=version.number,
        sha256=version.sha256,
        reservations=_reservations(record, version.id),
    )


def _reservations(record: Record | None, version_id: int) -> tuple[Reserved, ...]:
    items = [item for item in record.items if item.version_id == version_id] if record is not None else []
    return tuple(
        Reserved(placed.name, placed.said.reasons)
        for item in items
        for placed in item.places
        if placed.place is Place.RESERVATION and placed.said is not None
    )


def _finality(
    circulation: Circulation,
    document: Document,
    rows: Sequence[ItemLine],
    record: Record | None,
    sizes: dict[int, int],
    meetings: dict[int, str],
) -> Finality:
    assert circulation.dispatched_at is not None
    assert circulation.deadline is not None
    own = _in(circulation, rows)
    numbers = {line.shown.version.id: line.item.position for line in own}
    items = [item for item in record.items if item.version_id in numbers] if record is not None else []
    shows = record is not None and record.shows_positions
    return Finality(
        symbol=circulation.symbol or "",
        table=document.short_title,
        numbers=tuple(sorted(numbers.values())),
        authority=meetings.get(circulation.authority_meeting_id or 0, ""),
        dispatched_at=circulation.dispatched_at,
        deadline=circulation.deadline,
        zone=circulation.zone,
        roster=sizes.get(circulation.id, 0),
        served=sum(state.since is not None for state in record.roster) if record and shows else None,
        blocking=sum(len(_breaking(item)) for item in items) if shows else None,
        formula=tuple(_formula(record, items, numbers)) if record is not None else (),
        later=tuple(
            Later(numbers[item.version_id], item.later.meeting, item.later.day, item.later.reference)
            for item in items
            if item.later is not None
        ),
        running=circulation.status in RUNNING,
    )


def _formula(record: Record, items: Sequence[RecordItem], numbers: dict[int, int]) -> list[str]:
    """Return the formula for these items alone, by their numbers in the document's table."""
    decided = [replace(item.decided, number=numbers[item.version_id]) for item in items]
    return formula(record.closing.deadline, decided, record.around.treated)


def _breaking(item: RecordItem) -> set[int]:
    """Return the positions in the log of the objections and inputs received in time."""
    standing = [placed.said for placed in item.places if placed.said is not None]
    said: list[Said] = [*standing, *item.also, *item.ended]
    return {one.seq for one in said if one.kind in _BREAKING}


def _on_paper(read: Sequence[tuple[Document, Sequence[ItemLine]]]) -> list[OnPaper]:
    found = []
    for document, rows in read:
        known = [
            line.item.position
            for line in rows
            if line.shown.version.source is Source.DOCUMENT and line.shown.circulation is None
        ]
        if known:
            found.append(OnPaper(document.short_title, tuple(known)))
    return found
