"""A plain text file as numbered lines, refused where its bytes or characters cannot be kept.

What the lines mean is not here: see `plan_text`.
"""

import re
from typing import NamedTuple

from workflow.domain.errors import says
from workflow.papers.paper import PaperBroken

#: A paper of some hundred pages is far below this.
LARGEST_PAPER = 5 * 1024 * 1024

# Tab and newline are the format's own; every other control character would be lost or harmful later.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class Line(NamedTuple):
    """One line of a file; `number` counts from 1."""

    number: int
    text: str

    @property
    def is_blank(self) -> bool:
        """Tell whether the line holds nothing that could be read."""
        return not self.text.strip()


def decoded(content: bytes) -> str:
    """Return the text of a UTF-8 file, with or without a byte order mark; raises PaperBroken."""
    if len(content) > LARGEST_PAPER:
        message = says(
            "The file has {count:,} bytes; {most:,} is the most that is read.",
            count=len(content),
            most=LARGEST_PAPER,
        )
        raise PaperBroken(0, message, "Save the paper as plain text, without pictures.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise PaperBroken(1, "The file is in UTF-16, not in UTF-8.", _SAVE_AS_UTF8)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        byte = error.object[error.start]
        raise PaperBroken(
            line, says("The byte {byte:#04x} is not UTF-8.", byte=byte), _SAVE_AS_UTF8
        ) from None


def numbered(text: str) -> list[Line]:
    """Return the lines of a text without their line ends; raises PaperBroken, naming the line.

    Only newlines separate lines: other Unicode line separators belong to a cell and are kept.
    """
    if len(text) > LARGEST_PAPER:
        message = says(
            "The text has {count:,} characters; {most:,} is the most that is read.",
            count=len(text),
            most=LARGEST_PAPER,
        )
        raise PaperBroken(0, message, "Import it in parts.")
    pieces = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    lines = [Line(number, piece) for number, piece in enumerate(pieces, start=1)]
    for line in lines:
        if found := _CONTROL.search(line.text):
            place = says("at character {number}", number=found.start() + 1)
            message = says(
                "It holds the control character U+{code:04X} {place}.", code=ord(found.group()), place=place
            )
            raise PaperBroken(line.number, message, "Remove that character.")
    if all(line.is_blank for line in lines):
        raise PaperBroken(0, "The file is empty.", "Choose the paper as plain text.")
    return lines


_SAVE_AS_UTF8 = says("Save the paper as plain text in UTF-8.")
