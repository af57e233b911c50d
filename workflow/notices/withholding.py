"""Letters that must not leave any more: their reader left the office, moved, or lost the account meanwhile.

That a letter was not sent proves nothing of its address (rule 9); sending the others is in `outbox`.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.audit.posted import record_ended
from workflow.domain.terms import OFFICES, SECRET_LETTERS, Letter, Role
from workflow.models.notice import Notice
from workflow.models.people import Person
from workflow.notices.endings import finish, given_up, tell
from workflow.queries.people import addressees, officers

#: Letters to a person, whatever office that person holds.
_PERSONAL = SECRET_LETTERS | {Letter.TEST, Letter.EXPORT_READY}


def withhold(session: Session, notices: Sequence[Notice], now: datetime) -> list[Notice]:
    """End the letters whose reader is not to be written to at `now`, and return the others, in order.

    Who is written to follows the appointments of this moment (rule 2). Effects: their status with the
    reason, their secrets forgotten, the secretariat told. The caller holds their locks.
    """
    kept = []
    present = {body: _present(session, body, now) for body in {notice.body_id for notice in notices}}
    people = _people(session, notices)
    for notice in notices:
        person = people.get(notice.person_id or 0)
        reason = None if person is None else _reason(notice, person, present[notice.body_id])
        if reason is None:
            kept.append(notice)
            continue
        finish(notice, given_up(session, notice), f"Not sent: {reason}", now)
        record_ended(session, notice, now=now)
        tell(session, notice, now, withheld=True)
    return kept


def _people(session: Session, notices: Sequence[Notice]) -> dict[int, Person]:
    keys = {notice.person_id for notice in notices}
    query = select(Person).where(Person.id.in_(keys)).execution_options(populate_existing=True)
    return {person.id: person for person in session.scalars(query)}


def _present(session: Session, body: int, now: datetime) -> set[tuple[int | None, int]]:
    """Return who is written to now, as (State id, person id); None stands for the offices."""
    speaking = addressees(session, body, now).items()
    present: set[tuple[int | None, int]] = {(state, one.id) for state, people in speaking for one in people}
    offices = (*OFFICES, Role.PROGRAMME)
    return present | {(None, one.id) for role in offices for one in officers(session, body, now, role)}


def _reason(notice: Notice, person: Person, present: set[tuple[int | None, int]]) -> str | None:
    if not person.active:
        return "the reader's account is closed."
    if person.email != notice.address:
        return "the reader has another address now."
    if notice.letter in _PERSONAL or (notice.state_id, person.id) in present:
        return None
    return "the reader does not hold this office any more."
