"""Lists as CSV that a spreadsheet may open without running anything in it.

Tables that must keep every character are not here: see `tables.write_tsv`.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime

#: A cell that begins with one of these is a formula to a spreadsheet, or hides one.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

Cell = str | int | float | date | datetime | None


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return a CSV text (RFC 4180: commas, CRLF, quotes where needed) of a list.

    A text that a spreadsheet would take for a formula gets an apostrophe before it; numbers do not.
    Instants and days are written in ISO 8601. NUL becomes U+FFFD, since most readers stop at it.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in [header, *rows]:
        writer.writerow([_safe(cell) for cell in row])
    return out.getvalue()


def _safe(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if not isinstance(cell, str):
        return str(cell)
    text = cell.replace("\0", "\ufffd")
    # Spreadsheets trim what cannot be seen before they look for a formula.
    seen = next((place for place, char in enumerate(text) if not _is_unseen(char)), len(text))
    return "'" + text if text.startswith(FORMULA_STARTS) or text[seen:].startswith(FORMULA_STARTS) else text


def _is_unseen(char: str) -> bool:
    """Tell whether a character is a space, a control or a format character (Unicode Z*, Cc, Cf)."""
    return unicodedata.category(char)[0] == "Z" or unicodedata.category(char) in ("Cc", "Cf")
