"""The whole paper as one structure: cover, introduction, progress highlights, tables, finality statement.

It holds facts only; how they are read is in `workflow/actions/exporting_papers.py`, how they are printed
in `whole_paper_print`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from workflow.domain.terms import DocumentKind, Status


@dataclass(frozen=True)
class Reserved:
    """A reservation, word for word, printed with the item it is attached to (rule 22)."""

    state: str
    words: str


@dataclass(frozen=True)
class PaperItem:
    """One row: `texts` by the name of their column, `action` what was done, derived from the outcome.

    `status` is that of the version whose words are shown; `version` is its number, `sha256` its fingerprint.
    """

    number: int
    title: str
    points: tuple[str, ...]
    texts: dict[str, str]
    action: str
    status: Status
    version: int
    sha256: str
    reservations: tuple[Reserved, ...] = ()


@dataclass(frozen=True)
class PaperTable:
    """A document of the paper: its heading, its columns as (name, heading), its items by section row.

    `name` is what texts call it, such as “Work Plan 2020-2023”.
    """

    kind: DocumentKind
    name: str
    title: str
    section_number: str
    period: tuple[int, int]
    columns: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str | None, tuple[PaperItem, ...]], ...]

    @property
    def items(self) -> list[PaperItem]:
        """Return the items of all groups, in order."""
        return [item for _, items in self.groups for item in items]


@dataclass(frozen=True)
class Highlight:
    """What was last reported of an item, or of a period of the whole, as of a day (rule 41)."""

    as_of: date
    title: str
    words: str


@dataclass(frozen=True)
class Later:
    """What a meeting decided of an item after the close (rule 29)."""

    number: int
    meeting: str
    day: date
    reference: str


@dataclass(frozen=True)
class Finality:
    """The facts of one circulation of the paper's texts; instants are UTC, `zone` that of the deadline.

    `served` and `blocking` are None for a reader who sees outcomes only: how many States of the roster were
    served, and how many objections and inputs were received in time on these items. `formula` is that of
    rule 35 for these items alone, numbered as in `table`; empty while the circulation runs.
    """

    symbol: str
    table: str
    numbers: tuple[int, ...]
    authority: str
    dispatched_at: datetime
    deadline: datetime
    zone: str
    roster: int
    served: int | None
    blocking: int | None
    formula: tuple[str, ...]
    later: tuple[Later, ...] = ()
    running: bool = False


@dataclass(frozen=True)
class OnPaper:
    """Items endorsed on paper, whose dates the source does not give (rule 43)."""

    table: str
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class WholePaper:
    """A paper of a body: all documents of one title page, and what became of their texts.

    `dated` (UTC) is the newest fact it tells; `introduction` holds paragraphs.
    """

    title: str
    body: str
    short: str
    office: str
    meeting: str
    dated: datetime
    introduction: tuple[str, ...]
    highlights: tuple[Highlight, ...]
    tables: tuple[PaperTable, ...]
    finality: tuple[Finality, ...]
    on_paper: tuple[OnPaper, ...] = ()

    def undecided(self) -> list[tuple[str, Sequence[int]]]:
        """Return, by table, the numbers of the items whose shown text is still a draft."""
        found = [
            (table.name, [item.number for item in table.items if item.status is Status.DRAFT])
            for table in self.tables
        ]
        return [(title, numbers) for title, numbers in found if numbers]
