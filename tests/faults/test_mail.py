"""Every way a mail server can fail at every place of the dialogue: the right state, and no letter lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.faults.faulty_server import (
    AFTER,
    CONNECT,
    DATA,
    DROP,
    EHLO,
    GARBAGE,
    MAIL,
    PART,
    RCPT,
    SLOW,
    STALL,
    TEXT,
    FaultyServer,
    failing,
)
from tests.notices.conftest import house
from tests.notices.servers import settings
from tests.notices.waiting import KEEPER, ONE_DATABASE
from tests.settable_clock import SettableClock
from workflow.db import Database
from workflow.domain.terms import EvidenceKind, Service
from workflow.models.notice import Notice, ServiceEvidence
from workflow.notices import outbox, replies
from workflow.notices.replies import Fate, Told

__all__ = ["house"]

SENT, QUEUED, REFUSED = Service.SENT, Service.QUEUED, Service.REFUSED
DELAYS = {DROP: QUEUED, STALL: QUEUED, GARBAGE: QUEUED, "421 closing": QUEUED, "450 later": QUEUED}
CASES: dict[str, dict[str, Service]] = {
    CONNECT: {**DELAYS, "550 not you": QUEUED, SLOW: SENT},
    # A server that does not understand is greeted the old way (RFC 5321, 3.2).
    EHLO: {**DELAYS, GARBAGE: SENT, "450 later": SENT, "550 not you": SENT, SLOW: SENT},
    # The sender's refusal is no fault of the address.
    MAIL: {**DELAYS, "550 not you": QUEUED, SLOW: SENT},
    RCPT: {**DELAYS, "550 no such user": REFUSED, SLOW: SENT},
    DATA: {**DELAYS, "554 no": REFUSED, SLOW: SENT},
    PART: {DROP: QUEUED},
    # What broke off after the text is repeated with the same Message-ID: it may have been taken.
    TEXT: {**DELAYS, "554 too large": REFUSED, SLOW: SENT},
    AFTER: {DROP: SENT},
}


def deliver(house: Database, server: FaultyServer) -> None:
    """Send one letter."""
    chosen = settings(server.port, MAIL_TIMEOUT_SECONDS=1)
    outbox.deliver(house, chosen, keeper=KEEPER, limit=1)


def walk(house: Database, clock: SettableClock, place: str) -> None:
    """Let each failure of a place meet a letter of its own, which then goes to a sound server."""
    with failing() as server:
        for how, expected in CASES[place].items():
            letter = _next_letter(house, clock)
            server.taken.clear()
            server.fails(place, how)
            deliver(house, server)
            assert server.failed, how
            kept = _kept(house, letter)
            assert (how, kept.status) == (how, expected)
            assert (how, _proved(house, letter)) == (how, expected is SENT)
            clock.now += timedelta(hours=1)
            while _kept(house, letter).status is QUEUED:
                deliver(house, server)
            assert (how, _kept(house, letter).status) == (how, REFUSED if expected is REFUSED else SENT)
            assert set(server.taken) <= {kept.message_id}, how


@ONE_DATABASE
@pytest.mark.timeout(120)
@pytest.mark.parametrize("place", CASES)
def test_failure_ends_in_the_right_state_and_the_letter_arrives(
    house: Database, clock: SettableClock, place: str
) -> None:
    walk(house, clock, place)


@ONE_DATABASE
@pytest.mark.timeout(120)
@pytest.mark.parametrize("fate", [Fate.ACCEPTED, Fate.REFUSED])
def test_hunt_sees_a_reply_that_is_taken_for_another(
    house: Database, clock: SettableClock, monkeypatch: pytest.MonkeyPatch, fate: Fate
) -> None:
    monkeypatch.setattr(replies, "_refusal", lambda code, text: Told(fate, f"{code} {text!r}"))
    with pytest.raises(AssertionError):
        walk(house, clock, RCPT)


def test_at_least_forty_cases() -> None:
    assert sum(map(len, CASES.values())) >= 40


def _next_letter(house: Database, clock: SettableClock) -> int:
    """Let one letter be due and all others wait."""
    with house.writing() as session:
        queued = select(Notice).where(Notice.status == QUEUED, Notice.proves_service)
        letter, *others = session.scalars(queued.order_by(Notice.attempts, Notice.id)).all()
        for other in others:
            other.due_at = clock.now + timedelta(days=10)
        letter.due_at = clock.now
        return letter.id


def _kept(house: Database, letter: int) -> Notice:
    with house.reading() as session:
        return session.get_one(Notice, letter)


def _proved(house: Database, letter: int) -> bool:
    with house.reading() as session:
        query = select(ServiceEvidence.id).where(ServiceEvidence.kind == EvidenceKind.ACCEPTED)
        return session.scalars(query.where(ServiceEvidence.notice_id == letter)).first() is not None
