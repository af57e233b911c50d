"""A mail server that fails once at one place of the dialogue, in one of many ways, and then is sound."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy

#: Places of the dialogue, in order; TEXT is the reply to the text, PART the middle of it, AFTER what follows.
CONNECT, EHLO, MAIL, RCPT, DATA, PART, TEXT, AFTER, STARTTLS, AUTH = (
    "connect", "EHLO", "MAIL", "RCPT", "DATA", "part", "text", "after", "STARTTLS", "AUTH",
)  # fmt: skip
#: STRIPPED: somebody on the way took what the server offers out of its greeting. HOLD: until `released`.
DROP, STALL, SLOW, GARBAGE, STRIPPED, HOLD = "drop", "stall", "slow", "garbage", "stripped", "hold"
#: Longer than the client waits, and a part of that, in seconds.
STALL_SECONDS, SLOW_SECONDS = 1.5, 0.1
#: The longest that a server holds a client, in seconds.
_LONGEST = 60
_PLACES = (EHLO, MAIL, RCPT, DATA, STARTTLS, AUTH)
_SOUND = {CONNECT: "220 here", EHLO: "250 here", DATA: "354 go on"}


class FaultyServer:
    """Answers on one port; `fails` sets the next failure, `taken` holds the Message-IDs it took.

    `offers` are lines of its greeting, `heard` the verbs it heard, `texts` the letters byte for byte.
    """

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.heard: list[str] = []
        self.texts: list[bytes] = []
        self.offers: tuple[str, ...] = ()
        self.holding, self.released = threading.Event(), threading.Event()
        self._next: tuple[str, str] | None = None
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])

    def fails(self, place: str, how: str) -> None:
        """Fail once at this place: DROP, STALL, SLOW, GARBAGE, or the reply that is given."""
        self._next = (place, how)

    @property
    def failed(self) -> bool:
        """Tell whether the place was reached."""
        return self._next is None

    def run(self) -> None:
        """Answer one client after another until the socket is closed."""
        with suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                # The next client does not wait for one whom the server keeps waiting.
                threading.Thread(target=self._dialogue, args=(client,), daemon=True).start()

    def close(self) -> None:
        """Answer nobody any more."""
        self.released.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _dialogue(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            client.settimeout(10)
            lines = client.makefile("rb")
            going_on = self._say(client, CONNECT)
            while going_on and (line := lines.readline()):
                verb = line.split()[0].decode("ascii").upper() if line.split() else ""
                if verb == "QUIT":
                    client.sendall(b"221 bye\r\n")
                    return
                self.heard.append(verb)
                place = EHLO if verb == "HELO" else verb
                going_on = self._say(client, place if place in _PLACES else "other")
                if going_on and verb == DATA and self._last == _SOUND[DATA]:
                    going_on = self._take(client, lines)

    def _offered(self) -> tuple[str, ...]:
        if self._next is None or self._next[1] != STRIPPED:
            return self.offers
        stripped, self._next = self._next[0], None
        return tuple(one for one in self.offers if not one.startswith(stripped))

    def _take(self, client: socket.socket, lines: object) -> bool:
        text = b""
        while (line := lines.readline()) not in (b".\r\n", b""):  # type: ignore[attr-defined]
            text += line
            if self._next == (PART, DROP):
                self._next = None
                return False
        if self._next is None or self._next[0] != TEXT or self._next[1] in (SLOW,):
            # A line that begins with a dot was given another one (RFC 5321, 4.5.2).
            self.texts.append(text.replace(b"\n..", b"\n."))
            self.taken.append(str(message_from_bytes(text, policy=policy.default)["Message-ID"]))
        if not self._say(client, TEXT):
            return False
        dropped, self._next = self._next == (AFTER, DROP), None if self._next == (AFTER, DROP) else self._next
        return not dropped

    def _say(self, client: socket.socket, place: str) -> bool:
        """Answer; return whether the dialogue goes on."""
        how, self._last = "", _SOUND.get(place, "250 OK")
        if self._next is not None and self._next[0] == place:
            how, self._next = self._next[1], None
        if how == HOLD:
            self.holding.set()
            self.released.wait(_LONGEST)
        if how in (DROP, STALL, HOLD):
            time.sleep(STALL_SECONDS if how == STALL else 0)
            return False
        if place == EHLO and self._offered():
            self._last = "\r\n".join([f"250-{one}" for one in self._offered()] + ["250 here"])
        if how == SLOW:
            time.sleep(SLOW_SECONDS)
        elif how:
            self._last = "what do you want?" if how == GARBAGE else how
        client.sendall(self._last.encode("utf-8") + b"\r\n")
        return not how.startswith("421")


@contextmanager
def failing() -> Iterator[FaultyServer]:
    """Run such a server."""
    server = FaultyServer()
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(timeout=5)
