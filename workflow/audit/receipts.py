"""Receipts and checkpoints as they are handed out: read from what the log holds and what was signed.

Their form is in `proofs` and `checkpoints`; signing is in `signer`.
"""

import io
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.audit import tree
from workflow.audit.proofs import Receipt, receipt
from workflow.models.audit import AuditEntry, LogCheckpoint, LogHead

#: The program for those who check; it stands alone and is handed out as it is.
VERIFIER = Path(__file__).with_name("verify.py")
_WRITTEN = (1980, 1, 1, 0, 0, 0)
HOW = """How to check this receipt

You need Python 3.11 or later and its package "cryptography". Nothing is asked of the secretariat.

{commands}

"verified" and exit status 0: the entry stood in the log, at that position, when the log was as large
as the checkpoint says. Keep this file: together with it, nobody can later rewrite the log up to that
size without being found out.

The key that counts is the one your State noted when it first used the log. If log-key.txt differs
from it, ask why before you believe anything else.
"""


def receipts(session: Session, body: int, seqs: Collection[int]) -> dict[int, Receipt]:
    """Return the receipts of these entries by their number; one whose checkpoint is not signed yet is absent.

    The checkpoint of entry `seq` has the size `seq` + 1, so that a receipt has the same bytes each time.
    """
    origin = select(LogHead.origin).where(LogHead.body_id == body).scalar_subquery()
    wanted = (
        select(AuditEntry.seq, AuditEntry.entry, LogCheckpoint.note)
        .join(
            LogCheckpoint,
            (LogCheckpoint.body_id == AuditEntry.body_id) & (LogCheckpoint.size == AuditEntry.seq + 1),
        )
        .where(AuditEntry.body_id == body, AuditEntry.seq.in_(seqs))
        # After a restart under a new name an entry may have been signed under both: the newer counts.
        .order_by(AuditEntry.seq, LogCheckpoint.origin == origin)
    )
    found = {seq: (entry, note) for seq, entry, note in session.execute(wanted)}
    return {
        seq: receipt(entry.encode("utf-8"), seq, tree.inclusion(session, body, seq, seq + 1), note)
        for seq, (entry, note) in found.items()
    }


def is_signed(session: Session, body: int, seqs: Collection[int]) -> bool:
    """Tell whether the receipts of all these entries are signed: one statement."""
    wanted = {seq + 1 for seq in seqs}
    query = select(LogCheckpoint.size).where(LogCheckpoint.body_id == body, LogCheckpoint.size.in_(wanted))
    return wanted == set(session.scalars(query))


def keys(session: Session, body: int | None = None) -> str:
    """Return the published keys of a body's log, or of all logs here, one a line (`log-key.txt`)."""
    query = select(LogHead.keys).order_by(LogHead.body_id)
    return "".join(session.scalars(query if body is None else query.where(LogHead.body_id == body)))


def newest_note(session: Session, body: int) -> str | None:
    """Return the newest checkpoint that was signed, or None: what letters carry."""
    head = select(LogHead.origin).where(LogHead.body_id == body).scalar_subquery()
    query = select(LogCheckpoint.note).where(LogCheckpoint.body_id == body, LogCheckpoint.origin == head)
    return session.scalar(query.order_by(LogCheckpoint.size.desc()).limit(1))


def bundle(found: Mapping[int, Receipt], key_lines: str) -> bytes:
    """Return receipts as one ZIP with the key, the verifier and how to use it; the same bytes each time."""
    files: dict[str, bytes] = {}
    for seq, one in found.items():
        files[f"entry-{seq}.json"] = one.entry
        files[f"proof-{seq}.txt"] = one.proof.encode().encode()
    files["log-key.txt"] = key_lines.encode()
    files[VERIFIER.name] = VERIFIER.read_bytes()
    calls = (f"    python verify.py receipt log-key.txt entry-{seq}.json proof-{seq}.txt" for seq in found)
    files["README.txt"] = HOW.format(commands="\n".join(calls)).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, _WRITTEN), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
