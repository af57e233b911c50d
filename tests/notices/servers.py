"""A real SMTP server that can be told to refuse, to stall and to hang up, and certificates for it.

The demonstration's catcher, which never fails, is in the product.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask

from workflow.notices.connection import MailSettings

HANG_UP = "hang up"
STALL = "stall"


class Script:
    """What the server answers: by address at RCPT, and one after another at the end of a letter's text.

    An answer may be HANG_UP or STALL; when a list is empty, everything is accepted. `received` holds the
    accepted letters, `connections` counts the dialogues.
    """

    def __init__(self) -> None:
        self.at_rcpt: dict[str, str] = {}
        self.at_mail: list[str] = []
        self.at_end: list[str] = []
        self.received: list[EmailMessage] = []
        self.senders: list[str] = []
        self.connections = 0

    def to(self) -> list[str]:
        """Return whom the accepted letters were addressed to, in order."""
        return [str(message["To"]) for message in self.received]

    async def handle_EHLO(  # noqa: N802 - aiosmtpd names it
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count a dialogue."""
        session.host_name = hostname
        if not getattr(session, "ssl", None):
            self.connections += 1
        return responses

    async def handle_MAIL(  # noqa: N802 - aiosmtpd names it
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Answer to the sender."""
        answer = self.at_mail.pop(0) if self.at_mail else "250 OK"
        if answer.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return await self._said(server, answer)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Answer to one address."""
        answer = self.at_rcpt.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return await self._said(server, answer)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd names it
        """Answer to a letter."""
        answer = self.at_end.pop(0) if self.at_end else f"250 taken as {len(self.received) + 1}"
        if answer.startswith("250") or answer == HANG_UP:
            parsed = message_from_bytes(envelope.content, policy=policy.default)
            self.received.append(cast(EmailMessage, parsed))
            self.senders.append(envelope.mail_from)
        return await self._said(server, answer)

    async def _said(self, server: Any, answer: str) -> str:
        if answer == STALL:
            await asyncio.sleep(5)
        if answer == HANG_UP:
            server.transport.abort()
            return "221 gone"
        return answer


def words_of(message: EmailMessage) -> str:
    """Return the plain text of a letter as it arrived."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


@contextmanager
def serving(script: Script, **options: Any) -> Iterator[int]:
    """Run a server with this script and give its port."""
    controller = Controller(script, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


class AsksForPassword:
    """Accepts one name and password."""

    def __call__(self, server: SMTP, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        """Tell whether the sign-in succeeds."""
        return AuthResult(success=(data.login, data.password) == (b"adref", b"seven wet umbrellas"))


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings(port: int, **changes: Any) -> MailSettings:
    """Return mail settings for a server on this machine, with short time-outs."""
    app = Flask("mail")
    app.testing = True
    app.config.update(
        BASE_URL="https://adref.example",
        MAIL_SERVER="127.0.0.1",
        MAIL_PORT=port,
        MAIL_SENDER="adref@adref.example",
        MAIL_REPLY_TO="secretariat@adref.example",
        MAIL_USE_TLS=False,
        MAIL_USE_SSL=False,
        MAIL_CA_FILE="",
        MAIL_USERNAME="",
        MAIL_PASSWORD="",
        MAIL_TIMEOUT_SECONDS=1,
        LEASE_SECONDS=30,
        RETRY_PAUSES=(60, 300),
    )
    app.config.update(changes)
    return MailSettings.read(app)


def certificate(folder: Path, name: str = "127.0.0.1") -> tuple[Path, ssl.SSLContext]:
    """Write a self-signed certificate; return its file, and a server's context that shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(name))])
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate_file, key_file)
    return certificate_file, context
