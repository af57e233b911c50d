"""The sender against a real SMTP server: what was accepted or refused, and what it proves (rules 7-9).

Delays, drops and leases are in test_retries.py.
"""

from datetime import timedelta

from sqlalchemy import select, update

from tests.notices.servers import Script, settings, words_of
from tests.notices.waiting import KEEPER, MALAYSIA, ONE_DATABASE, attempts, evidence, keep_only, notice
from tests.settable_clock import MORNING, SettableClock
from workflow.actions.closing import settled
from workflow.audit.entries import Entry
from workflow.db import Database
from workflow.domain.terms import EvidenceKind, Letter, Service
from workflow.models.audit import AuditEntry
from workflow.models.notice import Notice, ServiceEvidence
from workflow.models.people import Person
from workflow.notices import letters
from workflow.notices.outbox import Delivered, deliver


def test_deliver_sends_every_letter_over_one_connection(house: Database, script: Script, port: int) -> None:
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered(sent=20)
    assert script.connections == 1
    assert len(set(script.to())) == 20
    with house.reading() as session:
        assert set(session.scalars(select(Notice.status))) == {Service.SENT}
        entries = select(AuditEntry.seq).where(AuditEntry.type == str(Entry.SERVICE_ACCEPTED))
        assert len(list(session.scalars(entries))) == 20
    assert len(evidence(house, EvidenceKind.ACCEPTED)) == 20


def test_deliver_keeps_the_reply_and_the_instant_of_acceptance(
    house: Database, script: Script, port: int, clock: SettableClock
) -> None:
    keep_only(house, MALAYSIA)
    later = clock.advance(timedelta(minutes=7))
    deliver(house, settings(port), keeper=KEEPER)
    kept = notice(house)
    assert (kept.status, kept.reply, kept.settled_at, kept.due_at) == (
        Service.SENT,
        "250 taken as 1",
        later,
        None,
    )
    assert (kept.lease, kept.leased_until, kept.attempts) == (None, None, 1)
    assert attempts(house) == [(Service.SENT, "250 taken as 1")]
    with house.reading() as session:
        fact = session.scalars(select(ServiceEvidence)).one()
        assert (fact.at, fact.address, fact.detail) == (later, MALAYSIA, "250 taken as 1")


def test_deliver_starts_silence_once_every_needed_state_is_served(house: Database, port: int) -> None:
    deliver(house, settings(port), keeper=KEEPER)
    with house.writing() as session:
        circulation, _ = settled(session, 1)
        assert circulation.silence_started_at == MORNING


@ONE_DATABASE
def test_deliver_with_nothing_due_opens_no_connection(house: Database, script: Script, port: int) -> None:
    keep_only(house)
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered()
    assert script.connections == 0


def test_a_refused_address_is_refused_for_good_and_told(house: Database, script: Script, port: int) -> None:
    keep_only(house, MALAYSIA)
    script.at_rcpt[MALAYSIA] = "550 5.1.1 no such user"
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered(failed=1)
    kept = notice(house)
    assert (kept.status, kept.reply, kept.due_at) == (Service.REFUSED, "550 5.1.1 no such user", None)
    assert evidence(house, EvidenceKind.BOUNCED) == [MALAYSIA]
    told = notice(house, "secretariat@example.org", Letter.UNDELIVERED)
    assert told.subject == f"[SOMTC] Letter not accepted for {MALAYSIA}: circulation letter"
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered(sent=2)
    assert script.to() == ["secretariat@example.org", "secretary@example.org"]


@ONE_DATABASE
def test_a_refused_text_is_refused_for_good(house: Database, script: Script, port: int) -> None:
    keep_only(house, MALAYSIA)
    script.at_end = ["554 5.6.0 this letter is too large"]
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered(failed=1)
    assert notice(house).reply == "554 5.6.0 this letter is too large"
    assert evidence(house, EvidenceKind.BOUNCED) == [MALAYSIA]


@ONE_DATABASE
def test_a_refusal_does_not_stop_the_letters_after_it(house: Database, script: Script, port: int) -> None:
    script.at_rcpt[MALAYSIA] = "550 no"
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered(sent=19, failed=1)
    assert script.connections == 1


def test_a_bounce_of_any_letter_voids_service_at_that_address_elsewhere(
    house: Database, script: Script, port: int
) -> None:
    deliver(house, settings(port), keeper=KEEPER)
    with house.writing() as session:
        person = session.scalars(select(Person).where(Person.email == MALAYSIA)).one()
        letters.password_reset(session, person, "secret", now=MORNING)
    script.at_rcpt[MALAYSIA] = "550 gone"
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered(failed=1)
    assert evidence(house, EvidenceKind.BOUNCED) == [MALAYSIA]


@ONE_DATABASE
def test_a_secret_is_forgotten_once_its_letter_left(house: Database, script: Script, port: int) -> None:
    keep_only(house)
    with house.writing() as session:
        person = session.scalars(select(Person).where(Person.email == MALAYSIA)).one()
        letters.invitation(session, person, "the-secret", now=MORNING)
    deliver(house, settings(port), keeper=KEEPER)
    assert "https://adref.example/account/the-secret" in words_of(script.received[0])
    with house.reading() as session:
        query = select(Notice.text).where(Notice.letter == Letter.INVITATION)
        assert session.scalars(query).one() == ""


@ONE_DATABASE
def test_an_address_that_cannot_be_written_is_refused_without_the_server(
    house: Database, script: Script, port: int
) -> None:
    with house.writing() as session:
        session.execute(update(Person).where(Person.email == MALAYSIA).values(email="a@b, c@example.org"))
        session.execute(update(Notice).where(Notice.address == MALAYSIA).values(address="a@b, c@example.org"))
    keep_only(house, "a@b, c@example.org")
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered(failed=1)
    assert script.received == []
