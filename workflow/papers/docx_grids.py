"""The reader of DOCX: paragraphs and tables in their order, as Word shows them with all changes accepted.

Pictures, notes, headers and footers are not read; whether the file can be trusted: see `office_parts`.
"""

from collections.abc import Iterator
from typing import Any

from workflow.domain.errors import says
from workflow.papers.grids import Gathering, Reading
from workflow.papers.office_parts import OfficeFile
from workflow.papers.paper import Level

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADINGS = ("title", "subtitle", "heading")
#: Of what two shapes of a text box Word writes, the older one would repeat its words.
_LEFT_OUT = {
    f"{_W}del",
    f"{_W}moveFrom",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
BULLET = "○ "
#: The style of what a paper of ours notes in a cell beside its text, such as that it is a draft.
_NOTE = "adrefnote"


def read_docx(content: bytes) -> Reading:
    """Return what a DOCX file holds; raises PaperBroken."""
    file = OfficeFile(content, "word/")
    found = _Document()
    tags = [_W + name for name in ("tbl", "tc", "tr", "p", "ins", "del")]
    for event, element in file.events("word/document.xml", *tags):
        found.take(event, element.tag.removeprefix(_W), element)
    return found.out.reading()


class _Document:
    """What is known while the parts of a document pass by in order."""

    def __init__(self) -> None:
        self.out = Gathering()
        self._depth = 0
        self._tables = 0
        self._row = 0
        self._paragraph = 0
        self._above: list[str] = []
        self._is_told = False
        self._has_notes = False

    def take(self, event: str, name: str, element: Any) -> None:
        """Take the beginning or the end of an element."""
        if name in ("ins", "del"):
            self._tell_changes()
        elif name == "tc":
            self._depth += 1 if event == "start" else -1
        elif self._depth == 0 and name == "tbl" and event == "start":
            self._tables += 1
            self._row, self._above = 0, []
            self.out.open(says("Table {number}", number=self._tables))
        elif self._depth == 0 and name == "tbl":
            self.out.close()
        elif self._depth == 0 and event == "end" and name == "tr":
            self._take_row(element)
            element.clear()
        elif self._depth == 0 and event == "end" and name == "p":
            self._paragraph += 1
            place = says("Paragraph {number}", number=self._paragraph)
            self.out.prose(_text(element), place, is_heading=_is_heading(element))
            element.clear()

    def _take_row(self, element: Any) -> None:
        self._row += 1
        place = says("Table {number}, row {row}", number=self._tables, row=self._row)
        cells: list[str] = [""] * _number(element, f"{_W}trPr/{_W}gridBefore")
        merged: set[int] = set()
        hanging: set[int] = set()
        for cell in _own_cells(element):
            here, span = len(cells), min(max(_number(cell, f"{_W}tcPr/{_W}gridSpan"), 1), 100)
            text = _cell_text(cell)
            if not self._has_notes and _has_note(cell):
                self._tell_notes(place)
            if _continues(cell):
                text = self._above[here] if here < len(self._above) else ""
                hanging |= set(range(here, here + span))
            merged |= set(range(here + 1, here + span))
            cells += [text] * span
        self._above = cells
        self.out.row(cells, place, frozenset(merged), frozenset(hanging))

    def _tell_notes(self, place: str) -> None:
        self._has_notes = True
        message = says("Notes beside a text, such as that it is a draft, are no part of it: not imported.")
        self.out.remark(message, place, Level.IGNORED)

    def _tell_changes(self) -> None:
        if not self._is_told:
            self._is_told = True
            self.out.remark(says("The file has tracked changes; it is read as if all were accepted."))


def _own_cells(row: Any) -> Iterator[Any]:
    """Yield the cells of a row, those in content controls too, but not those of a table within a cell."""
    for child in row:
        if child.tag == f"{_W}tc":
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins"):
            yield from _own_cells(child)


def _continues(cell: Any) -> bool:
    merge = cell.find(f"{_W}tcPr/{_W}vMerge")
    return merge is not None and merge.get(f"{_W}val", "continue") == "continue"


def _number(element: Any, path: str) -> int:
    found = element.find(path)
    value = found.get(f"{_W}val", "") if found is not None else ""
    return min(int(value), 100) if value.isascii() and value.isdigit() and len(value) < 5 else 0


def _has_note(cell: Any) -> bool:
    return any(_style(paragraph) == _NOTE for paragraph in cell.iter(f"{_W}p"))


def _cell_text(cell: Any) -> str:
    lines = [_text(paragraph) for paragraph in cell.iter(f"{_W}p") if _style(paragraph) != _NOTE]
    return "\n".join(line for line in lines if line).strip()


def _text(paragraph: Any) -> str:
    words = "".join(_pieces(paragraph)).strip(" ")
    is_point = words and _is_listed(paragraph)
    return BULLET + words if is_point else words


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _LEFT_OUT or child.tag == f"{_W}p":
            continue
        name = child.tag.removeprefix(_W)
        if name == "t":
            yield child.text or ""
        elif name in _SIGNS:
            yield _SIGNS[name]
        elif name not in ("pPr", "rPr", "instrText"):
            yield from _pieces(child)


def _is_listed(paragraph: Any) -> bool:
    if _style(paragraph).startswith(_HEADINGS):
        return False
    numbered = paragraph.find(f"{_W}pPr/{_W}numPr/{_W}numId")
    if numbered is not None:
        return bool(numbered.get(f"{_W}val") != "0")
    return _style(paragraph).startswith(("listbullet", "listnumber"))


def _is_heading(paragraph: Any) -> bool:
    if _style(paragraph).startswith(_HEADINGS):
        return True
    runs = [run for run in paragraph.iter(f"{_W}r") if "".join(_pieces(run)).strip()]
    return bool(runs) and all(_is_bold(run) for run in runs)


def _is_bold(run: Any) -> bool:
    bold = run.find(f"{_W}rPr/{_W}b")
    return bold is not None and bold.get(f"{_W}val", "1") not in ("0", "false", "off")


def _style(paragraph: Any) -> str:
    found = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return str(found.get(f"{_W}val", "")).lower() if found is not None else ""
