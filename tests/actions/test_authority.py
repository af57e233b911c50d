"""Tests of whose authority an act rests on, read in the act's own transaction (rules 23, 25)."""

from tests.actions.rounds import DEADLINE, HOUR, INSTANT, Round
from tests.factories import new_appointment, office_passed
from tests.settable_clock import MORNING
from workflow.actions import responses
from workflow.actions.admitting import Answer
from workflow.actions.authority import actor_for
from workflow.actions.people import end_appointment
from workflow.domain.errors import NotAllowed
from workflow.domain.mandates import Actor
from workflow.domain.terms import ResponseKind, Role, Status

OBJECTION = ResponseKind.OBJECTION


def acting(round_: Round, name: str, appointment: str | None = None) -> Actor:
    """Read who acts, as a door does, at the instant of the clock."""
    round_.session.flush()
    return actor_for(
        round_.session,
        round_.world.people[name],
        round_.world.appointments[appointment or name].id,
        round_.clock(),
        idem="a key",
    )


def test_the_capacity_comes_from_the_appointment(round_: Round) -> None:
    actor = acting(round_, "MY contact_point")
    assert (actor.role, actor.state, actor.speaks_for) == (Role.CONTACT_POINT, "MY", "MY")
    assert (actor.public_id, actor.idem, actor.auth) == (
        round_.world.people["MY contact_point"].public_id,
        "a key",
        "password",
    )


def test_another_persons_appointment_gives_nothing(round_: Round) -> None:
    with round_.refused(NotAllowed):
        acting(round_, "MY contact_point", "SG contact_point")


def test_an_appointment_counts_until_the_moment_it_ends(round_: Round) -> None:
    round_.dispatch()
    round_.world.appointments["MY contact_point"].until = MORNING + HOUR
    round_.clock.now = MORNING + HOUR - INSTANT
    actor = acting(round_, "MY contact_point")
    circulation, now = round_.locked()
    answer = [Answer(round_.world.versions[3].id, OBJECTION, "No.")]
    responses.lodge(round_.session, circulation, answer, by=actor, now=now)
    assert round_.statuses()[3] is Status.SILENCE_BROKEN
    round_.clock.now = MORNING + HOUR
    with round_.refused(NotAllowed):
        acting(round_, "MY contact_point")
    # What was said under it stands.
    round_.at(DEADLINE)
    assert [one.kind for one in round_.loaded.responses] == [OBJECTION]
    assert (
        round_.loaded.case([round_.world.versions[3].id])
        .positions()[round_.world.versions[3].id, "MY"]
        .standing
        != ()
    )


def test_an_appointment_does_not_count_before_it_begins(round_: Round) -> None:
    round_.world.appointments["MY contact_point"].since = MORNING + INSTANT
    with round_.refused(NotAllowed):
        acting(round_, "MY contact_point")


def test_a_closed_account_acts_no_more(round_: Round) -> None:
    round_.world.people["MY contact_point"].active = False
    with round_.refused(NotAllowed):
        acting(round_, "MY contact_point")


def test_the_office_acts_while_its_state_holds_it(round_: Round) -> None:
    assert acting(round_, "lead_shepherd").role is Role.LEAD_SHEPHERD
    office_passed(round_.session, round_.world.body, round_.world.states["MY"], MORNING + HOUR)
    round_.clock.advance(HOUR)
    with round_.refused(NotAllowed):
        acting(round_, "lead_shepherd")


def test_the_lead_shepherds_staff_speak_for_their_state_only_in_that_capacity(round_: Round) -> None:
    round_.dispatch()
    person = round_.world.people["lead_shepherd"]
    second = new_appointment(person, Role.ALTERNATE, round_.world.states["PH"])
    round_.session.add(second)
    round_.session.flush()
    answer = [Answer(round_.world.versions[3].id, OBJECTION, "No.")]
    circulation, now = round_.locked()
    with round_.refused(NotAllowed):
        by = acting(round_, "lead_shepherd")
        responses.lodge(round_.session, circulation, answer, by=by, now=now)
    by = actor_for(round_.session, person, second.id, now, idem="another key")
    [response] = responses.lodge(round_.session, circulation, answer, by=by, now=now)
    assert response.state_id == round_.world.states["PH"].id


def test_a_successor_speaks_and_earlier_responses_stand(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    round_.lodge("MY contact_point", OBJECTION, 4)
    round_.world.appointments["MY contact_point"].until = MORNING + HOUR
    round_.clock.now = MORNING + 2 * HOUR
    assert acting(round_, "MY alternate").state == "MY"
    round_.at(DEADLINE)
    assert round_.results()[3] == "not_endorsed"


def test_a_clock_that_stands_behind_brings_nobody_back(round_: Round) -> None:
    round_.clock.now = MORNING + 2 * HOUR
    held = round_.world.appointments["MY contact_point"]
    end_appointment(round_.session, held, by=round_.world.actor("secretariat"), now=round_.clock())
    round_.clock.now = MORNING + HOUR
    with round_.refused(NotAllowed):
        acting(round_, "MY contact_point")


def test_a_clock_that_stands_before_an_appointment_silences_nobody(round_: Round) -> None:
    round_.dispatch()
    round_.clock.now = MORNING - 24 * HOUR
    actor = acting(round_, "MY contact_point")
    circulation, now = round_.locked()
    answer = [Answer(round_.world.versions[3].id, OBJECTION, "No.")]
    responses.lodge(round_.session, circulation, answer, by=actor, now=now)
    assert round_.statuses()[3] is Status.SILENCE_BROKEN


def test_an_end_is_dated_when_its_lock_is_had(round_: Round) -> None:
    held, asked = round_.world.appointments["MY contact_point"], round_.clock()
    round_.clock.advance(HOUR)
    end_appointment(round_.session, held, by=round_.world.actor("secretariat"), now=asked)
    assert held.until == MORNING + HOUR
