"""Mailboxes for the tests: a Maildir that a mail server would fill, and the settings to read one.

The IMAP server is in imap_server.py.
"""

from pathlib import Path
from typing import Any

from workflow.notices.mailbox import MailboxSettings


def maildir(folder: Path, *messages: bytes) -> MailboxSettings:
    """Return the settings of a Maildir in which these messages have arrived."""
    for place in ("cur", "new", "tmp"):
        (folder / place).mkdir(parents=True, exist_ok=True)
    for message in messages:
        arrives(folder, message)
    return MailboxSettings(maildir=str(folder))


def arrives(folder: Path, message: bytes) -> Path:
    """Deliver one message as a mail server does: written beside, moved in whole."""
    number = sum(1 for _ in folder.rglob("*.mx"))
    beside = folder / "tmp" / f"1601.{number}.mx"
    beside.write_bytes(message)
    return beside.rename(folder / "new" / beside.name)


def over_imap(port: int, **changes: Any) -> MailboxSettings:
    """Return the settings of an IMAP server of this machine, with short time-outs."""
    given: dict[str, Any] = {"username": "reader", "password": "seven wet umbrellas", **changes}
    return MailboxSettings(server="127.0.0.1", port=port, use_ssl=False, timeout=0.2, **given)
