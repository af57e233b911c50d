"""The tables of a file as a person would see them: headings, the rows under them, and the words above.

What a row becomes is in `grid_paper`; what columns hold, in `grid_fields`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from workflow.papers.grid_fields import Field, guess_fields, looks_like_headings
from workflow.papers.grids import Grid, Prose, Reading, Row

_HEADING_NUMBER = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2})*)\.?\s+(?P<title>.*\S)", re.DOTALL)
_LONGEST_HEADING = 200
_TITLE_NUMBER = re.compile(r"\d{1,3}[.)]\s+(?=\S)")
#: Rows of a table among which its headings are looked for.
LOOKED_AT = 40


@dataclass
class FoundTable:
    """A table: its row of headings, the rows under it, and the heading above it, if there is one."""

    name: str
    header: Row
    heading: Prose | None
    rows: list[Row] = field(default_factory=list)

    @property
    def headings(self) -> list[str]:
        """Return the headings to the letter, line breaks as spaces."""
        return [" ".join(cell.split()) for cell in self.header.cells]

    @property
    def width(self) -> int:
        """Return how many columns it has, those without a heading too."""
        return max(len(row.cells) for row in [self.header, *self.rows])

    @property
    def guessed(self) -> list[Field]:
        """Return what each column seems to hold."""
        return guess_fields([*self.headings, *[""] * (self.width - len(self.headings))])

    @property
    def numbered_heading(self) -> tuple[str, str]:
        """Return the number and the words of the heading above it, "" for what is not there."""
        words = " ".join(self.heading.text.split()) if self.heading else ""
        found = _HEADING_NUMBER.fullmatch(words)
        return (found["number"], found["title"]) if found else ("", words)


@dataclass
class FoundTables:
    """The tables of a file and what stands around them, in its order; `title` are the lines of its cover."""

    tables: list[FoundTable]
    title: list[Prose]
    prose: list[Prose]

    @property
    def paper_title(self) -> str:
        """Return the words of the cover in one line."""
        return " ".join(" ".join(one.text for one in self.title).split())


def find_tables(reading: Reading) -> FoundTables:
    """Return the tables of a file, with their headings and what else it says."""
    tables: list[FoundTable] = []
    prose: list[Prose] = []
    for block in reading.blocks:
        if isinstance(block, Prose):
            prose.append(block)
            continue
        is_first = True
        for part in _parts(block):
            leading, rows = _split(part)
            prose += leading
            last = tables[-1] if tables and not is_first else None
            if rows:
                _place(block, rows, last, prose, tables)
                is_first = False
    title = _title(prose, tables)
    used = {one.line for one in title} | {table.heading.line for table in tables if table.heading}
    return FoundTables(tables, title, [one for one in prose if one.line not in used])


def filled(row: Row) -> list[str]:
    """Return the cells of a row that say something of their own."""
    return [cell for place, cell in enumerate(row.cells) if cell.strip() and place not in row.merged]


def numbered_titles(rows: Sequence[Row], column: int) -> dict[int, int]:
    """Return by a row's line where its title begins behind a number, as papers print it: “3. Portal”.

    Nothing where fewer than half of the rows that can be items have one: a number may be a title's own.
    """
    found = {
        row.line: opening.end()
        for row in rows
        if not row.merged and column < len(row.cells) and (opening := _TITLE_NUMBER.match(row.cells[column]))
    }
    others = [row for row in rows if row.line not in found and len(filled(row)) > 1]
    return found if len(found) >= len(others) else {}


def titles_of(rows: Sequence[Row], column: int) -> list[str]:
    """Return the first lines of the cells of titles, without the numbers that open them."""
    begins = numbered_titles(rows, column)
    titled = [row for row in rows if column < len(row.cells) and len(filled(row)) > 1]
    return [row.cells[column][begins.get(row.line, 0) :].partition("\n")[0] for row in titled]


def begun_at(row: Row, column: int, start: int) -> Row:
    """Return a row with one of its cells begun later."""
    cells = (cell[start:] if place == column else cell for place, cell in enumerate(row.cells))
    return replace(row, cells=tuple(cells))


def _parts(grid: Grid) -> Iterator[list[Row]]:
    part: list[Row] = []
    for row in grid.rows:
        if any(cell.strip() for cell in row.cells):
            part.append(row)
        elif part:
            yield part
            part = []
    if part:
        yield part


def _split(part: Sequence[Row]) -> tuple[list[Prose], list[Row]]:
    """Return the rows of one cell above a table as paragraphs, and the rows of the table."""
    start = next((place for place, row in enumerate(part) if len(filled(row)) > 1), None)
    headed = next(
        (place for place, row in enumerate(part[:LOOKED_AT]) if looks_like_headings(row.cells)), None
    )
    if start is None:
        return [_prose(row) for row in part], []
    # What stands above the row of headings belongs to no column, even where it fills two cells.
    begin = headed if headed is not None else start
    return [_prose(row) for row in part[:begin]], list(part[begin:])


def _prose(row: Row) -> Prose:
    text = " ".join(filled(row)).strip()
    is_heading = len(text) <= _LONGEST_HEADING and not text.endswith((".", ";", ":"))
    return Prose(row.line, row.place, text, is_heading)


def _place(
    grid: Grid, rows: list[Row], last: FoundTable | None, prose: list[Prose], tables: list[FoundTable]
) -> None:
    # Spreadsheets have empty rows for the eye: what follows without headings of its own goes on above.
    if last is not None and not looks_like_headings(rows[0].cells):
        last.rows += rows
        return
    tables.append(FoundTable(grid.name, rows[0], _heading(prose, tables), rows[1:]))


def _heading(prose: Sequence[Prose], tables: Sequence[FoundTable]) -> Prose | None:
    after = tables[-1].header.line if tables else 0
    near = [one for one in prose if one.line > after and one.is_heading]
    return near[-1] if near else None


def _title(prose: Sequence[Prose], tables: Sequence[FoundTable]) -> list[Prose]:
    """Return the headings that open a file, before any number, any sentence and any heading of a table."""
    title: list[Prose] = []
    taken = {table.heading.line for table in tables if table.heading}
    for one in prose:
        is_numbered = _HEADING_NUMBER.fullmatch(one.text) is not None
        if not one.is_heading or is_numbered or (one.line in taken and title):
            break
        title.append(one)
    return title
