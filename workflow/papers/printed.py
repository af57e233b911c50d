"""A paper as it is printed: its cover and its blocks in reading order, the same for every format.

What a block becomes in a file is in `docx_file` and `pdf_file`; what stands in a paper, with its callers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from workflow.domain.scripts import runs

#: How much one row may hold and still stay in one piece, in characters; each paragraph counts as a line more.
_LONGEST_ROW, _LINE = 1_500, 50
_LATIN = "ad referendum"
_SPLIT = re.compile(rf"({_LATIN})")
#: What XML and typst cannot hold: controls but tab and line feed, surrogates, and non-characters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Voice(StrEnum):
    """How a paragraph is set: as text, as a side remark, as words of a State, as the formula."""

    PLAIN = "plain"
    FINE = "fine"
    QUOTED = "quoted"
    FORMULA = "formula"


class Piece(NamedTuple):
    """A run of text in one language ("" is the paper's own); the Latin of the procedure is in italics."""

    text: str
    language: str
    italic: bool


@dataclass(frozen=True)
class Heading:
    """A heading; `level` counts from 1 and never skips one."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; a line feed in it begins a new line."""

    text: str
    voice: Voice = Voice.PLAIN


@dataclass(frozen=True)
class Points:
    """A list with bullets."""

    points: tuple[str, ...]


Cell = tuple[Paragraph | Points, ...]


@dataclass(frozen=True)
class Row:
    """A row of a table; a section row has one cell, which runs over all columns."""

    cells: tuple[Cell, ...]
    is_section: bool = False

    @property
    def is_long(self) -> bool:
        """Tell whether it may break over pages: a short row stays in one piece, a long one might not fit."""
        blocks = [one for cell in self.cells for one in cell]
        words = [text for one in blocks for text in (one.points if isinstance(one, Points) else (one.text,))]
        return sum(map(len, words)) + _LINE * len(words) > _LONGEST_ROW


@dataclass(frozen=True)
class Table:
    """A table whose header repeats on every page; `widths` are the shares of its columns."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    widths: tuple[int, ...]


@dataclass(frozen=True)
class Facts:
    """Labels with what they say, one below the other."""

    rows: tuple[tuple[str, tuple[str, ...]], ...]


Block = Heading | Paragraph | Points | Table | Facts


@dataclass(frozen=True)
class Printed:
    """A paper: `cover` are the lines under its title, `author` is the body, `language` a BCP 47 tag.

    `dated` (UTC) is the instant of the facts it tells, kept in the file's properties; never the time of
    printing, so that the same facts give the same bytes.
    """

    title: str
    author: str
    cover: tuple[str, ...]
    blocks: tuple[Block, ...]
    dated: datetime
    language: str = "en"


def cell(*texts: str, voice: Voice = Voice.PLAIN) -> Cell:
    """Return a cell of paragraphs, the empty ones left out."""
    return tuple(Paragraph(text, voice) for text in texts if text)


def section_row(title: str) -> Row:
    """Return a row that only carries a heading."""
    return Row((cell(title),), is_section=True)


def printable(text: str) -> str:
    """Return a text without what no file can hold: controls and lone surrogates become U+FFFD."""
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n"))


def pieces(text: str) -> list[Piece]:
    """Return a text as runs of one language; joined, they are the text, but for what cannot be printed."""
    found: list[Piece] = []
    for part in _SPLIT.split(printable(text)):
        if part == _LATIN:
            found.append(Piece(part, "la", italic=True))
        else:
            found += [Piece(words, language, italic=False) for words, language in runs(part)]
    return found


def labelled(rows: Sequence[tuple[str, str | Sequence[str]]]) -> Facts:
    """Return facts from labels and texts; what says nothing is left out."""
    full = [(label, (said,) if isinstance(said, str) else tuple(said)) for label, said in rows]
    kept = [(label, tuple(text for text in said if text)) for label, said in full]
    return Facts(tuple((label, said) for label, said in kept if said))
