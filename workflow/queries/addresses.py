"""What one address proved, and which circulations a bounce there reaches (rules 9, 34).

What a bounce does there is in `workflow/actions/serving.py`; what it proves in `workflow/domain/serving.py`.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from workflow.domain.terms import RUNNING, CirculationStatus, EvidenceKind
from workflow.models.circulation import Circulation, RosterState
from workflow.models.notice import Notice, ServiceEvidence

_OVER = CirculationStatus.CLOSED


def within_reach(session: Session, notice: Notice) -> list[int]:
    """Return the ids of the circulations that a bounce of this letter may concern: one statement.

    Its own, and those of its body, running or closed, in which its address was served.
    """
    served = select(ServiceEvidence.circulation_id).where(
        ServiceEvidence.body_id == notice.body_id,
        ServiceEvidence.address == notice.address,
        ServiceEvidence.kind == EvidenceKind.ACCEPTED,
    )
    own = and_(Circulation.id == notice.circulation_id, Circulation.status.is_not(None))
    other = and_(Circulation.status.in_([*RUNNING, _OVER]), Circulation.id.in_(served))
    return list(session.scalars(select(Circulation.id).where(or_(own, other)).order_by(Circulation.id)))


def bounced_for(session: Session, circulation: Circulation, notice: Notice) -> dict[int, bool]:
    """Return, by the id of each State a bounce of this letter concerns here, whether it served that State.

    An address serves whom its acceptances say, whatever State the letter itself is to; what bounced there
    before serves nobody any more. After the close a letter of another circulation concerns this one only
    if the mail server had it before the close: one sent later tells nothing of the time that counted.
    """
    is_own = notice.circulation_id == circulation.id
    closed_at = circulation.closed_at if circulation.status is _OVER else None
    if not is_own and closed_at is not None and not (notice.settled_at and notice.settled_at < closed_at):
        return {}
    rows = session.scalars(
        select(ServiceEvidence).where(
            ServiceEvidence.circulation_id == circulation.id, ServiceEvidence.address == notice.address
        )
    )
    found = dict.fromkeys(_standing(rows.all(), closed_at), True)
    if is_own and notice.state_id is not None and _on_roster(session, circulation, notice.state_id):
        found.setdefault(notice.state_id, False)
    return found


def _standing(facts: Iterable[ServiceEvidence], before: datetime | None) -> list[int]:
    """Return the States whose mail was accepted until an instant, if one is given, and stands."""
    stands: dict[int, bool] = {}
    # Of two facts in one instant the doubting one prevails.
    for fact in sorted(facts, key=lambda one: (one.at, one.kind is EvidenceKind.BOUNCED)):
        if fact.kind is EvidenceKind.BOUNCED:
            stands[fact.state_id] = False
        elif before is None or fact.at <= before:
            stands[fact.state_id] = True
    return sorted(state for state, is_so in stands.items() if is_so)


def _on_roster(session: Session, circulation: Circulation, state_id: int) -> bool:
    query = select(RosterState.id).where(
        RosterState.circulation_id == circulation.id, RosterState.state_id == state_id
    )
    return session.scalar(query) is not None
