"""What was not endorsed goes to the next meeting: deferral after the close, referral from a hold (rule 31).

What the meeting then decides is in `meetings`.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from workflow.actions.closing import freeze
from workflow.actions.moving import move
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.terms import CirculationStatus, CirculationTrigger, Result, Trigger
from workflow.domain.texts import clean
from workflow.models.circulation import Circulation
from workflow.queries.cases import load


def defer(
    session: Session, circulation: Circulation, version_id: int, *, by: Actor, now: datetime, reason: str = ""
) -> None:
    """Put a broken item of a closed circulation on the next meeting's list (rule 31).

    Effects: the version's status, one entry. Raises WrongStatus before the close. Its result stays frozen.
    """
    require(by, Act.DEFER, body=circulation.body_id)
    loaded = load(session, circulation.id)
    closed = circulation.status is CirculationStatus.CLOSED
    move(
        session,
        circulation,
        [loaded.row(version_id)],
        Trigger.DEFER,
        by=by,
        now=now,
        facts={"circulation_closed": closed, "referred_from_hold": False},
        values={"reason": clean(reason, "reason")},
    )


def refer(session: Session, circulation: Circulation, *, by: Actor, now: datetime, reason: str) -> None:
    """Close a held circulation and send its undecided and broken items to the next meeting (rule 31).

    Effects: statuses, results and outcome, entries, a letter to every State. WrongStatus unless held.
    """
    require(by, Act.REFER, body=circulation.body_id)
    reason = clean(reason, "reason", required=True)
    loaded = load(session, circulation.id)
    rows = loaded.open_items
    held = circulation.status is CirculationStatus.HELD
    move(
        session,
        circulation,
        rows,
        Trigger.DEFER,
        by=by,
        now=now,
        facts={"circulation_closed": False, "referred_from_hold": held},
        values={"reason": reason},
    )
    results = {row.version.id: Result.DEFERRED for row in rows}
    freeze(session, loaded, results, CirculationTrigger.REFER, by, now, now, "referral")
