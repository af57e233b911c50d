"""What a successor in office is sent: the letter of each circulation that runs at that moment (rule 2).

The appointment itself is made in `people`; the letter is written in `workflow/notices/letters.py`.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
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
    # A dispatch holds the body: either it finds the successor, or the successor finds its circulation.
    session.execute(select(Body.id).where(Body.id == state.body_id).with_for_update(read=True))
    ids = session.scalars(
        select(Circulation.id)
        .join(RosterState, RosterState.circulation_id == Circulation.id)
        .where(RosterState.state_id == state.id, Circulation.status.in_(RUNNING))
        .order_by(Circulation.id)
    ).all()
    return [one.id for one in all_settled(session, ids) if one.status in RUNNING]


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
