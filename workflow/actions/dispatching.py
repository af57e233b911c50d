"""Dispatching a preparation to every State on its roster (rules 1-5, 30).

Preparing it is in `preparing`; what the letters say is in `workflow/notices/`.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.actions.closing import all_settled, leave, successor_id
from workflow.actions.moving import move, named
from workflow.actions.preparing import freeze_rules, require_preparation
from workflow.actions.withdrawing import settle_remaining
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.audit.terms import terms_digest
from workflow.domain.errors import Invalid, RosterIncomplete, StaleVersion, WrongStatus, says
from workflow.domain.lifecycle import begin
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.terms import LIVE, REPLACED_REASON, RUNNING, Result, Status, Trigger
from workflow.domain.zones import local
from workflow.models.body import Body, State
from workflow.models.circulation import Circulation, CirculationItem, RosterState
from workflow.models.document import Version
from workflow.notices import letters
from workflow.queries.cases import ItemRow, Loaded, load
from workflow.queries.people import addressees, with_contact_point

#: Statuses that end when a successor is dispatched (rule 30).
_REPLACED = (*sorted(LIVE), Status.DEFERRED)


def dispatch(session: Session, circulation: Circulation, *, by: Actor, now: datetime) -> Circulation:
    """Dispatch the preparation to every State on its roster (rules 1-5).

    Effects: everything that decides is frozen, the drafts become circulated and replace what they succeed
    (rule 30), one entry that holds all a checker needs, one letter to each contact point and alternate.
    The caller holds the preparation's lock. Raises Invalid for a missing authority, DeadlineTooEarly,
    RosterIncomplete naming the States without a contact point, StaleVersion where a draft is gone.
    """
    require(by, Act.DISPATCH, body=circulation.body_id)
    require_preparation(circulation)
    body = session.get_one(Body, circulation.body_id, with_for_update={"key_share": True})
    freeze_rules(session, circulation, now)
    session.flush()
    loaded = load(session, circulation.id)
    _check_items(loaded)
    _check_authority(loaded, now)
    _check_time(loaded, now)
    roster = _roster(session, loaded, now)
    _supersede_predecessors(session, loaded, by, now)
    _open(session, loaded, body, roster, by, now)
    facts = {"rules_of_opening_hold": True}
    move(session, circulation, loaded.items, Trigger.CIRCULATE, by=by, now=now, facts=facts)
    loaded = load(session, circulation.id)
    _record(session, loaded, by, now)
    letters.circulation(session, loaded, now=now)
    return circulation


def _check_items(loaded: Loaded) -> None:
    if not loaded.items:
        raise Invalid("Nothing is chosen to circulate.", remedy="Choose at least one draft.", field="items")
    gone = [row.version.title for row in loaded.items if row.version.status is not Status.DRAFT]
    if gone:
        raise StaleVersion(
            says("These are no drafts any more: {listed}.", listed="; ".join(gone)),
            remedy="Choose the items again.",
            field="items",
        )


def _check_authority(loaded: Loaded, now: datetime) -> None:
    """Require the meeting that agreed to the procedure, held not later than the dispatch (rule 1)."""
    meeting, zone = loaded.meeting, loaded.circulation.zone
    if meeting is None:
        raise Invalid(
            "The authority is missing: the meeting that agreed to use this procedure.",
            remedy="Choose the meeting.",
            field="meeting",
        )
    if meeting.held_on is None or meeting.held_on > local(now, zone).date():
        raise Invalid(
            says("{name} has not been held by the day of dispatch.", name=meeting.name),
            remedy="Choose a meeting that was held, or let the secretariat enter its date.",
            field="meeting",
        )


def _check_time(loaded: Loaded, now: datetime) -> None:
    circulation = loaded.circulation
    if circulation.deadline is None:
        raise Invalid(
            "The deadline is missing.", remedy="Choose one; a lawful one is offered.", field="deadline"
        )
    if circulation.window_end is not None and circulation.window_end <= now:
        raise Invalid(
            "The consultation window would be over before it begins.",
            remedy="Choose a later end, or no window.",
            field="window_end",
        )
    loaded.working_time.check(circulation.deadline, circulation.window_end or now)


def _roster(session: Session, loaded: Loaded, now: datetime) -> list[State]:
    """Return the roster in order; every State on it needs a contact point with an address (rules 4, 32)."""
    circulation = loaded.circulation
    query = select(State).where(
        State.body_id == circulation.body_id, State.code.in_(circulation.frozen["roster"])
    )
    states = list(session.scalars(query.order_by(State.name)))
    reachable = with_contact_point(session, circulation.body_id, now)
    unreachable = [state.name for state in states if state.id not in reachable]
    if unreachable or not states:
        raise RosterIncomplete(
            says(
                "No contact point with an address: {states}.",
                states=", ".join(unreachable) or "no member State at all",
            ),
            remedy="Ask the secretariat to appoint one for each of these States.",
            field="roster",
            details={"states": unreachable},
        )
    people = addressees(session, circulation.body_id, now)
    circulation.frozen = {
        **circulation.frozen,
        "addressees": {
            state.code: [[person.public_id, person.email] for person in people[state.id]] for state in states
        },
    }
    return states


def _open(
    session: Session, loaded: Loaded, body: Body, roster: list[State], by: Actor, now: datetime
) -> None:
    circulation = loaded.circulation
    year = local(now, circulation.zone).year
    newest = select(func.coalesce(func.max(Circulation.number), 0)).where(
        Circulation.body_id == body.id, Circulation.year == year
    )
    number = (session.scalar(newest) or 0) + 1
    circulation.year, circulation.number = year, number
    circulation.symbol = f"{body.short_name}/{year}/{number}"
    circulation.dispatched_at, circulation.dispatched_by = now, by.public_id
    circulation.first_deadline = circulation.deadline
    begin(circulation)
    session.add_all(
        RosterState(body_id=body.id, circulation_id=circulation.id, state_id=state.id) for state in roster
    )
    session.flush()


def _supersede_predecessors(session: Session, loaded: Loaded, by: Actor, now: datetime) -> None:
    """Supersede the circulated, silent, broken or deferred versions of the items dispatched (rule 30)."""
    items = [row.item.id for row in loaded.items]
    where = (
        select(CirculationItem.circulation_id)
        .join(Version, Version.id == CirculationItem.version_id)
        .join(Circulation, Circulation.id == CirculationItem.circulation_id)
        .where(Version.item_id.in_(items), Version.status.in_(_REPLACED))
        .where(Circulation.status.is_not(None))
    )
    for earlier in all_settled(session, session.scalars(where)):
        _supersede_in(session, load(session, earlier.id), loaded, items, by, now)


def _supersede_in(
    session: Session, earlier: Loaded, loaded: Loaded, items: list[int], by: Actor, now: datetime
) -> None:
    rows = [row for row in earlier.items if row.item.id in items and row.version.status in _REPLACED]
    running = earlier.circulation.status in RUNNING
    if running and earlier.circulation.package and 0 < len(rows) < len(earlier.open_items):
        raise WrongStatus(
            says("{symbol} is one inseparable package and still runs.", symbol=earlier.circulation.symbol),
            remedy="Circulate successors of all its items, withdraw it, or wait for its close.",
            field="items",
        )
    values = {"ended_at": now, "superseded_by_id": successor_id([row.version.id for row in loaded.items])}
    facts = {"successor_dispatched": True}
    move(session, earlier.circulation, rows, Trigger.SUPERSEDE, by=by, now=now, facts=facts, values=values)
    if running and rows:
        _leave(session, earlier.circulation, rows, now)
        settle_remaining(session, earlier.circulation, by=by, now=now, reason=REPLACED_REASON)


def _leave(session: Session, circulation: Circulation, rows: list[ItemRow], now: datetime) -> None:
    leave(session, circulation, [row.version.id for row in rows], Result.SUPERSEDED, now, REPLACED_REASON)


def _record(session: Session, loaded: Loaded, by: Actor, now: datetime) -> None:
    circulation, rules, meeting = loaded.circulation, loaded.rules, loaded.meeting
    time = loaded.working_time
    record(
        session,
        Entry.DISPATCHED,
        by=by,
        at=now,
        circulation=circulation,
        preparation=circulation.id,
        authority=meeting.code if meeting else None,
        authority_date=meeting.held_on if meeting else None,
        roster=sorted(state.code for state in loaded.states),
        versions=[named(row) for row in loaded.items],
        deadline=circulation.deadline,
        zone=circulation.zone,
        window_end=circulation.window_end,
        earliest_close=time.period_end(circulation.window_end or now),
        floor_seconds=rules.floor_seconds,
        inputs_block=rules.inputs_block,
        package=circulation.package,
        urgent=circulation.urgent,
        calendars=[calendar.version for calendar in time.calendars],
        terms_sha256=terms_digest(circulation),
    )
