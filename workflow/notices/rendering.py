"""Turns a letter's templates and values into one subject line and a plain text of 72 columns.

What the templates are given is in `workflow/notices/writer.py`; nothing here knows Flask.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path

from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from workflow.domain.terms import Letter
from workflow.notices.item_texts import PrintedItem
from workflow.notices.told import Decided

WIDTH = 72
#: Longer subjects are cut by mail programs anyway.
SUBJECT_LENGTH = 150
_PROJECT = Path(__file__).resolve().parents[2]
_CATALOGUES = _PROJECT / "templates" / "translations"
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_LIST_SIGN = re.compile(r"(?:- |\d+\. )")
_BLANK_LINES = re.compile(r"\n{3,}")


def subject(letter: Letter, locale: str, values: Mapping[str, object]) -> str:
    """Return the letter's subject: one line, whatever the values hold, at most SUBJECT_LENGTH long."""
    line = one_line(_environment(locale).get_template(f"{letter}/subject.txt").render(values))
    return line if len(line) <= SUBJECT_LENGTH else line[: SUBJECT_LENGTH - 1].rstrip() + "…"


def body(letter: Letter, locale: str, values: Mapping[str, object]) -> str:
    """Return the letter's text with lines of 72 columns where there is a space to break at."""
    text = _environment(locale).get_template(f"{letter}/body.txt").render(values)
    return wrapped(_BLANK_LINES.sub("\n\n", text).strip("\n")) + "\n"


def part(name: str, locale: str, values: Mapping[str, object]) -> str:
    """Return a part of a letter that is neither subject nor text, such as the calendar entry's words."""
    return _environment(locale).get_template(name).render(values).strip()


def translated(text: str, locale: str) -> str:
    """Return a word of ours in the reader's language."""
    return str(_translations(locale).gettext(text))


def language_of(text: str) -> str:
    """Return the language in which a letter was written, by the last words of its own, or "" for none known.

    The row of a letter keeps its words alone; its reader may have chosen another language since.
    """
    lines = text.splitlines()
    for language in ("en", *_languages()):
        ending = translated("%(body)s, through Adref", language).partition("%(body)s")[2]
        if any(line.endswith(ending) for line in lines if not line.startswith(" ")):
            return language
    return ""


def one_line(text: str) -> str:
    """Return `text` as the single line that a letter's head can hold: no line ends, no control characters."""
    return " ".join(_CONTROL.sub(" ", text).split())


def quoted(text: str, indent: int = 4) -> str:
    """Return a text of others with every line indented, so that no line of it passes for one of ours.

    Control characters, which could move a terminal's cursor, are shown as replacement characters.
    """
    shown = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))
    return "\n".join(" " * indent + line if line.strip() else "" for line in shown.split("\n"))


def wrapped(text: str, width: int = WIDTH) -> str:
    """Return `text` with long lines broken at spaces; words, and scripts without spaces, stay whole."""
    lines: list[str] = []
    for line in map(str.rstrip, text.split("\n")):
        # Every line of every letter passes here, and few are long.
        if columns(line) <= width:
            lines.append(line)
        else:
            lines.extend(_broken(line, width))
    return "\n".join(lines)


def _broken(line: str, width: int) -> list[str]:
    indent = len(line) - len(line.lstrip(" "))
    sign = _LIST_SIGN.match(line[indent:])
    hanging = " " * (indent + (len(sign.group()) if sign else 0))
    first, *words = line[indent:].split(" ")
    lines, current = [], " " * indent + first
    # Counted on, never anew: a State may write a hundred thousand characters, and every State gets them.
    taken = columns(current)
    for word in words:
        more = columns(word)
        if taken + 1 + more > width and current.strip():
            lines.append(current)
            current, taken = hanging + word, len(hanging) + more
        else:
            current, taken = f"{current} {word}", taken + 1 + more
    return [*lines, current]


def columns(text: str) -> int:
    """Return how many columns a text takes: marks take none, wide characters take two."""
    return len(text) if text.isascii() else sum(map(_COLUMNS.__getitem__, text))


class _Columns(dict[str, int]):
    """How many columns each character takes, looked up once a character."""

    def __missing__(self, sign: str) -> int:
        marks = unicodedata.category(sign) in ("Mn", "Me", "Cf")
        self[sign] = 0 if marks else 1 + (unicodedata.east_asian_width(sign) in "WF")
        return self[sign]


_COLUMNS = _Columns()


@lru_cache(maxsize=16)
def _environment(locale: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_PROJECT / "templates" / "mail"),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - plain text: an escaped ampersand would alter an item's words
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        # Templates are part of the installation: no letter looks whether one has changed.
        auto_reload=False,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(_translations(locale), newstyle=True)  # type: ignore[attr-defined]
    environment.filters["laid_out"] = partial(_laid_out, environment, locale)
    environment.filters["quoted"] = quoted
    environment.filters["one_line"] = one_line
    return environment


def _laid_out(environment: Environment, locale: str, one: PrintedItem | Decided, template: str) -> str:
    """Return an item as letters print it, laid out once a language: the text is long, the readers many."""
    if locale not in one.laid_out:
        text = environment.get_template(template).render(one=one)
        one.laid_out[locale] = wrapped(_BLANK_LINES.sub("\n\n", text).strip("\n")) + "\n"
    return one.laid_out[locale]


@lru_cache(maxsize=1)
def _languages() -> tuple[str, ...]:
    """Return the languages there is a catalogue of."""
    return tuple(sorted(path.parent.name for path in _CATALOGUES.glob("*/LC_MESSAGES")))


@lru_cache(maxsize=16)
def _translations(locale: str) -> NullTranslations:
    return Translations.load(str(_CATALOGUES), [locale])
