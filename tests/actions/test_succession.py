"""Tests that a successor's letter leaves an entry in each circulation it is of (rules 2, 39)."""

import pytest

from tests.actions.rounds import DEADLINE, HOUR, Round
from tests.settable_clock import MORNING
from workflow.actions import people
from workflow.actions.renaming import change_person
from workflow.audit.entries import Entry
from workflow.domain.terms import Letter, Role

NEW = "nurul@example.org"


def appoint(round_: Round, role: Role = Role.ALTERNATE, code: str | None = "MY") -> None:
    """Let the secretariat appoint somebody new at the clock's instant."""
    by = round_.world.actor("secretariat")
    given = {"name": "Nurul", "email": NEW, "role": role, "state_code": code}
    people.appoint(round_.session, by=by, now=round_.clock(), body=round_.world.body, **given)


def test_a_successors_letter_leaves_an_entry_in_each_running_circulation(round_: Round) -> None:
    round_.dispatch(versions=round_.world.versions[:1])
    round_.dispatch(versions=round_.world.versions[1:2])
    round_.at(MORNING + HOUR)
    appoint(round_)
    told = round_.entries(Entry.SERVED_AGAIN)
    secretary = round_.world.people["secretariat"].public_id
    assert [(one["circulation"], one["on_behalf_of"], one["letters"], one["actor"]) for one in told] == [
        ("2020-1", "MY", 1, secretary),
        ("2020-2", "MY", 1, secretary),
    ]
    assert [one.address for one in round_.notices() if one.address == NEW] == [NEW]


@pytest.mark.parametrize(
    ("role", "code"),
    [(Role.DRAFTER, "MY"), (Role.CONTACT_POINT, "TL"), (Role.SECRETARIAT, None)],
)
def test_who_is_sent_no_letter_leaves_no_entry_of_one(waiting: Round, role: Role, code: str | None) -> None:
    appoint(waiting, role, code)
    assert waiting.entries(Entry.SERVED_AGAIN) == []


def test_a_new_address_leaves_an_entry_of_its_letter(waiting: Round) -> None:
    person, by = waiting.world.people["MY alternate"], waiting.world.actor("secretariat")
    change_person(waiting.session, person, by=by, now=MORNING + HOUR, name=person.name, email=NEW)
    kinds = [one["type"] for one in waiting.entries()]
    assert kinds[-2:] == ["person.changed", "service.again"]


def test_a_successor_after_the_close_is_sent_nothing(running: Round) -> None:
    running.at(DEADLINE)
    appoint(running)
    assert running.entries(Entry.SERVED_AGAIN) == []
    assert [one.letter for one in running.notices() if one.address == NEW] == []
    assert Letter.OUTCOME in {one.letter for one in running.notices()}
