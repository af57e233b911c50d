"""Holds the live log against the file outside the database that remembers what was signed.

The entries, the tree and the notes are checked in `checking`; the file itself is in `high_water`.
"""

from collections.abc import Iterator

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from workflow.audit import tree
from workflow.audit.entries import SIGNED
from workflow.audit.signer import Signer
from workflow.domain.errors import LogBroken
from workflow.models.audit import AuditEntry, LogCheckpoint, LogHead

_MOST = 20


def fault(session: Session, body: int, signer: Signer) -> str:
    """Return in a sentence why the log takes no entry, or nothing.

    Besides what the signer asks before each entry, the root of what was signed highest is computed from
    the stored subtrees, also where entries came after it.
    """
    head = session.scalars(select(LogHead).where(LogHead.body_id == body)).one_or_none()
    if head is None:
        return "The log has no head: its row is gone."
    found = signer.fault(body, head.origin, head.size, head.edge, head.keys, head.fault)
    mark = None if found else signer.high_water(body).read()
    if mark is not None and mark.size and tree.root_at(session, body, mark.size).hex() != mark.root:
        return f"The log's first {mark.size} entries are not those that were signed."
    return found


def keys(body: int, published: str, signer: Signer) -> Iterator[str]:
    """Say which key signs, as the file remembers it, and where the database knows another as the newest.

    `published` is what the head of the log holds; on a host that does not sign there is nothing beside it.
    """
    newest = (published.splitlines() or [""])[-1]
    try:
        mark = signer.high_water(body).read()
    except LogBroken:
        yield f"Which key signs cannot be read; the newest that the database knows: {newest or 'none'}"
        return
    signs = mark.keys[-1] if mark is not None else newest
    yield f"The key that signs: {signs or 'none yet; nothing was signed'}"
    if signs != newest:
        yield (
            f"The newest key that the database knows is another: {newest or 'none'}. It was restored from "
            "before the key was exchanged, or the exchange was interrupted."
        )


def differences(session: Session, body: int, signer: Signer, since: int = 0) -> Iterator[str]:
    """Give one sentence for each thing that is not as the file remembers, and each checkpoint gone.

    An entry whose checkpoint the clock has yet to sign is named too. Entries before `since` are not read.
    """
    found = fault(session, body, signer)
    if found:
        yield found
    try:
        mark = signer.high_water(body).read()
    except LogBroken:
        return
    if mark is not None and mark.size:
        kept = select(LogCheckpoint.size).where(
            LogCheckpoint.body_id == body,
            LogCheckpoint.size == mark.size,
            LogCheckpoint.origin == mark.origin,
        )
        if session.scalars(kept).first() is None:
            yield f"The checkpoint of {mark.size} entries, the highest that was signed, is kept no more."
    yield from _unsigned(session, body, since)


def _unsigned(session: Session, body: int, since: int) -> Iterator[str]:
    noted = exists().where(LogCheckpoint.body_id == body, LogCheckpoint.size == AuditEntry.seq + 1)
    query = select(AuditEntry.seq).where(
        AuditEntry.body_id == body,
        AuditEntry.seq >= since,
        AuditEntry.type.in_([str(entry) for entry in SIGNED]),
        ~noted,
    )
    seqs = session.scalars(query.order_by(AuditEntry.seq).limit(_MOST + 1)).all()
    for seq in seqs[:_MOST]:
        yield (
            f"No checkpoint of {seq + 1} entries is kept, though entry {seq} calls for one: "
            "the clock has not signed it yet, or its row was deleted."
        )
    if len(seqs) > _MOST:
        yield "There are more entries that call for a checkpoint which is not kept."
