"""Exchanges the log's key: an entry tells the new key, one checkpoint signed by both makes it known.

Every step is on the disk before the next begins, and a crash between two is mended by doing all again. Day by
day signing is in `signer`, the private keys' form in `signing_key`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.audit import checkpoints, signing_key
from workflow.audit.checkpoints import Checkpoint, LogKey
from workflow.audit.entries import Entry
from workflow.audit.high_water import HighWater, Mark
from workflow.audit.record import record
from workflow.audit.signer import KEY_FILE, NEXT_KEY_FILE, Signer, first_mark, keep
from workflow.db import Database, now
from workflow.domain.errors import Invalid, LogBroken, says
from workflow.domain.mandates import OPERATOR
from workflow.models.audit import AuditEntry, LogCheckpoint, LogHead

_WHICH = (
    "Give the new key as ADREF_LOG_KEY and the one that signs until now as ADREF_LOG_KEY_BEFORE; "
    "flask audit status shows the public half of the one that signs."
)


@dataclass(frozen=True)
class Exchange:
    """The key that signs until now, and the one that signs from now on; `origin` names the log."""

    origin: str
    before: Ed25519PrivateKey
    after: Ed25519PrivateKey

    @property
    def lines(self) -> tuple[str, str]:
        """Return the public halves as lines of `log-key.txt`, the former first."""
        return LogKey.of(self.origin, self.before).line(), LogKey.of(self.origin, self.after).line()


def rotate(signer: Signer, database: Database, body: int, former: str = "") -> Iterator[str]:
    """Exchange the key of a body's log, and say after each step what is done.

    Where the environment holds the key it is the new one, and `former` the one before it; else the folder's
    key is replaced by a new one. Raises KeyUnusable, Invalid for keys that cannot be these two, LogBroken.
    """
    water = signer.high_water(body)
    with water.held():
        exchange, mark = _begin(signer, database, water, body, former)
        told = exchange.lines[1]
        seq = _announced(database, body, told)
        yield f"Entry {seq} tells the new key: {told}"
        with database.reading() as session:
            head = session.scalars(select(LogHead).where(LogHead.body_id == body)).one()
            root = signer.checked_root(session, water, mark, head, seq + 1)
        mark = _agreed(water, mark, Checkpoint(exchange.origin, seq + 1, root), told)
        yield "From now on the new key signs; the former does no more."
        _keep(database, body, mark, exchange, Checkpoint(exchange.origin, seq + 1, root))
        yield f"The checkpoint of {seq + 1} entries is signed by both keys, and the new key is published."
        if not signer.given:
            signing_key.replace(signer.folder / NEXT_KEY_FILE, signer.folder / KEY_FILE)
            yield f"The file {KEY_FILE} holds the new key; the former is gone."


def _begin(
    signer: Signer, database: Database, water: HighWater, body: int, former: str
) -> tuple[Exchange, Mark]:
    with database.reading() as session:
        head = session.scalars(select(LogHead).where(LogHead.body_id == body)).one()
    signer.guard(body, head.origin, head.size, head.edge, head.keys)
    exchange = Exchange(head.origin, *_keys(signer, former))
    mark = water.read() or first_mark(head.origin, exchange.before)
    before, after = exchange.lines
    if mark.keys[-1] == before and after not in mark.keys:
        return exchange, mark
    if mark.keys[-2:] == (before, after):
        # An exchange that was begun before: what is missing of it is done now.
        return exchange, mark
    if before != mark.keys[-1]:
        raise Invalid("The former key is not the one that signs the log.", remedy=_WHICH)
    raise Invalid("The new key signed this log before.", remedy="Make another: flask audit new-key")


def _keys(signer: Signer, former: str) -> tuple[Ed25519PrivateKey, Ed25519PrivateKey]:
    if not signer.given:
        return signer.kept(), signing_key.read_or_make(signer.folder / NEXT_KEY_FILE)
    if not former:
        raise Invalid("The environment holds one key, but an exchange needs two.", remedy=_WHICH)
    after = signing_key.parse(signer.given, "ADREF_LOG_KEY")
    return signing_key.parse(former, "ADREF_LOG_KEY_BEFORE"), after


def _announced(database: Database, body: int, told: str) -> int:
    """Return the number of the entry that tells this key, which is written unless it is there."""
    with database.writing() as session:
        found = _entry_of(session, body, told)
        if found is not None:
            return found
        return record(session, Entry.KEY_ROTATED, by=OPERATOR, at=now(session), body=body, key=told)


def _entry_of(session: Session, body: int, told: str) -> int | None:
    query = select(AuditEntry.seq, AuditEntry.entry).where(
        AuditEntry.body_id == body, AuditEntry.type == str(Entry.KEY_ROTATED)
    )
    found = [seq for seq, line in session.execute(query) if json.loads(line)["key"] == told]
    return found[0] if found else None


def _agreed(water: HighWater, mark: Mark, signed: Checkpoint, told: str) -> Mark:
    """Return the mark with the new key and the checkpoint both sign, on the disk before a note leaves."""
    highest = (signed.size, signed.root.hex()) if signed.size > mark.size else (mark.size, mark.root)
    keys = mark.keys if told in mark.keys else (*mark.keys, told)
    agreed = replace(mark, size=highest[0], root=highest[1], keys=keys)
    if agreed != mark:
        water.replace(agreed)
    return agreed


def _keep(database: Database, body: int, mark: Mark, exchange: Exchange, signed: Checkpoint) -> None:
    note = checkpoints.sign(signed, exchange.before, exchange.after)
    keep(database, body, mark, {signed.size: note})
    with database.reading() as session:
        kept = session.get_one(LogCheckpoint, (body, signed.origin, signed.size)).note
    if kept != note:
        raise LogBroken(
            says("The checkpoint of {size} entries was signed by one key alone.", size=signed.size),
            remedy="Keep both keys, and a copy of everything, before you change anything.",
        )
