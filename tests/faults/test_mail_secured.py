"""A mail server whose TLS or sign-in fails: no letter travels in the clear, none is lost; text in any script.

The failures of the dialogue itself are in test_mail.py.
"""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import pytest

from tests.faults.faulty_server import (
    AUTH,
    DROP,
    GARBAGE,
    STALL,
    STARTTLS,
    STRIPPED,
    TEXT,
    FaultyServer,
    failing,
)
from tests.faults.test_mail import QUEUED, REFUSED, SENT, _kept, _next_letter, _proved
from tests.notices.conftest import house
from tests.notices.servers import settings
from tests.notices.waiting import KEEPER, ONE_DATABASE
from tests.settable_clock import SettableClock
from workflow.db import Database
from workflow.domain.terms import Service
from workflow.models.notice import Notice
from workflow.notices import connection, outbox

__all__ = ["house"]

#: The server says it is ready for TLS, and then does not speak it.
PRETENDS = "220 go on"
FAILURES = {
    STARTTLS: (STRIPPED, DROP, STALL, GARBAGE, PRETENDS, "421 closing", "454 not now", "502 what is that"),
    AUTH: (STRIPPED, DROP, STALL, GARBAGE, "421 closing", "454 not now", "535 wrong", "504 not so"),
}
SECURED = {
    STARTTLS: {"MAIL_USE_TLS": True},
    AUTH: {"MAIL_USERNAME": "adref", "MAIL_PASSWORD": "seven wet umbrellas"},
}


def walk(house: Database, clock: SettableClock, place: str) -> None:
    """Let each failure meet a letter; it must wait, and nothing of it may have been said."""
    with failing() as server:
        letter = _next_letter(house, clock)
        for how in FAILURES[place]:
            _due_again(house, letter, clock)
            server.heard.clear()
            server.offers = (f"{AUTH} PLAIN",) if place == AUTH else (STARTTLS,)
            server.fails(place, how)
            chosen = settings(server.port, MAIL_TIMEOUT_SECONDS=1, **SECURED[place])
            outbox.deliver(house, chosen, keeper=KEEPER, limit=1)
            kept = _kept(house, letter)
            assert (how, kept.status, kept.attempts) == (how, QUEUED, 0)
            assert (how, _proved(house, letter)) == (how, False)
            assert (how, [verb for verb in server.heard if verb in ("MAIL", "RCPT", "DATA")]) == (how, [])
            assert kept.reply.startswith("The mail server cannot be reached: ")
        assert server.taken == []


def _due_again(house: Database, letter: int, clock: SettableClock) -> None:
    with house.writing() as session:
        session.get_one(Notice, letter).due_at = clock.now


@ONE_DATABASE
@pytest.mark.timeout(120)
@pytest.mark.parametrize("place", FAILURES)
def test_server_that_cannot_be_trusted_gets_no_letter(
    house: Database, clock: SettableClock, place: str
) -> None:
    walk(house, clock, place)


@ONE_DATABASE
@pytest.mark.timeout(120)
def test_hunt_sees_a_letter_that_goes_in_the_clear(
    house: Database, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection.Dialogue, "starttls", lambda *_given, **_more: (220, b""))
    with pytest.raises(AssertionError):
        walk(house, clock, STARTTLS)


#: What must come out as it went in: scripts, long lines, lines that begin with a dot or with "From ".
TEXTS = (
    "ประเทศไทยไม่คัดค้าน\n",
    "x" * 5000 + "\n",
    ".\n..\n.hidden\nFrom here on\n",
    "Größe \N{PILE OF POO} \r\n\tend \n",
)


@ONE_DATABASE
@pytest.mark.parametrize("text", TEXTS)
def test_text_in_any_script_passes_a_server_that_takes_seven_bits(
    house: Database, clock: SettableClock, text: str
) -> None:
    letter = _next_letter(house, clock)
    with house.writing() as session:
        notice = session.get_one(Notice, letter)
        notice.text, notice.proves_service, notice.subject = text, False, "Größe 1"
    with failing() as server:
        deliver(house, server)
    assert _kept(house, letter).status is SENT
    [raw] = server.texts
    assert raw.isascii()
    assert max(map(len, raw.split(b"\n"))) < 998
    received = cast(EmailMessage, message_from_bytes(raw, policy=policy.default))
    body = received.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").rstrip() == text.replace("\r\n", "\n").rstrip()
    assert received["Subject"] == "Größe 1"


def deliver(house: Database, server: FaultyServer) -> None:
    """Send one letter."""
    outbox.deliver(house, settings(server.port, MAIL_TIMEOUT_SECONDS=1), keeper=KEEPER, limit=1)


@ONE_DATABASE
@pytest.mark.parametrize(
    ("said", "expected"), [("550 Empfänger unbekannt", REFUSED), ("450 später", QUEUED), ("250 schön", SENT)]
)
def test_reply_of_eight_bits_is_kept_as_text(
    house: Database, clock: SettableClock, said: str, expected: Service
) -> None:
    letter = _next_letter(house, clock)
    with failing() as server:
        server.fails(TEXT, said)
        deliver(house, server)
    assert (_kept(house, letter).status, _kept(house, letter).reply) == (expected, said)
