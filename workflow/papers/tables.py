"""The tables of a paper going out: rows as plain cells, and a file with tabs between them.

Tables that a spreadsheet will open are not here: see `csv_rows`; which items belong in one neither.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workflow.domain.terms import DocumentKind
from workflow.papers.paper import PaperDocument, PaperRow

#: The columns of each kind of table, by the name of what they hold.
HEADERS = {
    DocumentKind.PROGRESS_REPORT: ["activity", "scheduled", "status"],
    DocumentKind.WORK_PLAN: ["project", "points", "status", "action"],
}
BETWEEN_POINTS = "; "


@dataclass(frozen=True)
class TableRow:
    """One row of a table, read from a paper or from the database; a section row has its title only."""

    title: str
    is_section: bool = False
    points: Sequence[str] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    action: str | None = None


def rows_of(document: PaperDocument) -> list[TableRow]:
    """Return the rows of a paper's document, items and sections in its order."""
    return [
        TableRow(row.title, False, row.points, row.texts, row.action)
        if isinstance(row, PaperRow)
        else TableRow(row.title, is_section=True)
        for row in document.table
    ]


def section_table(kind: DocumentKind, rows: Iterable[TableRow]) -> list[list[str]]:
    """Return the cells of each row, without the header; a section row fills its first cell only.

    The texts are kept character for character. A progress report has no column for points: raises
    ValueError where an item of one has any, since they would be lost.
    """
    return [_cells(kind, row) for row in rows]


def tsv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table with a tab between cells and a newline after each row.

    Cells are written as they are; only one that holds a tab or a line break, or begins with a
    quotation mark, is quoted as in CSV, so that a reader finds the same cells again.
    """
    return "".join("\t".join(_tsv_cell(cell) for cell in row) + "\n" for row in [header, *rows])


def write_tsv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write `tsv_text` in UTF-8, folders included."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(tsv_text(header, rows), encoding="utf-8", newline="")


def _cells(kind: DocumentKind, row: TableRow) -> list[str]:
    columns = HEADERS[kind]
    if row.is_section:
        return [row.title] + [""] * (len(columns) - 1)
    if row.points and "points" not in columns:
        raise ValueError(f"a {kind} has no column for the points of “{row.title}”")
    held = {**row.texts, "points": _points(row.points), "action": row.action or ""}
    return [row.title] + [held.get(column, "") for column in columns[1:]]


def _points(points: Sequence[str]) -> str:
    """Return points in one line; where one holds what parts them, each in a line of its own."""
    if any(BETWEEN_POINTS.strip() in point for point in points):
        return "\n".join(f"○ {point}" for point in points)
    return BETWEEN_POINTS.join(points)


def _tsv_cell(cell: str) -> str:
    if cell.startswith('"') or any(mark in cell for mark in "\t\n\r"):
        return '"' + cell.replace('"', '""') + '"'
    return cell
