"""The record of a circulation that is over, as one plain structure for page, print and files (rule 35).

Its items are made in `record_items`, its formula in `workflow/domain/formula.py`; no wording is here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from workflow.domain.errors import WrongStatus
from workflow.domain.formula import Tongue, formula
from workflow.domain.mandates import OPERATOR, Act, Actor, require
from workflow.domain.rules import Span
from workflow.domain.serving import Evidence, lawful_close, served_since
from workflow.domain.terms import (
    CirculationStatus,
    EvidenceKind,
    Outcome,
)
from workflow.models.circulation import Circulation
from workflow.queries.cases import Loaded, load
from workflow.queries.correspondence import attachments
from workflow.queries.positions_shown import Sight, sight
from workflow.queries.record_items import RecordItem, record_items
from workflow.queries.record_surroundings import Surroundings, surroundings


@dataclass(frozen=True)
class ServedState:
    """How one State of the roster was served, as judged at the close; instants are UTC.

    `since` is None for a State that was not served; `counts_from` is when its silence counts. `returned`
    are the bounces known then; `held` tells that its missing silence held the circulation.
    """

    code: str
    name: str
    since: datetime | None
    how: EvidenceKind | None
    counts_from: datetime | None
    returned: tuple[datetime, ...]
    held: bool


@dataclass(frozen=True)
class Period:
    """How long silence had to run at least, and the working days there were until the deadline.

    `calendars` are named by their States, whose own codes stand for what is on no roster.
    """

    minimum: Span
    floor_seconds: int
    working_days: int
    calendars: tuple[str, ...]


@dataclass(frozen=True)
class Opening:
    """How the circulation was opened: on which authority, when, by whom, announced in which zone."""

    authority: str
    authority_day: date | None
    authority_note: str
    dispatched_at: datetime
    dispatched_by: str
    zone: str
    window_end: datetime | None
    urgent_reasons: str
    package: bool
    inputs_block: bool


@dataclass(frozen=True)
class Closing:
    """How it ended, as at `closed_at`, written at `recorded_at`; `deadline` was in force at the close."""

    deadline: datetime
    closed_at: datetime
    recorded_at: datetime
    cause: str
    withdrawal_reason: str


@dataclass(frozen=True)
class Record:
    """The record of one circulation as one reader may see it (rules 33a, 35); instants are UTC.

    `sight` tells how much of the positions it holds: with NONE it holds outcomes only.
    """

    circulation_id: int
    reference: str
    symbol: str
    title: str
    status: CirculationStatus
    sight: Sight
    outcome: Outcome | None
    opening: Opening
    closing: Closing
    period: Period
    roster: tuple[ServedState, ...]
    suspensions: tuple[tuple[datetime, datetime | None, str], ...]
    items: tuple[RecordItem, ...]
    around: Surroundings

    def formula(self, tongue: Tongue | None = None) -> list[str]:
        """Return the formula of the whole circulation as sentences (rule 35)."""
        return formula(
            self.closing.deadline, [item.decided for item in self.items], self.around.treated, tongue
        )

    def item_formula(self, item: RecordItem, tongue: Tongue | None = None) -> list[str]:
        """Return the formula of one item as sentences (rule 35)."""
        return formula(self.closing.deadline, [item.decided], self.around.treated, tongue)

    @property
    def shows_positions(self) -> bool:
        """Tell whether the reader sees more than outcomes."""
        return self.sight is not Sight.NONE


def record_of(session: Session, circulation_id: int, *, for_actor: Actor) -> Record:
    """Read the record of a closed or withdrawn circulation, as `for_actor` may see it (rules 33a, 35).

    The same statements however many items and States. Raises NotFound, NotAllowed, and WrongStatus while
    there is no record yet.
    """
    loaded = load(session, circulation_id)
    circulation = loaded.circulation
    if for_actor != OPERATOR:
        require(for_actor, Act.READ_RECORD, body=circulation.body_id)
    require_over(circulation)
    seen = sight(for_actor, circulation, loaded.rules)
    around = surroundings(session, circulation, with_positions=seen is not Sight.NONE)
    files = attachments(session, [row.version.id for row in loaded.items])
    items = record_items(loaded, seen, for_actor, files, around.meetings)
    return _record(loaded, seen, around, items)


def require_over(circulation: Circulation) -> None:
    """Raise WrongStatus for a circulation that has no record yet."""
    if circulation.status not in (CirculationStatus.CLOSED, CirculationStatus.WITHDRAWN):
        raise WrongStatus(
            "This circulation is not closed: it has no record yet.",
            remedy="The record is made at the close. See how the circulation stands.",
        )


def _record(loaded: Loaded, seen: Sight, around: Surroundings, items: Sequence[RecordItem]) -> Record:
    circulation = loaded.circulation
    assert circulation.status is not None
    shows = seen is not Sight.NONE
    return Record(
        circulation_id=circulation.id,
        reference=f"{circulation.year}-{circulation.number}",
        symbol=circulation.symbol or "",
        title=circulation.title,
        status=circulation.status,
        sight=seen,
        outcome=circulation.outcome,
        opening=_opening(loaded, around),
        closing=_closing(circulation),
        period=_period(loaded),
        roster=tuple(served_states(loaded)) if shows else (),
        suspensions=tuple((one.since, one.until, one.reason) for one in loaded.suspensions),
        items=tuple(items),
        around=around,
    )


def _opening(loaded: Loaded, around: Surroundings) -> Opening:
    circulation, meeting = loaded.circulation, loaded.meeting
    assert circulation.dispatched_at is not None
    return Opening(
        authority=meeting.name if meeting else "",
        authority_day=meeting.held_on if meeting else None,
        authority_note=circulation.authority_note,
        dispatched_at=circulation.dispatched_at,
        dispatched_by=around.names.get(circulation.dispatched_by or "", ""),
        zone=circulation.zone,
        window_end=circulation.window_end,
        urgent_reasons=circulation.urgent_reasons,
        package=circulation.package,
        inputs_block=loaded.rules.inputs_block,
    )


def _closing(circulation: Circulation) -> Closing:
    assert circulation.deadline is not None
    assert circulation.closed_at is not None
    return Closing(
        deadline=circulation.deadline,
        closed_at=circulation.closed_at,
        recorded_at=circulation.recorded_at or circulation.closed_at,
        cause=circulation.close_cause or "",
        withdrawal_reason=circulation.withdrawal_reason or "",
    )


def _period(loaded: Loaded) -> Period:
    circulation, rules = loaded.circulation, loaded.rules
    start = circulation.window_end or circulation.dispatched_at
    assert start is not None
    assert circulation.deadline is not None
    names = {state.code: state.name for state in loaded.states}
    return Period(
        rules.minimum,
        rules.floor_seconds,
        loaded.working_time.working_days_between(start, circulation.deadline),
        tuple(names.get(code, code) for code in rules.calendars),
    )


def served_states(loaded: Loaded) -> list[ServedState]:
    """Return how each State was served, judged as at the deadline, in a hold as known at the close (34)."""
    circulation = loaded.circulation
    assert circulation.deadline is not None
    case = loaded.case([])
    until = circulation.closed_at if circulation.held_at is not None else circulation.deadline
    known = [fact for fact in case.evidence if fact.at < (until or circulation.deadline)]
    found = []
    for state in loaded.states:
        since = served_since(known, state.code, before=circulation.deadline)
        own = [fact for fact in known if fact.state == state.code]
        found.append(
            ServedState(
                code=state.code,
                name=state.name,
                since=since,
                how=_how(own, since),
                counts_from=lawful_close(since, case.period),
                returned=tuple(fact.at for fact in own if fact.kind is EvidenceKind.BOUNCED),
                held=state.code in loaded.holding,
            )
        )
    return found


def _how(own: Sequence[Evidence], since: datetime | None) -> EvidenceKind | None:
    positive = [fact.kind for fact in own if fact.at == since and fact.kind is not EvidenceKind.BOUNCED]
    return positive[0] if positive else None
