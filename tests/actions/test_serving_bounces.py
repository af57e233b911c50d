"""Tests of bounces entered by the secretariat: which letters, how far a bounce reaches (rules 7-9)."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event

from tests.actions.rounds import DAY, DEADLINE, HOUR, Round
from tests.actions.test_serving import CLOSED, HELD, letters_to
from tests.settable_clock import MORNING
from workflow.actions import closing, course, serving
from workflow.audit.entries import Entry
from workflow.domain.errors import Invalid, NotAllowed, NotFound, WrongStatus
from workflow.domain.terms import Letter, Result, Service
from workflow.models.audit import AuditEntry
from workflow.models.circulation import Circulation, Dispute
from workflow.models.notice import Notice
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
def test_bounces_are_entered_by_the_secretariat(running: Round, name: str) -> None:
    with running.refused(NotAllowed):
        running.act(serving.record_bounce, letters_to(running, "MY")[0].id, by=name, detail=GONE)


def test_a_letter_that_was_not_sent_cannot_bounce(waiting: Round) -> None:
    with waiting.refused(WrongStatus):
        waiting.act(serving.record_bounce, letters_to(waiting, "MY")[0].id, by="secretariat", detail=GONE)


def test_a_bounce_is_entered_once(running: Round) -> None:
    both_bounce(running)
    with running.refused(WrongStatus):
        both_bounce(running)
    assert len(running.entries(Entry.SERVICE_BOUNCED)) == 2


def test_a_bounce_needs_what_came_back(running: Round) -> None:
    with running.refused(Invalid) as refused:
        running.act(serving.record_bounce, letters_to(running, "MY")[0].id, by="secretariat", detail=" ")
    assert refused.value.field == "detail"


def test_a_bounce_belongs_to_its_circulation(round_: Round) -> None:
    first, _ = two_rounds(round_)
    other = letters_to(round_, "MY")[0].id
    round_.circulation = first
    with round_.refused(NotFound):
        round_.act(serving.record_bounce, other, by="secretariat", detail=GONE)


def test_a_bounce_is_dated_as_of_its_entry(running: Round) -> None:
    running.at(MORNING + HOUR)
    both_bounce(running)
    assert running.evidence("MY")[-1] == ("bounced", MORNING + HOUR)
    [first, _] = running.entries(Entry.SERVICE_BOUNCED)
    assert (first["dated"], first["on_behalf_of"]) == ("2020-09-25T03:00:00.000000Z", "MY")
    assert first["actor"] == running.world.people["secretariat"].public_id


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


def test_a_bounce_of_a_copy_for_information_is_kept_and_proves_nothing(running: Round) -> None:
    newest = running.world.states["TL"]
    letters.for_information(running.session, running.loaded, now=MORNING, state=newest)
    copy = next(one for one in running.notices() if one.letter is Letter.FOR_INFORMATION)
    copy.status, copy.due_at = Service.SENT, None
    running.act(serving.record_bounce, copy.id, by="secretariat", detail=GONE)
    assert (copy.status, copy.reply) == (Service.BOUNCED, GONE)
    assert running.entries(Entry.SERVICE_BOUNCED) == []
    assert running.at(DEADLINE).status is CLOSED


def told_as_an_office(round_: Round, name: str) -> Notice:
    """Let the Lead Shepherd's officer speak for the State of the same capital too; return an office's letter.

    Who is both reads most letters as the State; a request for more time goes to the office alone.
    """
    officer = round_.world.people["lead_shepherd"]
    round_.world.appointments[name].person_id = officer.id
    round_.dispatch()
    round_.serve()
    round_.act(course.ask_for_time, by="MY contact_point", reasons="Elections.")
    [letter] = [one for one in round_.notices() if one.letter is Letter.EXTENSION_REQUESTED]
    assert (letter.state_id, letter.address) == (None, officer.email)
    letter.status, letter.due_at, letter.settled_at = Service.SENT, None, round_.clock()
    return letter


def test_a_bounce_of_a_letter_to_an_office_voids_what_served_a_state_at_that_address(round_: Round) -> None:
    letter = told_as_an_office(round_, "PH contact_point")
    round_.at(MORNING + HOUR)
    round_.act(serving.record_bounce, letter.id, by="secretariat", detail=GONE)
    assert [kind for kind, _ in round_.evidence("PH")] == ["accepted", "accepted", "bounced"]
    [entry] = round_.entries(Entry.SERVICE_BOUNCED)
    assert entry["on_behalf_of"] == "PH"


def test_a_refusal_of_a_letter_to_an_office_holds_at_the_deadline(round_: Round) -> None:
    alternate = round_.world.appointments["PH alternate"]
    alternate.until = MORNING
    letter = told_as_an_office(round_, "PH contact_point")
    round_.at(MORNING + HOUR)
    [circulation], now = serving.reached(round_.session, letter)
    serving.failed(round_.session, circulation, letter, now=now, reply=GONE)
    assert round_.at(DEADLINE).status is HELD
    assert round_.entries(Entry.HELD)[0]["states"] == ["PH"]


def test_a_bounce_of_an_invitation_voids_service_at_its_address(running: Round) -> None:
    person = running.world.people["MY contact_point"]
    letters.password_reset(running.session, person, "a-secret", now=MORNING)
    [letter] = running.session.query(Notice).filter_by(letter=Letter.PASSWORD_RESET)
    letter.status, letter.due_at, letter.settled_at = Service.SENT, None, MORNING
    by, now = running.world.actor("secretariat"), running.clock()
    serving.record_bounce(running.session, None, letter.id, by=by, now=now, detail=GONE)
    assert [kind for kind, _ in running.evidence("MY")] == ["accepted", "accepted", "bounced"]
    assert letter.status is Service.BOUNCED


def test_a_second_bounce_at_an_address_voids_nothing_more_elsewhere(round_: Round) -> None:
    first, _ = two_rounds(round_)
    both_bounce(round_)
    round_.circulation = first
    both_bounce(round_)
    assert [kind for kind, _ in round_.evidence("MY")] == ["accepted"] * 2 + ["bounced"] * 4
    assert [one["circulation"] for one in round_.entries(Entry.SERVICE_BOUNCED)].count("2020-2") == 2


def two_closed(round_: Round, sent: datetime) -> tuple[Circulation, Circulation]:
    """Close two circulations at one deadline; the second's letters left at `sent`."""
    first, second = two_rounds(round_)
    for notice in letters_to(round_, "MY"):
        notice.settled_at = sent
    assert round_.at(DEADLINE).status is CLOSED
    closing.settled(round_.session, first.id)
    return first, second


