"""A letter's row as the message that travels: its head, its text in two forms, its calendar entry.

How it travels is in `connection`, what becomes of it in `outbox`.
"""

from dataclasses import dataclass
from datetime import datetime

import flask_mail

from workflow.audit.posted import sent_sha256
from workflow.domain.terms import Letter
from workflow.models.notice import Notice
from workflow.notices import typeset
from workflow.notices.connection import LetterMessage, MailSettings

#: Sent as bytes: a mail program that changed a line end would break a proof.
_TYPES = {"json": "application/json", ".txt": "application/octet-stream"}


@dataclass(frozen=True)
class Outgoing:
    """What the sender must know of a notice once its row is not at hand; `claimed_at` is UTC."""

    id: int
    circulation_id: int | None
    state_id: int | None
    letter: Letter
    address: str
    proves_service: bool
    message_id: str
    thread_id: str | None
    subject: str
    text: str
    invite: str | None
    invite_method: str | None
    claimed_at: datetime
    files: tuple[tuple[str, bytes], ...] = ()

    @classmethod
    def of(
        cls, notice: Notice, claimed_at: datetime, files: tuple[tuple[str, bytes], ...] = ()
    ) -> "Outgoing":
        """Return what is to be sent of a row whose text was read with it; `files` come with it, by name."""
        return cls(
            id=notice.id,
            circulation_id=notice.circulation_id,
            state_id=notice.state_id,
            letter=notice.letter,
            address=notice.address,
            proves_service=notice.proves_service,
            message_id=notice.message_id,
            thread_id=notice.thread_id,
            subject=notice.subject,
            text=notice.text + notice.below,
            invite=notice.invite,
            invite_method=notice.invite_method,
            claimed_at=claimed_at,
            files=files,
        )

    @property
    def sha256(self) -> str:
        """Return the hex SHA-256 of what is sent, as the log tells it."""
        return sent_sha256(vars(self))

    def message(self, settings: MailSettings) -> LetterMessage:
        """Return the message, the same at every attempt but for its date (rule 7).

        Raises ValueError for an address that cannot be written into a letter's head.
        """
        message = LetterMessage(
            subject=self.subject,
            recipients=[plain_address(self.address)],
            body=self.text,
            html=typeset.html(self.text, self.subject, home=settings.home),
            sender=settings.sender,
            reply_to=settings.reply_to,
            date=self.claimed_at.timestamp(),
            extra_headers=self._headers(),
            attachments=self._attachments(),
        )
        message.msgId = self.message_id
        return message

    def comes_back_to(self, settings: MailSettings) -> str | None:
        """Return the address of its own that this letter comes back to, or None where there is none."""
        returns = settings.returns
        return returns.of(self.id, self.message_id) if returns is not None else None

    def _headers(self) -> dict[str, str]:
        # Automatic, so that no absence notice answers it; threaded under the circulation letter.
        headers = {"Auto-Submitted": "auto-generated"}
        if self.thread_id is not None and self.thread_id != self.message_id:
            headers.update({"In-Reply-To": self.thread_id, "References": self.thread_id})
        return headers

    def _attachments(self) -> list[flask_mail.Attachment]:
        proofs = [flask_mail.Attachment(name, _TYPES[name[-4:]], data) for name, data in self.files]
        if self.invite is None:
            return proofs
        # An attachment, not an alternative: some programs show an alternative instead of the letter.
        content_type = f'text/calendar; method={self.invite_method}; charset="utf-8"'
        return [flask_mail.Attachment("deadline.ics", content_type, self.invite.encode("utf-8")), *proofs]


def plain_address(address: str) -> str:
    """Return the address as servers take it, its domain in ASCII.

    Raises ValueError where it is no single address or has letters before the @ that most servers refuse.
    """
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain or any(sign in address for sign in ' \t\r\n,;<>"()'):
        raise ValueError(f"{address!r} is no address that a letter can be sent to")
    if not local.isascii():
        raise ValueError(f"{address!r} has letters before the @ that mail servers do not take")
    return f"{local}@{domain.encode('idna').decode('ascii')}"
