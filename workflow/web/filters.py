"""How pages write instants, numbers, lists and texts of any script: the Jinja filters.

What the words of the procedure are called is not here: see `wording`.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal
from flask import Flask, g
from flask_babel import get_locale, gettext, lazy_gettext, lazy_pgettext, ngettext
from markupsafe import Markup

from workflow.domain import scripts, zones
from workflow.notices import patterns
from workflow.papers.differences import difference
from workflow.web import explaining, wording

_NUMBERS = (
    lazy_pgettext("number", "no"),
    lazy_gettext("one"),
    lazy_gettext("two"),
    lazy_gettext("three"),
    lazy_gettext("four"),
    lazy_gettext("five"),
    lazy_gettext("six"),
    lazy_gettext("seven"),
    lazy_gettext("eight"),
    lazy_gettext("nine"),
    lazy_gettext("ten"),
)
_TEXTS = {"scheduled": lazy_gettext("Scheduled for completion"), "status": lazy_gettext("Status")}


def at_zone(instant: datetime, zone: str, *, seconds: bool = False) -> str:
    """Write a UTC instant in an IANA zone: "Friday 9 October 2020, 17:00"; `seconds` for receipts."""
    locale = _locale()
    pattern = f"{patterns.weekday(locale)}, {patterns.hour(locale, seconds=seconds)}"
    return _written(zones.local(instant, zone), pattern)


def hour(instant: datetime, zone: str, *, seconds: bool = False) -> str:
    """Write only the hour of a UTC instant in an IANA zone: "17:00"."""
    return _written(zones.local(instant, zone), patterns.hour(_locale(), seconds=seconds))


def utc(instant: datetime, *, seconds: bool = False) -> str:
    """Write an instant in UTC, saying so: "9 October 2020, 10:00 UTC"."""
    pattern = f"{patterns.DATE}, {patterns.hour(_locale(), seconds=seconds)} 'UTC'"
    return _written(zones.utc(instant), pattern)


def clock(moment: datetime) -> str:
    """Write a moment as the clocks of its zone show it, the zone unnamed: "9 October 2020, 17:00"."""
    return _written(moment, f"{patterns.DATE}, {patterns.hour(_locale())}")


def day(when: date | datetime, zone: str | None = None, *, weekday: bool = False) -> str:
    """Write a calendar day, "9 October 2020"; an instant needs the `zone` whose day is meant."""
    if isinstance(when, datetime):
        if zone is None:
            raise ValueError("an instant falls on different days in different zones: name one")
        when = zones.local(when, zone).date()
    pattern = patterns.weekday(_locale()) if weekday else patterns.DATE
    return str(format_date(when, pattern, locale=_locale()))


def day_as(when: date, pattern: str) -> str:
    """Write a calendar day by a pattern of Unicode TR 35, for the heads of tables: "EEEEEE" is "Fr"."""
    return str(format_date(when, pattern, locale=_locale()))


def machine(instant: datetime) -> str:
    """Write a UTC instant for the datetime attribute of <time>: "2020-10-09T10:00:00Z"."""
    return f"{zones.utc(instant):%Y-%m-%dT%H:%M:%S}Z"


def time_left(deadline: datetime, now: datetime, working_days: int | None = None) -> str:
    """Write the time from `now` to `deadline` (instants) in its two largest units, or that it has passed.

    At the deadline itself it has passed (rule 13). `working_days`, if given, follow in brackets.
    """
    seconds = int((zones.utc(deadline) - zones.utc(now)).total_seconds())
    if zones.utc(deadline) <= zones.utc(now):
        return gettext("none: it has passed")
    left = _spelled(seconds)
    if working_days is None:
        return left
    days = ngettext("%(num)d working day", "%(num)d working days", working_days)
    return f"{left} ({days})"


def _spelled(seconds: int) -> str:
    days, rest = divmod(seconds, 86_400)
    hours, minutes = rest // 3_600, rest % 3_600 // 60
    words = []
    if days:
        words.append(ngettext("%(num)d day", "%(num)d days", days))
    if hours:
        words.append(ngettext("%(num)d hour", "%(num)d hours", hours))
    if minutes and not days:
        words.append(ngettext("%(num)d minute", "%(num)d minutes", minutes))
    return " ".join(words) or gettext("less than a minute")


def zone_place(zone: str) -> str:
    """Return the place that names an IANA zone: "Asia/Kuala_Lumpur" is "Kuala Lumpur", "UTC" itself."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def hash_short(fingerprint: str, length: int = 12) -> str:
    """Return the beginning of a hash, enough to compare by eye."""
    return fingerprint[:length]


