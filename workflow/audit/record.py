"""Writes the log: `record` is the only thing that does, in the transaction of the change it records.

What the entries hold is in `entries`; the log's tables are in `workflow/models/audit.py`.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from workflow.audit.entries import KEYS, PRIVATE, SIGNED, Entry
from workflow.audit.tree import append
from workflow.db import now
from workflow.domain import spelled
from workflow.domain.canonical import canonical
from workflow.domain.errors import ClockBehind, NotFound, says
from workflow.domain.mandates import Actor
from workflow.models.audit import AuditEntry, LogHead, PrivateText
from workflow.models.body import Body
from workflow.models.circulation import Circulation

SALT_BYTES = 32
#: Where a session keeps the sizes to sign once it is committed: a set of sizes by body.
TO_SIGN = "log_sizes_to_sign"

# Every act passes here, some many times: the statements are built once, and go past the sessions' objects.
_HEADS, _ENTRIES, _TEXTS = (cast(Table, one.__table__) for one in (LogHead, AuditEntry, PrivateText))
_HEAD = (
    select(*(_HEADS.c[name] for name in ("origin", "size", "newest_at", "edge", "keys", "fault")), Body.code)
    .join_from(_HEADS, Body, Body.id == _HEADS.c.body_id)
    .where(_HEADS.c.body_id == bindparam("body"))
    .with_for_update(of=_HEADS)
)
_NEWEST = select(_HEADS.c.newest_at).where(_HEADS.c.body_id == bindparam("body"))
_ENTER = _ENTRIES.insert()
_KEEP = _TEXTS.insert().inline()
_GROW = (
    _HEADS.update()
    .where(_HEADS.c.body_id == bindparam("body"))
    .values({name: bindparam(f"new_{name}") for name in ("size", "newest_at", "edge")})
)


def record(
    session: Session,
    entry: Entry,
    *,
    by: Actor,
    at: datetime,
    body: int | None = None,
    circulation: Circulation | None = None,
    clock_may_lag: bool = False,
    **keys: object,
) -> int:
    """Append one entry to the body's log and return its sequence number (rule 39).

    `at` is the instant of the one clock, UTC; `body` is that of `circulation` if one is given. Values may
    be strings, integers, booleans, None, instants (written as UTC with microseconds), dates, enums, and
    lists or tables of these. Values of the keys in `entries.PRIVATE` are texts, or lists of texts: the entry
    shows the HMAC-SHA-256 of each under 32 random bytes of its own.

    Takes the lock of the body's log head, always after that of a circulation. Raises ClockBehind where
    the clock stands behind the newest entry (rule 12) unless `clock_may_lag`; LogBroken where the log is
    not what was signed; ValueError where the keys are not exactly those of the type.
    """
    if circulation is not None:
        body = circulation.body_id
    if "circulation" in KEYS[entry]:
        keys["circulation"] = None if circulation is None else reference(circulation)
    if body is None:
        raise ValueError("an entry belongs to a body")
    _require_own_keys(entry, keys)
    head, code = _locked_head(session, body)
    guard(session, body, head)
    if not clock_may_lag:
        _require_clock(session, at, head.newest_at)
    fields = {key: _field(session, body, head.size, key, value) for key, value in keys.items()}
    common = {"v": 1, "seq": head.size, "body": code, "at": at, "type": entry}
    acting = {"actor": by.public_id, "auth": by.auth}
    line = canonical({**fields, **{key: plain(value) for key, value in (common | acting).items()}})
    place = {"body_id": body, "circulation_id": None if circulation is None else circulation.id}
    copies = {"type": str(entry), "at": at, "entry": line.decode()}
    connection = session.connection()
    connection.execute(_ENTER, place | copies | {"seq": head.size})
    newest = at if head.newest_at is None else max(at, head.newest_at)
    grown = {"new_newest_at": newest, "new_edge": append(connection, body, head.edge, line)}
    connection.execute(_GROW, {"body": body, "new_size": head.size + 1} | grown)
    if entry in SIGNED:
        session.info.setdefault(TO_SIGN, {}).setdefault(body, set()).add(head.size + 1)
    return int(head.size)


def require_writable(session: Session, at: datetime) -> None:
    """Raise what would refuse an entry in any body's log, and hold the logs so until the end.

    For what anybody may ask: that it is refused must not tell whom it would have been about.
    """
    for head in session.execute(select(_HEADS).order_by(_HEADS.c.body_id).with_for_update()):
        guard(session, head.body_id, head)
        _require_clock(session, at, head.newest_at)


def require_unbroken(session: Session, bodies: Collection[int]) -> None:
    """Raise LogBroken where one of these bodies' logs takes no entry: what is told in it must wait."""
    for head in session.execute(select(_HEADS).where(_HEADS.c.body_id.in_(bodies))):
        guard(session, head.body_id, head)


