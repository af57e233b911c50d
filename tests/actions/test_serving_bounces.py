"""Tests of bounces entered by the secretariat: which letters, how far a bounce reaches (rules 7-9)."""

import pytest

from tests.actions.rounds import DAY, DEADLINE, HOUR, Round
from tests.actions.test_serving import CLOSED, HELD, letters_to
from tests.settable_clock import MORNING
from workflow.actions import serving
from workflow.audit.entries import Entry
from workflow.domain.errors import Invalid, NotAllowed, NotFound, WrongStatus
from workflow.domain.terms import Letter, Service
from workflow.models.circulation import Circulation, Dispute
from workflow.notices import letters

GONE = "550 5.1.1 unknown user"


def both_bounce(round_: Round, code: str = "MY") -> None:
    """Let both letters to a State in the round's circulation come back."""
    for notice in letters_to(round_, code):
        round_.act(serving.record_bounce, notice.id, by="secretariat", detail=GONE)


def two_rounds(round_: Round) -> tuple[Circulation, Circulation]:
    """Dispatch two circulations and serve both; the round is at the second."""
    first = round_.dispatch(versions=round_.world.versions[:1])
    round_.serve()
    second = round_.dispatch(versions=round_.world.versions[1:2])
    round_.serve()
    return first, second


@pytest.mark.parametrize("name", ["lead_shepherd", "programme", "MY contact_point"])
def test_bounces_are_entered_by_the_secretariat(round_: Round, name: str) -> None:
    round_.dispatch()
    round_.serve()
    with round_.refused(NotAllowed):
        round_.act(serving.record_bounce, letters_to(round_, "MY")[0].id, by=name, detail=GONE)


def test_a_letter_that_was_not_sent_cannot_bounce(round_: Round) -> None:
    round_.dispatch()
    with round_.refused(WrongStatus):
        round_.act(serving.record_bounce, letters_to(round_, "MY")[0].id, by="secretariat", detail=GONE)


def test_a_bounce_is_entered_once(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    both_bounce(round_)
    with round_.refused(WrongStatus):
        both_bounce(round_)
    assert len(round_.entries(Entry.SERVICE_BOUNCED)) == 2


def test_a_bounce_needs_what_came_back(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    with round_.refused(Invalid) as refused:
        round_.act(serving.record_bounce, letters_to(round_, "MY")[0].id, by="secretariat", detail=" ")
    assert refused.value.field == "detail"


def test_a_bounce_belongs_to_its_circulation(round_: Round) -> None:
    first, _ = two_rounds(round_)
    other = letters_to(round_, "MY")[0].id
    round_.circulation = first
    with round_.refused(NotFound):
        round_.act(serving.record_bounce, other, by="secretariat", detail=GONE)


def test_a_bounce_is_dated_as_of_its_entry(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    round_.at(MORNING + HOUR)
    both_bounce(round_)
    assert round_.evidence("MY")[-1] == ("bounced", MORNING + HOUR)
    [first, _] = round_.entries(Entry.SERVICE_BOUNCED)
    assert (first["dated"], first["on_behalf_of"]) == ("2020-09-25T03:00:00.000000Z", "MY")
    assert first["actor"] == round_.world.people["secretariat"].public_id


def test_a_bounce_voids_the_acceptances_at_its_address_in_every_running_circulation(round_: Round) -> None:
    first, second = two_rounds(round_)
    round_.at(MORNING + HOUR)
    both_bounce(round_)
    assert round_.at(DEADLINE).status is HELD
    round_.circulation = first
    assert [kind for kind, _ in round_.evidence("MY")] == ["accepted"] * 2 + ["bounced"] * 2
    assert round_.at(DEADLINE).status is HELD
    assert {one["circulation"] for one in round_.entries(Entry.SERVICE_BOUNCED)} == {"2020-1", "2020-2"}
    assert second.id != first.id


def test_a_bounce_opens_no_dispute_in_another_circulation_that_is_closed(round_: Round) -> None:
    first = round_.dispatch(versions=round_.world.versions[:1])
    round_.serve()
    assert round_.at(DEADLINE).status is CLOSED
    later = DEADLINE + 30 * DAY
    second = round_.dispatch(versions=round_.world.versions[1:2], deadline=later.replace(day=9))
    round_.serve()
    both_bounce(round_)
    assert round_.session.query(Dispute).count() == 0
    round_.circulation = first
    assert {kind for kind, _ in round_.evidence("MY")} == {"accepted"}
    assert second.id != first.id


def test_a_bounce_of_a_copy_for_information_is_kept_and_proves_nothing(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    newest = round_.world.states["TL"]
    letters.for_information(round_.session, round_.loaded, now=MORNING, state=newest)
    copy = next(one for one in round_.notices() if one.letter is Letter.FOR_INFORMATION)
    copy.status, copy.due_at = Service.SENT, None
    round_.act(serving.record_bounce, copy.id, by="secretariat", detail=GONE)
    assert (copy.status, copy.reply) == (Service.BOUNCED, GONE)
    assert round_.entries(Entry.SERVICE_BOUNCED) == []
    assert round_.at(DEADLINE).status is CLOSED
