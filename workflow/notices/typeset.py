"""A letter's plain text set as HTML: the same characters in the same order, in a shape that is easy to read.

There is one source of words, the text (`rendering`), so that the two parts of a letter never say different
things. What is quoted stays quoted; nothing that a State wrote becomes markup.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup

from workflow.domain import scripts
from workflow.notices.rendering import WIDTH, columns, language_of

_TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "mail"
#: How far what is quoted, and what is a table, is indented; anything less is a list of ours.
_QUOTED = 4
_BLANK, _AT_RULE = -1, -2
_RULE = re.compile(r"-{20,}")
#: A place and an instant, as `_parts.txt` writes them in columns; the hour by the reader's language.
_TIME_ROW = re.compile(r" {4}(\S.{20,60}?) (\S.{0,80}\d\d[:.]\d\d(?:[:.]\d\d)?)")
_FINGERPRINT = re.compile(r" {4}([0-9a-f]{64})")
_SIGN = re.compile(r" *(?:- |\d+\. )")
#: What letters mark as added or removed. The signs stay: colour never says anything alone.
_MARKS = re.compile(r"(\[\+|\+\]|\[-|-\]|\n)")
_ENDS = {"[+": "+]", "[-": "-]"}
_TAGS = {"[+": Markup("<ins>{}</ins>"), "[-": Markup("<del>{}</del>"), "": Markup("{}")}


@dataclass(frozen=True)
class Block:
    """One piece of a letter: ask (the first), rule, heading, words, fine (in the foot), list, times, link,
    fingerprint or quote. `lines` are no longer wrapped; those of `times` are (place, instant)."""

    kind: str
    lines: tuple[Markup | tuple[str, str], ...] = ()


def html(text: str, subject: str, *, home: str) -> str:
    """Return a document without script or outside resource that shows `text`.

    Only an address of ours, which begins with `home`, is a link.
    """
    language = language_of(text)
    return _template().render(blocks=list(blocks(text, home)), subject=subject, language=language)


def blocks(text: str, home: str) -> Iterator[Block]:
    """Yield the pieces of a letter in order; what follows its last rule is the foot."""
    runs = list(_runs(text))
    foot = max((place for place, (indent, _) in enumerate(runs) if indent == _AT_RULE), default=len(runs))
    for place, (indent, lines) in enumerate(runs):
        after_rule = place > 0 and runs[place - 1][0] == _AT_RULE
        kind = "ask" if place == 0 else _kind(indent, lines, home)
        if kind == "words" and after_rule and _is_title(lines):
            kind = "heading"
        elif kind == "words" and place > foot:
            kind = "fine"
        yield Block(kind, () if kind == "rule" else _set(kind, lines))


def _runs(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield lines that stand together and are indented alike: none, a little, or as quotations are."""

    def depth(line: str) -> int:
        if not line.strip():
            return _BLANK
        if _RULE.fullmatch(line):
            return _AT_RULE
        return min(len(line) - len(line.lstrip(" ")), _QUOTED)

    for indent, lines in groupby(text.split("\n"), key=depth):
        if indent != _BLANK:
            yield indent, list(lines)


def _kind(indent: int, lines: Sequence[str], home: str) -> str:
    if indent < _QUOTED:
        return {_AT_RULE: "rule", 0: "words"}.get(indent, "list")
    if home and len(lines) == 1 and lines[0].strip().startswith(home):
        return "link"
    if all(map(_TIME_ROW.fullmatch, lines)):
        return "times"
    return "fingerprint" if _FINGERPRINT.fullmatch(lines[0]) else "quote"


def _is_title(lines: Sequence[str]) -> bool:
    return lines[0].split(" ", 1)[0].isupper()


def _spoken(line: Markup) -> Markup:
    """Return the lang attribute of a line in a script that names its language, led by a blank, or nothing."""
    language = scripts.lang_of(line.striptags()) if not line.isascii() else ""
    return Markup(' lang="{}"').format(language) if language else Markup("")


def _set(kind: str, lines: Sequence[str]) -> tuple[Markup | tuple[str, str], ...]:
    if kind == "times":
        rows = (_TIME_ROW.fullmatch(line) for line in lines)
        return tuple((row.group(1).rstrip(), row.group(2)) for row in rows if row)
    return tuple(_marked([line.strip() for line in _joined(lines)]))


def _joined(lines: Sequence[str]) -> list[str]:
    """Return lines as they were before they were wrapped: one that had no room for the next word goes on."""
    whole, last = [lines[0]], columns(lines[0])
    for line in lines[1:]:
        first = line.split(maxsplit=1)[0]
        if last + 1 + columns(first) > WIDTH and not _SIGN.match(line):
            whole[-1] += f" {line.strip()}"
        else:
            whole.append(line)
        last = columns(line)
    return whole


def _marked(lines: Sequence[str]) -> Iterator[Markup]:
    """Yield lines with what is marked in tags, also where a mark ends on a later line.

    In one pass, since a State may write a hundred thousand signs.
    """
    pieces = _MARKS.split("\n".join(lines))
    tagged = zip(pieces, _tags(pieces), strict=True)
    for is_end, line in groupby(tagged, key=lambda one: one[0] == "\n"):
        if not is_end:
            together = groupby(line, key=lambda one: one[1])
            yield Markup().join(
                _TAGS[tag].format("".join(one for one, _ in parts)) for tag, parts in together
            )


def _tags(pieces: Sequence[str]) -> list[str]:
    """Return for each piece the sign that it stands under, or nothing."""
    tags, opened = [""] * len(pieces), -1
    for place, piece in enumerate(pieces):
        if opened < 0 and piece in _ENDS:
            opened = place
        elif opened >= 0 and piece == _ENDS[pieces[opened]]:
            tags[opened : place + 1] = [pieces[opened]] * (place + 1 - opened)
            opened = -1
    return tags


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["spoken"] = _spoken
    return environment.get_template("_letter.html")
