"""What the program writes for its operator: one JSON object a line, with the request it belongs to.

No personal data and no texts: addresses and secrets are cut out, and of an error only its kind and place are
told. The log that is signed is another thing: `workflow/audit/`.
"""

import json
import logging
import re
import sys
import time
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, event

#: The request whose work is being done, or the task; empty between them.
REQUEST: ContextVar[str] = ContextVar("request", default="")

log = logging.getLogger(__name__)

_ADDRESS = re.compile(r"[^\s<>\"'(),:;]+@[^\s<>\"'(),:;]+")
#: What a link to a password, or the address of a database or broker, must not give away.
_SECRET = re.compile(r"(?<=/account/)[^\s/?]+|(?<=://)[^\s/@]+(?=@)")
_STATEMENT_LENGTH = 500
_FRAMES = 12


class Lines(logging.Formatter):
    """Formats a record as one line of JSON; what it says beyond the message is in the record's `facts`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_personal_data(record.getMessage()),
        }
        if REQUEST.get():
            told["request"] = REQUEST.get()
        told |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[0] is not None:
            told |= _error(record.exc_info[0], record.exc_info[2])
        return json.dumps(told, ensure_ascii=False)


def without_personal_data(text: str) -> str:
    """Return a message without e-mail addresses and secrets of links."""
    return _ADDRESS.sub("<address>", _SECRET.sub("<secret>", text))


def configure(level: str, *, as_json: bool) -> None:
    """Let everything from `level` on go to the standard error of this process."""
    handler = logging.StreamHandler(sys.stderr)
    plain = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(Lines() if as_json else plain)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # It says at this level what every start says.
    logging.getLogger("alembic").setLevel(logging.WARNING)


def watch_slow(engine: Engine, milliseconds: int) -> None:
    """Write down every statement that takes longer, with its text and without its values."""

    def begin(connection: Any, *_: object) -> None:
        connection.info["began"] = time.monotonic()

    def end(connection: Any, _cursor: object, statement: str, *_: object) -> None:
        took = round((time.monotonic() - connection.info["began"]) * 1000)
        if took > milliseconds:
            told = {"milliseconds": took, "statement": " ".join(statement.split())[:_STATEMENT_LENGTH]}
            log.warning("A statement took %s ms.", took, extra={"facts": told})

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)


def _error(kind: type[BaseException], trace: Any) -> dict[str, Any]:
    # Not its message: a database quotes what was written, a mail server whom it was for.
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": f"{kind.__module__}.{kind.__qualname__}", "trace": places}
