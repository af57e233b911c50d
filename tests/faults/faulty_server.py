"""A mail server that fails once at one place of the dialogue, in one of many ways, and then is sound."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy

#: Places of the dialogue, in order; TEXT is the reply to the text, PART the middle of it, AFTER what follows.
CONNECT, EHLO, MAIL, RCPT, DATA, PART, TEXT, AFTER = (
    "connect", "EHLO", "MAIL", "RCPT", "DATA", "part", "text", "after",
)  # fmt: skip
DROP, STALL, SLOW, GARBAGE = "drop", "stall", "slow", "garbage"
#: Longer than the client waits, and a part of that, in seconds.
STALL_SECONDS, SLOW_SECONDS = 1.5, 0.1
_SOUND = {CONNECT: "220 here", EHLO: "250 here", DATA: "354 go on"}


class FaultyServer:
    """Answers on one port; `fails` sets the next failure, `taken` holds the Message-IDs it took."""

    def __init__(self) -> None:
        self.taken: list[str] = []
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
                place = EHLO if verb == "HELO" else verb
                going_on = self._say(client, place if place in (EHLO, MAIL, RCPT, DATA) else "other")
                if going_on and verb == DATA and self._last == _SOUND[DATA]:
                    going_on = self._take(client, lines)

    def _take(self, client: socket.socket, lines: object) -> bool:
        text = b""
        while (line := lines.readline()) not in (b".\r\n", b""):  # type: ignore[attr-defined]
            text += line
            if self._next == (PART, DROP):
                self._next = None
                return False
        if self._next is None or self._next[0] != TEXT or self._next[1] in (SLOW,):
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
        if how in (DROP, STALL):
            time.sleep(STALL_SECONDS if how == STALL else 0)
            return False
        if how == SLOW:
            time.sleep(SLOW_SECONDS)
        elif how:
            self._last = "what do you want?" if how == GARBAGE else how
        client.sendall(self._last.encode("ascii") + b"\r\n")
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
