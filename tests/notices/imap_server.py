"""An IMAP server with one mailbox, in as many words as a reader of it needs; it can fail at each of them.

The client under test is in `workflow/notices/imap_mailbox.py`.
"""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

STALL, DROP, DRIP, GARBAGE = "stall", "drop", "drip", "garbage"
#: How long a server that stalls is silent, in seconds.
SILENCE = 2
_LOGIN = ("reader", "seven wet umbrellas")


class ImapServer:
    """Holds messages by number in folders; `fails` names a verb and how it fails, every time.

    `gives_up` ends a silence early.
    """

    def __init__(self, *messages: bytes, can_move: bool = True) -> None:
        self.folders: dict[str, dict[int, bytes]] = {"INBOX": dict(enumerate(messages, 1))}
        self.deleted: set[int] = set()
        self.can_move = can_move
        self.fails: tuple[str, str] | None = None
        self.silence: float = SILENCE
        self.gives_up = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])

    def run(self) -> None:
        """Answer each client in a thread of its own until the socket is closed."""
        with suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                threading.Thread(target=self._dialogue, args=(client,), daemon=True).start()

    def close(self) -> None:
        """Answer nobody any more."""
        self.gives_up.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _dialogue(self, client: socket.socket) -> None:
        with client, suppress(OSError, UnicodeDecodeError):
            client.settimeout(20)
            if self._broken(client, "GREETING"):
                return
            client.sendall(b"* OK ready\r\n")
            for line in client.makefile("rb"):
                tag, _, rest = line.decode("ascii").strip().partition(" ")
                verb = rest.removeprefix("UID ").split(" ")[0].upper()
                if self._broken(client, verb):
                    return
                answer = getattr(self, f"_{verb.lower()}", lambda _rest: (b"", "BAD what?"))
                untagged, status = answer(rest)
                client.sendall(untagged + f"{tag} {status} so\r\n".encode())

    def _broken(self, client: socket.socket, verb: str) -> bool:
        failing, how = self.fails or ("", "")
        if failing != verb:
            return False
        if how == STALL:
            self.gives_up.wait(self.silence)
        if how == GARBAGE:
            client.sendall(b"\x00what do you want?\r\n" * 3)
        for _ in range(200 if how == DRIP else 0):
            # Each byte comes in time; the line never ends.
            client.sendall(b"x")
            time.sleep(0.05)
        return True

    def _capability(self, _rest: str) -> tuple[bytes, str]:
        return b"* CAPABILITY IMAP4rev1" + (b" MOVE" if self.can_move else b"") + b"\r\n", "OK"

    def _login(self, rest: str) -> tuple[bytes, str]:
        given = [part.strip('"') for part in re.findall(r'"[^"]*"|\S+', rest)[1:]]
        return b"", "OK" if given == list(_LOGIN) else "NO"

    def _select(self, rest: str) -> tuple[bytes, str]:
        found = self.folders.get(rest.split('"')[1])
        return (b"", "NO there is none") if found is None else (f"* {len(found)} EXISTS\r\n".encode(), "OK")

    def _create(self, rest: str) -> tuple[bytes, str]:
        if rest.split('"')[1] in self.folders:
            return b"", "NO it is there"
        self.folders[rest.split('"')[1]] = {}
        return b"", "OK"

    def _search(self, _rest: str) -> tuple[bytes, str]:
        numbers = " ".join(str(one) for one in sorted(self.folders["INBOX"].keys() - self.deleted))
        return f"* SEARCH {numbers}\r\n".encode(), "OK"

    def _fetch(self, rest: str) -> tuple[bytes, str]:
        uid, most = int(rest.split(" ")[2]), int(rest.partition("<0.")[2].partition(">")[0])
        whole = self.folders["INBOX"][uid]
        dated = '"25-Sep-2020 09:30:00 +0700"'
        head = f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(whole)} INTERNALDATE {dated} BODY[]<0> "
        return head.encode() + b"{%d}\r\n" % len(whole[:most]) + whole[:most] + b")\r\n", "OK"

    def _move(self, rest: str) -> tuple[bytes, str]:
        uid = int(rest.split(" ")[2])
        self._copy(rest)
        del self.folders["INBOX"][uid]
        return b"", "OK"

    def _copy(self, rest: str) -> tuple[bytes, str]:
        uid = int(rest.split(" ")[2])
        self.folders[rest.split('"')[1]][uid] = self.folders["INBOX"][uid]
        return b"", "OK"

    def _store(self, rest: str) -> tuple[bytes, str]:
        self.deleted.add(int(rest.split(" ")[2]))
        return b"", "OK"

    def _logout(self, _rest: str) -> tuple[bytes, str]:
        return b"* BYE\r\n", "OK"


@contextmanager
def holding(*messages: bytes, can_move: bool = True) -> Iterator[ImapServer]:
    """Run a server whose mailbox holds these messages."""
    server = ImapServer(*messages, can_move=can_move)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(timeout=5)
