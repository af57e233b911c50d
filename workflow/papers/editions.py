"""A newer edition of a document held against its items: which row speaks of which item, and what changed.

Nothing is written here: see `workflow/actions/renewing.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from workflow.domain.errors import says
from workflow.papers.grid_fields import plain
from workflow.papers.paper import Level, PaperRow, Remark

#: How much two titles share of all their words, at least, to be proposed as one item's.
ALIKE = 0.5
#: Rows and items up to which titles that differ are compared each with each.
MOST_COMPARED = 400


class Fate(StrEnum):
    """What the import does with a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True)
class Known:
    """An item of the document as it stands: the words of its draft, else of its newest version.

    `section` is the section row it stands under, None above the first of them.
    """

    key: str
    title: str
    points: tuple[str, ...]
    texts: Mapping[str, str]
    section: str | None = None


def propose_items(rows: Sequence[PaperRow], items: Sequence[Known]) -> dict[int, str]:
    """Return by a row's position the key of the item it seems to speak of; a row without one is new.

    Titles that are equal come first, then those that share most of their words; no item is given twice.
    """
    by_title = {plain(item.title): item.key for item in items}
    found: dict[int, str] = {}
    for row in rows:
        key = by_title.pop(plain(row.title), None)
        if key is not None:
            found[row.position] = key
    left_rows = [row for row in rows if row.position not in found]
    given = set(found.values())
    left_items = [item for item in items if item.key not in given]
    if max(len(left_rows), len(left_items)) <= MOST_COMPARED:
        found |= _alike(left_rows, left_items)
    return found


def sharing(titles: Sequence[str], known: Mapping[str, Sequence[str]]) -> str | None:
    """Return which of the known has most of these titles; None where it has fewer than half of them."""
    wanted = {plain(title) for title in titles}
    shared = {name: len(wanted & {plain(title) for title in own}) for name, own in known.items()}
    best = max(shared, key=shared.__getitem__, default=None)
    return best if best is not None and 0 < len(wanted) <= shared[best] * 2 else None


def fate(row: PaperRow, item: Known | None) -> Fate:
    """Return what becomes of a row that speaks of this item, or of none."""
    if item is None:
        return Fate.NEW
    texts = {name: text.strip() for name, text in row.texts.items()}
    same = (row.title, tuple(row.points), texts) == (item.title, item.points, dict(item.texts))
    return Fate.SAME if same else Fate.CHANGED


def completed(rows: Sequence[PaperRow], matched: Mapping[int, Known | None]) -> list[PaperRow]:
    """Return the rows with the words of their items where the file has no column for them.

    A table without a column says nothing of it: its items must not lose those words. Points stand in the
    cells of titles; a file that has none anywhere says nothing of points.
    """
    has_points = any(row.points for row in rows)
    return [_completed(row, matched.get(row.position), has_points) for row in rows]


def _completed(row: PaperRow, item: Known | None, has_points: bool) -> PaperRow:
    if item is None:
        return row
    texts = {
        name: item.texts.get(name, "") if name in row.unsaid else text for name, text in row.texts.items()
    }
    return replace(row, texts=texts, points=row.points if has_points else list(item.points))


def vanished(items: Sequence[Known], matched: Mapping[int, str | None]) -> list[Known]:
    """Return the items that no row of the newer edition speaks of."""
    kept = set(matched.values())
    return [item for item in items if item.key not in kept]


def moved(pairs: Sequence[tuple[PaperRow, Known | None]], items: Sequence[Known]) -> Iterator[Remark]:
    """Yield a remark for each item that has another place in the newer edition: an import leaves it there."""
    matched = [(row, item) for row, item in pairs if item is not None]
    for row, item in matched:
        if plain(row.section or "") == plain(item.section or ""):
            continue
        message = says(
            "{key} stands above the first section row in the document, and stays there.", key=item.key
        )
        if item.section is not None:
            values = {"key": item.key, "section": item.section}
            message = says("{key} stands under “{section}” in the document, and stays there.", **values)
        yield Remark(row.line, Level.WARNING, message, place=row.place)
    order = {item.key: place for place, item in enumerate(items)}
    places = [order[item.key] for _, item in matched]
    for (row, item), before, here in zip(matched[1:], places, places[1:], strict=False):
        if here < before:
            message = says("{key} stands further up in the document, and stays there.", key=item.key)
            yield Remark(row.line, Level.WARNING, message, place=row.place)


def _alike(rows: Sequence[PaperRow], items: Sequence[Known]) -> dict[int, str]:
    words = {item.key: set(plain(item.title).split()) for item in items}
    pairs: list[tuple[float, int, str]] = []
    for row in rows:
        own = set(plain(row.title).split())
        for key, other in words.items():
            share = len(own & other) / len(own | other)
            if share >= ALIKE:
                pairs.append((-share, row.position, key))
    found: dict[int, str] = {}
    given: set[str] = set()
    for _, position, key in sorted(pairs):
        if position not in found and key not in given:
            found[position] = key
            given.add(key)
    return found
