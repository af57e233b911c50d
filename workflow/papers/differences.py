"""What changed between two texts, word by word, for pages and letters (rule 40).

Colours and markup are not here: a page turns pieces into `ins` and `del`, a letter uses `as_plain`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from workflow.papers.matching import Match, matches
from workflow.papers.words import words

SAME, ADDED, REMOVED = "same", "added", "removed"


@dataclass(frozen=True)
class Piece:
    """A stretch of text that is `same`, `added` or `removed`."""

    kind: str
    text: str


class VersionText(Protocol):
    """The text of one version of an item."""

    @property
    def title(self) -> str:
        """Return the item's title."""

    @property
    def points(self) -> Sequence[str]:
        """Return the points under the title, in order."""

    @property
    def texts(self) -> Mapping[str, str]:
        """Return the other texts by the name of their column."""


@dataclass(frozen=True)
class VersionDifference:
    """The pieces of each field: the title, each point of either version, each text by its name."""

    title: list[Piece]
    points: list[list[Piece]]
    texts: dict[str, list[Piece]]

    @property
    def is_changed(self) -> bool:
        """Tell whether anything was added or removed."""
        fields = [self.title, *self.points, *self.texts.values()]
        return any(piece.kind != SAME for pieces in fields for piece in pieces)


def difference(old: str, new: str) -> list[Piece]:
    """Return the pieces that lead from one text to another: lines compared first, then words.

    The same and the removed pieces joined are `old`, the same and the added ones `new`. The time
    is bounded: a text that shares too little with the other counts as replaced.
    """
    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    for left, right, is_same in _stretches(old_lines, new_lines, matches(old_lines, new_lines)):
        pieces += [Piece(SAME, left)] if is_same else _by_words(left, right)
    return _merged(pieces)


def version_difference(old: VersionText | None, new: VersionText) -> VersionDifference:
    """Return what changed from one version to another, by field; all is added where `old` is None."""
    old_texts = dict(old.texts) if old else {}
    names = [*old_texts, *(name for name in new.texts if name not in old_texts)]
    return VersionDifference(
        title=difference(old.title if old else "", new.title),
        points=_points(list(old.points) if old else [], list(new.points)),
        texts={name: difference(old_texts.get(name, ""), new.texts.get(name, "")) for name in names},
    )


def as_plain(pieces: Sequence[Piece]) -> str:
    """Return the pieces as plain text, marked `[+added+]` and `[-removed-]`, as letters show them."""
    signs = {SAME: ("", ""), ADDED: ("[+", "+]"), REMOVED: ("[-", "-]")}
    return "".join(piece.text.join(signs[piece.kind]) for piece in pieces)


def _by_words(old: str, new: str) -> list[Piece]:
    left, right = _spaced(words(old)), _spaced(words(new))
    pieces: list[Piece] = []
    for removed, added, is_same in _stretches(left, right, matches(left, right)):
        pieces += [Piece(SAME, removed)] if is_same else _trimmed(removed, added)
    return pieces


def _spaced(pieces: list[str]) -> list[str]:
    """Return the words with the space before them: spaces alone match everywhere and say nothing."""
    joined: list[str] = []
    for piece in pieces:
        if joined and joined[-1].isspace() and not piece.isspace():
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _trimmed(removed: str, added: str) -> list[Piece]:
    """Return a replacement without the words both sides begin or end with, such as a space."""
    left, right = words(removed), words(added)
    shorter = min(len(left), len(right))
    head = next((place for place in range(shorter) if left[place] != right[place]), shorter)
    most = shorter - head
    tail = next((place for place in range(most) if left[-1 - place] != right[-1 - place]), most)
    return [
        Piece(SAME, "".join(left[:head])),
        Piece(REMOVED, "".join(left[head : len(left) - tail])),
        Piece(ADDED, "".join(right[head : len(right) - tail])),
        Piece(SAME, "".join(left[len(left) - tail :])),
    ]


def _stretches(old: Sequence[str], new: Sequence[str], found: Sequence[Match]) -> list[tuple[str, str, bool]]:
    """Return (old text, new text, whether they are the same) for each stretch, in order."""
    stretches = []
    old_at = new_at = 0
    for match in [*found, Match(len(old), len(new), 0)]:
        changed = "".join(old[old_at : match.old_from]), "".join(new[new_at : match.new_from])
        stretches.append((*changed, False))
        old_at, new_at = match.old_from + match.size, match.new_from + match.size
        same = "".join(old[match.old_from : old_at])
        stretches.append((same, same, True))
    return stretches


def _points(old: list[str], new: list[str]) -> list[list[Piece]]:
    fields: list[list[Piece]] = []
    old_at = new_at = 0
    for match in [*matches(old, new), Match(len(old), len(new), 0)]:
        left, right = old[old_at : match.old_from], new[new_at : match.new_from]
        both = min(len(left), len(right))
        fields += [difference(*pair) for pair in zip(left[:both], right[:both], strict=True)]
        fields += [difference(point, "") for point in left[both:]]
        fields += [difference("", point) for point in right[both:]]
        old_at, new_at = match.old_from + match.size, match.new_from + match.size
        fields += [[Piece(SAME, point)] for point in old[match.old_from : old_at]]
    return fields


def _merged(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces without empty ones, neighbours of a kind joined, removals before additions."""
    merged: list[Piece] = []
    written = [piece for piece in pieces if piece.text]
    for is_same, stretch in groupby(written, key=lambda piece: piece.kind == SAME):
        run = list(stretch)
        for kind in (SAME,) if is_same else (REMOVED, ADDED):
            if text := "".join(piece.text for piece in run if piece.kind == kind):
                merged.append(Piece(kind, text))
    return merged
