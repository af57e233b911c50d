"""The demonstration's plan as other programs would have written it: one text, as DOCX and as XLSX.

That all become the same documents is in test_grid_paper.py and tests/actions/test_importing_files.py.
"""

import re
from pathlib import Path
from typing import Any

import docx
import openpyxl
from openpyxl.styles import Alignment

from tests.papers.office_made import bytes_of

PLAN = Path(__file__).resolve().parents[2] / "config" / "demo" / "plan.txt"
_LIST = re.compile(r"<ul\b[^<>]*>(?P<points>.*?)(?:</ul>)?\s*$", re.DOTALL)
Blocks = list[tuple[str, Any]]


def blocks() -> Blocks:
    """Return the plan as ("title" or "heading" or "text", words) and ("table", rows of cells) in order."""
    found: Blocks = []
    is_bold = False
    for line in PLAN.read_text(encoding="utf-8").split("\n"):
        if "\t" in line:
            if not found or found[-1][0] != "table":
                found.append(("table", []))
            found[-1][1].append([cell.strip(" ") for cell in line.split("\t")])
            continue
        opens = line.startswith("**")
        if line.strip():
            kind = "title" if is_bold or opens else "heading" if line[0].isdigit() else "text"
            found.append((kind, line.replace("**", "")))
        is_bold = (is_bold or opens) and not line.endswith("**")
    return found


def cell_parts(cell: str) -> tuple[str, list[str]]:
    """Return a cell's title, and the points of the list in it."""
    listed = _LIST.search(cell)
    if listed is None:
        return cell.replace("<i>", "").replace("</i>", ""), []
    points = [point.strip() for point in listed["points"].split("○") if point.strip()]
    return cell[: listed.start()].strip(), points


def plan_docx() -> bytes:
    """Return the plan as Word writes it: bold lines, headings, lists in cells, merged section rows."""
    document = docx.Document()
    for kind, held in blocks():
        if kind == "table":
            _docx_table(document, held)
        elif kind == "heading":
            document.add_heading(held, 1)
        else:
            document.add_paragraph().add_run(held).bold = kind == "title"
    return bytes_of(document)


def _docx_table(document: Any, rows: list[list[str]]) -> None:
    table = document.add_table(len(rows), len(rows[0]))
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            title, points = cell_parts(cell)
            table.cell(number, column).text = title
            for point in points:
                table.cell(number, column).add_paragraph(point, style="List Bullet")
        if not any(row[1:]):
            table.cell(number, 0).merge(table.cell(number, len(row) - 1))


def plan_xlsx() -> bytes:
    """Return the plan as a workbook: a sheet for each table, the cover and its text above the first."""
    workbook = openpyxl.Workbook()
    sheet: Any = workbook.active
    tables = 0
    for kind, held in blocks():
        if kind == "heading" and tables:
            sheet = workbook.create_sheet()
        if kind != "table":
            sheet.append([held])
            if kind != "title":
                sheet.append([])
            continue
        tables += 1
        for row in held:
            parts = [cell_parts(cell) for cell in row]
            sheet.append(["\n".join([title, *(f"• {point}" for point in points)]) for title, points in parts])
            sheet.cell(sheet.max_row, 1).alignment = Alignment(wrap_text=True)
            if not any(row[1:]):
                sheet.merge_cells(
                    start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=3
                )
    return bytes_of(workbook)
