"""The reader of XLSX: the cells of every sheet that is shown, as a spreadsheet shows them.

Formulas are never computed: their last result is read. Whether the file can be trusted is decided in
`office_parts`.
"""

import posixpath
import re
from typing import Any

from workflow.domain.errors import says
from workflow.papers.grids import MOST_COLUMNS, MOST_TEXT, Gathering, Reading
from workflow.papers.office_parts import OfficeFile
from workflow.papers.paper import PaperBroken
from workflow.papers.xlsx_formats import Format, format_of, shown

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
#: Rows that merged cells of one sheet cross together.
MOST_MERGES = 50_000
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def read_xlsx(content: bytes) -> Reading:
    """Return what the sheets of an XLSX file hold; raises PaperBroken."""
    return _Workbook(OfficeFile(content, "xl/")).reading()


class _Workbook:
    """One open workbook: its strings, how its formats show numbers, and its sheets in order."""

    def __init__(self, file: OfficeFile) -> None:
        self._file = file
        self._out = Gathering()
        root = file.tree("xl/workbook.xml")
        properties = root.find(f"{_S}workbookPr")
        self._from_1904 = properties is not None and properties.get("date1904", "0") in ("1", "true")
        self._sheets = [
            (one.get("name", ""), one.get(f"{_R}id"), one.get("state")) for one in root.iter(f"{_S}sheet")
        ]
        self._paths = {
            one.get("Id"): posixpath.normpath(
                posixpath.join("xl", one.get("Target", "").removeprefix("/xl/"))
            )
            for one in file.tree("xl/_rels/workbook.xml.rels")
        }
        self._strings = self._read_strings()
        self._formats = self._read_formats()

    def reading(self) -> Reading:
        """Return what its sheets hold."""
        for name, key, state in self._sheets:
            path = self._paths.get(key, "")
            if state in ("hidden", "veryHidden"):
                self._out.remark(says("The sheet “{name}” is hidden: not read.", name=name))
            elif path in self._file and path.startswith("xl/worksheets/"):
                self._out.open(says("Sheet “{name}”", name=name))
                self._read_sheet(name, path)
        return self._out.reading()

    def _read_strings(self) -> list[str]:
        path = "xl/sharedStrings.xml"
        if path not in self._file:
            return []
        found: list[str] = []
        weight = 0
        for event, element in self._file.events(path, f"{_S}si"):
            if event == "end":
                found.append(_words(element))
                weight += len(found[-1])
                element.clear()
            if weight > 2 * MOST_TEXT:
                raise PaperBroken(0, "The file has too many words to be read.", "Import it in parts.")
        return found

    def _read_formats(self) -> list[Format]:
        """Return the cell formats in their order."""
        if "xl/styles.xml" not in self._file:
            return []
        root = self._file.tree("xl/styles.xml")
        own = {one.get("numFmtId"): one.get("formatCode", "") for one in root.iter(f"{_S}numFmt")}
        formats = root.find(f"{_S}cellXfs")
        return [format_of(one.get("numFmtId", "0"), own) for one in (formats if formats is not None else ())]

    def _read_sheet(self, name: str, path: str) -> None:
        merges = self._merges(path)
        above: dict[int, str] = {}
        expected = 1
        for event, element in self._file.events(path, f"{_S}row"):
            if event != "end":
                continue
            number = _row_number(element.get("r", ""), expected)
            place = says("Sheet “{name}”, row {number}", name=name, number=number)
            if number > expected:
                # Rows between that hold nothing are not written; one of them parts two tables.
                self._out.row([""], says("Sheet “{name}”, row {number}", name=name, number=number - 1))
            cells = [self._cell(cell, place) for cell in element.iter(f"{_S}c")]
            row = dict(_placed(element, cells))
            merged, hanging = _spread(row, above, merges.get(number, ()), number)
            width = max(row, default=0) + 1
            self._out.row([row.get(column, "") for column in range(width)], place, merged, hanging)
            expected = number + 1
            element.clear()

    def _merges(self, path: str) -> dict[int, list[tuple[int, int, int]]]:
        """Return by row the merged ranges that cross it: first column, last column, first row."""
        found: dict[int, list[tuple[int, int, int]]] = {}
        count = 0
        for event, element in self._file.events(path, f"{_S}mergeCell"):
            first, _, last = str(element.get("ref", "")).partition(":")
            begin, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
            if event != "end" or begin is None or end is None:
                continue
            top = int(begin[2])
            count += min(int(end[2]) - top, 500) + 1
            if count > MOST_MERGES:
                message = says("The sheet has merged cells over more than {most:,} rows.", most=MOST_MERGES)
                raise PaperBroken(0, message, "Import it in parts.")
            columns = (_column(begin[1]), min(_column(end[1]), MOST_COLUMNS))
            for number in range(top, min(int(end[2]), top + 500) + 1):
                found.setdefault(number, []).append((*columns, top))
        return found

    def _cell(self, cell: Any, place: str) -> str:
        kind, value = cell.get("t", "n"), cell.findtext(f"{_S}v") or ""
        if cell.find(f"{_S}f") is not None and not value:
            self._out.remark(
                says("The result of a formula is not in the file; the cell is read as empty."), place
            )
        if kind == "inlineStr":
            return _words(cell.find(f"{_S}is"))
        if kind == "s":
            index = int(value) if value.isascii() and value.isdigit() and len(value) < 9 else -1
            return self._strings[index] if 0 <= index < len(self._strings) else ""
        if kind == "b":
            return "Yes" if value == "1" else "No"
        if kind == "e":
            self._out.remark(
                says("The cell shows the error {value}; it is kept as written.", value=value), place
            )
        return self._number(value, cell.get("s", "")) if kind == "n" else _unescaped(value)

    def _number(self, value: str, style: str) -> str:
        try:
            number = float(value)
        except ValueError:
            return value
        index = int(style) if style.isascii() and style.isdigit() and len(style) < 7 else -1
        form = self._formats[index] if 0 <= index < len(self._formats) else Format()
        words = shown(number, form, from_1904=self._from_1904)
        if words is not None:
            return words
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else value


