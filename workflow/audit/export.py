"""The log as files for whoever checks it: entries, every checkpoint, the keys, the verifier, a README.

What the files must hold to verify is in `verify.py`; the live database is checked by `checking`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.audit.checkpoints import read_keys
from workflow.audit.receipts import VERIFIER, keys
from workflow.models.audit import AuditEntry, LogCheckpoint

ENTRIES, KEYS = "entries.jsonl", "log-key.txt"
README = """How to check this log

You need Python 3.11 or later and its package "cryptography". Nothing is asked of the secretariat.

    python verify.py log log-key.txt entries.jsonl checkpoint-*.txt
    python verify.py decisions entries.jsonl

The first says whether the entries are the log that was signed: nothing left out, nothing changed. Put
your own checkpoints beside these, from the letters in your mailbox: they are the ones that count most.
The second replays the entries and says whether each endorsement follows from them.

If the log has an entry of type "log.restarted", entries were lost once and could not be brought back.
That entry holds the last checkpoint from before, under the log's old name; the log went on under a new
one, with the same key. verify.py names that entry. Checkpoints of the old name still verify up to its
number. Of larger ones it says that they tell of entries that were lost: with them you can prove what was
lost, so keep them, and your receipts.

Exit status 0: verified. 1: not, and one sentence says why. 2: wrong usage.

The key that counts is the one your State noted when it first used the log. If log-key.txt differs from
it, ask why before you believe anything else.

entries.jsonl      one entry a line; the number of the entry is its place in the file, from 0
checkpoint-N.txt   the signed size and root of the log when it held N entries; N-2 under its second name
log-key.txt        the public keys, one a line, the oldest first
verify.py          the program; it shares no code with the system that wrote the log
"""
_AT_ONCE = 1000


@dataclass(frozen=True)
class Exported:
    """How much was written: entries and checkpoints."""

    entries: int
    checkpoints: int


def entries(session: Session, body: int, since: int = 0) -> Iterator[tuple[int, str]]:
    """Give the number and the line of each entry from `since` on, in order; memory stays flat."""
    while True:
        query = (
            select(AuditEntry.seq, AuditEntry.entry)
            .where(AuditEntry.body_id == body, AuditEntry.seq >= since)
            .order_by(AuditEntry.seq)
            .limit(_AT_ONCE)
        )
        rows = session.execute(query).all()
        yield from ((seq, line) for seq, line in rows)
        if len(rows) < _AT_ONCE:
            return
        since = rows[-1][0] + 1


def export(
    session: Session, body: int, folder: Path, wrote: Callable[[int], object] = lambda _: None
) -> Exported:
    """Write the log of a body into `folder`, which is made if missing; files of the same names are replaced.

    Whatever else lies there stays: it may be the checkpoints that somebody keeps of his own.

    `wrote` is told of every thousand entries, and of those that remain. Raises OSError where it cannot be
    written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with open(folder / ENTRIES, "w", encoding="utf-8", newline="\n") as file:
        for _, line in entries(session, body):
            file.write(line + "\n")
            count += 1
            if count % _AT_ONCE == 0:
                wrote(_AT_ONCE)
    wrote(count % _AT_ONCE)
    query = select(LogCheckpoint.size, LogCheckpoint.origin, LogCheckpoint.note)
    notes = session.execute(query.where(LogCheckpoint.body_id == body).order_by(LogCheckpoint.size)).all()
    known = keys(session, body)
    names = list(dict.fromkeys(key.name for key in read_keys(known))) if known else []
    for size, origin, note in notes:
        place = f"{size}-{names.index(origin) + 1}" if origin in names[1:] else str(size)
        (folder / f"checkpoint-{place}.txt").write_text(note, encoding="utf-8", newline="\n")
    (folder / KEYS).write_text(known, encoding="utf-8", newline="\n")
    (folder / VERIFIER.name).write_bytes(VERIFIER.read_bytes())
    (folder / "README.txt").write_text(README, encoding="utf-8", newline="\n")
    return Exported(count, len(notes))
