"""What the States said of versions that stood in different circulations: reads for documents and items.

One circulation with all that decides it is read in `cases`; what the positions mean is in
`workflow/domain/positions.py`.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from workflow.domain.positions import Lodged, Place, Position, Remark, positions
from workflow.domain.rules import Rules
from workflow.domain.terms import CirculationStatus, ResponseKind
from workflow.models.body import State
from workflow.models.circulation import Circulation, RosterState
from workflow.models.response import Response, ResponseRemark


@dataclass(frozen=True)
class Blocker:
    """A State and the kind of what it has standing against an item."""

    name: str
    kind: ResponseKind


@dataclass(frozen=True)
class Said:
    """The responses by version id, what happened to them since, and the States' names by code."""

    lodged: dict[int, list[Lodged]]
    remarks: list[Remark]
    names: dict[str, str]

    def positions(
        self, version_id: int, circulation: Circulation, roster: Sequence[str] | None = None
    ) -> list[Position]:
        """Return where the roster stands on a version; without a roster, whoever said something."""
        lodged = self.lodged.get(version_id, [])
        codes = roster if roster is not None else sorted({one.state for one in lodged})
        return list(positions(lodged, self.remarks, _as_at(circulation), [version_id], codes).values())

    def blockers(self, version_id: int, circulation: Circulation) -> list[Blocker]:
        """Return who stands against a version, and by what kind."""
        inputs_block = Rules.from_json(circulation.frozen["rules"]).inputs_block
        return [
            Blocker(self.names[position.state], one.kind)
            for position in self.positions(version_id, circulation)
            for one in position.blockers(inputs_block)[:1]
        ]

    def places(self, version_id: int, circulation: Circulation, roster: Sequence[str]) -> dict[Place, int]:
        """Return how many States of the roster are in each place of the record (rule 35)."""
        counts = Counter(position.place for position in self.positions(version_id, circulation, roster))
        return {place: counts[place] for place in Place if counts[place]}


def said(session: Session, version_ids: Sequence[int]) -> Said:
    """Return all that was said of these versions: two statements however many there are."""
    lodged: dict[int, list[Lodged]] = defaultdict(list)
    names: dict[str, str] = {}
    rows = session.execute(
        select(Response.id, Response.version_id, State.code, Response.kind, Response.counts_at, State.in_text)
        .join(State, State.id == Response.state_id)
        .join(Circulation, Circulation.id == Response.circulation_id)
        .where(Response.version_id.in_(version_ids), _is_heard())
    )
    for key, version_id, code, kind, counts_at, name in rows:
        lodged[version_id].append(Lodged(key, version_id, code, kind, counts_at))
        names[code] = name
    remarks = (
        select(ResponseRemark.response_id, ResponseRemark.kind, ResponseRemark.at)
        .join(Response, Response.id == ResponseRemark.response_id)
        .where(Response.version_id.in_(version_ids))
    )
    return Said(lodged, [Remark(*row) for row in session.execute(remarks)], names)


def rosters(session: Session, circulation_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the codes of the States on the roster of each circulation: one statement."""
    query = select(RosterState.circulation_id, State.code).join(State, State.id == RosterState.state_id)
    found: dict[int, list[str]] = defaultdict(list)
    for circulation_id, code in session.execute(query.where(RosterState.circulation_id.in_(circulation_ids))):
        found[circulation_id].append(code)
    return found


def _is_heard() -> ColumnElement[bool]:
    """Leave out what was entered after the close as if it were in time: it rewrites nothing (rule 26)."""
    return or_(
        Circulation.closed_seq.is_(None),
        Response.entry_seq < Circulation.closed_seq,
        Response.counts_at >= Circulation.deadline,
    )


def _as_at(circulation: Circulation) -> datetime | None:
    """Return the deadline as at which positions count; a suspended circulation has none (rule 13)."""
    return None if circulation.status is CirculationStatus.SUSPENDED else circulation.deadline
