"""Rounds driven through the real actions to the end, for the verifier to replay from their log.

What the verifier says of them, and of logs that lie, is in test_decisions.py.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime

from tests.actions.rounds import DAY, DEADLINE, HOUR, INSTANT, Round
from tests.settable_clock import MORNING
from workflow.actions import (
    amending,
    answering,
    course,
    deferring,
    lifting,
    meetings,
    overriding,
    serving,
    withdrawing,
)
from workflow.domain.terms import ResponseKind

COMMENT, INPUT, OBJECTION = ResponseKind.COMMENT, ResponseKind.INPUT, ResponseKind.OBJECTION
NO_OBJECTION, RESERVATION = ResponseKind.NO_OBJECTION, ResponseKind.RESERVATION
#: Ten working days after the day of the first deadline.
FULL = datetime(2020, 10, 23, 10, 0, tzinfo=UTC)
MONTH_LATER = datetime(2020, 11, 20, 10, 0, tzinfo=UTC)
REASON = {"reason": "Two States asked."}

Walk = Callable[[Round], object]


def opened(round_: Round, *unserved: str, **plan: object) -> Round:
    """Dispatch and serve every State but these, each with its entries; stand an hour after the dispatch."""
    round_.dispatch(**plan)
    round_.serve(*(state.code for state in round_.loaded.states if state.code not in unserved))
    round_.at(MORNING + HOUR)
    return round_


def newest(round_: Round) -> int:
    """Return the id of the newest response."""
    return round_.loaded.responses[-1].id


def override(round_: Round, code: str, served_from: datetime = MORNING) -> None:
    """Let two persons of two offices treat a State as served."""
    for by in ("lead_shepherd", "secretariat"):
        round_.act(
            overriding.override,
            by=by,
            state_code=code,
            served_from=served_from,
            evidence="A signed receipt.",
        )


def endorsed(round_: Round) -> None:
    """All are silent, but for one reservation and two comments."""
    opened(round_)
    round_.lodge("SG contact_point", RESERVATION, 1)
    round_.lodge("MY alternate", COMMENT, 1, 2)
    round_.at(DEADLINE)


def objected(round_: Round) -> None:
    """Malaysia objects to item 4, Singapore asks for a change of item 2; one more objects too late."""
    opened(round_)
    round_.lodge("MY contact_point", OBJECTION, 4)
    round_.lodge("SG contact_point", INPUT, 2)
    round_.at(DEADLINE)
    round_.lodge("TH contact_point", OBJECTION, 1)


def lifted(round_: Round) -> None:
    """Blockers are lifted, replaced, answered and accepted, all just in time; one is lifted too late."""
    opened(round_)
    for name, item in (("MY", 4), ("SG", 2), ("TH", 1), ("VN", 3)):
        round_.lodge(f"{name} contact_point", OBJECTION, item)
    first, second, third, fourth = [one.id for one in round_.loaded.responses]
    round_.act(answering.answer, third, text="Done.")
    round_.at(DEADLINE - INSTANT)
    round_.act(lifting.lift, first, by="MY contact_point")
    round_.lodge("SG contact_point", NO_OBJECTION, 2, replaces=second)
    round_.act(lifting.accept_answer, third, by="TH contact_point")
    round_.at(DEADLINE)
    round_.act(lifting.lift, fourth, by="VN contact_point")


def extended_from_hold(round_: Round) -> None:
    """Malaysia is served in the hold; an extension gives it a full period, and a late objection its time."""
    opened(round_, "MY")
    round_.at(DEADLINE)
    round_.serve("MY")
    round_.lodge("TH contact_point", OBJECTION, 1)
    round_.act(course.extend, deadline=FULL, **REASON)
    round_.at(FULL)


def extended(round_: Round) -> None:
    """The deadline moves twice while it runs."""
    opened(round_)
    for days in (3, 4):
        round_.act(course.extend, deadline=DEADLINE + days * DAY, **REASON)
    round_.at(DEADLINE + 4 * DAY)


def overridden(round_: Round) -> None:
    """Malaysia, unserved, holds the round until two offices override, though Thailand objects meanwhile."""
    opened(round_, "MY")
    round_.at(DEADLINE + DAY)
    round_.lodge("TH contact_point", OBJECTION, 1)
    override(round_, "MY")


def spoken_in_hold(round_: Round) -> None:
    """The letters of Malaysia bounce; a blocker claimed in time leaves nothing that needs its silence."""
    opened(round_, versions=round_.world.versions[:2])
    for notice in [one for one in round_.notices() if one.state_id == round_.world.states["MY"].id]:
        round_.act(serving.record_bounce, notice.id, by="secretariat", detail="Unknown user.")
    round_.at(DEADLINE + HOUR)
    for item in (1, 2):
        round_.enter("MY", OBJECTION, item, claimed_at=DEADLINE - HOUR)


def served_again(round_: Round) -> None:
    """The letters bounce, and one that is sent again arrives: too late for the first deadline."""
    opened(round_)
    for notice in [one for one in round_.notices() if one.state_id == round_.world.states["MY"].id]:
        round_.act(serving.record_bounce, notice.id, by="secretariat", detail="Unknown user.")
    round_.at(MORNING + 5 * DAY)
    round_.act(serving.acknowledge, by="MY alternate")
    round_.act(course.extend, deadline=FULL, **REASON)
    round_.at(FULL)


def suspended(round_: Round) -> None:
    """Time stands still twice; a State objects and lifts meanwhile, another is served."""
    opened(round_, "VN")
    for day in (4, 20):
        round_.at(MORNING + day * DAY)
        round_.act(course.suspend, **REASON)
        round_.at(MORNING + (day + 8) * DAY)
        if day == 4:
            round_.lodge("MY contact_point", OBJECTION, 4)
            round_.act(lifting.lift, newest(round_), by="MY contact_point")
            round_.serve("VN")
        round_.act(course.resume)
    round_.at(MONTH_LATER)
    if round_.loaded.circulation.closed_at is None:
        round_.act(course.extend, deadline=MONTH_LATER + 40 * DAY, **REASON)
        round_.at(MONTH_LATER + 40 * DAY)


def window(round_: Round) -> None:
    """A consultation window goes before the silence, and is suspended."""
    opened(round_, window_end=MORNING + 5 * DAY, deadline=datetime(2020, 10, 14, 10, 0, tzinfo=UTC))
    round_.act(course.suspend, **REASON)
    round_.clock.advance(2 * DAY)
    round_.act(course.resume)
    round_.at(round_.loaded.circulation.deadline)


def package(round_: Round) -> None:
    """One blocker breaks the whole."""
    opened(round_, package=True)
    round_.lodge("MY contact_point", OBJECTION, 4)
    round_.at(DEADLINE)


def package_whole(round_: Round) -> None:
    """All return when the last blocker is gone."""
    opened(round_, package=True)
    round_.lodge("MY contact_point", INPUT, 4)
    round_.act(lifting.lift, newest(round_), by="MY alternate")
    round_.at(DEADLINE)


def on_behalf(round_: Round) -> None:
    """Malaysia speaks by paper: counted from its claimed receipt, and again after the close."""
    opened(round_, "MY")
    round_.clock.advance(2 * DAY)
    round_.enter("MY", OBJECTION, 4, claimed_at=MORNING + HOUR)
    for item in (1, 2, 3, 5, 6):
        round_.enter("MY", NO_OBJECTION, item, claimed_at=MORNING + HOUR)
    round_.at(DEADLINE)
    round_.enter("SG", OBJECTION, 1, claimed_at=DEADLINE - HOUR)


def referred(round_: Round) -> None:
    """A hold goes to the meeting."""
    opened(round_, "MY")
    round_.at(DEADLINE)
    round_.act(deferring.refer, **REASON)


def withdrawn(round_: Round) -> None:
    """An item that was objected to is withdrawn; the rest is endorsed."""
    opened(round_)
    round_.lodge("MY contact_point", OBJECTION, 4)
    round_.act(withdrawing.withdraw_item, round_.world.versions[3].id, **REASON)
    round_.at(DEADLINE)


def withdrawn_whole(round_: Round) -> None:
    """The round is withdrawn."""
    opened(round_)
    round_.act(withdrawing.withdraw_circulation, **REASON)
    round_.at(DEADLINE)


def met(round_: Round) -> None:
    """What was broken is deferred, and endorsed by the next meeting."""
    objected(round_)
    clock, secretariat = round_.clock, round_.world.actor("secretariat")
    round_.act(deferring.defer, round_.world.versions[3].id, **REASON)
    clock.now = datetime(2021, 9, 2, 4, 0, tzinfo=UTC)
    meeting, day = round_.world.meetings["21"].id, date(2021, 9, 1)
    meetings.date_meeting(round_.session, meeting, by=secretariat, now=clock.now, held_on=day)
    for item in (2, 4):
        version = round_.world.versions[item - 1].id
        told = {"meeting_id": meeting, "decision_date": day, "reference": "Report, 12"}
        round_.act(meetings.endorse_at_meeting, version, by="secretariat", **told)


def succeeded(round_: Round) -> None:
    """One text is replaced while it runs, one after its endorsement; both successors are endorsed."""
    opened(round_)
    first = round_.circulation
    round_.dispatch(versions=round_.redraft(4), deadline=FULL)
    round_.serve(*(state.code for state in round_.loaded.states))
    round_.circulation, second = first, round_.circulation
    round_.at(DEADLINE)
    round_.dispatch(versions=round_.redraft(1), deadline=MONTH_LATER)
    round_.serve(*(state.code for state in round_.loaded.states))
    third = round_.circulation
    for circulation, instant in ((second, FULL), (third, MONTH_LATER)):
        round_.circulation = circulation
        round_.at(instant)


def amended(round_: Round) -> None:
    """An item is dropped and the period extended, once their endorsement by silence is over."""
    opened(round_)
    round_.at(DEADLINE)
    who = {"by": round_.world.actor("lead_shepherd"), "now": round_.clock.now, "reason": "It is done."}
    drop = amending.drop_item(round_.session, round_.world.items[1].id, **who)
    longer = amending.extend_period(round_.session, round_.world.document, until=2025, **who)
    round_.dispatch(versions=[drop, longer], deadline=FULL)
    round_.serve(*(state.code for state in round_.loaded.states))
    round_.at(FULL)


def unserved_but_explicit(round_: Round) -> None:
    """Nobody but Malaysia is silent; the others speak on every item and need no service."""
    round_.dispatch()
    round_.serve("MY")
    round_.at(MORNING + 8 * DAY)
    for state in round_.world.members:
        if state.code != "MY":
            round_.lodge(f"{state.code} contact_point", NO_OBJECTION)
    round_.at(DEADLINE)


SCENARIOS: dict[str, Walk] = {
    walk.__name__: walk
    for walk in (
        endorsed,
        objected,
        lifted,
        extended_from_hold,
        extended,
        overridden,
        spoken_in_hold,
        served_again,
        suspended,
        window,
        package,
        package_whole,
        on_behalf,
        referred,
        withdrawn,
        withdrawn_whole,
        met,
        succeeded,
        amended,
        unserved_but_explicit,
    )
}
