"""The items of a circulation as letters print them: every text, and every difference (rules 2, 40).

How texts are compared is in `workflow/papers/differences.py`; how they are laid out is in the templates.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from workflow.models.document import Attachment, Version
from workflow.papers.differences import Piece, as_plain, version_difference
from workflow.queries.cases import ItemRow, Loaded
from workflow.queries.correspondence import attachments, predecessors


@dataclass(frozen=True)
class Changed:
    """The difference from an earlier version: only the fields that changed, marked as `as_plain` does.

    `title` is "" where it did not change; `fields` are (name of the column, marked text).
    """

    since: Version
    title: str
    points: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]

    @property
    def is_changed(self) -> bool:
        """Tell whether any word differs."""
        return bool(self.title or self.points or self.fields)


@dataclass(frozen=True)
class PrintedItem:
    """One item as a letter prints it; `number` is its place in the circulation, from 1.

    `in_force` is the difference from the version in force, None where there is none; `last` that from the
    version last before the States, None where there is none or it is the one in force. `laid_out` keeps its
    text by language: it is the same in every reader's letter.
    """

    number: int
    row: ItemRow
    files: tuple[Attachment, ...]
    in_force: Changed | None
    last: Changed | None
    laid_out: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def version(self) -> Version:
        """Return the version before the States."""
        return self.row.version

    @property
    def title(self) -> str:
        """Return the item's title in this version."""
        return self.row.version.title

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Return (name of the column, text) of every text but the title and the points."""
        return list(self.row.version.texts.items())


def numbers(loaded: Loaded) -> dict[int, int]:
    """Return the number of each version in its circulation, from 1, by version id."""
    return {row.version.id: place for place, row in enumerate(loaded.items, 1)}


def printed(session: Session, loaded: Loaded, rows: Sequence[ItemRow]) -> list[PrintedItem]:
    """Return these rows of a circulation as letters print them: two statements however many."""
    before = predecessors(session, [row.version for row in rows])
    files = attachments(session, [row.version.id for row in rows])
    places = numbers(loaded)
    return [
        PrintedItem(
            number=places[row.version.id],
            row=row,
            files=tuple(files.get(row.version.id, ())),
            in_force=_changed(before[row.version.id].in_force, row.version),
            last=_changed(_other(before[row.version.id].last, before[row.version.id].in_force), row.version),
        )
        for row in rows
    ]


def _other(last: Version | None, in_force: Version | None) -> Version | None:
    return None if last is None or (in_force is not None and last.id == in_force.id) else last


def _changed(old: Version | None, new: Version) -> Changed | None:
    if old is None:
        return None
    found = version_difference(old, new)
    return Changed(
        since=old,
        title=_marked(found.title),
        points=tuple(text for text in map(_marked, found.points) if text),
        fields=tuple((name, text) for name, pieces in found.texts.items() if (text := _marked(pieces))),
    )


def _marked(pieces: Sequence[Piece]) -> str:
    return as_plain(pieces) if any(piece.kind != "same" for piece in pieces) else ""
