"""Erasing a person's data: name, addresses and words go, the acts of the States stay, and the log verifies.

What leaves the files of the database after the commit is done by `workflow.scrubbing`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session, undefer

from workflow.actions.authority import permit_keeping
from workflow.actions.erasing_letters import ERASED, clear_letters, quietly, told_of
from workflow.actions.indexing import index_anew
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.domain.errors import WrongStatus
from workflow.domain.mandates import Act, Actor
from workflow.models.audit import AuditEntry, PrivateText
from workflow.models.circulation import (
    Circulation,
    CirculationItem,
    Correction,
    DeadlineMove,
    Dispute,
    Noting,
    Override,
    Suspension,
)
from workflow.models.document import Progress, Version
from workflow.models.incoming import IncomingMessage
from workflow.models.notice import Attempt, Notice, ServiceEvidence
from workflow.models.people import AccountLink, Person
from workflow.models.reporting import ReportingPeriod
from workflow.models.response import ExtensionRequest, Response, ResponseDraft, ResponseRemark

_NAMES = ("name", "name_before")
_ADDRESSES = ("address", "address_before")
#: The columns that hold a text of which an entry shows the fingerprint.
_WORDS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (Response, ("reasons", "passage", "cure", "evidence")),
    (ResponseRemark, ("text",)),
    (ExtensionRequest, ("reasons",)),
    (Override, ("evidence",)),
    (ServiceEvidence, ("detail",)),
    (DeadlineMove, ("reason",)),
    (Suspension, ("reason",)),
    (Correction, ("text",)),
    (Dispute, ("settlement",)),
    (Noting, ("reference",)),
    (Circulation, ("withdrawal_reason",)),
    (CirculationItem, ("reason",)),
    (Version, ("reason", "decision_reference")),
    (Progress, ("status",)),
    (ReportingPeriod, ("highlights",)),
    (Notice, ("reply",)),
    (IncomingMessage, ("note",)),
)


def erase_person(session: Session, person: Person, *, by: Actor, now: datetime) -> int:
    """Erase a person's name, addresses, password, links and words; return how many texts of the log went.

    Effects: the salts and texts behind the entries are deleted, what repeats them in the tables says that
    it was erased, letters that quote them lose their words; one entry names which texts went. Kinds of
    responses, instants and whose act it was (by pseudonym) stay: they are acts of a State.
    Raises NotAllowed; WrongStatus while the account is open.
    """
    permit_keeping(by, Act.MANAGE_PEOPLE, person.body_id)
    session.refresh(person, with_for_update=True)
    if person.active:
        raise WrongStatus(
            "This account is open.", remedy="Deactivate it first: who still acts cannot be erased."
        )
    own = _own_texts(session, person)
    known = {one.text for one in own if one.field in _NAMES} | {person.name}
    reached = {one.text for one in own if one.field in _ADDRESSES} | {person.email}
    own += _served_at(session, person.body_id, reached)
    words = {one.text for one in own if one.field not in _NAMES + _ADDRESSES} | _drafted(session, person)
    # Whoever wrote the very same words: they could not be told apart in letters, and must not stay there.
    own += _equal_to(session, person.body_id, words)
    own += _clear_messages(session, person.body_id, known | reached | words)
    substitute = f"{person.public_id}@erased.invalid"
    _clear_words(session, person, words)
    cleared = clear_letters(session, person, known | reached, words, reached)
    own += [*told_of(session, person.body_id, cleared), *_quoting(session, person.body_id, reached)]
    _clear_addresses(session, person.body_id, reached, substitute)
    _clear_account(session, person, substitute)
    index_anew(session, person.body_id)
    keys = [f"{seq}.{field}" for seq, field in sorted({(one.seq, one.field) for one in own})]
    session.execute(delete(PrivateText).where(PrivateText.id.in_({one.id for one in own})))
    told: dict[str, Any] = {"person": person.public_id, "erased": keys}
    record(session, Entry.DATA_ERASED, by=by, at=now, body=person.body_id, **told)
    return len(keys)


def _own_texts(session: Session, person: Person) -> list[PrivateText]:
    """Return the texts this person wrote, and the names and addresses that were theirs."""
    acting = AuditEntry.entry.contains(f'"actor":"{person.public_id}"', autoescape=True)
    about = AuditEntry.entry.contains(f'"person":"{person.public_id}"', autoescape=True)
    personal = PrivateText.field.in_(_NAMES + _ADDRESSES)
    query = (
        select(PrivateText)
        .join(AuditEntry, (AuditEntry.body_id == PrivateText.body_id) & (AuditEntry.seq == PrivateText.seq))
        .where(PrivateText.body_id == person.body_id)
        # Staff of the secretariat also write other people's names: those are not theirs.
        .where(or_(acting & ~personal, about & personal))
    )
    return list(session.scalars(query))


def _served_at(session: Session, body: int, reached: Iterable[str]) -> list[PrivateText]:
    return list(
        session.scalars(
            select(PrivateText).where(
                PrivateText.body_id == body, PrivateText.field == "address", PrivateText.text.in_(reached)
            )
        )
    )


def _quoting(session: Session, body: int, reached: set[str]) -> list[PrivateText]:
    """Return the words of mail servers that quote one of these addresses."""
    replies = (PrivateText.body_id == body) & PrivateText.field.in_(("reply", "detail"))
    quotes = or_(*(PrivateText.text.icontains(one, autoescape=True) for one in reached))
    return list(session.scalars(select(PrivateText).where(replies, quotes)))


def _equal_to(session: Session, body: int, words: set[str]) -> list[PrivateText]:
    return list(
        session.scalars(
            select(PrivateText).where(
                PrivateText.body_id == body,
                PrivateText.field.not_in(_NAMES + _ADDRESSES),
                PrivateText.text.in_(words),
            )
        )
    )


def _drafted(session: Session, person: Person) -> set[str]:
    drafts = session.scalars(select(ResponseDraft).where(ResponseDraft.person_id == person.id)).all()
    words = {text for one in drafts for text in (one.reasons, one.passage, one.cure) if text}
    session.execute(delete(ResponseDraft).where(ResponseDraft.person_id == person.id))
    return words


def _clear_words(session: Session, person: Person, words: set[str]) -> None:
    """Say “erased” wherever a column is one of these texts, in this body."""
    for table, columns in _WORDS:
        for name in columns:
            where = (table.body_id == person.body_id) & getattr(table, name).in_(words)
            session.execute(quietly(update(table).where(where).values({name: ERASED})))


def _clear_messages(session: Session, body: int, told: set[str]) -> list[PrivateText]:
    """Take the words out of each message that came by e-mail and names or quotes the person; return them."""
    query = select(IncomingMessage).where(IncomingMessage.body_id == body)
    sought = {" ".join(one.split()).casefold() for one in told if one.strip()}
    seqs = []
    for message in session.scalars(query.options(undefer(IncomingMessage.text))):
        found = " ".join(message.words.replace("\n>", " ").split()).casefold()
        if any(one in found for one in sought):
            message.sender = message.subject = message.text = ERASED
            message.files = []
            seqs.append(message.entry_seq)
    texts = select(PrivateText).where(PrivateText.body_id == body, PrivateText.seq.in_(seqs))
    return list(session.scalars(texts))


def _clear_addresses(session: Session, body: int, reached: set[str], substitute: str) -> None:
    for table in (Notice, ServiceEvidence):
        where = (table.body_id == body) & table.address.in_(reached)
        session.execute(quietly(update(table).where(where).values(address=substitute)))
    replies: tuple[tuple[Any, str], ...] = (
        (Notice, "reply"),
        (Attempt, "reply"),
        (ServiceEvidence, "detail"),
    )
    for told, name in replies:
        for one in reached:
            quotes = getattr(told, name).icontains(one, autoescape=True)
            where = (told.body_id == body) & quotes
            session.execute(quietly(update(told).where(where).values({name: ERASED})))
    for circulation in session.scalars(select(Circulation).where(Circulation.body_id == body)):
        circulation.frozen = _replaced(circulation.frozen, reached, substitute)


def _replaced(value: Any, reached: set[str], substitute: str) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(inner, reached, substitute) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, reached, substitute) for inner in value]
    return substitute if isinstance(value, str) and value in reached else value


def _clear_account(session: Session, person: Person, substitute: str) -> None:
    session.execute(delete(AccountLink).where(AccountLink.person_id == person.id))
    person.name, person.email, person.password_hash = ERASED, substitute, None
    person.epoch += 1
    session.flush()
