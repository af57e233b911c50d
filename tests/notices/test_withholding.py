"""Letters that wait while their reader leaves the office, moves or loses the account: they never leave."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, undefer

from tests.factories import office_passed
from tests.notices.servers import HANG_UP, Script, settings, words_of
from tests.notices.waiting import KEEPER, MALAYSIA, ONE_DATABASE, attempts, evidence, keep_only, notice
from tests.settable_clock import MORNING, SettableClock
from workflow.db import Database
from workflow.domain.terms import EvidenceKind, Letter, Service
from workflow.models.body import Body, State
from workflow.models.notice import Notice
from workflow.models.people import Appointment, Person
from workflow.notices import letters
from workflow.notices.outbox import Delivered, deliver

Happening = Callable[[Database, str], None]
OFFICER, KEEPERS = "lead_shepherd@example.org", ["secretariat@example.org", "secretary@example.org"]


def person(session: Session, email: str) -> Person:
    """Return the person of an address."""
    return session.scalars(select(Person).where(Person.email == email)).one()


def leave_office(house: Database, email: str) -> None:
    """End every appointment of a person as of the clock's morning."""
    with house.writing() as session:
        held = update(Appointment).where(Appointment.person_id == person(session, email).id)
        session.execute(held.values(until=MORNING))


def close_account(house: Database, email: str) -> None:
    """Close a person's account."""
    with house.writing() as session:
        person(session, email).active = False


def move(house: Database, email: str) -> None:
    """Give a person another address."""
    with house.writing() as session:
        person(session, email).email = "elsewhere@example.org"


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (leave_office, "Not sent: the reader does not hold this office any more."),
        (close_account, "Not sent: the reader's account is closed."),
        (move, "Not sent: the reader has another address now."),
    ],
)
def test_a_letter_is_not_sent_to_who_is_not_to_be_written_to_any_more(
    house: Database, script: Script, port: int, happens: Happening, reason: str
) -> None:
    keep_only(house, MALAYSIA)
    happens(house, MALAYSIA)
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered()
    kept = notice(house)
    assert (kept.status, kept.reply, kept.due_at, kept.settled_at) == (Service.REFUSED, reason, None, MORNING)
    assert (kept.lease, kept.leased_until, kept.attempts) == (None, None, 0)
    # That we did not send it tells nothing of the address (rule 9).
    assert evidence(house, EvidenceKind.BOUNCED) == []
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered(sent=2)
    assert script.to() == KEEPERS


@ONE_DATABASE
def test_the_secretariat_is_told_which_letter_was_not_sent_and_why(
    house: Database, script: Script, port: int
) -> None:
    keep_only(house, MALAYSIA)
    leave_office(house, MALAYSIA)
    for _ in range(2):
        deliver(house, settings(port), keeper=KEEPER)
    told = notice(house, KEEPERS[0], Letter.UNDELIVERED)
    assert told.subject == f"[SOMTC] Letter not sent to {MALAYSIA}: circulation letter"
    words = " ".join(words_of(script.received[0]).split())
    assert f"The circulation letter to {MALAYSIA} (Malaysia) was not sent" in words
    assert "Not sent: the reader does not hold this office any more." in words
    assert "It was tried" not in words
    assert "mail server" not in words


@ONE_DATABASE
def test_the_others_leave_meanwhile(house: Database, script: Script, port: int) -> None:
    leave_office(house, MALAYSIA)
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered(sent=19)
    assert MALAYSIA not in script.to()


@ONE_DATABASE
def test_a_secret_is_forgotten_where_its_reader_lost_the_account(
    house: Database, script: Script, port: int
) -> None:
    keep_only(house)
    with house.writing() as session:
        letters.invitation(session, person(session, MALAYSIA), "the-secret", now=MORNING)
        letters.password_reset(session, person(session, MALAYSIA), "the-other", now=MORNING)
    close_account(house, MALAYSIA)
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered()
    with house.reading() as session:
        secret = select(Notice).where(Notice.letter.in_([Letter.INVITATION, Letter.PASSWORD_RESET]))
        kept = session.scalars(secret.options(undefer(Notice.text))).all()
        assert [(one.status, one.text) for one in kept] == [(Service.REFUSED, "")] * 2
    assert script.received == []


@ONE_DATABASE
def test_an_invitation_reaches_who_holds_no_office_yet(house: Database, script: Script, port: int) -> None:
    keep_only(house)
    leave_office(house, MALAYSIA)
    with house.writing() as session:
        letters.invitation(session, person(session, MALAYSIA), "the-secret", now=MORNING)
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered(sent=1)
    assert script.to() == [MALAYSIA]


@ONE_DATABASE
def test_a_letter_to_an_office_stays_when_the_office_passes(
    house: Database, script: Script, port: int, clock: SettableClock
) -> None:
    with house.writing() as session:
        keep = select(Notice).where(Notice.address == MALAYSIA)
        letter = session.scalars(keep).one()
        officer = person(session, OFFICER)
        letter.state_id, letter.person_id, letter.address = None, officer.id, officer.email
        letter.letter, letter.proves_service = Letter.EXTENSION_REQUESTED, False
    keep_only(house, OFFICER)
    with house.writing() as session:
        malaysia = session.scalars(select(State).where(State.code == "MY")).one()
        now = clock.advance(timedelta(minutes=1))
        office_passed(session, session.scalars(select(Body)).one(), malaysia, now)
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered()
    assert notice(house, OFFICER, Letter.EXTENSION_REQUESTED).status is Service.REFUSED
    assert script.received == []


@ONE_DATABASE
def test_a_letter_that_may_have_left_once_stays_unknown(
    house: Database, script: Script, port: int, clock: SettableClock
) -> None:
    keep_only(house, MALAYSIA)
    script.at_end = [HANG_UP]
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered(postponed=1)
    leave_office(house, MALAYSIA)
    clock.advance(timedelta(minutes=2))
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered()
    assert notice(house).status is Service.UNKNOWN
    assert [result for result, _ in attempts(house)] == [Service.UNKNOWN]
