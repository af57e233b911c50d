"""What a record tells besides its items: moves of the deadline, overrides, disputes, corrections, notings.

What the items say is in `record_items`; a running circulation's happenings are in `happenings`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from workflow.domain.formula import Treated
from workflow.domain.terms import DisputeKind
from workflow.models.audit import AuditEntry
from workflow.models.body import Meeting, State
from workflow.models.circulation import Circulation, Correction, DeadlineMove, Dispute, Noting
from workflow.models.people import Person
from workflow.models.response import Response
from workflow.queries.overrides import OverrideRow, overrides, treated

#: The types of the entries with which a circulation ends (`workflow/audit/entries.py`).
ENDING_TYPES = ("circulation.closed", "circulation.withdrawn")


@dataclass(frozen=True)
class Moved:
    """The deadline moved, by an extension or a resumption."""

    cause: str
    before: datetime
    after: datetime
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Overridden:
    """Two persons of both offices recorded that a State is treated as served; `second` "" while one waits."""

    state: str
    name: str
    served_from: datetime
    evidence: str
    first: str
    first_role: str
    first_at: datetime
    second_evidence: str
    second: str
    second_role: str
    second_at: datetime | None


@dataclass(frozen=True)
class Disputed:
    """A fact that came after the close and doubts it; `response` is what was entered late, if that is it."""

    key: int
    state: str
    name: str
    kind: DisputeKind
    opened_at: datetime
    settled_at: datetime | None
    settlement: str
    response: Response | None


@dataclass(frozen=True)
class Corrected:
    """A correction of the record."""

    text: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Noted:
    """A meeting that noted the outcome."""

    meeting: str
    noted_on: date
    reference: str


@dataclass(frozen=True)
class Surroundings:
    """All of these, in the order of time; `names` are people by pseudonym, `meetings` names by id."""

    first_seq: int
    last_seq: int
    closed_seq: int | None
    entries: int
    moves: tuple[Moved, ...] = ()
    overrides: tuple[Overridden, ...] = ()
    treated: tuple[Treated, ...] = ()
    disputes: tuple[Disputed, ...] = ()
    corrections: tuple[Corrected, ...] = ()
    notings: tuple[Noted, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    meetings: dict[int, str] = field(default_factory=dict)


def surroundings(session: Session, circulation: Circulation, *, with_positions: bool) -> Surroundings:
    """Read what surrounds one circulation: eight statements; without positions no dispute and no override.

    `treated` is there for every reader: it is part of the formula (rule 35).
    """
    moves = _all(session, DeadlineMove, circulation)
    corrections = _all(session, Correction, circulation)
    made = overrides(session, circulation.id)
    by_name = {circulation.dispatched_by or "", *(row.by for row in (*moves, *corrections))}
    by_id = {key for row in made for key in (row.override.first_person_id, row.override.second_person_id)}
    names, names_by_id = _names(session, by_name, by_id - {None})
    meetings = _meetings(session, circulation.body_id)
    first, last, closed, entries = _log(session, circulation)
    disputes = _disputes(session, circulation)
    return Surroundings(
        first_seq=first,
        last_seq=last,
        closed_seq=closed,
        entries=entries,
        moves=tuple(_moved(row, names) for row in moves),
        overrides=tuple(_overridden(row, names_by_id) for row in made) if with_positions else (),
        treated=treated(made),
        disputes=tuple(disputes) if with_positions else (),
        corrections=tuple(Corrected(row.text, row.at, names.get(row.by, "")) for row in corrections),
        notings=tuple(
            Noted(meetings[row.meeting_id], row.noted_on, row.reference)
            for row in _all(session, Noting, circulation)
        ),
        names=names,
        meetings=meetings,
    )


def _all(session: Session, table: Any, circulation: Circulation) -> list[Any]:
    query = select(table).where(table.circulation_id == circulation.id).order_by(table.id)
    return list(session.scalars(query))


def _disputes(session: Session, circulation: Circulation) -> list[Disputed]:
    rows = session.execute(
        select(Dispute, State, Response)
        .join(State, State.id == Dispute.state_id)
        .outerjoin(Response, Response.id == Dispute.response_id)
        .where(Dispute.circulation_id == circulation.id)
        .order_by(Dispute.id)
    )
    return [
        Disputed(
            row.id,
            state.code,
            state.name,
            row.kind,
            row.opened_at,
            row.settled_at,
            row.settlement or "",
            response,
        )
        for row, state, response in rows
    ]


def _names(
    session: Session, pseudonyms: Iterable[str], ids: Iterable[int | None]
) -> tuple[dict[str, str], dict[int, str]]:
    rows = session.execute(
        select(Person.public_id, Person.id, Person.name).where(
            or_(Person.public_id.in_(list(pseudonyms)), Person.id.in_(list(ids)))
        )
    ).all()
    return {row.public_id: row.name for row in rows}, {row.id: row.name for row in rows}


def _meetings(session: Session, body_id: int) -> dict[int, str]:
    query = select(Meeting.id, Meeting.name).where(Meeting.body_id == body_id)
    return {row.id: row.name for row in session.execute(query)}


def _log(session: Session, circulation: Circulation) -> tuple[int, int, int | None, int]:
    """Return the first and last position in the log, that of the close, and the number of entries."""
    closing = func.max(AuditEntry.seq).filter(AuditEntry.type.in_(ENDING_TYPES))
    row = session.execute(
        select(func.min(AuditEntry.seq), func.max(AuditEntry.seq), closing, func.count()).where(
            AuditEntry.circulation_id == circulation.id
        )
    ).one()
    return row[0] or 0, row[1] or 0, row[2], row[3]


def _moved(row: DeadlineMove, names: dict[str, str]) -> Moved:
    return Moved(row.cause, row.before, row.after, row.reason, row.at, names.get(row.by, ""))


def _overridden(found: OverrideRow, names: dict[int, str]) -> Overridden:
    row = found.override
    return Overridden(
        state=found.state.code,
        name=found.state.leading,
        served_from=row.served_from,
        evidence=row.evidence,
        first=names.get(row.first_person_id, ""),
        first_role=row.first_role,
        first_at=row.first_at,
        second_evidence=found.second_evidence or "",
        second=names.get(row.second_person_id or 0, ""),
        second_role=row.second_role or "",
        second_at=row.second_at,
    )
