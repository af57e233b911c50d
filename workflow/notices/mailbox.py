"""Where messages are fetched from: what any mailbox gives, and the Maildir among them.

The one over IMAP is in `imap_mailbox`; what is done with each message in `inbox`.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class MailboxSettings:
    """Which mailbox is read, and within which bounds (seconds, bytes); neither means that none is."""

    maildir: str = ""
    server: str = ""
    port: int = 993
    use_ssl: bool = True
    ca_file: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    folder: str = "INBOX"
    handled: str = "Adref-read"
    interval: int = 60
    timeout: float = 20
    message_bytes: int = 1024 * 1024

    @property
    def is_set(self) -> bool:
        """Tell whether there is a mailbox to read."""
        return bool(self.maildir or self.server)


@dataclass(frozen=True)
class Fetched:
    """One message as it lies there: its bytes as far as they are read, and when it arrived (UTC)."""

    key: str
    raw: bytes
    size: int
    arrived_at: datetime

    @property
    def is_cut(self) -> bool:
        """Tell whether it is longer than what was read of it."""
        return self.size > len(self.raw)


class Mailbox(Protocol):
    """Messages that were not read yet, oldest first; those that were are put aside, never deleted."""

    def messages(self, limit: int) -> Iterator[Fetched]:
        """Give at most so many messages."""

    def put_aside(self, key: str) -> None:
        """Move a message that was kept into the folder of those."""

    def close(self) -> None:
        """Let go of the mailbox."""


class Maildir:
    """A Maildir of this machine; every step may raise OSError."""

    def __init__(self, settings: MailboxSettings) -> None:
        self._root, self._bytes = Path(settings.maildir), settings.message_bytes
        self._aside = self._root / f".{settings.handled}"

    def messages(self, limit: int) -> Iterator[Fetched]:
        """Give at most so many messages, oldest first; whoever took one meanwhile keeps it."""
        found = []
        for place in ("new", "cur"):
            for entry in os.scandir(self._root / place):
                about = entry.stat(follow_symlinks=False)
                # A pipe or a link laid there would be waited for, or lead elsewhere.
                if stat.S_ISREG(about.st_mode) and not entry.name.startswith("."):
                    found.append((about.st_mtime, f"{place}/{entry.name}", about.st_size))
        for arrived, key, size in sorted(found)[:limit]:
            try:
                handle = os.open(self._root / key, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            except FileNotFoundError:
                continue
            with os.fdopen(handle, "rb") as file:
                yield Fetched(key, file.read(self._bytes), size, datetime.fromtimestamp(arrived, UTC))

    def put_aside(self, key: str) -> None:
        """Move a message into the folder of those that were read."""
        for place in ("cur", "new", "tmp"):
            (self._aside / place).mkdir(mode=0o700, parents=True, exist_ok=True)
        name = key.partition("/")[2]
        os.rename(self._root / key, self._aside / "cur" / (name if ":2," in name else f"{name}:2,"))

    def close(self) -> None:
        """Nothing is held open."""
