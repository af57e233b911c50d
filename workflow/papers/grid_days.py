"""Days in the cells of foreign tables: numbers of a spreadsheet, days that do not exist, days as of which.

Months beside a numbered meeting are doubted in `meeting_dates`.
"""

import re
from datetime import date, datetime, time, timedelta

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_NAMED = "|".join(_MONTHS)
_WRITTEN = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{_NAMED}),?\s+(?P<year>\d{{4}})\b", re.IGNORECASE
)
_ISO = re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b")
#: Days of 1954 to 2119, so that no year is taken for one.
_SERIAL = re.compile(r"[2-7]\d{4}")


def day_of(serial: float, *, from_1904: bool = False) -> date | datetime | None:
    """Return the day of a spreadsheet's number, with its hour if it has one; None for no such day."""
    start = datetime.combine(date(1904, 1, 1) if from_1904 else date(1899, 12, 30), time())
    # Spreadsheets count a 29 February 1900 that never was.
    if not 0 < serial < 2_958_466:
        return None
    moment = start + timedelta(seconds=round((serial + (not from_1904 and serial < 60)) * 86_400))
    return moment.date() if moment.time() == time() else moment


def serial_day(text: str) -> str | None:
    """Return the day in ISO 8601 that a spreadsheet's bare number stands for, None where it is none."""
    if _SERIAL.fullmatch(text.strip()) is None:
        return None
    day = day_of(int(text))
    return day.isoformat() if day is not None else None


def impossible_days(text: str) -> list[str]:
    """Return the days a text names that are in no calendar, as it writes them: “31 February 2021”."""
    found = [*_WRITTEN.finditer(text), *_ISO.finditer(text)]
    return [one.group() for one in found if _day(one) is None]


def read_day(text: str) -> date | None:
    """Return the day that a cell is, written in ISO 8601, in English words or as a spreadsheet's number."""
    wanted = serial_day(text) or text.strip().partition(" 00:00")[0]
    found = _ISO.fullmatch(wanted) or _WRITTEN.fullmatch(wanted)
    return _day(found) if found else None


def _day(found: re.Match[str]) -> date | None:
    month = found["month"].lower()
    number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month)
    try:
        return date(int(found["year"]), number, int(found["day"]))
    except ValueError:
        return None
