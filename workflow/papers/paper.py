"""A paper as it was read: its documents, their tables row by row, and remarks on what was found.

How a paper is read is not here: see `plan_text`; what becomes of it in the database neither.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from workflow.domain.errors import Invalid, Sentence, says, whole
from workflow.domain.terms import DocumentKind


class Level(StrEnum):
    """How much a remark matters: read with a doubt, cannot be right, or read but not imported."""

    WARNING = "warning"
    FLAG = "flag"
    IGNORED = "ignored"


@dataclass(frozen=True)
class Remark:
    """What the reader has to say of a line, or of the lines from `line` to `until`.

    `text` holds the words concerned as the paper prints them, where there are any; `place` says where it is
    in a file that has no lines: “Table 1, row 3”.
    """

    line: int
    level: Level
    message: str
    until: int | None = None
    text: str = ""
    place: str = ""

    @property
    def lines(self) -> range:
        """Return the numbers of the lines it speaks of, counted from 1."""
        return range(self.line, (self.until or self.line) + 1)

    @property
    def sentence(self) -> Sentence:
        """Return the remark after where it belongs."""
        where = self.place or says("Line {number}", number=self.line)
        if not self.place and self.until not in (None, self.line):
            where = says("Lines {first}–{last}", first=self.line, last=self.until)
        return says("{where}: {message}", where=where, message=whole(self.message))

    def __str__(self) -> str:
        return str(self.sentence)


class PaperBroken(Invalid):
    """A paper that cannot be read without guessing; `line` counts from 1, 0 is the whole file (422).

    `place` says where it is in a file that has no lines.
    """

    code = "paper_broken"

    def __init__(self, line: int, message: str, remedy: str, place: str = "") -> None:
        where = place or (says("Line {number}", number=line) if line else "")
        shown = says("{where}: {message}", where=where, message=whole(message)) if where else message
        super().__init__(shown, remedy=remedy, field="file", details={"line": line})
        self.line = line


@dataclass(frozen=True)
class PaperSection:
    """A row of a table that only carries a heading; `position` counts all rows from 0."""

    line: int
    position: int
    title: str
    place: str = ""


@dataclass(frozen=True)
class PaperRow:
    """A row of a table that becomes an item; every text is the paper's, character for character.

    `section` is the title of the section row above it, `texts` has "scheduled" and "status" where
    the table has them, `action` is the last column of a work plan; `position` counts all rows from 0.
    `unsaid` names the texts for which the table has no column.
    """

    line: int
    position: int
    section: str | None
    title: str
    points: list[str]
    texts: dict[str, str]
    action: str | None = None
    flags: list[Remark] = field(default_factory=list)
    place: str = ""
    unsaid: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PaperDocument:
    """One table of the paper as a document.

    `title` is its name on the title page, `heading` the words over its table; the period is in
    years, both included; `drafted_for` names a meeting if the table's headings do.
    """

    line: int
    kind: DocumentKind
    title: str
    heading: str
    section_number: str
    period_from: int
    period_until: int
    columns: list[str]
    rows: list[PaperRow]
    sections: list[PaperSection]
    drafted_for: str | None = None

    @property
    def table(self) -> list[PaperRow | PaperSection]:
        """Return the items and the section rows in the order of the paper."""
        return sorted([*self.rows, *self.sections], key=lambda row: row.position)


@dataclass(frozen=True)
class Paper:
    """A paper: its title, its documents in order, and every remark that is not on one row.

    `placed` holds the numbers of the lines that became part of the title or of a document.
    """

    title: str
    documents: list[PaperDocument]
    warnings: list[Remark]
    placed: frozenset[int]

    @property
    def remarks(self) -> list[Remark]:
        """Return all remarks by line: those on the paper and those on its rows."""
        on_rows = [flag for document in self.documents for row in document.rows for flag in row.flags]
        return sorted([*self.warnings, *on_rows], key=lambda remark: remark.line)
