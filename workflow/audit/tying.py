"""Ties the business tables to the log: every status, response, notice and outcome follows from the entries.

What entries tell of one circulation is replayed in `told`, what its tables hold is read in `kept`; that the
log itself is whole is checked in `checking`.
"""

from collections.abc import Iterator
from typing import Protocol

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from workflow.audit import (
    behind,
    kept_of_body,
    kept_of_letters,
    kept_of_papers,
    kept_of_relations,
    kept_of_reports,
    library_texts,
    loose,
)
from workflow.audit.entries import KEYS, Entry
from workflow.audit.kept import Names, facts
from workflow.audit.record import fingerprint, reference
from workflow.audit.told import Facts, Replay, Text, Told
from workflow.audit.told_of_body import TYPES, BodyReplay
from workflow.audit.told_of_letters import LETTER_TYPES, LettersReplay
from workflow.audit.told_of_papers import PAPER_TYPES, PapersReplay
from workflow.audit.told_of_relations import RELATION_TYPES, RelationsReplay
from workflow.audit.told_of_reports import REPORT_TYPES, ReportsReplay
from workflow.models.audit import AuditEntry, PrivateText
from workflow.models.circulation import Circulation

_AT_ONCE = 500
#: The random bytes of each text, by the number of its entry and the key.
Salts = dict[tuple[int, str], bytes]
_SAME_ENTRY = (AuditEntry.body_id == PrivateText.body_id) & (AuditEntry.seq == PrivateText.seq)


class _Replaying(Protocol):
    facts: Facts

    def read(self, line: Told) -> None:
        """Take up one entry."""


def differences(session: Session, body: int) -> Iterator[str]:
    """Give one sentence for each thing in a body's tables that the entries do not tell so, or not at all.

    Each names the thing, its column and both values. Memory is that of the largest circulation, and that of
    the body's versions and people.
    """
    names, erased = Names(session, body), behind.erased_texts(session, body)
    keys = session.scalars(select(Circulation.id).where(Circulation.body_id == body).order_by(Circulation.id))
    for key in keys.all():
        yield from _as_far_as_read(_circulation_faults(session, key, names, erased))
        session.expunge_all()
    yield from _as_far_as_read(_body_faults(session, body, names, erased))
    yield from _as_far_as_read(behind.faults(session, body, erased))


def is_older(session: Session, body: int) -> bool:
    """Tell whether a body was founded before entries told all that its tables hold (docs/decisions/0018).

    Its entries leave out what the tables would be compared with, and were signed so: nothing can be added.
    """
    query = select(AuditEntry.entry).where(
        AuditEntry.body_id == body, AuditEntry.type == str(Entry.BODY_FOUNDED)
    )
    first = session.scalars(query.order_by(AuditEntry.seq).limit(1)).first()
    return first is not None and not KEYS[Entry.BODY_FOUNDED] <= behind.read(first).keys()


def _as_far_as_read(faults: Iterator[str]) -> Iterator[str]:
    """Give these sentences, and one more where a table holds what the program cannot even read."""
    try:
        yield from faults
    except (LookupError, ValueError, TypeError, AttributeError) as unknown:
        yield f"The tables hold a word that is none of the procedure's, or lack one: {unknown}"


def _circulation_faults(session: Session, key: int, names: Names, erased: frozenset[str]) -> Iterator[str]:
    circulation = session.get_one(Circulation, key)
    where = f"Circulation {reference(circulation)}"
    own, replay = AuditEntry.circulation_id == circulation.id, Replay()
    yield from (f"{where}: {one}" for one in _replayed(session, replay, own))
    kept = facts(session, circulation, names) if circulation.status is not None else {}
    found = _compared(replay.facts, kept, _salts(session, own), erased)
    yield from (f"{where}: {one}" for one in found)
    posted = kept_of_letters.facts(session, kept_of_letters.of_circulation(key), names)
    yield from (f"{where}: {one}" for one in _letter_faults(session, own, posted, erased))


