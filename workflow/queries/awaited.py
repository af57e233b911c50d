"""Which open circulations the clock has reason to look at: a few statements, however many are open.

What is owed is decided in `workflow/actions/`, by a look at the whole circulation; here only those are left
out to which nothing can be owed yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from workflow.domain.terms import CirculationStatus, Letter
from workflow.models.body import State
from workflow.models.circulation import Circulation, RosterState
from workflow.models.notice import Notice
from workflow.queries.cases import working_time_of

#: How many circulations are read at once: each brings the calendars frozen with it.
_AT_ONCE = 200
#: No zone is further from UTC, so that no State's membership begins or ends unseen.
_ANY_ZONE = timedelta(days=1)
_OPEN = (
    select(
        Circulation.id,
        Circulation.dispatched_at,
        Circulation.deadline,
        Circulation.reminded_at,
        Circulation.silence_started_at,
    )
    .where(Circulation.status == CirculationStatus.OPEN)
    .order_by(Circulation.id)
)


@dataclass(frozen=True)
class _Run:
    """One run to a deadline: with what is frozen at dispatch it decides when reminders fall due (rule 2)."""

    circulation: int
    dispatched_at: datetime
    deadline: datetime


@dataclass(frozen=True)
class _Calls:
    """When the States of a run are reminded, ascending, and from when on they are warned of drafts."""

    reminders: tuple[datetime, ...]
    last_call: datetime

    def is_due(self, reminded_at: datetime | None, run: _Run, now: datetime) -> bool:
        """Tell whether a reminder fell due since the last one, or drafts are to be looked for."""
        since = reminded_at or run.dispatched_at
        return now >= self.last_call or any(since < at <= now for at in self.reminders)


@dataclass
class Watch:
    """Knows of one database's open circulations when their reminders fall due.

    That is worked out once a run, from what cannot change; all else is read anew at every look.
    """

    _known: dict[_Run, _Calls] = field(default_factory=dict)

    def awaited(self, session: Session, now: datetime) -> list[int]:
        """Return the ids of the open circulations to which time could owe anything at `now`, ascending."""
        rows = session.execute(_OPEN).all()
        runs = {
            row.id: _Run(row.id, row.dispatched_at, row.deadline)
            for row in rows
            if row.dispatched_at is not None and row.deadline is not None and row.deadline > now
        }
        known = self._learned(session, list(runs.values()))
        found = set(_joined(session, now))
        for row in rows:
            run = runs.get(row.id)
            if run is None or row.silence_started_at is None or known[run].is_due(row.reminded_at, run, now):
                found.add(row.id)
        return sorted(found)

    def _learned(self, session: Session, runs: Sequence[_Run]) -> dict[_Run, _Calls]:
        """Return the calls of these runs: those not known yet are worked out, those over are forgotten."""
        # Read once: another clock of this process may put what it knows in its place meanwhile.
        before = self._known
        known = {run: before[run] for run in runs if run in before}
        new = [run for run in runs if run not in known]
        for start in range(0, len(new), _AT_ONCE):
            part = {run.circulation: run for run in new[start : start + _AT_ONCE]}
            for circulation in session.scalars(select(Circulation).where(Circulation.id.in_(part))):
                known[part[circulation.id]] = _calls(circulation, part[circulation.id])
        self._known = known
        return known


def _calls(circulation: Circulation, run: _Run) -> _Calls:
    working_time = working_time_of(circulation)
    return _Calls(
        working_time.reminders(run.deadline, run.dispatched_at),
        working_time.last_call(run.deadline, run.dispatched_at),
    )


def _joined(session: Session, now: datetime) -> Sequence[int]:
    """Return the open circulations during which a State off their roster may have joined (rule 32)."""
    first, last = (now - _ANY_ZONE).date(), (now + _ANY_ZONE).date()
    on_roster = exists().where(RosterState.circulation_id == Circulation.id, RosterState.state_id == State.id)
    copied = exists().where(
        Notice.circulation_id == Circulation.id,
        Notice.state_id == State.id,
        Notice.letter == Letter.FOR_INFORMATION,
    )
    query = (
        select(Circulation.id)
        .join(State, State.body_id == Circulation.body_id)
        .where(
            Circulation.status == CirculationStatus.OPEN,
            State.member_from <= last,
            or_(State.member_until.is_(None), State.member_until >= first),
            ~on_roster,
            ~copied,
        )
        .distinct()
    )
    return session.scalars(query).all()
