"""The frame of a plan: its title page, the periods it names, and its numbered sections.

Tables inside a section are not here: see `plan_tables`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from workflow.domain.errors import says
from workflow.domain.terms import DocumentKind
from workflow.papers.paper import PaperBroken
from workflow.papers.plain_lines import Line

_KINDS = {"progress report": DocumentKind.PROGRESS_REPORT, "work plan": DocumentKind.WORK_PLAN}
_PERIOD = re.compile(r"\b(?P<first>\d{4})\b(?:\s*[–—-]\s*(?P<last>\d{4})\b)?")
_NAMED = re.compile(rf"\b(?P<kind>{'|'.join(_KINDS)})\s+{_PERIOD.pattern}", re.IGNORECASE)
_HEADING = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2})*)\s+(?P<title>[^\t]*\S)\s*")


class Period(NamedTuple):
    """The years a document covers, both included."""

    first: int
    last: int


class Named(NamedTuple):
    """A document that the title page names, with its title in plain capitalisation."""

    title: str
    period: Period


class TitlePage(NamedTuple):
    """The bold lines at the top of a paper, joined by spaces, and the documents they name."""

    title: str
    lines: range
    names: dict[DocumentKind, Named]


@dataclass(frozen=True)
class Section:
    """The lines under one heading; `number` is empty for the lines above the first heading."""

    number: str
    heading: str
    line: int
    body: list[Line]


def period_in(text: str, line: int) -> Period | None:
    """Return the last period in a text, None if it has none; raises PaperBroken if it runs backwards."""
    found = list(_PERIOD.finditer(text))
    return _period(found[-1], line) if found else None


def read_title_page(lines: Sequence[Line]) -> TitlePage:
    """Return the title page, the `**…**` blocks that open a paper; raises PaperBroken without one."""
    bold: list[Line] = []
    is_open = False
    for line in lines:
        text = line.text.strip()
        if not is_open and text and not text.startswith("**"):
            break
        if is_open and not text:
            raise _unclosed(bold[-1])
        if text:
            bold.append(line)
            is_open = not (text.endswith("**") and (is_open or len(text) > len("**")))
    if is_open:
        raise _unclosed(bold[-1])
    title = " ".join(" ".join(line.text for line in bold).replace("**", " ").split())
    if not title:
        first = next(line for line in lines if not line.is_blank)
        raise PaperBroken(first.number, "The paper does not begin with its title.", _TITLE_REMEDY)
    return TitlePage(title, range(bold[0].number, bold[-1].number + 1), names_in(title, bold[0].number))


def split_sections(lines: Sequence[Line]) -> list[Section]:
    """Return the lines by numbered heading; raises PaperBroken for a heading with nothing under it.

    A number counts as a heading's only where it can follow the one before ("2.1" after "2") or
    stands over a table, so that a sentence that begins with a number stays prose.
    """
    sections = [Section("", "", lines[0].number if lines else 0, [])]
    written = [line for line in lines if not line.is_blank]
    over_table = {line.number for line, below in pairwise(written) if "\t" in below.text}
    for line in lines:
        found = _HEADING.fullmatch(line.text)
        if found and (line.number in over_table or _follows(found["number"], sections[-1].number)):
            sections.append(Section(found["number"], found["title"], line.number, []))
        else:
            sections[-1].body.append(line)
    _refuse_empty(sections)
    return sections


def _refuse_empty(sections: list[Section]) -> None:
    for section, following in zip(sections, [*sections[1:], None], strict=True):
        is_parent = following is not None and following.number.startswith(section.number + ".")
        if section.number and not is_parent and all(line.is_blank for line in section.body):
            message = says(
                "There is nothing under the heading “{number} {heading}”.",
                number=section.number,
                heading=section.heading,
            )
            raise PaperBroken(section.line, message, "Put its table or text back, or remove the heading.")


def names_in(title: str, line: int) -> dict[DocumentKind, Named]:
    """Return the documents that a title page names; raises PaperBroken for two of one kind."""
    names: dict[DocumentKind, Named] = {}
    for found in _NAMED.finditer(title):
        kind = _KINDS[found["kind"].lower()]
        if kind in names:
            message = says(
                "The title names two documents of one kind, the second “{words}”.", words=found.group()
            )
            raise PaperBroken(line, message, "Import them as two papers.")
        # A title page set in capitals would shout on every page that shows it.
        words = found["kind"].title() if found["kind"].isupper() else found["kind"]
        shown = words + found.group()[len(found["kind"]) :]
        names[kind] = Named(shown, _period(found, line))
    return names


def _period(found: re.Match[str], line: int) -> Period:
    first, last = int(found["first"]), int(found["last"] or found["first"])
    if last < first:
        message = says("The period “{words}” ends before it begins.", words=found.group())
        raise PaperBroken(line, message, "Correct the years.")
    return Period(first, last)


def _follows(number: str, before: str) -> bool:
    parts = [int(part) for part in before.split(".") if part]
    siblings = [[*parts[:depth], parts[depth] + 1] for depth in range(len(parts))]
    return [int(part) for part in number.split(".")] in [*siblings, [*parts, 1]]


_TITLE_REMEDY = says("Put the title at the top, between ** and **.")


def _unclosed(line: Line) -> PaperBroken:
    return PaperBroken(line.number, "The title that begins with ** is not closed.", _TITLE_REMEDY)
