"""Tests that the log tells of every letter and attempt, and that no letter leaves while it cannot."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.notices.servers import Script, settings
from tests.notices.waiting import KEEPER, MALAYSIA, ONE_DATABASE, notice
from tests.settable_clock import MORNING, SettableClock
from workflow.actions import serving
from workflow.audit import tying
from workflow.audit.entries import Entry
from workflow.audit.posted import name_of, sent_sha256
from workflow.db import Database
from workflow.domain.errors import LogBroken
from workflow.domain.mandates import Actor
from workflow.domain.terms import Letter, Role, Service
from workflow.models.audit import AuditEntry, PrivateText
from workflow.models.circulation import Circulation
from workflow.models.people import Person
from workflow.notices import letters
from workflow.notices.outbox import Delivered, deliver

VIET_NAM = "vn.contact_point@example.org"


def told(house: Database, kind: Entry) -> list[dict[str, object]]:
    """Return the entries of this type, oldest first."""
    with house.reading() as session:
        query = select(AuditEntry.entry).where(AuditEntry.type == str(kind)).order_by(AuditEntry.seq)
        return [json.loads(one) for one in session.scalars(query)]


def unlike(house: Database) -> list[str]:
    """Return how the tables of the circulation differ from its entries; nobody entered the people here."""
    with house.reading() as session:
        return [one for one in tying.differences(session, 1) if one.startswith("Circulation")]


def test_every_way_a_letter_can_go_follows_from_the_log(
    house: Database, script: Script, port: int, clock: SettableClock
) -> None:
    assert unlike(house) == []
    script.at_rcpt[MALAYSIA] = "550 no such user"
    script.at_rcpt[VIET_NAM] = "451 later"
    assert deliver(house, settings(port, RETRY_PAUSES=(60,)), keeper=KEEPER).failed == 1
    assert unlike(house) == []
    clock.advance(timedelta(hours=1))
    assert deliver(house, settings(port, RETRY_PAUSES=(60,)), keeper=KEEPER).failed == 1
    assert notice(house, VIET_NAM).status is Service.REFUSED
    with house.writing() as session:
        bounced = notice(house, "sg.contact_point@example.org")
        office = Actor(public_id="x", role=Role.SECRETARIAT, body=1)
        circulation = session.get_one(Circulation, bounced.circulation_id)
        more = {"by": office, "now": clock.now, "detail": "Unknown user."}
        serving.record_bounce(session, circulation, bounced.id, **more)
    assert unlike(house) == []
    ended = [(one["status"], one["letter"]) for one in told(house, Entry.LETTER_ENDED)]
    assert ended == [
        ("refused", name_of(notice(house, VIET_NAM).message_id)),
        ("bounced", name_of(bounced.message_id)),
    ]


@ONE_DATABASE
def test_an_attempt_tells_what_was_sent_and_no_word_of_it(house: Database, script: Script, port: int) -> None:
    deliver(house, settings(port), keeper=KEEPER)
    kept = notice(house)
    [tried] = [one for one in told(house, Entry.LETTER_TRIED) if one["letter"] == name_of(kept.message_id)]
    assert (tried["result"], tried["actor"], tried["circulation"]) == ("sent", "mail", "2020-1")
    with house.reading() as session:
        behind = select(PrivateText.text).where(PrivateText.seq == tried["seq"], PrivateText.field == "sent")
        columns = ("message_id", "thread_id", "address", "subject", "text", "invite", "invite_method")
        whole = {name: getattr(session.merge(kept), name) for name in columns}
        whole["text"] += session.merge(kept).below
        assert session.scalars(behind).one() == sent_sha256(whole)
    assert [one for one in told(house, Entry.LETTERS_WRITTEN) if "@" in str(one)] == []
    assert "250" not in str(tried)


@ONE_DATABASE
def test_letters_told_once_are_not_told_again(house: Database) -> None:
    before = told(house, Entry.LETTERS_WRITTEN)
    with house.writing() as session:
        person = session.scalars(select(Person).where(Person.email == MALAYSIA)).one()
        for _ in range(2):
            letters.invitation(session, person, "the-secret", now=MORNING)
    written = told(house, Entry.LETTERS_WRITTEN)[len(before) :]
    assert [(one["letter"], one["circulation"], len(one["letters"])) for one in written] == [
        (Letter.INVITATION, None, 1)
    ]


def test_no_letter_leaves_while_the_log_takes_no_entry(house: Database, script: Script, port: int) -> None:
    def broken(*_: object) -> None:
        raise LogBroken("The log holds 3 entries, but 9 were signed.", remedy="Look.")

    house.info["log_guard"] = broken
    with pytest.raises(LogBroken, match="9 were signed"):
        deliver(house, settings(port), keeper=KEEPER)
    assert (script.received, notice(house).lease) == ([], None)
    del house.info["log_guard"]
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered(sent=20)
