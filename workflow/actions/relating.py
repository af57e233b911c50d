"""Relating documents: to their predecessors, to other bodies' endorsements; items to obligations they serve.

What the States of this body endorsed follows from circulations: nothing here changes it (rule 42).
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.orm import Session

from workflow.actions import drafting
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.audit.rows import relation_sha256
from workflow.domain import spelled
from workflow.domain.errors import Invalid, NotFound, WrongStatus, says
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.terms import Relation
from workflow.domain.texts import clean, one_line
from workflow.domain.zones import local
from workflow.models.body import Body
from workflow.models.document import Document, Item
from workflow.models.relations import Obligation, OtherEndorsement, Predecessor, Serving

_TABLES: dict[Relation, Any] = {
    Relation.PREDECESSOR: Predecessor,
    Relation.ENDORSEMENT: OtherEndorsement,
}


def name_predecessor(
    session: Session, document: Document, *, by: Actor, now: datetime, former: str = "", title: str = ""
) -> Predecessor:
    """Name a document that this one succeeds: by the code of one kept here, else by the title of a paper.

    Effects: the relation, one entry. Raises Invalid naming `former` or `title`.
    """
    require(by, Act.RELATE, body=document.body_id)
    drafting.hold_papers(session, by)
    title = one_line(title, "title", longest=drafting.LONGEST_TITLE)
    if bool(former) == bool(title):
        raise Invalid(
            "Choose a document, or write the title of a paper; not both.",
            remedy="Leave one of the two empty.",
            field="title",
        )
    former_id = _former(session, document, former) if former else None
    same = (Predecessor.title == title) & (
        Predecessor.former_id == former_id if former_id else Predecessor.former_id.is_(None)
    )
    if _stands(session, Predecessor, document, same):
        message = says("This predecessor is named already.")
        raise Invalid(message, remedy="There is nothing to do.", field="former" if former else "title")
    row = Predecessor(former_id=former_id, title=title)
    return _kept(session, document, Relation.PREDECESSOR, row, by, now)


def record_endorsement(
    session: Session,
    document: Document,
    *,
    by: Actor,
    now: datetime,
    endorsed_by: str,
    endorsed_on: date,
    reference: str = "",
) -> OtherEndorsement:
    """Record that another body endorsed a document, on a day that has come (rule 42).

    Effects: the relation, one entry. Raises Invalid naming `endorsed_by`, `endorsed_on` or `reference`.
    """
    require(by, Act.RECORD_ENDORSEMENT, body=document.body_id)
    drafting.hold_papers(session, by)
    body = session.get_one(Body, document.body_id)
    today = local(now, str(body.rules["zone"])).date()
    if endorsed_on > today:
        raise Invalid(
            says("{day} has not come yet.", day=spelled.day(endorsed_on)),
            remedy=says("Write a day up to today, {day}.", day=spelled.day(today)),
            field="endorsed_on",
        )
    name = one_line(endorsed_by, "endorsed_by", required=True, longest=200)
    if name.casefold() in (body.name.casefold(), body.short_name.casefold()):
        raise Invalid(
            "What this body endorsed follows from its circulations.",
            remedy="Write the name of the other body.",
            field="endorsed_by",
        )
    _refuse_recorded(session, document, name, endorsed_on)
    row = OtherEndorsement(
        endorsed_by=name, endorsed_on=endorsed_on, reference=one_line(reference, "reference")
    )
    return _kept(session, document, Relation.ENDORSEMENT, row, by, now)


def remove(
    session: Session, document: Document, relation: Relation, number: int, *, by: Actor, now: datetime
) -> None:
    """Take back a relation that was entered by mistake; the log keeps that it stood there.

    Effects: the row is deleted, one entry. Raises NotFound.
    """
    act = Act.RELATE if relation is Relation.PREDECESSOR else Act.RECORD_ENDORSEMENT
    require(by, act, body=document.body_id)
    drafting.hold_papers(session, by)
    table = _TABLES[relation]
    row = session.scalar(select(table).where(table.document_id == document.id, table.number == number))
    if row is None:
        raise NotFound("This stands there no more.", remedy="Open the document and see what stands there.")
    session.delete(row)
    session.flush()
    told: dict[str, Any] = {"document": document.code, "relation": relation, "number": number}
    record(session, Entry.RELATION_REMOVED, by=by, at=now, body=document.body_id, **told)


def add_obligation(
    session: Session, *, by: Actor, now: datetime, body: Body, instrument: str, place: str, words: str
) -> Obligation:
    """Add what the body is bound to: an instrument, the place in it, what it asks for in a few words.

    Effects: the obligation, one entry. Raises Invalid naming `instrument`, `place` or `words`.
    """
    require(by, Act.RELATE, body=body.id)
    drafting.hold_papers(session, by)
    highest = session.scalar(select(func.max(Obligation.number)).where(Obligation.body_id == body.id))
    row = Obligation(body_id=body.id, number=(highest or 0) + 1, created_at=now, created_by=by.public_id)
    _bind(session, row, instrument, place, words)
    session.add(row)
    session.flush()
    told: dict[str, Any] = {"number": row.number, "row_sha256": relation_sha256(row)}
    record(session, Entry.OBLIGATION_ADDED, by=by, at=now, body=body.id, **told)
    return row


def change_obligation(
    session: Session,
    number: int,
    *,
    by: Actor,
    now: datetime,
    body: Body,
    instrument: str,
    place: str,
    words: str,
) -> None:
    """Correct what an obligation says; the log keeps the words that stood there.

    Effects: the row, one entry, unless it stood so already. Raises NotFound; Invalid naming the field.
    """
    row = _obligation(session, number, body, by)
    before, stood = relation_sha256(row), _words(row)
    _bind(session, row, instrument, place, words)
    if relation_sha256(row) == before:
        return
    session.flush()
    told: dict[str, Any] = {"number": number, "row_sha256": relation_sha256(row), "text": stood}
    record(session, Entry.OBLIGATION_CHANGED, by=by, at=now, body=body.id, **told)


def remove_obligation(session: Session, number: int, *, by: Actor, now: datetime, body: Body) -> None:
    """Take out an obligation that no item serves; the log keeps its words.

    Effects: the row is deleted, one entry. Raises NotFound; WrongStatus while an item serves it.
    """
    row = _obligation(session, number, body, by)
    query = select(Item.key).join(Serving, Serving.item_id == Item.id).where(Serving.obligation_id == row.id)
    serving = session.scalars(query.order_by(Item.id)).all()
    if serving:
        raise WrongStatus(
            says("Items serve it: {items}.", items=", ".join(serving)),
            remedy="Choose on the page of each what it serves instead.",
        )
    told: dict[str, Any] = {"number": number, "text": _words(row)}
    session.delete(row)
    session.flush()
    record(session, Entry.OBLIGATION_REMOVED, by=by, at=now, body=body.id, **told)


def serve(session: Session, item_id: int, numbers: Collection[int], *, by: Actor, now: datetime) -> None:
    """Say which obligations of the body an item serves: exactly these, by number.

    Effects: the relations, one entry. Raises NotFound for a number that none has.
    """
    require(by, Act.RELATE)
    item, _ = drafting.locked_item(session, item_id, by, Act.RELATE)
    query = select(Obligation.number, Obligation.id).where(Obligation.body_id == item.body_id)
    rows = session.execute(query.where(Obligation.number.in_(numbers)))
    known: dict[int, int] = {row.number: row.id for row in rows}
    if set(numbers) - known.keys():
        raise NotFound("There is no such obligation.", remedy="Choose from the list.")
    session.execute(delete(Serving).where(Serving.item_id == item.id))
    if known:
        about = {"body_id": item.body_id, "item_id": item.id}
        session.execute(insert(Serving), [about | {"obligation_id": key} for key in known.values()])
    told: dict[str, Any] = {"item": item.key, "obligations": sorted(known)}
    record(session, Entry.OBLIGATIONS_SERVED, by=by, at=now, body=item.body_id, **told)


def _refuse_recorded(session: Session, document: Document, name: str, day: date) -> None:
    same = (OtherEndorsement.endorsed_by == name) & (OtherEndorsement.endorsed_on == day)
    if _stands(session, OtherEndorsement, document, same):
        raise Invalid(
            says("An endorsement by {name} on {day} is recorded already.", name=name, day=spelled.day(day)),
            remedy="To correct its reference, take it back first.",
            field="endorsed_by",
        )


def _stands(session: Session, table: Any, document: Document, same: ColumnElement[bool]) -> bool:
    query = select(table.id).where(table.document_id == document.id, same).limit(1)
    return session.scalar(query) is not None


def _kept(
    session: Session, document: Document, relation: Relation, row: Any, by: Actor, now: datetime
) -> Any:
    table = _TABLES[relation]
    highest = session.scalar(select(func.max(table.number)).where(table.document_id == document.id))
    row.body_id, row.document_id, row.number = document.body_id, document.id, (highest or 0) + 1
    row.created_at, row.created_by = now, by.public_id
    session.add(row)
    session.flush()
    told: dict[str, Any] = {"document": document.code, "relation": relation, "number": row.number}
    digest = relation_sha256(row)
    record(session, Entry.RELATION_ENTERED, by=by, at=now, body=document.body_id, row_sha256=digest, **told)
    return row


def _obligation(session: Session, number: int, body: Body, by: Actor) -> Obligation:
    """Return an obligation read anew, once the actor is found to be allowed to change it."""
    require(by, Act.RELATE, body=body.id)
    drafting.hold_papers(session, by)
    query = select(Obligation).where(Obligation.body_id == body.id, Obligation.number == number)
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("There is no such obligation.", remedy="Choose from the list.")
    return found


def _bind(session: Session, row: Obligation, instrument: str, place: str, words: str) -> None:
    """Write what an obligation says; no two of a body name one place."""
    named = {
        "instrument": one_line(instrument, "instrument", required=True, longest=200),
        "place": one_line(place, "place", required=True, longest=200),
    }
    said = clean(words, "words", required=True, longest=1000)
    query = select(Obligation.number).where(Obligation.body_id == row.body_id).filter_by(**named)
    if session.scalar(query.where(Obligation.number != row.number)) is not None:
        raise Invalid(
            says("{instrument}, {place} stands there already.", **named),
            remedy="There is nothing to do.",
            field="place",
        )
    row.instrument, row.place, row.words = named["instrument"], named["place"], said


def _words(row: Obligation) -> str:
    return "\n".join([row.instrument, row.place, row.words])


def _former(session: Session, document: Document, code: str) -> int:
    query = select(Document.id).where(Document.body_id == document.body_id, Document.code == code)
    found = session.scalar(query)
    if found is None or found == document.id:
        raise Invalid("There is no such other document.", remedy="Choose one.", field="former")
    after = _successors(session, document)
    if found in after:
        raise Invalid(
            "That document succeeds this one.",
            remedy="Choose a document that came before.",
            field="former",
        )
    return found


def _successors(session: Session, document: Document) -> set[int]:
    """Return the documents that come after this one, however far."""
    rows = session.execute(select(Predecessor.former_id, Predecessor.document_id)).all()
    found: set[int] = set()
    waiting = [document.id]
    while waiting:
        former = waiting.pop()
        coming = {later for earlier, later in rows if earlier == former} - found
        found |= coming
        waiting += coming
    return found
