"""One circulation with all the facts that decide it, read in six statements however large it is.

What the facts mean is in `workflow/domain/outcome.py`; lists of circulations are in other files here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TypeVar

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from workflow.db import Key
from workflow.domain.calendars import WorkingTime
from workflow.domain.errors import NotFound, says
from workflow.domain.national import Calendar
from workflow.domain.outcome import Case
from workflow.domain.positions import Lodged, Remark
from workflow.domain.rules import Rules
from workflow.domain.serving import Evidence, Period, lawful_close, served_since
from workflow.domain.terms import CirculationStatus, Result, Status
from workflow.models.body import Meeting, State
from workflow.models.circulation import Circulation, CirculationItem, RosterState, Suspension
from workflow.models.document import Document, Item, Version
from workflow.models.notice import ServiceEvidence
from workflow.models.response import Response, ResponseRemark

Row = TypeVar("Row", Response, ResponseRemark, ServiceEvidence)

# The statements of `load`, written once: every act reads them under the lock, and to write a statement
# anew takes SQLAlchemy longer than it takes a database to answer it.
_KEY = bindparam("circulation", type_=Key)
_CIRCULATION = (
    select(Circulation, Meeting, Suspension)
    .outerjoin(Meeting, Meeting.id == Circulation.authority_meeting_id)
    .outerjoin(Suspension, Suspension.circulation_id == Circulation.id)
    .where(Circulation.id == _KEY)
    .order_by(Suspension.id)
    .execution_options(populate_existing=True)
)
_ROSTER = (
    select(State, RosterState.holds)
    .join(RosterState, RosterState.state_id == State.id)
    .where(RosterState.circulation_id == _KEY)
    .order_by(State.name)
    .execution_options(populate_existing=True)
)
_ITEMS = (
    select(CirculationItem, Version, Item, Document)
    .join(Version, Version.id == CirculationItem.version_id)
    .join(Item, Item.id == Version.item_id)
    .join(Document, Document.id == Item.document_id)
    .where(CirculationItem.circulation_id == _KEY)
    .order_by(CirculationItem.position)
    .execution_options(populate_existing=True)
)
_SERVED = select(ServiceEvidence).where(
    ServiceEvidence.circulation_id == _KEY, ServiceEvidence.state_id == bindparam("state", type_=Key)
)
_STOOD = select(Suspension).where(Suspension.circulation_id == _KEY).order_by(Suspension.id)


@dataclass(frozen=True)
class ItemRow:
    """One item of a circulation: its entry there, the version before the States, the item and document."""

    entry: CirculationItem
    version: Version
    item: Item
    document: Document

    @property
    def is_open(self) -> bool:
        """Tell whether the item is still in the circulation, or was when it closed."""
        return self.entry.result is None

    @property
    def reason(self) -> str:
        """Return why it left the circulation by an act: withdrawn, replaced or referred; "" at a deadline."""
        version = self.version
        # A referral keeps its reason with the version, until a withdrawal gives another.
        referred = self.entry.result is Result.DEFERRED and version.status is not Status.WITHDRAWN
        return self.entry.reason or ((version.reason or "") if referred else "")


@dataclass
class Loaded:
    """A circulation, its items in order, its roster in the order of the States' names, and what they said."""

    circulation: Circulation
    meeting: Meeting | None
    suspensions: list[Suspension]
    items: list[ItemRow]
    states: list[State]
    holding: frozenset[str]
    responses: list[Response]
    remarks: list[ResponseRemark]
    evidence: list[ServiceEvidence]
    code_by_id: dict[int, str] = field(default_factory=dict)

    @property
    def rules(self) -> Rules:
        """Return the rules frozen at dispatch (rule 2)."""
        return Rules.from_json(self.circulation.frozen["rules"])

    @property
    def working_time(self) -> WorkingTime:
        """Return the working time frozen at dispatch (rules 2, 11)."""
        return working_time_of(self.circulation)

    @property
    def open_items(self) -> list[ItemRow]:
        """Return the items that have no result yet."""
        return [row for row in self.items if row.is_open]

    def case(self, versions: Sequence[int] | None = None) -> Case:
        """Return the facts as the domain judges them, for these versions or all that are open.

        Raises NotFound for a preparation: nobody can speak in it, and no State knows of it.
        """
        circulation = self.circulation
        if circulation.dispatched_at is None:
            raise NotFound("There is no such circulation.", remedy="Choose one from the list.")
        suspended = circulation.status is CirculationStatus.SUSPENDED
        return Case(
            dispatched_at=circulation.dispatched_at,
            deadline=None if suspended else circulation.deadline,
            versions=tuple(versions if versions is not None else (row.version.id for row in self.open_items)),
            roster=tuple(state.code for state in self.states),
            period=self.period,
            package=circulation.package,
            inputs_block=self.rules.inputs_block,
            lodged=tuple(self.lodged(self.heard)),
            remarks=tuple(Remark(one.response_id, one.kind, one.at) for one in self.remarks),
            evidence=tuple(
                Evidence(self.code_by_id[one.state_id], one.kind, one.at, one.address)
                for one in self.evidence
            ),
            is_held=circulation.status is CirculationStatus.HELD,
            held_states=self.holding,
        )

    @property
    def heard(self) -> list[Response]:
        """Return the responses there were at the close: what is entered later rewrites nothing (rule 26).

        Late ones stay: they are late by themselves. Until the close all are there.
        """
        return [one for one in self.responses if is_heard(self.circulation, one)]

    @property
    def period(self) -> Period:
        """Return how silence runs here; a suspension that has not ended is not among the ended ones."""
        return period_of(self.circulation, self.suspensions)

    def lodged(self, responses: Iterable[Response]) -> list[Lodged]:
        """Return responses as the domain sees them."""
        return [
            Lodged(one.id, one.version_id, self.code_by_id[one.state_id], one.kind, one.counts_at)
            for one in responses
        ]

    def state(self, code: str) -> State:
        """Return the roster State of this code; raises NotFound."""
        for state in self.states:
            if state.code == code:
                return state
        raise NotFound(
            says("{code} is not on the roster of this circulation.", code=code),
            remedy="Choose a State of its roster.",
        )

    def row(self, version_id: int) -> ItemRow:
        """Return the item row of this version; raises NotFound."""
        for row in self.items:
            if row.version.id == version_id:
                return row
        raise NotFound("This text is not in this circulation.", remedy="Open the circulation again.")

    def response(self, response_id: int) -> Response:
        """Return the response of this id; raises NotFound."""
        for response in self.responses:
            if response.id == response_id:
                return response
        raise NotFound("There is no such response in this circulation.", remedy="Open the circulation again.")


