"""Reads docs/operations.md: its blocks of commands, and what each says about being run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.house_sources import ROOT

DOCUMENT = ROOT / "docs" / "operations.md"
#: A fence with what it says of itself, and the text within.
_BLOCK = re.compile(r"^```(\S*) ?(?:\(([^\n]*)\))?\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One block of commands: its language, what it says about being run, its text."""

    language: str
    label: str
    text: str

    @property
    def is_run(self) -> bool:
        """Tell whether it says that a test runs it."""
        return self.label == "run" or self.label.startswith("run,")


def blocks() -> list[Block]:
    """Return the blocks in order."""
    return list(_blocks(DOCUMENT.read_text(encoding="utf-8")))


def _blocks(text: str) -> Iterator[Block]:
    for language, label, within in _BLOCK.findall(text):
        yield Block(language, label, within)
