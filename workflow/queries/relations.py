"""What documents are related to, and which obligations are served by which items: reads of their pages.

Changing any of it is in `workflow/actions/relating.py`.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from workflow.domain.terms import Effect, Status
from workflow.models.document import Document, Item, Version
from workflow.models.relations import Obligation, OtherEndorsement, Predecessor, Serving
from workflow.queries.documents import UNDECIDED


@dataclass
class Related:
    """What a document succeeds and what succeeds it, and which other bodies endorsed it, by day."""

    predecessors: list[tuple[Predecessor, Document | None]] = field(default_factory=list)
    successors: list[Document] = field(default_factory=list)
    endorsements: list[OtherEndorsement] = field(default_factory=list)


@dataclass(frozen=True)
class Serves:
    """An item that serves an obligation: with its title, and how it stands."""

    item: Item
    document: Document
    title: str
    status: Status


@dataclass
class Covered:
    """An obligation with the items that serve it."""

    obligation: Obligation
    items: list[Serves] = field(default_factory=list)

    @property
    def is_covered(self) -> bool:
        """Tell whether an item in force serves it."""
        return any(one.status is Status.ENDORSED for one in self.items)


def related(session: Session, document: Document) -> Related:
    """Return what a document is related to: two statements."""
    former, later = aliased(Document), aliased(Document)
    links = (
        select(Predecessor, former, later)
        .join(later, later.id == Predecessor.document_id)
        .outerjoin(former, former.id == Predecessor.former_id)
        .where(or_(Predecessor.document_id == document.id, Predecessor.former_id == document.id))
        .order_by(later.id, Predecessor.number)
    )
    others = select(OtherEndorsement).where(OtherEndorsement.document_id == document.id)
    found = Related(
        endorsements=list(
            session.scalars(others.order_by(OtherEndorsement.endorsed_on, OtherEndorsement.number))
        )
    )
    for link, before, after in session.execute(links):
        if link.document_id == document.id:
            found.predecessors.append((link, before))
        else:
            found.successors.append(after)
    return found


def coverage(session: Session, body_id: int, document: Document | None = None) -> list[Covered]:
    """Return the obligations of a body with the items that serve them, of one document or all."""
    query = select(Obligation).where(Obligation.body_id == body_id)
    rows = session.scalars(query.order_by(Obligation.instrument, Obligation.number))
    found = {one.id: Covered(one) for one in rows}
    serving = (
        select(Serving.obligation_id, Item, Document, Version)
        .join(Item, Item.id == Serving.item_id)
        .join(Document, Document.id == Item.document_id)
        .join(Version, Version.item_id == Item.id)
        .where(Serving.body_id == body_id)
        .order_by(Document.id, Item.position, Version.number)
    )
    if document is not None:
        serving = serving.where(Document.id == document.id)
    grouped: dict[tuple[int, int], list[tuple[Item, Document, Version]]] = defaultdict(list)
    for key, item, of, version in session.execute(serving):
        grouped[key, item.id].append((item, of, version))
    for (key, _), group in grouped.items():
        shown = _shown([version for _, _, version in group])
        if shown is not None:
            item, of, _ = group[0]
            found[key].items.append(Serves(item, of, shown.title, shown.status))
    return list(found.values())


def obligations_of(session: Session, item: Item) -> list[Obligation]:
    """Return the obligations an item serves."""
    query = select(Obligation).join(Serving, Serving.obligation_id == Obligation.id)
    return list(session.scalars(query.where(Serving.item_id == item.id).order_by(Obligation.number)))


def _shown(versions: list[Version]) -> Version | None:
    """Return the text by which an item is shown; None where it was dropped or withdrawn."""
    for statuses in ({Status.ENDORSED}, UNDECIDED, {Status.DRAFT}):
        found = [one for one in versions if one.status in statuses]
        if found:
            return found[-1] if found[-1].effect is not Effect.DROP else None
    return None
