"""Importing a newer edition of a document: drafts of what is new and what changed; nothing else moves.

Which row speaks of which item is proposed in `workflow/papers/editions.py` and decided by a person. What is
not there yet is imported by `importing`.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.actions import documents, drafting
from workflow.actions.drafting import Text
from workflow.actions.importing import check_rows
from workflow.domain.errors import Invalid, says
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.terms import Status
from workflow.models.document import Document, Item, Version
from workflow.papers.editions import Fate, Known, fate
from workflow.papers.paper import PaperDocument, PaperRow


def known_items(session: Session, document: Document) -> list[Known]:
    """Return the items of a document in order, with the words a newer edition is held against: one statement.

    They are those of the draft, else of the newest version that was not withdrawn.
    """
    query = select(Item, Version).join(Version, Version.item_id == Item.id)
    found: dict[Item, list[Version]] = {}
    rows = session.execute(
        query.where(Item.document_id == document.id).order_by(Item.position, Version.number)
    )
    for item, version in rows:
        found.setdefault(item, []).append(version)
    return [_known(item, versions) for item, versions in found.items()]


def renew(
    session: Session,
    document: Document,
    read: PaperDocument,
    matched: Mapping[int, str | None],
    *,
    by: Actor,
    now: datetime,
) -> Counter[Fate]:
    """Write a newer edition into a document: a draft for each new and changed row, nothing for the others.

    `matched` has by a row's position the key of its item, None where it is new. Items that vanished stay
    as they are: dropping one is for the States. Effects: those of `documents.add_item` and
    `documents.revise`. Raises PaperBroken naming the row, Invalid where two rows claim one item.
    """
    require(by, Act.IMPORT_DOCUMENT, body=document.body_id)
    drafting.hold_papers(session, by)
    check_rows(read)
    items = {one.key: one for one in known_items(session, document)}
    _refuse_claims(read, matched, items)
    done: Counter[Fate] = Counter()
    fresh: list[tuple[Text, str | None]] = []
    for row in read.rows:
        key = matched.get(row.position)
        what = fate(row, items[key] if key is not None else None)
        done[what] += 1
        if what is Fate.NEW:
            text = drafting.cleaned(document.kind, row.title, row.points, row.texts)
            fresh.append((text, row.section))
        elif what is Fate.CHANGED:
            _revise(session, document, str(key), row, by, now)
    documents.add_items(session, document, fresh, by=by, now=now)
    return done


def _revise(session: Session, document: Document, key: str, row: PaperRow, by: Actor, now: datetime) -> None:
    item = session.scalars(select(Item).where(Item.body_id == document.body_id, Item.key == key)).one()
    draft = select(Version.edition).where(Version.item_id == item.id, Version.status == Status.DRAFT)
    documents.revise(
        session,
        item.id,
        by=by,
        now=now,
        edition=session.scalar(draft),
        title=row.title,
        points=row.points,
        texts=row.texts,
    )


def _refuse_claims(
    read: PaperDocument, matched: Mapping[int, str | None], items: Mapping[str, Known]
) -> None:
    claimed: dict[str, PaperRow] = {}
    for row in read.rows:
        key = matched.get(row.position)
        if key is None:
            continue
        if key not in items:
            raise Invalid(
                says("The document has no item {key}.", key=key),
                remedy="Choose the item of this row from the list.",
            )
        if key in claimed:
            raise Invalid(
                says(
                    "{place} and {other} both claim the item {key}.",
                    place=row.place,
                    other=claimed[key].place,
                    key=key,
                ),
                remedy="Choose another item for one of these rows, or import it as a new one.",
            )
        claimed[key] = row


def _known(item: Item, versions: list[Version]) -> Known:
    base = drafting.base_of(versions)
    assert base is not None
    return Known(item.key, base.title, tuple(base.points), dict(base.texts), item.section)
