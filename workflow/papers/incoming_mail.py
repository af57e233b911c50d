"""What a message that came by e-mail is: a delivery report, an automatic reply, a person's words.

Standards: RFC 3464 and 6533 (delivery reports), RFC 3834 (automatic replies). Its parts are taken apart in
`mail_parts`; what a report proves is in `workflow/domain/returned_mail.py`.
"""

import re
from dataclasses import dataclass, replace
from email.errors import MessageError

from workflow.domain.returned_mail import Recipient, report_kind
from workflow.domain.terms import MailKind
from workflow.papers.mail_parts import PARTS, Part, kept, leaves, part_of

#: Fields that say where a message was delivered to; any of them may hold a letter's own return address.
_DELIVERED_TO = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_RETURNED = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")
_DAEMONS = frozenset({"mailer-daemon", "postmaster", "mail-daemon"})
_MARKED_AUTOMATIC = ("X-Autoreply", "X-Autorespond")
_ABSENCE = re.compile(
    r"(automatic reply|auto(matic)?[ -]?(reply|response)|out of (the )?office)\b", re.IGNORECASE
)
_ADDRESS = re.compile(r"[^\s<>,;:\"()]{1,300}@[^\s<>,;:\"()]{1,300}")
_ID = re.compile(r"<[^<>\s]{1,500}>")
_BLOCKS = re.compile(rb"(?:\r?\n[ \t]*){2,}")


@dataclass(frozen=True)
class Incoming:
    """One message: its kind, what it says of whom, which letter it names, and what a person would read.

    `addressed` is to whom it was delivered, `returned_id` the Message-ID of the letter it brings back,
    `references` those it answers. `files` are the names of what is attached, which is not kept here.
    """

    kind: MailKind
    sender: str = ""
    subject: str = ""
    text: str = ""
    files: tuple[str, ...] = ()
    addressed: tuple[str, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    returned_id: str = ""
    references: tuple[str, ...] = ()


def read(raw: bytes) -> Incoming:
    """Return what a message is; whatever cannot be read is UNREADABLE, with as much of it as can be shown."""
    try:
        return _read(part_of(raw))
    except (MessageError, LookupError, ValueError, TypeError, AttributeError):
        return unreadable(raw)


def unreadable(raw: bytes) -> Incoming:
    """Return a message that could not be read, with its beginning as text."""
    return Incoming(MailKind.UNREADABLE, text=kept(raw.decode("utf-8", "replace")))


def _read(message: Part) -> Incoming:
    found = leaves(message)
    base = Incoming(
        MailKind.REPLY,
        sender=message.value("From"),
        subject=message.value("Subject"),
        text=_words(found),
        files=tuple(name for part in found if (name := part.file_name)),
        addressed=tuple(
            address
            for name in _DELIVERED_TO
            for value in message.values(name)
            for address in _ADDRESS.findall(value)[:PARTS]
        ),
        references=tuple(
            _ID.findall(f"{message.value('In-Reply-To')} {message.value('References')}")[-PARTS:]
        ),
    )
    if message.kind == "multipart/report":
        return _report(base, found, message.parameter("report-type").casefold())
    if any(part.kind in _REPORTS for part in found):
        # A report in a frame of another kind: a person may have written around it.
        return replace(base, kind=MailKind.UNKNOWN, returned_id=_returned(found))
    return replace(base, kind=_written(message, base.subject))


def _report(base: Incoming, found: list[Part], report_type: str) -> Incoming:
    said = next((part for part in found if part.kind in _REPORTS), None)
    if said is None:
        # That a letter was displayed, or called spam, says nothing of its delivery.
        other = report_type not in ("", "delivery-status")
        return replace(
            base, kind=MailKind.REPORT if other else MailKind.UNKNOWN, returned_id=_returned(found)
        )
    recipients = tuple(_recipients(said.decoded()))
    kind = report_kind(recipients)
    return replace(base, kind=kind, recipients=recipients, returned_id=_returned(found))


def _recipients(said: bytes) -> list[Recipient]:
    """Return what the report says of each recipient; its first block is of the message."""
    blocks = [part_of(block) for block in _BLOCKS.split(said.strip(), maxsplit=2 * PARTS)[: 2 * PARTS]]
    return [
        Recipient(
            addresses=tuple(
                kept_address
                for name in ("Final-Recipient", "Original-Recipient")
                if (kept_address := block.value(name).partition(";")[2].strip())
            ),
            action=block.value("Action").partition("(")[0].strip().casefold(),
            status=block.value("Status"),
            diagnostic=block.value("Diagnostic-Code"),
        )
        for block in blocks
        if block.value("Final-Recipient") or block.value("Action")
    ]


def _returned(found: list[Part]) -> str:
    for part in found:
        if part.kind in _RETURNED:
            ids = _ID.findall(part_of(part.decoded()).value("Message-ID"))
            return ids[0] if ids else ""
    return ""


def _written(message: Part, subject: str) -> MailKind:
    """Return what a message that is no report is; in doubt a person is shown it."""
    senders = {one.rpartition("@")[0].casefold() for one in _ADDRESS.findall(message.value("From"))}
    if message.value("X-Failed-Recipients") or senders & _DAEMONS:
        return MailKind.UNKNOWN
    automatic = message.value("Auto-Submitted").partition(";")[0].partition("(")[0].strip().casefold()
    marked = any(message.value(name) for name in _MARKED_AUTOMATIC)
    marked = marked or message.value("Precedence").casefold() == "auto_reply"
    if automatic not in ("", "no") or marked or _ABSENCE.match(subject):
        return MailKind.AUTOMATIC
    return MailKind.UNKNOWN if message.value("Return-Path") == "<>" else MailKind.REPLY


def _words(found: list[Part]) -> str:
    plain = [part for part in found if part.kind == "text/plain" and not part.file_name]
    shown = plain or [part for part in found if part.kind == "text/html" and not part.file_name]
    return kept("\n\n".join(part.text() for part in shown))
