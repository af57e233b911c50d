"""What the clock owes a circulation: silence starts, the deadline holds or closes it (rules 9, 14, 34).

When the clock looks is in `workflow/clock.py`; every door passes through `settled` first.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ScalarSelect, select, update
from sqlalchemy.orm import Session, aliased

from workflow.actions.moving import move, move_circulation, named
from workflow.audit.entries import Entry
from workflow.audit.record import newest_at, record
from workflow.db import locked
from workflow.db import now as read_now
from workflow.domain.mandates import CLOCK, Actor
from workflow.domain.outcome import Verdict, Would, judge, outcome, silence_start
from workflow.domain.terms import CirculationStatus, CirculationTrigger, Result, Status, Trigger
from workflow.models.body import State
from workflow.models.circulation import Circulation, CirculationItem, RosterState
from workflow.models.document import Document, Item, Version
from workflow.notices import letters
from workflow.queries.cases import ItemRow, Loaded, load

#: The version that comes after the one being updated, where one statement speaks of both.
_SUCCESSOR = aliased(Version)


def settled(session: Session, circulation_id: int) -> tuple[Circulation, datetime]:
    """Lock a circulation, do what the clock owes it, and return it with the instant of the lock (rule 14).

    Every act on a circulation starts here. Raises NotFound.
    """
    circulation, now = locked(session, Circulation, circulation_id)
    newest = newest_at(session, circulation.body_id)
    if newest is not None and now < newest:
        # Another circulation's entry may have come between; the clock is judged by a second look.
        now = read_now(session)
    if newest is None or now >= newest:
        # A clock that stands behind the log cannot tell what is owed (rule 12).
        catch_up(session, circulation, now)
    return circulation, now


def all_settled(session: Session, circulation_ids: Iterable[int]) -> list[Circulation]:
    """Settle several circulations: all are locked, in the order of their ids, before the log is (rule 14).

    Settling may write entries; with the log locked, another circulation could be waited for in a circle.
    """
    ids = sorted(set(circulation_ids))
    for key in ids:
        locked(session, Circulation, key)
    return [settled(session, key)[0] for key in ids]


def is_owed(loaded: Loaded, now: datetime) -> bool:
    """Tell whether the clock owes this circulation anything at `now`: looking costs no lock."""
    circulation = loaded.circulation
    if circulation.status is not CirculationStatus.OPEN or circulation.deadline is None:
        return False
    if now >= circulation.deadline:
        return True
    return circulation.silence_started_at is None and silence_start(loaded.case(), at=now) is not None


def catch_up(session: Session, circulation: Circulation, now: datetime) -> None:
    """Do what the clock owes by `now`: start silence, then hold or close at the deadline.

    The caller holds the lock. Doing it late or twice gives the same answer (rule 34).
    """
    if circulation.status is not CirculationStatus.OPEN or circulation.deadline is None:
        return
    passed = now >= circulation.deadline
    if circulation.silence_started_at is not None and not passed:
        return
    loaded = load(session, circulation.id)
    start_silence(session, loaded, now)
    if not passed:
        return
    verdict = judge(loaded.case())
    if verdict.holds:
        _hold(session, loaded, verdict, now)
    else:
        close(session, loaded, verdict, by=CLOCK, now=now, as_at=circulation.deadline, cause="deadline")


def start_silence(session: Session, loaded: Loaded, now: datetime) -> None:
    """Start silence where the window is over and no State whose silence is needed is unserved (rule 9)."""
    circulation = loaded.circulation
    if circulation.silence_started_at is not None:
        return
    start = silence_start(loaded.case(), at=now)
    if start is None:
        return
    move(
        session,
        circulation,
        [row for row in loaded.open_items if row.version.status is Status.CIRCULATED],
        Trigger.START_SILENCE,
        by=CLOCK,
        now=now,
        facts={"window_over": True, "needed_states_served": True},
        effective_at=start,
    )
    circulation.silence_started_at = start
    record(session, Entry.SILENCE_STARTED, by=CLOCK, at=now, circulation=circulation, effective_at=start)


def release(session: Session, circulation_id: int, *, by: Actor, now: datetime, cause: str) -> bool:
    """Close a held circulation if nothing depends any longer on silence that does not count (rule 9).

    Returns whether it closed. The caller holds the lock.
    """
    loaded = load(session, circulation_id)
    newest = newest_at(session, loaded.circulation.body_id)
    if loaded.circulation.status is not CirculationStatus.HELD or (newest is not None and now < newest):
        return False
    start_silence(session, loaded, now)
    verdict = judge(loaded.case())
    if verdict.holds:
        return False
    close(session, loaded, verdict, by=by, now=now, as_at=now, cause=cause)
    return True


def close(
    session: Session,
    loaded: Loaded,
    verdict: Verdict,
    *,
    by: Actor,
    now: datetime,
    as_at: datetime,
    cause: str,
) -> None:
    """Close a circulation with what `verdict` says of each item, effective at `as_at` (rules 13, 34, 38)."""
    endorsed = set(verdict.having(Would.ENDORSE))
    _endorse(session, loaded, [row for row in loaded.open_items if row.version.id in endorsed], now, as_at)
    results = {row.version.id: Result.NOT_ENDORSED for row in loaded.open_items}
    results.update(dict.fromkeys(endorsed, Result.ENDORSED))
    facts = {"deadline_passed": True, "nothing_held": True}
    freeze(session, loaded, results, CirculationTrigger.CLOSE, by, now, as_at, cause, **facts)


def freeze(
    session: Session,
    loaded: Loaded,
    results: dict[int, Result],
    trigger: CirculationTrigger,
    by: Actor,
    now: datetime,
    as_at: datetime,
    cause: str,
    **facts: bool,
) -> None:
    """Close a circulation: freeze its results (of all open items, by version id) and outcome; tell all."""
    circulation = loaded.circulation
    for result in sorted(set(results.values())):
        ids = [version for version, one in results.items() if one is result]
        leave(session, circulation, ids, result, as_at)
    # What left earlier counts too: a round of which an item was withdrawn did not endorse the whole paper.
    frozen = [(row, results.get(row.version.id) or row.entry.result) for row in loaded.items]
    # Status and outcome in one breath: the database refuses the one without the other.
    move_circulation(circulation, trigger, **facts)
    circulation.outcome = outcome([result for _, result in frozen if result is not None])
    circulation.closed_at, circulation.recorded_at, circulation.close_cause = as_at, now, cause
    circulation.closed_seq = record(
        session,
        Entry.CLOSED,
        by=by,
        at=now,
        circulation=circulation,
        effective_at=as_at,
        cause=cause,
        outcome=circulation.outcome,
        results=[{**named(row), "result": result} for row, result in frozen],
    )
    letters.outcome(session, load(session, circulation.id), now=now)


def leave(
    session: Session,
    circulation: Circulation,
    version_ids: list[int],
    result: Result,
    at: datetime,
    reason: str = "",
) -> None:
    """Write the result of items that leave a circulation at `at`."""
    session.execute(
        update(CirculationItem)
        .where(
            CirculationItem.circulation_id == circulation.id,
            CirculationItem.version_id.in_(version_ids),
            CirculationItem.result.is_(None),
        )
        .values(result=result, left_at=at, reason=reason)
        .execution_options(synchronize_session="fetch")
    )


def _endorse(session: Session, loaded: Loaded, rows: list[ItemRow], now: datetime, as_at: datetime) -> None:
    supersede_in_force(session, rows, by=CLOCK, now=now, as_at=as_at)
    move(
        session,
        loaded.circulation,
        rows,
        Trigger.ENDORSE,
        by=CLOCK,
        now=now,
        facts={"deadline_passed": True, "nothing_blocks": True, "silence_counts": True},
        effective_at=as_at,
        values={"decided_at": as_at},
    )


def supersede_in_force(
    session: Session, successors: list[ItemRow], *, by: Actor, now: datetime, as_at: datetime
) -> None:
    """Supersede the versions in force of the items whose successors are about to be endorsed (rule 30)."""
    rows = session.execute(
        select(Version, Item, Document)
        .join(Item, Item.id == Version.item_id)
        .join(Document, Document.id == Item.document_id)
        .where(Version.status == Status.ENDORSED, Item.id.in_([row.item.id for row in successors]))
    ).all()
    if not rows:
        return
    values = {"ended_at": as_at, "superseded_by_id": successor_id([row.version.id for row in successors])}
    move(
        session,
        None,
        # These rows stand in no circulation of the act: their own is closed and frozen.
        [ItemRow(CirculationItem(), *row) for row in rows],
        Trigger.SUPERSEDE,
        by=by,
        now=now,
        facts={"successor_endorsed": True},
        effective_at=as_at,
        values=values,
    )


def successor_id(version_ids: list[int]) -> ScalarSelect[int]:
    """Return the version among these that succeeds the one being updated: of the same item."""
    return (
        select(_SUCCESSOR.id)
        .where(_SUCCESSOR.item_id == Version.item_id, _SUCCESSOR.id.in_(version_ids))
        .scalar_subquery()
    )


def _hold(session: Session, loaded: Loaded, verdict: Verdict, now: datetime) -> None:
    circulation = loaded.circulation
    move_circulation(circulation, CirculationTrigger.HOLD, deadline_passed=True, silence_missing=True)
    circulation.held_at = circulation.deadline
    codes = select(State.id).where(State.code.in_(verdict.missing), State.body_id == circulation.body_id)
    session.execute(
        update(RosterState)
        .where(RosterState.circulation_id == circulation.id, RosterState.state_id.in_(codes))
        .values(holds=True)
        .execution_options(synchronize_session=False)
    )
    record(
        session,
        Entry.HELD,
        by=CLOCK,
        at=now,
        circulation=circulation,
        effective_at=circulation.deadline,
        states=sorted(verdict.missing),
    )
    letters.held(session, load(session, circulation.id), now=now, verdict=verdict)
