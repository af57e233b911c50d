"""The connection to the mail server: time-outs on every step, verified TLS, and the server's replies kept.

Which letters go over it, and what a reply means for them, is in `outbox`.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.charset import BASE64, QP, Charset
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.text import MIMEText
from typing import Any, cast

import flask_mail
from flask import Flask, current_app

from workflow.notices.return_address import ReturnAddress

#: Steps of the dialogue for one letter, each bounded by the time-out: MAIL, RCPT, DATA, the text, its reply.
STEPS = 5
#: The longest word of a subject that a folded line holds.
_LONGEST_WORD = 60
_GREETING = 220
_WAITING_FOR_TEXT = 354


@dataclass(frozen=True)
class MailSettings:
    """How letters leave this installation: the server, its TLS, and how patient we are (seconds)."""

    app: Flask = field(repr=False, compare=False)
    server: str
    port: int
    sender: str
    reply_to: str
    home: str = ""
    use_tls: bool = False
    use_ssl: bool = False
    ca_file: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    timeout: int = 20
    lease: int = 180
    retry_pauses: tuple[int, ...] = (60, 300, 900, 3600, 14400, 43200)
    returns: ReturnAddress | None = field(default=None, repr=False, compare=False)

    @classmethod
    def read(cls, app: Flask) -> "MailSettings":
        """Return the settings of an application, with flask-mail bound to it.

        Raises ValueError where sending is suppressed, which would pass for success, or where the lease
        does not outlast the slowest letter.
        """
        config = app.config
        settings = cls(
            app=app,
            server=config["MAIL_SERVER"],
            port=int(config["MAIL_PORT"]),
            sender=config["MAIL_SENDER"],
            reply_to=config["MAIL_REPLY_TO"],
            home=config["BASE_URL"],
            use_tls=bool(config["MAIL_USE_TLS"]),
            use_ssl=bool(config["MAIL_USE_SSL"]),
            ca_file=config["MAIL_CA_FILE"],
            username=config["MAIL_USERNAME"],
            password=config["MAIL_PASSWORD"],
            timeout=int(config["MAIL_TIMEOUT_SECONDS"]),
            lease=int(config["LEASE_SECONDS"]),
            retry_pauses=tuple(config["RETRY_PAUSES"]),
            returns=_returns(config.get("BOUNCE_ADDRESS"), config.get("SECRET_KEY")),
        )
        if config.get("MAIL_SUPPRESS_SEND"):
            raise ValueError("MAIL_SUPPRESS_SEND would mark letters as sent that never left; take it out")
        if settings.lease <= settings.slowest:
            raise ValueError(
                f"LEASE_SECONDS must be above {settings.slowest}: "
                f"{STEPS} steps of MAIL_TIMEOUT_SECONDS for one letter"
            )
        mail.init_app(app)
        return settings

    @property
    def slowest(self) -> int:
        """Return the longest that one letter can take on an open connection, in seconds."""
        return STEPS * self.timeout

    @property
    def host_name(self) -> str:
        """Return the name we greet with: asking the resolver for our own can take minutes."""
        return self.sender.rpartition("@")[2].rstrip(">") or "localhost"

    def tls(self) -> ssl.SSLContext:
        """Return a context that verifies the server's certificate and name."""
        return ssl.create_default_context(cafile=self.ca_file or None)


def _returns(address: str | None, secret: str | None) -> ReturnAddress | None:
    return ReturnAddress(address, secret or "") if address else None


class Dialogue(smtplib.SMTP):
    """An SMTP client that keeps the last reply, which smtplib throws away, and knows what it left open."""

    def __init__(self, settings: MailSettings) -> None:
        super().__init__(local_hostname=settings.host_name, timeout=settings.timeout)
        # The name the certificate is verified against; smtplib sets it only where it also connects.
        self._host = settings.server
        self.code = 0
        self.reply = ""

    def getreply(self) -> tuple[int, bytes]:
        """Read a reply and keep it, in one line."""
        code, text = super().getreply()
        self.code, self.reply = code, f"{code} {' '.join(text.decode('utf-8', 'replace').split())}"
        return code, text

    @property
    def may_have_taken_it(self) -> bool:
        """Tell whether a letter's text was under way, so that the server may have taken it unheard."""
        return self.code == _WAITING_FOR_TEXT