def number_word(number: int) -> str:
    """Return "no" (0) and one to ten in words, any other number in figures with its thousands parted."""
    return str(_NUMBERS[number]) if 0 <= number < len(_NUMBERS) else figures(number)


def text_name(name: str) -> str:
    """Return what a text of an item is called where its table's heading is not at hand."""
    return str(_TEXTS.get(name, name))


def figures(number: int) -> str:
    """Return a number in figures with its thousands parted: "1,234"."""
    return str(format_decimal(number, locale=_locale()))


def joined(things: Iterable[object]) -> str:
    """Join things as a sentence does: "1, 2, 3 and 5"."""
    return format_list([str(thing) for thing in things], style="standard", locale=_locale())


def possessive(name: str) -> str:
    """Return whose something is: "Malaysia’s", "the Philippines’"."""
    if name.endswith("s"):
        return gettext("%(name)s’", name=name)
    return gettext("%(name)s’s", name=name)


def directional(text: str) -> Markup:
    """Return the lang and dir attributes a text needs, led by a blank: `<p{{ text|directional }}>`.

    "" for plain Latin text. A text that mixes directions is left to its first strong character.
    """
    language = scripts.lang_of(text)
    marks = Markup(' lang="{}"').format(language) if language else Markup("")
    if language in scripts.RIGHT_TO_LEFT:
        return marks + Markup(' dir="rtl"')
    if scripts.has_right_to_left(text):
        return marks + Markup(' dir="auto"')
    return marks


def isolated(text: str) -> Markup:
    """Wrap a text quoted inside a sentence, so that its direction does not reorder the sentence."""
    attributes = directional(text)
    return Markup("<bdi{}>{}</bdi>").format(attributes, text) if attributes else Markup("{}").format(text)


def use_mark(name: str) -> str:
    """Note that this page draws the mark `name`, and return its id; the page's foot holds the drawings."""
    marks: list[str] = g.setdefault("marks_used", [])
    if name not in marks:
        marks.append(name)
    return f"mark-{name}"


def marks_used() -> list[str]:
    """Return the names of the marks drawn on this page so far, in order."""
    return list(g.get("marks_used", []))


def page_language() -> str:
    """Return the language of the page for the lang attribute of <html>: "en"."""
    locale = get_locale()
    return "en" if locale is None else str(locale).replace("_", "-")


def init_app(app: Flask) -> None:
    """Register the filters, and what marks and words need, with an application."""
    filters: dict[str, Any] = {
        "at_zone": at_zone,
        "hour": hour,
        "utc": utc,
        "day": day,
        "day_as": day_as,
        "machine": machine,
        "time_left": time_left,
        "zone_place": zone_place,
        "hash_short": hash_short,
        "number_word": number_word,
        "text_name": text_name,
        "joined": joined,
        "possessive": possessive,
        "lang_of": scripts.lang_of,
        "directional": directional,
        "isolated": isolated,
        "changed_into": difference,
        "wording": wording.wording,
        "word": wording.word,
        "short_word": wording.short_word,
        "answer_wording": wording.answer_wording,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(_functions())


def _functions() -> dict[str, Any]:
    return {
        "use_mark": use_mark,
        "marks_used": marks_used,
        "words_used": explaining.words_used,
        "words_beside": explaining.words_beside,
        "first_use": explaining.first_use,
        "explains": explaining.explains,
        "page_language": page_language,
        "wording": explaining.noted,
        "consequence": wording.consequence,
    }


def _written(moment: datetime, pattern: str) -> str:
    # A Babel datetime is moved into `tzinfo`, which is UTC unless given.
    return str(format_datetime(moment, pattern, tzinfo=moment.tzinfo, locale=_locale()))


def _locale() -> Locale:
    """Return the reader's locale; plain English joins as in Europe, with no comma before "and"."""
    return patterns.locale_of(str(get_locale() or "en"))
