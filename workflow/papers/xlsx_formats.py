"""How a spreadsheet's cell format shows a number: as a day, a month, an hour, a percentage, or as it is.

Which format a cell has is read in `xlsx_grids`; the days themselves are in `grid_days`.
"""

import re
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from workflow.papers.grid_days import day_of


class Shows(StrEnum):
    """What of a number a format shows."""

    NUMBER = "number"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    HOUR = "hour"
    PERCENT = "percent"


class Format(NamedTuple):
    """A cell format; `places` are the figures behind the point of a percentage."""

    shows: Shows = Shows.NUMBER
    places: int = 0


#: The formats that every spreadsheet knows by number, in English and in the scripts of East Asia.
_KNOWN = {
    9: Format(Shows.PERCENT),
    10: Format(Shows.PERCENT, 2),
    **dict.fromkeys([14, 15, 16, 22, *range(27, 37), *range(50, 59)], Format(Shows.DAY)),
    17: Format(Shows.MONTH),
    **dict.fromkeys([*range(18, 22), *range(45, 48)], Format(Shows.HOUR)),
}
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_PLACES = re.compile(r"\.([0#?]+)%")


def format_of(key: str, own: dict[str, str]) -> Format:
    """Return the format of a number; `own` are those the workbook brings, by number."""
    if key not in own:
        known = int(key) if key.isascii() and key.isdigit() and len(key) < 9 else -1
        return _KNOWN.get(known, Format())
    code = own[key].partition(";")[0]
    signs = set(_QUOTED.sub("", code).casefold())
    if "%" in signs:
        places = _PLACES.search(_QUOTED.sub("", code))
        return Format(Shows.PERCENT, min(len(places[1]), 10) if places else 0)
    if "d" in signs:
        return Format(Shows.DAY)
    # An “m” beside hours or seconds are minutes.
    if _ELAPSED.search(code) or (signs & {"h", "s"} and "y" not in signs):
        return Format(Shows.HOUR)
    if "m" in signs:
        return Format(Shows.MONTH)
    return Format(Shows.YEAR) if "y" in signs else Format()


def shown(number: float, form: Format, *, from_1904: bool) -> str | None:
    """Return what is shown of a number, days in ISO 8601; None where that is the number itself."""
    if form.shows is Shows.PERCENT:
        return f"{number * 100:.{form.places}f}%"
    if form.shows is Shows.HOUR and 0 <= number < 1:
        minutes, seconds = divmod(round(number * 86_400), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    day = day_of(number, from_1904=from_1904) if form.shows is not Shows.NUMBER else None
    if day is None:
        return None
    # A day that nobody sees in the sheet was never said.
    if form.shows is Shows.MONTH:
        return f"{day:%Y-%m}"
    if form.shows is Shows.YEAR:
        return f"{day:%Y}"
    return day.isoformat(" ", "minutes") if isinstance(day, datetime) else day.isoformat()
