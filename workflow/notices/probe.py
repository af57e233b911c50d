"""Shows an operator the whole dialogue with the mail server, by a test letter to one address.

Nothing of it is stored; the command that prints it is in `workflow/cli/operator.py`.
"""

import ssl
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflow.domain.terms import Letter
from workflow.notices import rendering
from workflow.notices.connection import Dialogue, DialogueOverTls, MailSettings, farewell, opened
from workflow.notices.envelope import Outgoing, plain_address
from workflow.notices.replies import describe


@dataclass(frozen=True)
class Shown:
    """A dialogue as it went, and whether the letter was accepted; as a string it is all its lines."""

    is_accepted: bool
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(self.lines)


class _Transcript(Dialogue):
    """A dialogue that writes down every line of both sides, but no password and no letter's text."""

    def __init__(self, settings: MailSettings) -> None:
        self.lines: list[str] = []
        self.is_signing_in = False
        super().__init__(settings)

    def putcmd(self, cmd: str, args: str = "") -> None:
        """Send a command and write it down."""
        shown = f"{cmd} {args}".strip()
        self.lines.append(f"> {'(sign-in, not shown)' if self.is_signing_in else shown}")
        super().putcmd(cmd, args)

    def getreply(self) -> tuple[int, bytes]:
        """Read a reply and write it down, line by line."""
        code, text = super().getreply()
        self.lines += [f"< {code} {line}" for line in text.decode("utf-8", "replace").split("\n")]
        return code, text

    def login(self, user: str, password: str, **options: Any) -> tuple[int, bytes]:
        """Sign in without writing the password down."""
        self.is_signing_in = True
        try:
            return super().login(user, password, **options)
        finally:
            self.is_signing_in = False

    def starttls(self, *options: Any, **named: Any) -> tuple[int, bytes]:
        """Turn to TLS and write down what was agreed and whose certificate was verified."""
        answer = super().starttls(*options, **named)
        self.lines += _tls_facts(self.sock)
        return answer

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send the text, of which only the length is written down."""
        self.lines.append(f"  (the letter: {len(msg):,} bytes)")
        return super().data(msg)


class _TranscriptOverTls(_Transcript, DialogueOverTls):
    """The same where TLS is spoken from the first byte."""

    def connect(self, *place: Any, **options: Any) -> tuple[int, bytes]:
        """Connect and write down what was agreed."""
        answer = super().connect(*place, **options)
        self.lines += _tls_facts(self.sock)
        return answer


def dialogue(settings: MailSettings, address: str, now: datetime) -> Shown:
    """Send a test letter to `address` as of `now` (UTC); return every line of it.

    Never raises for a failure of mail: the last line says what went wrong.
    """
    transcript = (_TranscriptOverTls if settings.use_ssl else _Transcript)(settings)
    lines = transcript.lines
    lines.append(f"  {settings.server}, port {settings.port}, {_security(settings)}")
    try:
        with settings.app.app_context():
            letter = _letter(settings, address, now).message(settings)
            opened(settings, transcript)
            transcript.sendmail(settings.sender, plain_address(address), letter.as_bytes())
        verdict = f"Accepted by the mail server: {transcript.reply}"
        accepted = True
    except (OSError, ValueError) as failure:
        verdict, accepted = f"Not accepted: {describe(failure)}", False
    farewell(transcript)
    return Shown(accepted, (*lines, verdict))


def _letter(settings: MailSettings, address: str, now: datetime) -> Outgoing:
    subject, _, text = rendering.part("_probe.txt", "en", {"address": address}).partition("\n")
    return Outgoing(
        id=0,
        circulation_id=None,
        state_id=None,
        letter=Letter.TEST,
        address=address,
        proves_service=False,
        message_id=f"<probe.{now:%Y%m%d%H%M%S%f}@{settings.host_name}>",
        thread_id=None,
        subject=rendering.one_line(subject),
        text=rendering.wrapped(text.strip()) + "\n",
        invite=None,
        invite_method=None,
        claimed_at=now,
    )


def _security(settings: MailSettings) -> str:
    if settings.use_ssl:
        return "TLS from the first byte, certificate verified"
    return "STARTTLS, certificate verified" if settings.use_tls else "no TLS"


def _tls_facts(sock: Any) -> list[str]:
    if not isinstance(sock, ssl.SSLSocket):
        return []
    certificate = sock.getpeercert() or {}
    cipher = sock.cipher()
    return [
        f"  (TLS agreed: {sock.version()}, {cipher[0] if cipher else 'no cipher'})",
        f"  (certificate verified: {_name(certificate, 'subject')}, by {_name(certificate, 'issuer')}, "
        f"until {certificate.get('notAfter', 'no date')})",
    ]


def _name(certificate: Any, field: str) -> str:
    parts = [value for group in certificate.get(field, ()) for key, value in group if key == "commonName"]
    return ", ".join(parts) or "no common name"
