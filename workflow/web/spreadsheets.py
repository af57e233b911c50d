"""A list as a CSV file to download.

What makes it safe for a spreadsheet is in `workflow/papers/csv_rows.py`.
"""

from collections.abc import Iterable, Sequence

from flask import Response

from workflow.papers.csv_rows import Cell, csv_text


def csv_file(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Return a list as a download called `name`.csv: UTF-8 with the byte order mark spreadsheets need."""
    content = csv_text(header, rows).encode("utf-8-sig")
    response = Response(content, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
