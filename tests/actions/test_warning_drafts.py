"""Tests of the warning of an unsent draft: when, whom, how often, with and without reminders (rule 23)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.actions.rounds import DAY, DEADLINE, HOUR, INSTANT, Round
from tests.actions.test_reminding import SCHEDULE, remind
from tests.settable_clock import MORNING
from workflow.actions import course, drafts, withdrawing
from workflow.actions.drafts import DraftAnswer
from workflow.audit.entries import Entry
from workflow.domain.rules import Rules
from workflow.domain.terms import Letter, ResponseKind

#: One working day before the deadline, when the last reminder leaves too.
LAST_CALL = SCHEDULE[2]


def prepare(round_: Round, code: str, *items: int) -> None:
    """Let the drafter of a State save a draft on these items."""
    versions = [round_.world.versions[item - 1].id for item in items]
    prepared = [DraftAnswer(version, ResponseKind.OBJECTION, "No.") for version in versions]
    round_.act(drafts.save, prepared, by=f"{code} drafter")


def running(round_: Round, **plan: Any) -> Round:
    """Dispatch and serve a round."""
    round_.dispatch(**plan)
    round_.serve()
    return round_


def without_reminders(round_: Round) -> None:
    """Let the body send no reminders."""
    rules = Rules.from_json(round_.world.body.rules)
    round_.world.body.rules = rules.to_json() | {"reminders": []}


def test_a_draft_is_warned_of_once_at_the_last_call(round_: Round) -> None:
    prepare(running(round_), "MY", 1, 4)
    earlier = (SCHEDULE[0], SCHEDULE[1], LAST_CALL - INSTANT)
    assert [remind(round_, at) for at in earlier] == [True, True, False]
    assert round_.letters(Letter.DRAFT_WAITING) == []
    assert remind(round_, LAST_CALL) is True
    assert remind(round_, LAST_CALL + HOUR) is False
    assert round_.told(Letter.DRAFT_WAITING) == {"MY": 2}
    [entry] = round_.entries(Entry.DRAFT_WARNED)
    assert (entry["on_behalf_of"], entry["actor"], entry["circulation"]) == ("MY", "clock", "2020-1")


def test_a_draft_is_warned_of_where_a_body_sends_no_reminders(round_: Round) -> None:
    without_reminders(round_)
    prepare(running(round_), "MY", 4)
    assert remind(round_, LAST_CALL - INSTANT) is False
    assert remind(round_, LAST_CALL) is True
    assert round_.letters(Letter.REMINDER) == []
    assert round_.told(Letter.DRAFT_WAITING) == {"MY": 2}


def test_a_draft_in_an_urgent_round_is_warned_of_a_day_before(round_: Round) -> None:
    deadline = MORNING + 4 * DAY
    prepare(running(round_, urgent=True, urgent_reasons="A summit.", deadline=deadline), "MY", 4)
    remind(round_, deadline - DAY - INSTANT)
    assert round_.letters(Letter.DRAFT_WAITING) == []
    remind(round_, deadline - DAY)
    assert round_.told(Letter.DRAFT_WAITING) == {"MY": 2}


def test_a_draft_begun_after_the_last_call_is_warned_of_once(round_: Round) -> None:
    prepare(running(round_), "MY", 4)
    remind(round_, LAST_CALL)
    prepare(round_, "SG", 1)
    prepare(round_, "MY", 5)
    assert remind(round_, LAST_CALL + HOUR) is True
    assert remind(round_, LAST_CALL + 2 * HOUR) is False
    assert round_.told(Letter.DRAFT_WAITING) == {"MY": 2, "SG": 2}


def test_what_was_sent_thrown_away_or_left_is_not_warned_of(round_: Round) -> None:
    running(round_)
    for code in ("MY", "SG", "VN"):
        prepare(round_, code, 4)
    round_.lodge("MY contact_point", ResponseKind.NO_OBJECTION, 4)
    round_.act(drafts.discard, by="SG contact_point")
    round_.act(withdrawing.withdraw_item, round_.world.versions[3].id, reason="Not needed.")
    remind(round_, LAST_CALL)
    assert round_.letters(Letter.DRAFT_WAITING) == []


def test_a_draft_is_not_warned_of_once_the_deadline_is_there_or_time_stands_still(round_: Round) -> None:
    prepare(running(round_), "MY", 4)
    round_.at(LAST_CALL - HOUR)
    round_.act(course.suspend, reason="A disaster.")
    assert remind(round_, LAST_CALL) is False
    round_.act(course.resume)
    assert remind(round_, LAST_CALL + HOUR) is False
    assert remind(round_, round_.loaded.circulation.deadline) is False
    assert round_.letters(Letter.DRAFT_WAITING) == []


def test_a_new_deadline_has_a_last_call_of_its_own(round_: Round) -> None:
    prepare(running(round_), "MY", 4)
    remind(round_, LAST_CALL)
    round_.act(course.extend, deadline=DEADLINE + 7 * DAY, reason="More time.")
    assert remind(round_, LAST_CALL + HOUR) is False
    remind(round_, LAST_CALL + 7 * DAY)
    assert round_.told(Letter.DRAFT_WAITING) == {"MY": 4}


def test_a_state_with_nobody_to_write_to_owes_the_clock_nothing(round_: Round) -> None:
    without_reminders(round_)
    prepare(running(round_), "MY", 4)
    for role in ("contact_point", "alternate"):
        round_.world.appointments[f"MY {role}"].until = MORNING + HOUR
    assert remind(round_, LAST_CALL) is False
    assert round_.entries(Entry.DRAFT_WARNED) == []


@pytest.mark.parametrize("deadline", [datetime(2020, 10, 12, 10, 0, tzinfo=UTC)])
def test_a_draft_is_warned_of_on_the_working_day_before(round_: Round, deadline: datetime) -> None:
    prepare(running(round_, deadline=deadline), "MY", 4)
    remind(round_, deadline - 3 * DAY)
    assert round_.told(Letter.DRAFT_WAITING) == {"MY": 2}
