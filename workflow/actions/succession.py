"""What a successor in office is sent: the letter of each circulation that runs at that moment (rule 2).

The appointment itself is made in `people`; the letter is written in `workflow/notices/letters.py`.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from workflow.actions.closing import all_settled
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.domain.mandates import Actor
from workflow.domain.terms import RUNNING
from workflow.models.body import Body, State
from workflow.models.circulation import Circulation, RosterState
from workflow.models.people import Person
from workflow.notices import letters
from workflow.queries.cases import load


def running_for(session: Session, state: State) -> list[int]:
    """Lock the circulations that run before this State, in order, and return the ids of those that still do.

    Called before the entry of the appointment is written: circulations are locked before the log (rule 14).
    """
    before = select(RosterState.circulation_id).where(RosterState.state_id == state.id)
    return _held(session, state.body_id, Circulation.id.in_(before))


def hold_running(session: Session, body_id: int) -> None:
    """Lock everything that runs in a body, for several appointments in one transaction (rule 14)."""
    _held(session, body_id)


def _held(session: Session, body_id: int, *which: ColumnElement[bool]) -> list[int]:
    # A dispatch holds the body: either it finds the successor, or the successor finds its circulation.
    session.execute(select(Body.id).where(Body.id == body_id).with_for_update(read=True))
    running = select(Circulation.id).where(
        Circulation.body_id == body_id, Circulation.status.in_(RUNNING), *which
    )
    circulations = all_settled(session, session.scalars(running.order_by(Circulation.id)))
    return [one.id for one in circulations if one.status in RUNNING]


def write_to(
    session: Session, person: Person, circulations: Sequence[int], *, by: Actor, now: datetime
) -> None:
    """Write the circulation letter of each of these circulations to one person (rule 2).

    Effects: letters, one entry for each. The caller holds their locks, by `running_for`.
    """
    for key in circulations:
        loaded = load(session, key)
        written = letters.circulation(session, loaded, now=now, addressees=[person])
        for code, count in written.items():
            record(
                session,
                Entry.SERVED_AGAIN,
                by=by,
                at=now,
                circulation=loaded.circulation,
                on_behalf_of=code,
                letters=count,
            )
