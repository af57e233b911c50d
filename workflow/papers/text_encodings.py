"""The bytes of a text file as text, in whatever usual encoding they are; doubted where it must be guessed.

What the text means is in the readers of CSV, Markdown and plain text.
"""

import codecs
import re
from typing import NamedTuple

from workflow.domain.errors import says
from workflow.papers.paper import PaperBroken
from workflow.papers.plain_lines import LARGEST_PAPER

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")
_HIGH_RUN = re.compile(b"[\x80-\xff]{4,}")
_SAVE_AS_UTF8 = says("Save the file in UTF-8, and choose that one.")


class Decoded(NamedTuple):
    """A text with newlines alone at its line ends, its encoding, and whether that was guessed."""

    text: str
    encoding: str
    is_guessed: bool = False


def decode(content: bytes) -> Decoded:
    """Return the text of a file; raises PaperBroken for binary files and for encodings that mix."""
    if len(content) > LARGEST_PAPER:
        message = says(
            "The file has {count:,} bytes; {most:,} is the most that is read of a text.",
            count=len(content),
            most=LARGEST_PAPER,
        )
        raise PaperBroken(0, message, "Import it in parts.")
    found = _marked(content) or _wide(content) or _narrow(content)
    text = found.text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    control = _CONTROL.search(text)
    if control:
        raise _no_text(text[: control.start()].count("\n") + 1, ord(control.group()))
    if not text.strip():
        raise PaperBroken(0, "The file is empty.", "Choose the file with the tables.")
    return found._replace(text=text)


def _marked(content: bytes) -> Decoded | None:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return Decoded(content.decode(encoding), encoding)
            except UnicodeDecodeError:
                message = says(
                    "The file says that it is in {encoding}, but it is not.", encoding=encoding.upper()
                )
                raise PaperBroken(0, message, _SAVE_AS_UTF8) from None
    return None


def _wide(content: bytes) -> Decoded | None:
    """Return a text in UTF-16 without a mark: of spaces and figures every other byte is zero."""
    start = content[:400]
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if max(even, odd) * 5 < len(start) or min(even, odd) > 0 or len(content) % 2:
        return None
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    try:
        return Decoded(content.decode(encoding), encoding)
    except UnicodeDecodeError:
        return None


def _narrow(content: bytes) -> Decoded:
    zero = content.find(0)
    if zero >= 0:
        raise _no_text(content[:zero].count(b"\n") + 1, 0)
    return _utf8(content) or _guessed(content)


def _no_text(line: int, control: int) -> PaperBroken:
    message = says("It holds the control character U+{control:04X}, so this is no text.", control=control)
    return PaperBroken(line, message, "Choose a text file, or remove that character.")


def _utf8(content: bytes) -> Decoded | None:
    try:
        return Decoded(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        _refuse_mixed(content, error.start)
        return None


def _refuse_mixed(content: bytes, wrong: int) -> None:
    """Refuse a file of which some lines are in UTF-8 and others are not: one of them would be garbled."""
    for line in content.split(b"\n"):
        if not line.isascii():
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                continue
            number = content[:wrong].count(b"\n") + 1
            raise PaperBroken(number, "It is not in UTF-8, as other lines of the file are.", _SAVE_AS_UTF8)


def _guessed(content: bytes) -> Decoded:
    high = sum(byte > 127 for byte in content)
    # Thai is written in the upper half alone; in European words a few letters have an accent.
    in_runs = sum(map(len, _HIGH_RUN.findall(content)))
    encodings = ("cp874", "cp1252") if in_runs * 2 > high else ("cp1252", "latin-1")
    for encoding in encodings:
        try:
            return Decoded(content.decode(encoding), encoding, is_guessed=True)
        except UnicodeDecodeError:
            continue
    raise PaperBroken(0, "The file is in no encoding that is known here.", _SAVE_AS_UTF8)