def test_a_late_bounce_disputes_every_close_its_letter_had_left_before(round_: Round) -> None:
    first, second = two_closed(round_, MORNING)
    round_.at(DEADLINE + HOUR)
    notice = letters_to(round_, "MY")[0]
    round_.act(serving.record_bounce, notice.id, by="secretariat", detail=GONE)
    disputes = round_.session.query(Dispute).order_by(Dispute.circulation_id).all()
    malaysia = round_.world.states["MY"].id
    assert [(one.circulation_id, one.state_id, one.notice_id) for one in disputes] == [
        (key, malaysia, notice.id) for key in (first.id, second.id)
    ]
    assert [one["circulation"] for one in round_.entries(Entry.DISPUTE_OPENED)] == ["2020-1", "2020-2"]
    for one in (first, second):
        round_.circulation = one
        assert (round_.status, set(round_.results())) == (CLOSED, {Result.ENDORSED})


def test_a_bounce_of_a_letter_sent_after_a_close_doubts_no_other_close(round_: Round) -> None:
    first, second = two_closed(round_, DEADLINE)
    round_.at(DEADLINE + HOUR)
    round_.act(serving.record_bounce, letters_to(round_, "MY")[0].id, by="secretariat", detail=GONE)
    # Its own circulation is in doubt whenever it was sent (rule 34).
    assert [one.circulation_id for one in round_.session.query(Dispute)] == [second.id]
    round_.circulation = first
    assert {kind for kind, _ in round_.evidence("MY")} == {"accepted"}


def test_a_late_bounce_disputes_once_an_address(running: Round) -> None:
    running.at(DEADLINE)
    address = letters_to(running, "MY")[0].address
    told = [one for one in running.notices() if one.address == address]
    for notice in told:
        notice.status, notice.due_at, notice.settled_at = Service.SENT, None, DEADLINE
        running.act(serving.record_bounce, notice.id, by="secretariat", detail=GONE)
    assert [one.letter for one in told] == [Letter.CIRCULATION, Letter.OUTCOME]
    assert running.session.query(Dispute).count() == 1


def test_a_late_bounce_at_an_address_that_served_nobody_is_kept_without_a_dispute(running: Round) -> None:
    running.at(DEADLINE)
    letter = next(one for one in running.notices() if one.letter is Letter.OUTCOME and one.state_id)
    letter.status, letter.due_at, letter.address = Service.SENT, None, "new@example.org"
    running.act(serving.record_bounce, letter.id, by="secretariat", detail=GONE)
    assert running.session.query(Dispute).count() == 0
    assert len(running.entries(Entry.SERVICE_BOUNCED)) == 1


def test_a_bounce_locks_all_its_circulations_in_order_before_the_log(round_: Round) -> None:
    first, second = two_rounds(round_)
    notice, taken = letters_to(round_, "MY")[0], []

    def note(_connection: object, _cursor: object, statement: str, given: Any, *_rest: object) -> None:
        if "FROM circulation \nWHERE circulation.id = " in statement and " OR " not in statement:
            taken.append(next(iter(given.values() if isinstance(given, dict) else given)))
        elif statement.startswith(f"INSERT INTO {AuditEntry.__tablename__}"):
            taken.append("log")

    engine = round_.session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    _, now = serving.reached(round_.session, notice)
    by = round_.world.actor("secretariat")
    serving.record_bounce(round_.session, round_.circulation, notice.id, by=by, now=now, detail=GONE)
    event.remove(engine, "before_cursor_execute", note)
    assert taken[:2] == [first.id, second.id]
    assert taken.index("log") > max(place for place, one in enumerate(taken) if one != "log")
