"""A mailbox over IMAP (RFC 3501, MOVE of RFC 6851): time-outs on every step and on the whole.

What any mailbox gives is said in `mailbox`.
"""

import imaplib
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from workflow.notices.mailbox import Fetched, MailboxSettings

#: How many time-outs one reading may last in all: a server that drips bytes is cut off then.
_PATIENCE = 5
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,18})")


class _Watched(imaplib.IMAP4):
    """A client whose connection is cut after so many seconds, whatever still comes over it."""

    watch: threading.Timer | None = None

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Connect; from here on the watch runs."""
        super().open(host, port, timeout)
        self.watch = threading.Timer(_PATIENCE * (timeout or 1), cut_off, [self])
        self.watch.daemon = True
        self.watch.start()

    def shutdown(self) -> None:
        """Close the connection; nobody needs to watch it any more."""
        if self.watch is not None:
            self.watch.cancel()
        super().shutdown()


class _WatchedOverTls(_Watched, imaplib.IMAP4_SSL):  # type: ignore[misc]
    """The same where TLS is spoken from the first byte."""


def cut_off(server: imaplib.IMAP4) -> None:
    """Let nothing more come over a connection: whoever waits for it is told at once."""
    try:
        server.sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        # It is gone already.
        return


class ImapMailbox:
    """One folder of an IMAP server. Every step may raise OSError or imaplib's error."""

    def __init__(self, settings: MailboxSettings) -> None:
        self._bytes, self._aside = settings.message_bytes, _quoted(settings.handled)
        self._server = _connected(settings)
        try:
            self._server.login(settings.username, settings.password)
            self._must("SELECT", self._server.select(_quoted(settings.folder)))
            # That it is there already is no fault.
            self._server.create(self._aside)
        except BaseException:
            self.close()
            raise

    def messages(self, limit: int) -> Iterator[Fetched]:
        """Give at most so many messages, oldest first."""
        found = self._must("SEARCH", self._server.uid("SEARCH", "UNDELETED"))
        uids = sorted({int(uid) for line in found if line for uid in line.split()})
        for uid in uids[:limit]:
            what = f"(RFC822.SIZE INTERNALDATE BODY.PEEK[]<0.{self._bytes}>)"
            parts = self._must("FETCH", self._server.uid("FETCH", str(uid), what))
            fetched = _fetched(str(uid), parts)
            # Whoever deleted it meanwhile has seen it.
            if fetched is not None:
                yield fetched

    def put_aside(self, key: str) -> None:
        """Move a message into the folder of those that were read."""
        if "MOVE" in self._server.capabilities:
            self._must("MOVE", self._server.uid("MOVE", key, self._aside))
            return
        # Marked only: what others marked in this folder is not ours to remove for good.
        self._must("COPY", self._server.uid("COPY", key, self._aside))
        self._must("STORE", self._server.uid("STORE", key, "+FLAGS.SILENT", r"(\Deleted)"))

    def close(self) -> None:
        """Sign out where the server still listens, and close in any case."""
        try:
            self._server.logout()
        except (OSError, imaplib.IMAP4.error):
            # Every message is settled by now; a server that hangs up first loses nothing.
            self._server.shutdown()

    @staticmethod
    def _must(verb: str, answer: tuple[str, list[Any]]) -> list[Any]:
        if answer[0] != "OK":
            raise imaplib.IMAP4.error(f"{verb}: {answer[1]!r}"[:300])
        return answer[1]


def _connected(settings: MailboxSettings) -> imaplib.IMAP4:
    if not settings.use_ssl:
        return _Watched(settings.server, settings.port, timeout=settings.timeout)
    # imaplib's own context verifies nothing.
    context = ssl.create_default_context(cafile=settings.ca_file or None)
    return _WatchedOverTls(settings.server, settings.port, ssl_context=context, timeout=settings.timeout)


def _fetched(uid: str, parts: list[Any]) -> Fetched | None:
    literal = next((part for part in parts if isinstance(part, tuple)), None)
    if literal is None:
        return None
    told = b" ".join(part if isinstance(part, bytes) else part[0] for part in parts if part)
    size, dated = _SIZE.search(told), imaplib.Internaldate2tuple(told)
    arrived = datetime.fromtimestamp(time.mktime(dated) if dated else time.time(), UTC)
    return Fetched(uid, literal[1], int(size[1]) if size else len(literal[1]), arrived)


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