def _letter_faults(
    session: Session, own: ColumnElement[bool], kept: Facts, erased: frozenset[str]
) -> Iterator[str]:
    told, replay = own & AuditEntry.type.in_([str(one) for one in LETTER_TYPES]), LettersReplay()
    yield from _replayed(session, replay, told)
    yield from _compared(replay.facts, kept, _salts(session, told), erased)


def _body_faults(session: Session, body: int, names: Names, erased: frozenset[str]) -> Iterator[str]:
    """Compare what stands beside the circulations: papers, people and offices, letters and drafts."""
    for replay, types, kept in (
        (PapersReplay(), PAPER_TYPES, kept_of_papers.facts),
        (ReportsReplay(), REPORT_TYPES, kept_of_reports.facts),
        (RelationsReplay(), RELATION_TYPES, kept_of_relations.facts),
        (library_texts.LibraryReplay(), library_texts.LIBRARY_TYPES, library_texts.facts),
        (BodyReplay(), (*TYPES, behind.ERASED), kept_of_body.facts),
    ):
        own = (AuditEntry.body_id == body) & AuditEntry.type.in_([str(one) for one in types])
        yield from (f"The body: {one}" for one in _replayed(session, replay, own))
        found, salts = kept(session, body, names), _salts(session, own)
        yield from (f"The body: {one}" for one in _compared(replay.facts, found, salts, erased))
    posted = kept_of_letters.facts(session, kept_of_letters.of_none(body), names)
    own = (AuditEntry.body_id == body) & AuditEntry.circulation_id.is_(None)
    yield from (f"The body: {one}" for one in _letter_faults(session, own, posted, erased))
    yield from (f"The body: {one}" for one in loose.faults(session, body, names))


def _replayed(session: Session, replay: _Replaying, own: ColumnElement[bool]) -> Iterator[str]:
    """Let the entries be replayed in order, and name those that do not follow from the ones before."""
    query = select(AuditEntry.seq, AuditEntry.entry).where(own).order_by(AuditEntry.seq)
    for seq, line in session.execute(query.execution_options(yield_per=_AT_ONCE)):
        try:
            replay.read(behind.read(line))
        except (KeyError, ValueError, TypeError, AttributeError):
            yield f"entry {seq} does not follow from those before it; it cannot be replayed."


def _salts(session: Session, own: ColumnElement[bool]) -> Salts:
    query = (
        select(PrivateText.seq, PrivateText.field, PrivateText.salt).join(AuditEntry, _SAME_ENTRY).where(own)
    )
    return {(seq, key): salt for seq, key, salt in session.execute(query)}


def _compared(told: Facts, kept: Facts, salts: Salts, erased: frozenset[str]) -> Iterator[str]:
    for thing in told.keys() - kept.keys():
        yield f"the log tells of {thing}, which its table does not hold."
    for thing in kept.keys() - told.keys():
        yield f"its table holds {thing}, of which the log tells nothing."
    for thing in told.keys() & kept.keys():
        for column, value in told[thing].items():
            if not isinstance(value, Text) or f"{value.seq}.{value.key}" not in erased:
                yield from _differs(thing, column, value, kept[thing][column], salts)


def _differs(thing: str, column: str, told: object, kept: object, salts: Salts) -> Iterator[str]:
    if isinstance(told, Text):
        salt = salts.get((told.seq, told.key))
        if salt is None or fingerprint(salt, str(kept)) != told.hmac:
            yield (
                f"the {column} of {thing} is {kept}, which is not the text whose fingerprint "
                f"entry {told.seq} shows."
            )
    # RESPONDED may count from later, where the clock stood behind: that only makes silence younger.
    elif (told or None) != (kept or None) and not _is_later_evidence(thing, column, told, kept):
        yield f"the {column} of {thing} is {kept}, but the log says {told}."


def _is_later_evidence(thing: str, column: str, told: object, kept: object) -> bool:
    return thing.startswith("evidence “responded”") and column == "at" and str(kept) > str(told)
