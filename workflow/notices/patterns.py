"""How a language writes days and hours, for letters and pages alike: patterns of Unicode TR 35.

Which instants are written, and in whose zone, is in `times` and in `workflow/web/filters.py`.
"""

from functools import cache

from babel import Locale

#: A day without its weekday: "9 October 2020".
DATE = "d MMMM y"


@cache
def locale_of(language: str) -> Locale:
    """Return the locale of a language; plain English is written as in Europe: 9 October, not October 9."""
    return Locale("en", "GB") if language == "en" else Locale.parse(language)


@cache
def weekday(locale: Locale) -> str:
    """Return the pattern of a day with its weekday: "Friday 9 October 2020", "Jumat, 9 Oktober 2020"."""
    parted = locale.language != "en" and locale.date_formats["full"].pattern.startswith("EEEE,")
    return f"EEEE, {DATE}" if parted else f"EEEE {DATE}"


@cache
def hour(locale: Locale, *, seconds: bool = False) -> str:
    """Return the pattern of an hour, always of 24: "17:00", "17.00"."""
    point = "." in locale.datetime_skeletons["Hm"].pattern.removesuffix(".")
    pattern = "HH:mm:ss" if seconds else "HH:mm"
    return pattern.replace(":", ".") if point else pattern
