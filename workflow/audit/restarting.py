"""Begins a new name for a log that lost what was signed, so that no size is signed twice under one name.

The entries that are left stay where they are and go on under the new name: its first entry embeds the last
checkpoint of the old one. When a log counts as broken is in `signer`.
"""

import json
from collections.abc import Iterator

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.audit import checking, checkpoints
from workflow.audit.checkpoints import Checkpoint, LogKey
from workflow.audit.entries import Entry
from workflow.audit.high_water import HighWater, Mark
from workflow.audit.record import record
from workflow.audit.signer import Signer, keep
from workflow.audit.tree import root_at
from workflow.db import Database, now
from workflow.domain.errors import Invalid, LogBroken, WrongStatus, says
from workflow.domain.mandates import OPERATOR
from workflow.models.audit import AuditEntry, LogCheckpoint, LogHead


def restart(signer: Signer, database: Database, body: int, old_size: int) -> Iterator[str]:
    """Give a body's log a new name after a restore that cannot be replayed; say after each step what is done.

    `old_size` is the highest size that was signed, named by who knows that what is missing is lost for good.
    A crash between two steps is mended by doing all again. Raises WrongStatus where nothing is lost, Invalid
    for another size, LogBroken where what is left is not sound.
    """
    water = signer.high_water(body)
    with water.held():
        mark = _lost(signer, database, water, body, old_size)
        last = Checkpoint(mark.origin, mark.size, bytes.fromhex(mark.root))
        note = checkpoints.sign(last, signer.private)
        begun = _begun(database, body, note) or _begin(database, mark, body, note)
        yield f"Entry {begun[0]} begins the log {begun[1]} and holds the last checkpoint of {mark.origin}."
        renewed, first = _renewed(signer, database, body, mark, begun)
        _aside(water, mark)
        water.replace(renewed)
        yield "The log can be written to again."
        keep(database, body, renewed, {first.size: checkpoints.sign(first, signer.private)})
        yield f"The first checkpoint of {first.origin} is signed, and its key is published."


def _lost(signer: Signer, database: Database, water: HighWater, body: int, old_size: int) -> Mark:
    """Return the mark of the old name, after all that must be so before it is given up."""
    found = water.read()
    with database.reading() as session:
        head = session.scalars(select(LogHead).where(LogHead.body_id == body)).one()
        mark = found or _from_the_newest(session, head)
        if mark is None or (found and head.origin == mark.origin and head.size >= mark.size):
            raise WrongStatus(
                "The log holds all that was signed, so it keeps its name.",
                remedy="If entries were altered, a new name mends nothing: run flask audit verify.",
            )
        if mark.size != old_size:
            raise Invalid(
                says("The highest size signed is {size}, not {old_size}.", size=mark.size, old_size=old_size),
                remedy=_BEFORE,
            )
        signer.require_key(mark)
        unsound = next(checking.differences(session, body), None)
    if unsound:
        raise LogBroken(says("What is left is not sound either: {unsound}", unsound=unsound), remedy=_BEFORE)
    return mark


def _from_the_newest(session: Session, head: LogHead) -> Mark | None:
    """Return the mark as the newest checkpoint tells it, where the file that remembered more is gone."""
    query = select(LogCheckpoint.note).where(
        LogCheckpoint.body_id == head.body_id, LogCheckpoint.origin == head.origin
    )
    note = session.scalars(query.order_by(LogCheckpoint.size.desc()).limit(1)).first()
    if note is None:
        return None
    newest = checkpoints.verify(note, checkpoints.read_keys(head.keys))
    return Mark(newest.origin, newest.size, newest.root.hex(), tuple(head.keys.splitlines()))


_BEFORE = "Keep a copy of everything, and run flask audit status, before you change anything."


def _begun(database: Database, body: int, note: str) -> tuple[int, str] | None:
    """Return the number and name that an earlier, interrupted run wrote, if it did."""
    with database.reading() as session:
        newest = select(AuditEntry).where(AuditEntry.body_id == body).order_by(AuditEntry.seq.desc())
        row = session.scalars(newest.limit(1)).first()
    if row is None or row.type != str(Entry.LOG_RESTARTED):
        return None
    told = json.loads(row.entry)
    return (row.seq, told["origin"]) if told["checkpoint"] == note else None


def _begin(database: Database, mark: Mark, body: int, note: str) -> tuple[int, str]:
    with database.session(writing=True) as session:
        # The mark still tells of the old name: this one entry is written in spite of it, and not signed yet.
        session.info["log_guard"] = None
        with session.begin():
            origin = _new_name(session, mark, body)
            session.execute(update(LogHead).where(LogHead.body_id == body).values(origin=origin))
            at = now(session)
            entry = Entry.LOG_RESTARTED
            seq = record(session, entry, by=OPERATOR, at=at, body=body, origin=origin, checkpoint=note)
            return seq, origin


def _new_name(session: Session, mark: Mark, body: int) -> str:
    """Return a name that this log never had: the first one's, and how many there are with it."""
    published = session.scalars(select(LogHead.keys).where(LogHead.body_id == body)).one()
    names = dict.fromkeys(LogKey.parse(line).name for line in (*mark.keys, *published.splitlines()))
    return f"{next(iter(names))}/{len(names) + 1}"


def _renewed(
    signer: Signer, database: Database, body: int, mark: Mark, begun: tuple[int, str]
) -> tuple[Mark, Checkpoint]:
    """Return the mark of the new name, which still knows the old keys, and its first checkpoint."""
    seq, origin = begun
    with database.reading() as session:
        first = Checkpoint(origin, seq + 1, root_at(session, body, seq + 1))
    keys = (*mark.keys, LogKey.of(origin, signer.private).line())
    return Mark(origin, first.size, first.root.hex(), keys), first


def _aside(water: HighWater, mark: Mark) -> None:
    """Keep the mark of the old name beside the new one: what was signed under it is evidence."""
    HighWater(water.path.with_name(f"{water.path.stem}.of-{mark.size}.json")).replace(mark)
