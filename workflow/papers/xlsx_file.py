"""Lists as XLSX: every text a text, never a formula; days and instants as dates; the header stays in sight.

Lists as CSV are in `csv_rows`; which rows there are, with their callers.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from workflow.domain.zones import utc
from workflow.papers.csv_rows import Cell
from workflow.papers.packing import repacked
from workflow.papers.printed import printable

#: What a cell of a spreadsheet can hold; the rest of a longer text stands in the CSV of the same list.
LONGEST = 32_767
CUT = " … (cut; the CSV file has the whole text)"
_PROPERTIES = "docProps/core.xml"
_FACTS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties'
    ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"/>'
)
_WRAPPED = Alignment(vertical="top", wrap_text=True)
_BOLD = Font(bold=True)
_DAY, _INSTANT = "yyyy-mm-dd", 'yyyy-mm-dd hh:mm:ss" UTC"'
_NARROW, _WIDE, _WIDE_FROM = 14, 48, 24


@dataclass(frozen=True)
class Sheet:
    """One list: its name (at most 31 characters, none of []:*?/\\), its header, its rows."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def xlsx_bytes(sheets: Sequence[Sheet]) -> bytes:
    """Return the lists as one workbook; the same lists give the same bytes. Instants are written in UTC."""
    book: Any = openpyxl.Workbook(write_only=True)
    for sheet in sheets:
        _write(book.create_sheet(sheet.name), sheet)
    out = io.BytesIO()
    book.save(out)
    # openpyxl writes the time of saving, whatever it is told.
    return repacked(out.getvalue(), {_PROPERTIES: _FACTS.encode()})


def _write(page: Any, sheet: Sheet) -> None:
    rows = [list(row) for row in sheet.rows]
    page.freeze_panes = "A2"
    for column, name in enumerate(sheet.header):
        longest = max((len(str(row[column] or "")) for row in rows), default=0)
        width = _WIDE if longest > _WIDE_FROM else _NARROW
        page.column_dimensions[get_column_letter(column + 1)].width = max(width, len(name) + 2)
    page.append([_cell(page, name, bold=True) for name in sheet.header])
    for row in rows:
        page.append([_cell(page, value) for value in row])
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.header))}{len(rows) + 1}"


def _cell(page: Any, value: Cell, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(page, value=None)
    cell.alignment = _WRAPPED
    if bold:
        cell.font = _BOLD
    if value == "":
        return cell
    if isinstance(value, str):
        cell.value, cell.data_type = _text(value), "s"
    elif isinstance(value, datetime):
        cell.value = utc(value).replace(tzinfo=None, microsecond=0)
        cell.number_format = _INSTANT
    else:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = _DAY
    return cell


def _text(value: str) -> str:
    shown = printable(value)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - len(CUT)] + CUT
