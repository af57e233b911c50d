"""States admitted while a circulation runs: they get copies for information and join at the next (rule 32).

Who is on a roster is decided at dispatch: see `dispatching`.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.domain.mandates import CLOCK
from workflow.domain.terms import CirculationStatus, Letter
from workflow.domain.zones import local
from workflow.models.body import Body, State
from workflow.models.circulation import Circulation
from workflow.models.notice import Notice
from workflow.notices import letters
from workflow.queries.cases import Loaded, load
from workflow.queries.people import addressees
from workflow.queries.working_days import members


def uninformed(session: Session, loaded: Loaded, now: datetime) -> list[State]:
    """Return whom a copy is owed: members of this day off the roster, with an address and without a copy.

    Only while the circulation is open.
    """
    circulation = loaded.circulation
    if circulation.status is not CirculationStatus.OPEN:
        return []
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

    Effects: letters, one entry for each State. The caller holds the circulation's lock.
    """
    loaded = load(session, circulation.id)
    states = uninformed(session, loaded, now)
    for state in states:
        letters.for_information(session, loaded, now=now, state=state)
        record(session, Entry.INFORMED, by=CLOCK, at=now, circulation=circulation, state=state.code)
    return bool(states)
