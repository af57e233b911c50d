"""Office files written by other people's programs, for the readers to read.

What they must find in them is in test_grids.py.
"""

import io
from collections.abc import Sequence
from typing import Any

import docx
import openpyxl

Rows = Sequence[Sequence[Any]]


def bytes_of(saved: Any) -> bytes:
    """Return a document or a workbook as a file."""
    out = io.BytesIO()
    saved.save(out)
    return out.getvalue()


def table_of(document: Any, rows: Rows) -> Any:
    """Add a table with these cells to a DOCX document."""
    table = document.add_table(len(rows), max(map(len, rows)))
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            table.cell(number, column).text = cell
    return table


def docx_of(rows: Rows, *paragraphs: str) -> bytes:
    """Return a DOCX file with paragraphs in bold, and a table."""
    document = docx.Document()
    for words in paragraphs:
        document.add_paragraph().add_run(words).bold = True
    table_of(document, rows)
    return bytes_of(document)


def xlsx_of(rows: Rows, *merges: str) -> bytes:
    """Return an XLSX file with one sheet called Plan."""
    workbook = openpyxl.Workbook()
    sheet: Any = workbook.active
    sheet.title = "Plan"
    for row in rows:
        sheet.append(list(row))
    for merge in merges:
        sheet.merge_cells(merge)
    return bytes_of(workbook)
