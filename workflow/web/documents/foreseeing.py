"""What the import of a file's tables would do, found without writing anything.

The form that says what the tables are is in `matching_forms`; the pages are in `matching`.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import g
from flask_babel import gettext

from workflow.actions import importing
from workflow.actions.renewing import known_items
from workflow.domain.body import MeetingEntry
from workflow.domain.errors import says
from workflow.domain.zones import local
from workflow.models.body import Meeting
from workflow.models.document import Document
from workflow.papers.editions import Fate, Known, completed, fate, moved, propose_items, vanished
from workflow.papers.grid_paper import Choice, Read, paper_of
from workflow.papers.grid_rows import FoundTables
from workflow.papers.grids import Reading
from workflow.papers.paper import Level, PaperDocument, PaperRow, PaperSection, Remark
from workflow.queries.documents import meetings, years_of

#: Answers that all lists of items on one page offer together.
MOST_OFFERED = 20_000


@dataclass(frozen=True)
class Line:
    """A row of the preview; `asked` if a person may choose another item for it, among those that vanished."""

    row: PaperRow
    fate: Fate
    item: Known | None
    asked: bool


@dataclass(frozen=True)
class Foreseen:
    """What one table would become: a new document, or drafts of the document `into`."""

    number: int
    read: PaperDocument
    into: Document | None
    lines: Sequence[Line]
    vanished: Sequence[Known]
    known: Sequence[Known]
    overlapping: Sequence[Document]

    @property
    def asks(self) -> bool:
        """Tell whether a person may choose the items of rows: not where the lists would fill the page."""
        rows = sum(one.asked for one in self.lines)
        return 0 < rows * (len(self.vanished) + 1) <= MOST_OFFERED

    @property
    def matched(self) -> dict[int, str | None]:
        """Return by a row's position the key of its item."""
        return {one.row.position: one.item.key if one.item else None for one in self.lines}

    @property
    def shown(self) -> list[Line | PaperSection]:
        """Return the rows and the section rows in the order of the file."""
        return sorted([*self.lines, *self.read.sections], key=_position)

    @property
    def counts(self) -> Counter[Fate]:
        """Return how many rows have each fate."""
        return Counter(one.fate for one in self.lines)


@dataclass(frozen=True)
class Preview:
    """What a file would become, with every remark and every mistake."""

    read: Read
    tables: Sequence[Foreseen]
    remarks: Sequence[Remark]

    @property
    def makes(self) -> bool:
        """Tell whether a new document would be made."""
        return any(one.into is None for one in self.tables)

    @property
    def writes(self) -> int:
        """Return how many rows would be written."""
        return sum(one.counts[Fate.NEW] + one.counts[Fate.CHANGED] for one in self.tables)

    @property
    def fingerprint(self) -> str:
        """Return what differs wherever another thing would be done than the preview shows."""
        shown = [
            [repr(one.read), one.into.code if one.into else None, [repr(line) for line in one.lines]]
            for one in self.tables
        ]
        kept = [[repr(known) for known in one.known] for one in self.tables]
        others = [[other.code for other in one.overlapping] for one in self.tables]
        return hashlib.sha256(json.dumps([shown, kept, others]).encode()).hexdigest()


def foresee(
    found: FoundTables,
    reading: Reading,
    choices: Sequence[Choice | None],
    into: Sequence[Document | None],
    *,
    documents: Sequence[Document],
    said: Mapping[str, str],
) -> Preview:
    """Return what the choices lead to; `said` has for `item_<table>_<line>` the key chosen for a row."""
    known = meetings(g.session, g.body.id)
    today = local(g.now, g.body.rules["zone"]).date()
    read = paper_of(found, reading.remarks, choices, meetings=meeting_entries(known), today=today)
    numbers = [number for number, choice in enumerate(choices) if choice is not None]
    tables = [
        _table(number, document, into[number], documents, said)
        for number, document in zip(numbers, read.paper.documents, strict=True)
    ]
    of_meetings = [
        remark
        for document in read.paper.documents
        for remark in importing.document_remarks(read.paper, document, known)
    ]
    of_places = [remark for one in tables for remark in (*_other_years(one), *_moved(one))]
    remarks = dict.fromkeys([*read.paper.remarks, *of_meetings, *of_places])
    return Preview(read, tables, sorted(remarks, key=lambda one: one.line))


def meeting_entries(known: Sequence[Meeting]) -> list[MeetingEntry]:
    """Return the numbered meetings of a body as readers of papers need them."""
    return [
        MeetingEntry(int(one.code), one.name, held_on=one.held_on, printed=one.printed or "")
        for one in known
        if one.code.isdecimal()
    ]


def fate_words(one: Line) -> str:
    """Return in words what the import does with a row."""
    if one.item is None:
        return gettext("new")
    words = gettext("changed") if one.fate is Fate.CHANGED else gettext("as it is")
    return f"{one.item.key}: {words}"


def _moved(one: Foreseen) -> Iterator[Remark]:
    return moved([(line.row, line.item) for line in one.lines], one.known)


def _other_years(one: Foreseen) -> Iterator[Remark]:
    if one.into is None:
        return
    years, named = years_of(g.session, one.into), (one.read.period_from, one.read.period_until)
    if years != named:
        message = says(
            "The years are {first}–{last} here, {kept_first}–{kept_last} in the document, where they stay. "
            "A longer period is proposed on its page.",
            first=named[0],
            last=named[1],
            kept_first=years[0],
            kept_last=years[1],
        )
        yield Remark(one.read.line, Level.WARNING, message)


def _position(one: Line | PaperSection) -> int:
    return one.row.position if isinstance(one, Line) else one.position


def _table(
    number: int,
    read: PaperDocument,
    into: Document | None,
    documents: Sequence[Document],
    said: Mapping[str, str],
) -> Foreseen:
    known = known_items(g.session, into) if into is not None else []
    by_key = {one.key: one for one in known}
    proposed = propose_items(read.rows, known)
    titles = {one.title for one in known}
    items: dict[int, Known | None] = {}
    for row in read.rows:
        chosen = said.get(f"item_{number}_{row.line}")
        items[row.position] = by_key.get(proposed.get(row.position, "") if chosen is None else chosen)
    rows = completed(read.rows, items)
    lines = [
        Line(row, fate(row, item), item, bool(known) and row.title not in titles)
        for row, item in zip(rows, items.values(), strict=True)
    ]
    gone = vanished(known, {place: item.key if item else None for place, item in items.items()})
    meets = [
        one
        for one in documents
        if into is None
        and one.kind is read.kind
        and one.period_from <= read.period_until
        and read.period_from <= one.period_until
    ]
    return Foreseen(number, replace(read, rows=rows), into, lines, gone, known, meets)
