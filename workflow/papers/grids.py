"""What a file of any format holds, in one plain model: paragraphs, and tables as rows of cells.

How each format is read is in the files named after it; what the rows mean, in `grid_rows`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from workflow.domain.errors import Sentence, says
from workflow.papers.paper import Level, PaperBroken, Remark

MOST_ROWS = 5_000
MOST_COLUMNS = 60
#: Characters of all cells and paragraphs together.
MOST_TEXT = 2_000_000
MOST_PARAGRAPHS = 20_000
MOST_TABLES = 200
#: Further ones of a reader would say nothing new.
MOST_REMARKS = 100


@dataclass(frozen=True)
class Row:
    """A row: `line` counts rows and paragraphs of the whole file from 1, `place` is where a reader finds it.

    A cell holds newlines where it breaks its lines. `merged` are the columns, from 0, whose words come from a
    merged cell that begins in another column; `hanging` those where it begins in a row above.
    """

    line: int
    place: str
    cells: tuple[str, ...]
    merged: frozenset[int] = frozenset()
    hanging: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Prose:
    """A paragraph outside of tables; `is_heading` if it is set as one."""

    line: int
    place: str
    text: str
    is_heading: bool = False


@dataclass(frozen=True)
class Grid:
    """A table with its name, such as “Table 1” or “Sheet “Plan””."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Reading:
    """What was read of a file, in its order, and what its reader remarks."""

    blocks: tuple[Prose | Grid, ...]
    remarks: tuple[Remark, ...] = ()

    @property
    def grids(self) -> list[Grid]:
        """Return its tables."""
        return [block for block in self.blocks if isinstance(block, Grid)]

    def to_plain(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return {
            "blocks": [_plain_block(block) for block in self.blocks],
            "remarks": [
                [one.line, one.level.value, plain_said(one.message), one.text, plain_said(one.place)]
                for one in self.remarks
            ],
        }


@dataclass
class Gathering:
    """What a reader of a format fills in order; it refuses more than can be kept, with PaperBroken."""

    blocks: list[Prose | Grid] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    line: int = 0
    _rows: list[Row] = field(default_factory=list)
    _name: str = ""
    _text: int = 0
    _row_count: int = 0

    def prose(self, text: str, place: str, *, is_heading: bool = False) -> None:
        """Add a paragraph, unless it is empty."""
        self.close()
        self.line += 1
        if not text.strip():
            return
        if len(self.blocks) > MOST_PARAGRAPHS:
            raise _too_much(
                says("more than {most:,} paragraphs", most=MOST_PARAGRAPHS),
                says("Import only the part with its tables."),
            )
        self._weigh(text)
        self.blocks.append(Prose(self.line, place, text.strip(), is_heading))

    def open(self, name: str) -> None:
        """Begin a table."""
        self.close()
        self._name = name

    def row(
        self,
        cells: list[str],
        place: str,
        merged: frozenset[int] = frozenset(),
        hanging: frozenset[int] = frozenset(),
    ) -> None:
        """Add a row to the open table."""
        self.line += 1
        self._row_count += 1
        if self._row_count > MOST_ROWS:
            raise _too_much(says("more than {most:,} rows", most=MOST_ROWS), says("Import it in parts."))
        while len(cells) > 1 and not cells[-1]:
            cells = cells[:-1]
        if len(cells) > MOST_COLUMNS:
            message = says("The row has {count} cells; {most} are read.", count=len(cells), most=MOST_COLUMNS)
            raise PaperBroken(self.line, message, "Leave out the columns that are not needed.", place)
        self._weigh(*cells)
        self._rows.append(Row(self.line, place, tuple(cells), merged, hanging))

    def close(self) -> None:
        """End the open table, if there is one."""
        if self._rows:
            if sum(isinstance(block, Grid) for block in self.blocks[-MOST_TABLES:]) >= MOST_TABLES:
                raise _too_much(
                    says("more than {most} tables", most=MOST_TABLES), says("Import it in parts.")
                )
            self.blocks.append(Grid(self._name, tuple(self._rows)))
        self._rows = []

    def remark(self, message: str, place: str = "", level: Level = Level.WARNING) -> None:
        """Note what is doubtful in what is read next, or left out of it."""
        if len(self.remarks) < MOST_REMARKS:
            self.remarks.append(Remark(self.line + 1, level, message, place=place))

    def reading(self) -> Reading:
        """Return what was gathered; raises PaperBroken if it is nothing."""
        self.close()
        if not self.blocks:
            raise PaperBroken(0, "There is nothing to read in the file.", "Choose the file with the tables.")
        return Reading(tuple(self.blocks), tuple(self.remarks))

    def _weigh(self, *texts: str) -> None:
        self._text += sum(map(len, texts))
        if self._text > MOST_TEXT:
            raise _too_much(
                says("more than {most:,} characters", most=MOST_TEXT), says("Import it in parts.")
            )


def from_plain(plain: dict[str, Any]) -> Reading:
    """Return what `Reading.to_plain` wrote."""
    remarks = [
        Remark(line, Level(level), said_again(message), text=text, place=said_again(place))
        for line, level, message, text, place in plain["remarks"]
    ]
    return Reading(tuple(_blocks(plain["blocks"])), tuple(remarks))


def plain_said(said: object) -> Any:
    """Return a sentence, with its values, as what JSON can hold; anything else as it is."""
    if not isinstance(said, Sentence):
        return said
    return {"says": said.pattern, "of": {name: plain_said(value) for name, value in said.values.items()}}


def said_again(plain: Any) -> Any:
    """Return what `plain_said` wrote."""
    if not isinstance(plain, dict):
        return plain
    return Sentence(plain["says"], {name: said_again(value) for name, value in plain["of"].items()})


def _blocks(plain: list[Any]) -> Iterator[Prose | Grid]:
    for kind, *rest in plain:
        if kind == "prose":
            line, place, *more = rest
            yield Prose(line, said_again(place), *more)
        else:
            name, rows = rest
            yield Grid(
                said_again(name),
                tuple(
                    Row(line, said_again(place), tuple(cells), frozenset(merged), frozenset(hanging))
                    for line, place, cells, merged, hanging in rows
                ),
            )


def _plain_block(block: Prose | Grid) -> list[Any]:
    if isinstance(block, Prose):
        return ["prose", block.line, plain_said(block.place), block.text, block.is_heading]
    rows = [
        [row.line, plain_said(row.place), row.cells, sorted(row.merged), sorted(row.hanging)]
        for row in block.rows
    ]
    return ["grid", plain_said(block.name), rows]


def _too_much(what: str, remedy: str) -> PaperBroken:
    return PaperBroken(0, says("The file has {what}; that is more than is read.", what=what), remedy)