class DialogueOverTls(Dialogue, smtplib.SMTP_SSL):
    """The same client where TLS is spoken from the first byte."""

    def __init__(self, settings: MailSettings) -> None:
        super().__init__(settings)
        # smtplib's own context verifies nothing.
        self.context = settings.tls()


class Connection(flask_mail.Connection):
    """One connection for many letters; it always connects, whatever `TESTING` says."""

    def __init__(self, mail: Any, settings: MailSettings) -> None:
        super().__init__(mail)
        self.settings = settings
        self.dialogue: Dialogue | None = None

    def __enter__(self) -> "Connection":
        self.host = self.configure_host()
        return self

    def __exit__(self, *_: object) -> None:
        if self.dialogue is not None:
            farewell(self.dialogue)

    @property
    def is_open(self) -> bool:
        """Tell whether the server is still there, as far as the last step showed."""
        return self.dialogue is not None and self.dialogue.sock is not None

    def configure_host(self) -> smtplib.SMTP:
        """Open the connection, turn to TLS and sign in as the settings say.

        Raises OSError (which smtplib's errors and time-outs are) for anything that fails.
        """
        self.dialogue = opened(self.settings)
        return self.dialogue

    def hand_over(self, message: "LetterMessage", envelope_from: str | None = None) -> str:
        """Send one letter to its one address and return the server's reply to it.

        `envelope_from` is where it comes back to, by default the sender's address.
        Raises smtplib's errors, OSError where the connection broke, BadHeaderError.
        """
        assert self.dialogue is not None
        self.dialogue.code = 0
        self.send(message, envelope_from)
        return self.dialogue.reply


class LetterMessage(flask_mail.Message):
    """A message whose text survives any server: lines of any length, in any script, as ASCII."""

    def _mimetext(self, text: str | None, subtype: str = "plain") -> MIMEText:
        charset = Charset("utf-8")
        charset.body_encoding = QP if (text or "").isascii() else BASE64
        return MIMEText(text or "", _subtype=subtype, _charset=cast(Any, charset))

    def _message(self) -> MIMEBase:
        # Written here and left as written: the library leaves what looks like an encoded word in a subject
        # to be decoded by its reader, and folds others anew in the middle of a word (RFC 2047, section 5).
        message: MIMEBase = super()._message()
        message.policy = policy.compat32
        del message["Subject"]
        message["Subject"] = subject_header(self.subject)
        message.policy = policy.SMTP.clone(refold_source="none")
        return message


def subject_header(text: str) -> str:
    """Return a subject as it travels, folded: every mail program reads exactly `text`, one line."""
    # What could pass for an encoded word, or a word too long to fold before, travels encoded too.
    plain = text.isascii() and "=?" not in text and max(map(len, text.split()), default=0) <= _LONGEST_WORD
    return Header(text, "us-ascii" if plain else "utf-8", header_name="Subject").encode()


class Mail(flask_mail.Mail):
    """flask-mail with our connection."""

    def connect_to(self, settings: MailSettings) -> Connection:
        """Return a connection, not yet open, to the server of these settings."""
        return Connection(current_app.extensions["mail"], settings)


mail = Mail()


@contextmanager
def connected(settings: MailSettings) -> Iterator[Connection]:
    """Give one open connection for many letters, within the application that flask-mail asks for.

    Raises OSError where it cannot be opened.
    """
    with settings.app.app_context(), mail.connect_to(settings) as connection:
        yield connection


def opened(settings: MailSettings, dialogue: Dialogue | None = None) -> Dialogue:
    """Return a dialogue connected, secured and signed in; on any failure nothing stays open."""
    if dialogue is None:
        dialogue = (DialogueOverTls if settings.use_ssl else Dialogue)(settings)
    try:
        code, _ = dialogue.connect(settings.server, settings.port)
        if code != _GREETING:
            raise smtplib.SMTPConnectError(code, dialogue.reply)
        dialogue.ehlo_or_helo_if_needed()
        if settings.use_tls:
            dialogue.starttls(context=settings.tls())
            dialogue.ehlo_or_helo_if_needed()
        if settings.username:
            dialogue.login(settings.username, settings.password)
    except BaseException:
        dialogue.close()
        raise
    return dialogue


def farewell(dialogue: Dialogue) -> None:
    """End a dialogue politely where the server still listens, and close it in any case."""
    try:
        if dialogue.sock is not None:
            dialogue.quit()
    except OSError:
        # The letters are settled by now; a server that hangs up first loses nothing.
        dialogue.close()
    finally:
        dialogue.close()
