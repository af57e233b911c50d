"""Points at which a process can be killed, named from outside: the product knows nothing of them.

A point is a place before or after something that libraries let everybody watch: a statement and a commit
(SQLAlchemy's events), a file that is replaced (Python's audit hooks), the dialogue with the mail server
(smtplib), the reply to a visitor (WSGI). Install them in a process that is yours to kill: hooks stay.
"""

import os
import re
import signal
import smtplib
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

#: Statements that are points, by what they do; each gives a point before and one after.
STATEMENTS = {
    "lock": re.compile(r"BEGIN IMMEDIATE|SELECT circulation\..* FOR NO KEY UPDATE", re.DOTALL),
    "claim": re.compile(r"UPDATE notice SET .*leased_until=.* WHERE notice.id = ", re.DOTALL),
    "row": re.compile(r"INSERT INTO response "),
    "entry": re.compile(r"INSERT INTO audit_entry"),
    "head": re.compile(r"UPDATE log_head SET size"),
    "transition": re.compile(r"UPDATE version SET status"),
    "close": re.compile(r"UPDATE circulation SET status"),
    "letters": re.compile(r"INSERT INTO notice"),
    "evidence": re.compile(r"INSERT INTO service_evidence"),
    "mark": re.compile(r"UPDATE notice SET status"),
    "checkpoint": re.compile(r"INSERT INTO log_checkpoint"),
}
#: What a commit is named after: the first of these that its transaction wrote.
_COMMITTED = ("checkpoint", "mark", "entry", "claim")
_END_OF_TEXT = b"\r\n.\r\n"


class Points:
    """Counts the points that are passed, and kills the process at the `hit`-th passing of the one named."""

    def __init__(self, name: str | None = None, hit: int = 1) -> None:
        self.name, self.hit = name, hit
        self.passed: Counter[str] = Counter()

    def __call__(self, name: str) -> None:
        """Pass a point: SIGKILL cannot be caught, so nothing is tidied up."""
        self.passed[name] += 1
        if name == self.name and self.passed[name] == self.hit:
            os.kill(os.getpid(), signal.SIGKILL)

    def install(self) -> None:
        """Watch everything in this process."""
        _Statements(self).install()
        _Dialogues(self).install()
        sys.addaudithook(self._file)

    def answering(self, application: Callable[..., Any], reply: Callable[[bytes], None]) -> Any:
        """Return a WSGI application that hands each answer to `reply`, with a point before and after."""

        def answered(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
            body = application(environ, start_response)
            self("before the reply")
            whole = b"".join(body)
            reply(whole)
            self("after the reply")
            return [whole]

        return answered

    def _file(self, what: str, given: tuple[Any, ...]) -> None:
        if what == "os.rename" and str(given[1]).endswith(".json"):
            self("before the high-water file")
        elif what == "open" and given[1] is None and isinstance(given[0], str) and os.path.isdir(given[0]):
            # The folder is opened to be synced once the file in it was replaced.
            self("after the high-water file")


class _Statements:
    def __init__(self, points: Points) -> None:
        self.points = points
        self.written: set[str] = set()
        self.committing = ""

    def install(self) -> None:
        event.listen(Engine, "before_cursor_execute", self._before)
        event.listen(Engine, "after_cursor_execute", self._after)
        event.listen(Engine, "commit", self._commit)
        event.listen(Session, "after_commit", self._committed)

    def _before(self, _connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        for name in self._named(statement):
            self.points(f"before the {name}")

    def _after(self, _connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        for name in self._named(statement):
            self.written.add(name)
            self.points(f"after the {name}")

    def _named(self, statement: str) -> list[str]:
        return [name for name, pattern in STATEMENTS.items() if pattern.match(statement)]

    def _commit(self, _connection: Connection) -> None:
        self.committing = next((name for name in _COMMITTED if name in self.written), "")
        self.written.clear()
        if self.committing:
            self.points(f"before the commit of the {self.committing}")

    def _committed(self, _session: Session) -> None:
        if self.committing:
            self.points(f"after the commit of the {self.committing}")
        self.committing = ""


class _Dialogues:
    """Points in the dialogue with the mail server, between the methods of smtplib and the socket."""

    def __init__(self, points: Points) -> None:
        self.points = points
        self.text_is_sent = False

    def install(self) -> None:
        connect, send, getreply = smtplib.SMTP.connect, smtplib.SMTP.send, smtplib.SMTP.getreply

        def connected(client: smtplib.SMTP, *given: Any, **more: Any) -> Any:
            self.points("before connecting")
            answer = connect(client, *given, **more)
            self.points("after connecting")
            return answer

        def sent(client: smtplib.SMTP, text: Any) -> None:
            if not isinstance(text, bytes) or not text.endswith(_END_OF_TEXT):
                return send(client, text)
            half = len(text) // 2
            send(client, text[:half])
            self.points("within DATA")
            send(client, text[half:])
            self.text_is_sent = True
            self.points("after the text")
            return None

        def replied(client: smtplib.SMTP) -> tuple[int, bytes]:
            reply = getreply(client)
            if self.text_is_sent:
                self.text_is_sent = False
                self.points("after the 250")
            return reply

        smtplib.SMTP.connect = connected  # type: ignore[method-assign]
        smtplib.SMTP.send = sent  # type: ignore[method-assign]
        smtplib.SMTP.getreply = replied  # type: ignore[method-assign]
