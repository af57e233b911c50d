"""The connection: verified TLS, sign-in, and messages that no head can be smuggled into."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.notices.servers import (
    AsksForPassword,
    Script,
    certificate,
    free_port,
    serving,
    settings,
)
from workflow.domain.terms import Letter
from workflow.notices.connection import MailSettings, connected
from workflow.notices.envelope import Outgoing, plain_address
from workflow.notices.probe import dialogue
from workflow.notices.replies import Fate, Told, hand_over

NOON = datetime(2020, 9, 25, 5, 0, tzinfo=UTC)
LINE = "ข้อความ " * 400


def letter(**changes: object) -> Outgoing:
    """Return a letter as the sender knows it."""
    values: dict[str, object] = {
        "id": 1,
        "circulation_id": 1,
        "state_id": 1,
        "letter": Letter.CIRCULATION,
        "address": "my.contact_point@example.org",
        "proves_service": True,
        "message_id": "<one@adref.example>",
        "thread_id": None,
        "subject": "[SOMTC/2020/1] Plan – ไทย",
        "text": f"First line\n{LINE}\n.\nFrom here\n",
        "invite": "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        "invite_method": "REQUEST",
        "claimed_at": NOON,
    }
    return Outgoing(**{**values, **changes})  # type: ignore[arg-type]


def sent(mail: MailSettings, one: Outgoing) -> Told:
    """Send one letter over a connection of its own."""
    with connected(mail) as connection:
        return hand_over(connection, one)


def test_a_letter_arrives_character_for_character_with_its_head_and_entry() -> None:
    script = Script()
    with serving(script) as port:
        told = sent(settings(port), letter(thread_id="<zero@adref.example>"))
    assert told == Told(Fate.ACCEPTED, "250 taken as 1")
    [message] = script.received
    assert message["Subject"] == "[SOMTC/2020/1] Plan – ไทย"
    assert message["From"] == "adref@adref.example"
    assert message["Reply-To"] == "secretariat@adref.example"
    assert message["Message-ID"] == "<one@adref.example>"
    assert message["In-Reply-To"] == message["References"] == "<zero@adref.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == NOON
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == f"First line\n{LINE}\n.\nFrom here\n"
    [entry] = message.iter_attachments()
    assert entry["Content-Type"] == 'text/calendar; method="REQUEST"; charset="utf-8"'
    assert entry.get_payload(decode=True) == b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def test_no_line_on_the_wire_is_longer_than_servers_take() -> None:
    script = Script()
    raw: list[bytes] = []
    with serving(script) as port:
        mail = settings(port)
        with mail.app.app_context():
            raw.append(letter(text="x" * 100_000, invite=None).message(mail).as_bytes())
            raw.append(letter(text=LINE * 100, invite=None).message(mail).as_bytes())
    assert max(len(line) for one in raw for line in one.split(b"\n")) < 998
    assert all(one.isascii() for one in raw)


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@", "@b", "a@b, c@d", "a@b\nBcc: c@d", "<a@b>", "ไทย@example.org", "a b@example.org"],
)
def test_an_address_that_is_not_one_plain_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"@|address"):
        plain_address(address)


def test_a_domain_in_another_script_is_written_in_ascii() -> None:
    assert plain_address("info@münchen.example") == "info@xn--mnchen-3ya.example"


def test_a_head_with_a_line_end_is_not_sent() -> None:
    script = Script()
    with serving(script) as port:
        told = sent(settings(port), letter(subject="x\nBcc: thief@example.org"))
    assert told.fate is Fate.REFUSED
    assert script.received == []


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    _, context = certificate(tmp_path)
    script = Script()
    with serving(script, tls_context=context, require_starttls=True) as port:
        with pytest.raises(ssl.SSLCertVerificationError), connected(settings(port, MAIL_USE_TLS=True)):
            pass
        authority = str(tmp_path / "certificate.pem")
        told = sent(settings(port, MAIL_USE_TLS=True, MAIL_CA_FILE=authority), letter())
    assert told.fate is Fate.ACCEPTED


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    authority, context = certificate(tmp_path, "127.0.0.9")
    with serving(Script(), tls_context=context) as port:
        mail = settings(port, MAIL_USE_TLS=True, MAIL_CA_FILE=str(authority))
        with pytest.raises(ssl.SSLCertVerificationError), connected(mail):
            pass


def test_tls_from_the_first_byte_is_verified(tmp_path: Path) -> None:
    authority, context = certificate(tmp_path)
    script = Script()
    with serving(script, ssl_context=context) as port:
        with pytest.raises(ssl.SSLCertVerificationError), connected(settings(port, MAIL_USE_SSL=True)):
            pass
        mail = settings(port, MAIL_USE_SSL=True, MAIL_CA_FILE=str(authority))
        assert sent(mail, letter()).fate is Fate.ACCEPTED


def test_a_server_without_tls_is_not_spoken_to_in_the_clear() -> None:
    script = Script()
    with serving(script) as port, pytest.raises(OSError, match="STARTTLS"):
        sent(settings(port, MAIL_USE_TLS=True), letter())
    assert script.received == []


def test_suppressed_sending_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="MAIL_SUPPRESS_SEND"):
        settings(25, MAIL_SUPPRESS_SEND=True)


def test_a_lease_shorter_than_the_slowest_letter_is_refused() -> None:
    with pytest.raises(ValueError, match="LEASE_SECONDS must be above 5"):
        settings(25, LEASE_SECONDS=5)


def test_the_dialogue_shows_every_line_the_tls_facts_and_no_password(tmp_path: Path) -> None:
    authority, context = certificate(tmp_path)
    script = Script()
    options = {"tls_context": context, "require_starttls": True, "authenticator": AsksForPassword()}
    with serving(script, auth_required=True, **options) as port:
        mail = settings(
            port,
            MAIL_USE_TLS=True,
            MAIL_CA_FILE=str(authority),
            MAIL_USERNAME="adref",
            MAIL_PASSWORD="seven wet umbrellas",
        )
        shown = dialogue(mail, "me@example.org", NOON)
    assert shown.is_accepted
    lines = str(shown).split("\n")
    assert lines[0] == f"  127.0.0.1, port {port}, STARTTLS, certificate verified"
    assert "> STARTTLS" in lines
    assert "> (sign-in, not shown)" in lines
    assert any(line.startswith("  (TLS agreed: TLSv1.3") for line in lines)
    assert any(line.startswith("  (certificate verified: 127.0.0.1, by 127.0.0.1") for line in lines)
    assert lines[-1] == "Accepted by the mail server: 250 taken as 1"
    assert script.to() == ["me@example.org"]


def test_the_dialogue_tells_of_a_refusal_in_its_last_line() -> None:
    script = Script()
    script.at_rcpt["me@example.org"] = "550 no such user"
    with serving(script) as port:
        shown = dialogue(settings(port), "me@example.org", NOON)
    assert not shown.is_accepted
    assert "< 550 no such user" in shown.lines
    assert shown.lines[-1] == "Not accepted: 550 no such user"


def test_the_dialogue_of_a_dead_server_raises_nothing() -> None:
    shown = dialogue(settings(free_port()), "me@example.org", NOON)
    assert not shown.is_accepted
    assert shown.lines[-1].startswith("Not accepted: ")
