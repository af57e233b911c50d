"""A list as a CSV or XLSX file to download.

What makes it safe for a spreadsheet is in `workflow/papers/csv_rows.py` and `xlsx_file.py`.
"""

from collections.abc import Iterable, Sequence

from flask import Response, request

from workflow.papers.csv_rows import Cell, csv_text
from workflow.web.downloads import file_response

Rows = Iterable[Sequence[Cell]]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_file(name: str, header: Sequence[str], rows: Rows) -> Response:
    """Return a list as a download called `name`.csv: UTF-8 with the byte order mark spreadsheets need."""
    content = csv_text(header, rows).encode("utf-8-sig")
    response = Response(content, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def table_file(
    name: str, header: Sequence[str], rows: Rows, *more: tuple[str, Sequence[str], Rows]
) -> Response:
    """Return a list in the format that the address asks for by its ending: .csv or .xlsx.

    `more` are further lists as (name, header, rows), which only a workbook has room for.
    """
    if not request.path.endswith(".xlsx"):
        return csv_file(name, header, rows)
    # Its library takes half a second to load: nobody waits for it who only reads pages.
    from workflow.papers.xlsx_file import Sheet, xlsx_bytes

    sheets = [Sheet("List", header, rows), *(Sheet(*one) for one in more)]
    return file_response(f"{name}.xlsx", xlsx_bytes(sheets), _XLSX)
