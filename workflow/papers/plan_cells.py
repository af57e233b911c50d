"""One row of a plan's table: its cells, the points of a list in a cell, and section rows.

Which lines form a table is not here: see `plan_tables`.
"""

import re

from workflow.domain.errors import says
from workflow.papers.paper import Level, PaperBroken, Remark
from workflow.papers.plain_lines import Line

_LIST_START = re.compile(r"<ul\b[^<>]*>", re.IGNORECASE)
_LIST_END = re.compile(r"</ul\s*>", re.IGNORECASE)
_SECTION = re.compile(r"<i>(?P<title>.*)</i>", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>")
_BULLETS = re.compile("[○●•◦▪]")


def split_cells(line: Line, columns: int) -> list[str]:
    """Return the cells of a row without the spaces at their edges; raises PaperBroken on a wrong number."""
    cells = [cell.strip(" ") for cell in line.text.split("\t")]
    if len(cells) != columns:
        message = says(
            "The row has {count} cells; the table has {columns} columns.", count=len(cells), columns=columns
        )
        remedy = says(
            "Separate cells by one tab, keep a row on one line, and end a table with an empty line."
        )
        raise PaperBroken(line.number, message, remedy)
    return cells


def section_title(cells: list[str], line: Line) -> str | None:
    """Return the title of a section row, None for a row of an item; raises PaperBroken when unsure.

    A section row has its first cell only, set as `<i>…</i>`.
    """
    found = _SECTION.fullmatch(cells[0])
    filled = any(cells[1:])
    if found and filled:
        message = says("The row is marked as a section by <i>…</i>, but has more than its first cell.")
        raise PaperBroken(line.number, message, "Remove <i> and </i>, or empty the other cells.")
    if not found and not filled:
        message = says("The row has its first cell only, so it is neither an item nor a section.")
        raise PaperBroken(line.number, message, "Set a section's title as <i>…</i>, or fill the other cells.")
    if found is None:
        return None
    title = found["title"].strip(" ")
    if not title:
        raise PaperBroken(line.number, "The section row has no title.", "Write one between <i> and </i>.")
    return title


def title_and_points(cell: str, line: Line) -> tuple[str, list[str], list[Remark]]:
    """Return an item's title, the points of the list behind it, and remarks; raises PaperBroken.

    The list is `<ul …> ○ point ○ point </ul>`. Papers leave it open at the end of the cell, where
    nothing else can follow: that is read, with a remark. Any other half of a list is refused.
    """
    start = _LIST_START.search(cell)
    if start is None:
        if "<ul" in cell.lower() or _LIST_END.search(cell):
            raise _half_list(line)
        return _titled(cell, line), [], []
    title = _titled(cell[: start.start()].strip(" "), line)
    inside, remarks = _inside(cell[start.end() :], line)
    return title, _points(inside, line), remarks


def markup_remarks(texts: dict[str, str], line: Line) -> list[Remark]:
    """Return a remark for each text that holds markup, which is kept as it is written."""
    return [
        Remark(
            line.number,
            Level.WARNING,
            says("Markup in “{name}” is kept as written.", name=name),
            text=found.group(),
        )
        for name, text in texts.items()
        if (found := _MARKUP.search(text))
    ]


def _titled(title: str, line: Line) -> str:
    if not title:
        raise PaperBroken(line.number, "The row has no title in its first cell.", "Write the item's title.")
    return title


def _inside(rest: str, line: Line) -> tuple[str, list[Remark]]:
    if _LIST_START.search(rest):
        raise PaperBroken(line.number, "There are two lists in one cell.", "Keep one list after the title.")
    end = _LIST_END.search(rest)
    if end is None:
        message = says("The list is not closed by </ul>; it is read to the end of its cell.")
        return rest, [Remark(line.number, Level.WARNING, message)]
    if rest[end.end() :].strip(" "):
        raise PaperBroken(line.number, "There is text after the list.", "Move it before or into the list.")
    return rest[: end.start()], []


def _points(inside: str, line: Line) -> list[str]:
    bullet = _BULLETS.search(inside)
    if bullet is None or inside[: bullet.start()].strip(" "):
        message = says("The list does not begin with a point.")
        raise PaperBroken(line.number, message, "Begin each point with ○.")
    # Another kind of bullet inside belongs to the point's own text.
    points = [point.strip(" ") for point in inside.split(bullet.group())[1:]]
    if not all(points):
        raise PaperBroken(line.number, "The list has an empty point.", "Write the point or remove its ○.")
    return points


def _half_list(line: Line) -> PaperBroken:
    message = says("The list is not whole: <ul …> and </ul> belong around its points.")
    return PaperBroken(line.number, message, "Write <ul>, each point after ○, then </ul>.")
