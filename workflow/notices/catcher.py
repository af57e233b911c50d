"""A mail server on this machine that keeps every letter as a file, for the demonstration.

Nothing in the product knows that it is there: settings point to its port. Reading the letters as a page is
in `workflow/web/`.
"""

import os
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from itertools import count
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller

_SUFFIX = ".eml"
HOST = "127.0.0.1"


class Catcher:
    """An SMTP server on loopback; `port` 0 picks a free one, which `port` then tells."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = Path(folder)
        self.port = port or _free_port()
        self._controller = Controller(
            _Keeper(self.folder), hostname=HOST, port=self.port, ident="Adref catcher"
        )

    def start(self) -> "Catcher":
        """Listen in a thread of its own; raises OSError where the port is taken."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._controller.start()
        return self

    def stop(self) -> None:
        """Stop listening; the letters stay."""
        self._controller.stop()


@dataclass(frozen=True)
class Caught:
    """One caught letter; `number` counts from 1 in order of arrival."""

    number: int
    message: EmailMessage

    @property
    def subject(self) -> str:
        """Return the subject, decoded."""
        return str(self.message["Subject"] or "")

    @property
    def to(self) -> str:
        """Return whom it is addressed to."""
        return str(self.message["To"] or "")

    @property
    def sent_at(self) -> Any:
        """Return the instant in its head, aware, or None where it has none."""
        written = self.message["Date"]
        return parsedate_to_datetime(str(written)) if written else None

    @property
    def text(self) -> str:
        """Return the plain text."""
        part = self.message.get_body(("plain",))
        return "" if part is None else str(part.get_content()).replace("\r\n", "\n")

    @property
    def invite(self) -> str | None:
        """Return the calendar entry, if there is one."""
        for part in self.message.iter_attachments():
            if part.get_content_type() == "text/calendar":
                return cast(bytes, part.get_payload(decode=True)).decode("utf-8")
        return None


def messages(folder: Path, limit: int | None = None) -> list[Caught]:
    """Return the caught letters, newest first; a folder that is not there holds none."""
    numbers = sorted(_numbers(folder), reverse=True)
    return [one for number in numbers[:limit] if (one := message(folder, number)) is not None]


def message(folder: Path, number: int) -> Caught | None:
    """Return one caught letter, or None."""
    path = Path(folder) / f"{number:08d}{_SUFFIX}"
    if not path.is_file():
        return None
    return Caught(number, message_from_bytes(path.read_bytes(), policy=policy.default))


def _numbers(folder: Path) -> Iterator[int]:
    for path in Path(folder).glob(f"*{_SUFFIX}"):
        if path.stem.isdecimal():
            yield int(path.stem)


class _Keeper:
    """Writes what arrives, numbered on from what is there already."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._next = count(max(_numbers(folder), default=0) + 1)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one letter, whole or not at all."""
        number = next(self._next)
        handle, beside = tempfile.mkstemp(dir=self.folder)
        with os.fdopen(handle, "wb") as file:
            file.write(envelope.content)
        os.replace(beside, self.folder / f"{number:08d}{_SUFFIX}")
        return f"250 kept as letter {number}"


def _free_port() -> int:
    # aiosmtpd refuses port 0: it connects to its own port to see whether it listens.
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
