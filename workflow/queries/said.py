"""What the States said of versions that stood in different circulations: reads for documents and items.

One circulation with all that decides it is read in `cases`; what the positions mean is in
`workflow/domain/positions.py`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from workflow.domain.positions import ENDINGS, Lodged, Place, Position, Remark, blocks, positions
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
    """The responses by version id, what happened to them since, the States' names by code, places in the log.

    `seqs` holds the position in the log of each response, by its id.
    """

    lodged: dict[int, list[Lodged]]
    remarks: list[Remark]
    names: dict[str, str]
    seqs: dict[int, int]

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

    def has_reservation(self, version_id: int, circulation: Circulation) -> bool:
        """Tell whether a State's place on a version is a reservation, which is printed with it (rule 22)."""
        return any(one.place is Place.RESERVATION for one in self.positions(version_id, circulation))

    def places(self, version_id: int, circulation: Circulation, roster: Sequence[State]) -> dict[str, Place]:
        """Return, by code, the place of each State of the roster in the record (rule 35)."""
        codes = [state.code for state in roster]
        return {one.state: one.place for one in self.positions(version_id, circulation, codes)}

    def breaking(self, version_id: int) -> list[Lodged]:
        """Return the objections and inputs on a version, in their order."""
        return [one for one in self.lodged.get(version_id, []) if blocks(one.kind, inputs_block=True)]

    def endings(self, lodged: Sequence[Lodged]) -> list[tuple[Lodged, Remark]]:
        """Return what ended these responses, in the order of time."""
        by_id = {one.id: one for one in lodged}
        found = [(by_id[one.response], one) for one in self.remarks if one.response in by_id]
        return sorted(
            ((said, one) for said, one in found if one.kind in ENDINGS), key=lambda pair: pair[1].at
        )


def said(session: Session, version_ids: Sequence[int]) -> Said:
    """Return all that was said of these versions: one statement however many there are."""
    lodged: dict[int, dict[int, Lodged]] = defaultdict(dict)
    names: dict[str, str] = {}
    seqs: dict[int, int] = {}
    remarks: list[Remark] = []
    for key, version_id, code, kind, counts_at, name, seq, is_heard, remark, at in session.execute(
        _responses(version_ids)
    ):
        if is_heard:
            lodged[version_id][key] = Lodged(key, version_id, code, kind, counts_at)
            names[code], seqs[key] = name, seq
        if remark is not None:
            remarks.append(Remark(key, remark, at))
    return Said({key: list(by_id.values()) for key, by_id in lodged.items()}, remarks, names, seqs)


def rosters(session: Session, circulation_ids: Sequence[int]) -> dict[int, list[State]]:
    """Return the States on the roster of each circulation, by name: one statement."""
    query = select(RosterState.circulation_id, State).join(State, State.id == RosterState.state_id)
    found: dict[int, list[State]] = defaultdict(list)
    mine = RosterState.circulation_id.in_(circulation_ids)
    for circulation_id, state in session.execute(query.where(mine).order_by(State.name)):
        found[circulation_id].append(state)
    return found


def _responses(version_ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Ask for all responses to these versions, in their order, each with what happened to it since."""
    return (
        select(
            Response.id,
            Response.version_id,
            State.code,
            Response.kind,
            Response.counts_at,
            State.in_text,
            Response.entry_seq,
            _is_heard(),
            ResponseRemark.kind,
            ResponseRemark.at,
        )
        .join(State, State.id == Response.state_id)
        .join(Circulation, Circulation.id == Response.circulation_id)
        .outerjoin(ResponseRemark, ResponseRemark.response_id == Response.id)
        .where(Response.version_id.in_(version_ids))
        .order_by(Response.id, ResponseRemark.id)
    )


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
