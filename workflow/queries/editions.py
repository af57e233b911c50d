"""The editions of a document: which texts were in force on a day, and where each was endorsed (rule 40).

How days are reckoned is in `workflow/domain/in_force.py`; what stands today is in `documents`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.domain.in_force import Stay, began, on_day, turning_days
from workflow.domain.terms import Effect, Status
from workflow.models.body import Body, Meeting
from workflow.models.circulation import Circulation, CirculationItem
from workflow.models.document import Document, Item, Version
from workflow.queries.documents import stood_in

_ONCE_IN_FORCE = (Status.ENDORSED, Status.SUPERSEDED)


@dataclass(frozen=True)
class Text:
    """One text that is or was in force: its item, its days, its circulation, the name of its meeting."""

    item: Item
    version: Version
    stay: Stay
    circulation: Circulation | None = None
    meeting: str = ""


@dataclass(frozen=True)
class Edition:
    """A document as endorsed on a day: the texts then in force, in the order of its items."""

    day: date
    texts: list[Text] = field(default_factory=list)

    def having(self, effect: Effect) -> list[Text]:
        """Return the texts of this effect: of items, or what dropped one or extended the period."""
        # Templates name an effect by its value.
        return [text for text in self.texts if text.version.effect == effect]

    @property
    def last_year(self) -> int | None:
        """Return the last year to which the States had extended the period, None where they had not."""
        years = [text.version.extends_until for text in self.having(Effect.EXTEND)]
        return max((year for year in years if year is not None), default=None)

    @property
    def sections(self) -> list[tuple[str | None, list[Text]]]:
        """Return the texts of items under their section rows."""
        groups: list[tuple[str | None, list[Text]]] = []
        for text in self.having(Effect.TEXT):
            if not groups or groups[-1][0] != text.item.section:
                groups.append((text.item.section, []))
            groups[-1][1].append(text)
        return groups


@dataclass(frozen=True)
class Change:
    """What differs between two editions in one item; `old` or `new` is None where it was not in force."""

    item: Item
    old: Text | None
    new: Text | None


def texts_once_in_force(session: Session, body: Body, document: Document) -> list[Text]:
    """Return every text of a document that is or was in force, by item and version: one statement."""
    zone = str(body.rules["zone"])
    rows = session.execute(
        select(Item, Version, Circulation, Meeting.name)
        .join(Version, Version.item_id == Item.id)
        .outerjoin(Meeting, Meeting.id == Version.meeting_id)
        .outerjoin(CirculationItem, stood_in())
        .outerjoin(Circulation, Circulation.id == CirculationItem.circulation_id)
        .where(Item.document_id == document.id, Version.status.in_(_ONCE_IN_FORCE))
        .where(Version.decided_at.is_not(None))
        .order_by(Item.position, Version.number)
    ).all()
    since = {version.id: began(version, zone) for _, version, _, _ in rows}
    return [
        Text(item, version, Stay(first, _end(version, since)), circulation, meeting or "")
        for item, version, circulation, meeting in rows
        if (first := since[version.id]) is not None
    ]


def edition(texts: Sequence[Text], day: date) -> Edition:
    """Return the document as it was endorsed on a day."""
    return Edition(day, on_day(texts, day))


def editions(texts: Sequence[Text]) -> list[Edition]:
    """Return each edition under the day on which it began, the latest first."""
    return [edition(texts, day) for day in turning_days(texts)]


def compared(old: Edition, new: Edition) -> list[Change]:
    """Return the items in which two editions differ, in the order of the later one's items."""
    before = {text.item.id: text for text in old.texts}
    after = {text.item.id: text for text in new.texts}
    items = {text.item.id: text.item for text in [*old.texts, *new.texts]}
    changes = []
    for item in sorted(items.values(), key=lambda one: one.position):
        left, right = before.get(item.id), after.get(item.id)
        if left != right:
            changes.append(Change(item, left, right))
    return changes


def _end(version: Version, since: dict[int, date | None]) -> date | None:
    """Return the day on which a text was replaced, which is that on which its successor counts."""
    if version.superseded_by_id is None:
        return None
    return since.get(version.superseded_by_id)
