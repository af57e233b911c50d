"""States admitted while a circulation runs: they get copies for information and join at the next (rule 32).

Who is on a roster is decided at dispatch: see `dispatching`.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.domain.terms import Letter
from workflow.domain.zones import local
from workflow.models.body import Body, State
from workflow.models.circulation import Circulation
from workflow.models.notice import Notice
from workflow.notices import letters
from workflow.queries.cases import load
from workflow.queries.people import addressees
from workflow.queries.working_days import members


def uninformed(session: Session, circulation_id: int, now: datetime) -> list[State]:
    """Return the members of this day that are not on the roster, have an address and got no copy yet."""
    loaded = load(session, circulation_id)
    circulation = loaded.circulation
    body = session.get_one(Body, circulation.body_id)
    present = members(session, body, local(now, circulation.zone).date())
    outside = [state for state in present if state.id not in loaded.code_by_id]
    if not outside:
        return []
    copied = select(Notice.state_id).where(
        Notice.circulation_id == circulation.id, Notice.letter == Letter.FOR_INFORMATION
    )
    known, people = set(session.scalars(copied)), addressees(session, body.id, now)
    return [state for state in outside if state.id not in known and people.get(state.id)]


def inform(session: Session, circulation: Circulation, *, now: datetime) -> bool:
    """Send each of them the paper for information; the clock's act. Returns whether there was anybody.

    The caller holds the circulation's lock.
    """
    states = uninformed(session, circulation.id, now)
    for state in states:
        letters.for_information(session, load(session, circulation.id), now=now, state=state)
    return bool(states)