def _row_number(written: str, expected: int) -> int:
    is_number = written.isascii() and written.isdigit() and len(written) < 8
    return max(int(written), expected) if is_number else expected


def _words(element: Any) -> str:
    """Return the words of a string with several formats, without the readings written above them."""
    if element is None:
        return ""
    pieces = [one.text or "" for one in element.iter(f"{_S}t") if one.getparent().tag != f"{_S}rPh"]
    return _unescaped("".join(pieces)).replace("\r\n", "\n").strip()


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _placed(row: Any, cells: list[str]) -> list[tuple[int, str]]:
    placed: list[tuple[int, str]] = []
    for cell, text in zip(row.iter(f"{_S}c"), cells, strict=True):
        found = _REFERENCE.fullmatch(cell.get("r", ""))
        after = placed[-1][0] + 1 if placed else 0
        column = _column(found[1]) if found else after
        if text and column < MOST_COLUMNS * 2:
            placed.append((column, text))
    return placed


def _spread(
    row: dict[int, str], above: dict[int, str], merges: Any, number: int
) -> tuple[frozenset[int], frozenset[int]]:
    """Give the words of merged cells to all their columns; `above` keeps them for the rows that follow."""
    merged: set[int] = set()
    hanging: set[int] = set()
    for first, last, top in merges:
        text = row.get(first, "") if number == top else above.get(first, "")
        for column in range(first, last + 1):
            row[column] = text
        merged |= set(range(first + 1, last + 1))
        if number > top:
            hanging |= set(range(first, last + 1))
        above[first] = text
    return frozenset(merged), frozenset(hanging)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