def guard(session: Session, body: int, head: Any) -> None:
    """Raise LogBroken where the log is shorter than, or other than, what this installation has signed.

    Where no signer watches the sessions (a test of the actions, a migration) nothing is compared.
    """
    watch = session.info.get("log_guard")
    if watch is not None:
        watch(body, head.origin, head.size, head.edge, head.keys, head.fault)


def _require_own_keys(entry: Entry, keys: Mapping[str, object]) -> None:
    if set(keys) != KEYS[entry]:
        wrong = ", ".join(sorted(set(keys) ^ KEYS[entry]))
        raise ValueError(f"the keys of {entry} are not its own: {wrong}")


def _require_clock(session: Session, at: datetime, newest: datetime | None) -> None:
    # `at` was read before the head was locked: another act may have come between with a right clock.
    if newest is None or at >= newest or now(session) >= newest:
        return
    raise ClockBehind(
        says(
            "The clock says {now}, but the log already holds an entry of {newest}.",
            now=spelled.to_the_second(at),
            newest=spelled.to_the_second(newest),
        ),
        remedy="Nothing was changed. The operator must set the clock right; objections are still taken.",
        details={"now": written(at), "newest": written(newest)},
    )


def newest_at(session: Session, body: int) -> datetime | None:
    """Return the instant of the newest entry of the body's log, or None where it is empty (rule 12)."""
    return session.scalar(_NEWEST, {"body": body})


def reference(circulation: Circulation) -> str:
    """Return how the log names a circulation: year and number, such as “2020-1”."""
    return f"{circulation.year}-{circulation.number}"


def written(instant: datetime) -> str:
    """Return an instant as the log writes it: UTC, microseconds, Z."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(value: object) -> Any:
    """Return `value` as the plain data of an entry."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return written(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    return value


def _locked_head(session: Session, body: int) -> tuple[Any, str]:
    # What the act has changed so far is written before the log is held, not while.
    session.flush()
    head = session.connection().execute(_HEAD, {"body": body}).one_or_none()
    if head is None:
        raise NotFound("This body has no log yet.", remedy="Found the body before anything else.")
    return head, head.code


def _field(session: Session, body: int, seq: int, key: str, value: object) -> Any:
    if key not in PRIVATE:
        return plain(value)
    if isinstance(value, list):
        return _hidden(session, body, seq, {f"{key}.{place}": one for place, one in enumerate(value)})
    return _hidden(session, body, seq, {key: value})[0]


def _hidden(session: Session, body: int, seq: int, texts: Mapping[str, object]) -> list[str | None]:
    """Keep texts with a salt each, in one statement, and return what the entry shows of them."""
    random_bytes = session.info.get("random_bytes", secrets.token_bytes)
    rows = [
        {"body_id": body, "seq": seq, "field": key, "salt": random_bytes(SALT_BYTES), "text": str(value)}
        for key, value in texts.items()
        if value is not None and value != ""
    ]
    if rows:
        session.connection().execute(_KEEP, rows)
    shown = {row["field"]: fingerprint(row["salt"], row["text"]) for row in rows}
    return [shown.get(key) for key in texts]


def fingerprint(salt: bytes, text: str) -> str:
    """Return what an entry shows of a text."""
    return f"hmac-sha256:{hmac.new(salt, text.encode('utf-8'), hashlib.sha256).hexdigest()}"
