"""Tests of a person's name and address changed: whom letters reach, and what proves service afterwards."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.actions.rounds import Round
from tests.factories import World
from tests.settable_clock import MORNING
from workflow.actions import accounts, serving
from workflow.actions.renaming import change_person
from workflow.audit.entries import Entry
from workflow.domain.errors import Invalid, NotAllowed
from workflow.domain.terms import CirculationStatus, Letter
from workflow.models.audit import PrivateText
from workflow.models.notice import Notice
from workflow.models.people import AccountLink

LATER = MORNING + timedelta(minutes=5)
NEW = "aminah@example.org"


def change(session: Session, world: World, whose: str, **given: object) -> int:
    person = world.people[whose]
    wanted = {"by": world.actor("secretariat"), "now": LATER, "name": person.name, "email": person.email}
    return change_person(session, person, **(wanted | given))


def letters_to(session: Session, email: str) -> list[tuple[Letter, bool]]:
    query = select(Notice.letter, Notice.proves_service).where(Notice.address == email)
    return [tuple(row) for row in session.execute(query)]


def test_entry_of_a_change_holds_no_name_and_no_address_in_clear(round_: Round) -> None:
    change(round_.session, round_.world, "MY contact_point", name="Aminah Yusof", email=f" {NEW.upper()} ")
    person = round_.world.people["MY contact_point"]
    assert (person.name, person.email) == ("Aminah Yusof", NEW)
    [entry] = round_.entries(Entry.PERSON_CHANGED)
    assert entry["person"] == person.public_id
    private = ("name_before", "name", "address_before", "address")
    assert all(entry[key].startswith("hmac-sha256:") for key in private)
    kept = select(PrivateText.field, PrivateText.text).where(PrivateText.seq == entry["seq"])
    assert dict(map(tuple, round_.session.execute(kept))) == {
        "name_before": "MY contact_point",
        "name": "Aminah Yusof",
        "address_before": "my.contact_point@example.org",
        "address": NEW,
    }


def test_change_of_the_name_alone_writes_to_nobody_and_ends_no_link(round_: Round) -> None:
    session, world = round_.session, round_.world
    round_.dispatch()
    accounts.invite(session, world.people["MY alternate"], by=world.actor("secretariat"), now=LATER)
    before = len(round_.notices())
    assert change(session, world, "MY alternate", name="Robin") == 0
    [entry] = round_.entries(Entry.PERSON_CHANGED)
    assert (entry["address_before"], entry["address"]) == (None, None)
    assert len(round_.notices()) == before
    assert session.scalars(select(AccountLink.used_at)).all() == [None]


def test_what_is_the_same_already_changes_nothing(round_: Round) -> None:
    before = len(round_.entries())
    assert change(round_.session, round_.world, "MY alternate") == 0
    assert len(round_.entries()) == before


@pytest.mark.parametrize("whose", ["MY contact_point", "MY alternate"])
def test_new_address_of_who_speaks_is_sent_the_letter_of_the_running_circulation(
    round_: Round, whose: str
) -> None:
    round_.dispatch()
    assert change(round_.session, round_.world, whose, email=NEW) == 1
    assert letters_to(round_.session, NEW) == [(Letter.CIRCULATION, True)]


@pytest.mark.parametrize("whose", ["MY drafter", "TL contact_point", "lead_shepherd", "secretary"])
def test_new_address_of_who_is_not_asked_is_sent_nothing(round_: Round, whose: str) -> None:
    round_.dispatch()
    assert change(round_.session, round_.world, whose, email=NEW) == 0
    assert letters_to(round_.session, NEW) == []


def test_new_address_after_the_deadline_finds_the_circulation_closed(round_: Round) -> None:
    circulation = round_.dispatch()
    round_.serve()
    round_.clock.now = circulation.deadline
    assert change(round_.session, round_.world, "MY alternate", email=NEW, now=round_.clock()) == 0
    assert circulation.status is CirculationStatus.CLOSED


def test_acceptance_at_the_former_address_proves_nothing_any_more(round_: Round) -> None:
    session = round_.session
    circulation = round_.dispatch()
    [sent, *_] = [one for one in round_.notices() if one.address == "my.contact_point@example.org"]
    change(session, round_.world, "MY contact_point", email=NEW)
    serving.accepted(session, circulation, sent, now=LATER, reply="250 ok")
    assert round_.evidence("MY") == []
    [anew] = [one for one in round_.notices() if one.address == NEW]
    serving.accepted(session, circulation, anew, now=LATER, reply="250 ok")
    assert round_.evidence("MY") == [("accepted", LATER)]


def test_links_sent_to_the_former_address_end(session: Session, world: World) -> None:
    person = world.people["MY drafter"]
    accounts.invite(session, person, by=world.actor("secretariat"), now=MORNING)
    accounts.ask_reset(session, person.email, now=MORNING)
    change(session, world, "MY drafter", email=NEW)
    assert session.scalars(select(AccountLink.used_at)).all() == [LATER, LATER]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "Two\nlines"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"email": ""}, "email"),
        ({"email": "aminah"}, "email"),
        ({"email": "SG.Contact_Point@example.org"}, "email"),
    ],
)
def test_change_names_the_field_that_cannot_be(
    session: Session, world: World, given: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        change(session, world, "MY contact_point", **given)
    assert refused.value.field == field


@pytest.mark.parametrize("name", ["lead_shepherd", "programme", "MY contact_point"])
def test_change_is_the_secretariats_alone(session: Session, world: World, name: str) -> None:
    with pytest.raises(NotAllowed):
        change(session, world, "MY drafter", by=world.actor(name), name="Robin")