def is_heard(circulation: Circulation, response: Response) -> bool:
    """Tell whether a response is judged: not one entered after the close as if it were in time (rule 26)."""
    closed, deadline = circulation.closed_seq, circulation.deadline
    if closed is None or deadline is None:
        return True
    # The log's order decides, not instants: two acts can share one, and a clock can have stood behind.
    return response.entry_seq < closed or response.counts_at >= deadline


def working_time_of(circulation: Circulation) -> WorkingTime:
    """Return the working time frozen with a circulation (rules 2, 11)."""
    frozen = circulation.frozen
    calendars = tuple(Calendar.from_json(one) for one in frozen["calendars"])
    return WorkingTime(Rules.from_json(frozen["rules"]), calendars, circulation.urgent)


def period_of(circulation: Circulation, suspensions: Iterable[Suspension]) -> Period:
    """Return how silence runs in a circulation; a suspension that has not ended is none of the ended."""
    ended = tuple((one.since, one.until) for one in suspensions if one.until is not None)
    return Period(working_time_of(circulation), circulation.window_end, ended)


def earliest_close(session: Session, circulation: Circulation, state_id: int) -> datetime | None:
    """Return the earliest instant at which a State's silence counts, as now known; None: not served.

    It reads that State's evidence only: two statements.
    """
    suspended = circulation.status is CirculationStatus.SUSPENDED
    deadline = None if suspended else circulation.deadline
    horizon = deadline or datetime.max.replace(tzinfo=UTC)
    key = {"circulation": circulation.id}
    served = session.scalars(_SERVED, key | {"state": state_id})
    evidence = [Evidence("", one.kind, one.at, one.address) for one in served]
    period = period_of(circulation, session.scalars(_STOOD, key))
    return lawful_close(served_since(evidence, "", before=horizon), period)


def load(session: Session, circulation_id: int) -> Loaded:
    """Read a circulation with its items, roster, responses, remarks and evidence: six statements.

    Raises NotFound. Under a lock the rows are as of the lock, since every writer takes the same one.
    """
    circulation, meeting, suspensions = _circulation(session, circulation_id)
    roster = session.execute(_ROSTER, {"circulation": circulation_id}).all()
    return Loaded(
        circulation=circulation,
        meeting=meeting,
        suspensions=suspensions,
        items=_items(session, circulation_id),
        states=[state for state, _ in roster],
        holding=frozenset(state.code for state, holds in roster if holds),
        responses=_all(session, Response, circulation_id),
        remarks=_all(session, ResponseRemark, circulation_id),
        evidence=_all(session, ServiceEvidence, circulation_id),
        code_by_id={state.id: state.code for state, _ in roster},
    )


def _circulation(session: Session, key: int) -> tuple[Circulation, Meeting | None, list[Suspension]]:
    rows = session.execute(_CIRCULATION, {"circulation": key}).all()
    if not rows:
        raise NotFound("There is no such circulation.", remedy="Choose one from the list.")
    suspensions = [suspension for _, _, suspension in rows if suspension is not None]
    return rows[0][0], rows[0][1], suspensions


def _items(session: Session, key: int) -> list[ItemRow]:
    return [ItemRow(*row) for row in session.execute(_ITEMS, {"circulation": key})]


def _all(session: Session, table: type[Row], key: int) -> list[Row]:
    return list(session.scalars(_every(table), {"circulation": key}))


@cache
def _every(table: type[Row]) -> Select[Row]:
    query = select(table).where(table.circulation_id == _KEY).order_by(table.id)
    return query.execution_options(populate_existing=True)
