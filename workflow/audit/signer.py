"""Signs checkpoints after the commit, and watches that the log is never other than what was signed.

A signature inside the transaction was tried: one rollback led to two roots for one size. The notes' form is
in `checkpoints`, the file that remembers the highest in `high_water`.
"""

import logging
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.audit import checkpoints, signing_key, tree
from workflow.audit.checkpoints import Checkpoint, LogKey
from workflow.audit.high_water import HighWater, Mark
from workflow.audit.merkle import Edge, verify_consistency
from workflow.audit.record import TO_SIGN
from workflow.db import Database, now
from workflow.domain.errors import LogBroken
from workflow.models.audit import LogCheckpoint, LogHead

log = logging.getLogger(__name__)

KEY_FILE = "signing-key"
_STOPPED = "Nothing is written until the operator has looked. Run: flask audit status"


class Signer:
    """The one that signs the logs of this installation; its files are in `folder`.

    `given` is the private key in base64 where the environment holds it, else the folder's file counts.
    """

    def __init__(self, folder: Path, given: str = "") -> None:
        self.folder, self.given = folder, given

    @cached_property
    def private(self) -> Ed25519PrivateKey:
        """Return the private key; raises KeyUnusable."""
        if self.given:
            return signing_key.parse(self.given, "ADREF_LOG_KEY")
        return signing_key.read_or_make(self.folder / KEY_FILE)

    def high_water(self, body: int) -> HighWater:
        """Return the high-water file of a body's log."""
        return HighWater(self.folder / f"signed-{body}.json")

    def guard(self, body: int, origin: str, size: int, edge: bytes) -> None:
        """Raise LogBroken where the log, as the database has it, is not what was signed last.

        Called with the log's head locked, before anything is written.
        """
        fault = self.fault(body, origin, size, edge)
        if fault:
            raise LogBroken(fault, remedy=_STOPPED)

    def fault(self, body: int, origin: str, size: int, edge: bytes) -> str:
        """Return in a sentence what is wrong with the log, or nothing; the mark's file is read."""
        try:
            mark = self.high_water(body).read()
        except LogBroken as broken:
            return str(broken)
        if mark is None or mark.fault:
            return mark.fault if mark else ""
        if origin != mark.origin:
            return f"The log calls itself {origin}, but was signed as {mark.origin}."
        if size < mark.size:
            return f"The log holds {size} entries, but {mark.size} were signed: a restored backup?"
        if size == mark.size and Edge.decode(edge).root().hex() != mark.root:
            return f"The log's {size} entries are not those that were signed."
        return ""

    def after_commit(self, database: Database, session: Session) -> None:
        """Sign what the session's entries owe; a failure is logged and told, and undoes nothing.

        What was committed counts; the signature of a receipt then follows.
        """
        owed: Mapping[int, Collection[int]] = session.info.pop(TO_SIGN, {})
        for body, sizes in owed.items():
            self.catch_up(database, body, sizes)

    def catch_up(self, database: Database, body: int, sizes: Collection[int]) -> bool:
        """Sign these sizes if that can be done now; returns whether it could. Why not is in the log file."""
        try:
            self.sign(database, body, sizes)
        except (LogBroken, signing_key.KeyUnusable, OSError) as error:
            log.critical("A checkpoint was not signed: %s", error)
            return False
        return True

    def sign(self, database: Database, body: int, sizes: Collection[int]) -> list[str]:
        """Sign these sizes of a body's log and keep the notes; return them in order of size.

        A size signed before gives the same bytes. Raises LogBroken where the log is not a continuation of
        what was signed; then nothing more is written to it. Sizes the log has not reached are left out.
        """
        water = self.high_water(body)
        with water.held():
            mark = water.read()
            with database.reading() as session:
                head = session.scalars(select(LogHead).where(LogHead.body_id == body)).one()
                reached = sorted(size for size in sizes if 0 < size <= head.size)
                if not reached:
                    return []
                mark = mark or self._first(session, head)
                roots = {size: self._checked(session, water, mark, head, size) for size in reached}
            if reached[-1] > mark.size:
                # On the disk before any note leaves: never two roots for one size.
                water.replace(replace(mark, size=reached[-1], root=roots[reached[-1]].hex()))
            notes = [self._note(mark, size, root) for size, root in roots.items()]
            self._keep(database, body, mark, dict(zip(reached, notes, strict=True)))
            return notes

    def _first(self, session: Session, head: LogHead) -> Mark:
        return Mark(head.origin, 0, "", (LogKey.of(head.origin, self.private).line(),))

    def _checked(self, session: Session, water: HighWater, mark: Mark, head: LogHead, size: int) -> bytes:
        root = tree.root_at(session, head.body_id, size)
        fault = self.fault(head.body_id, head.origin, head.size, head.edge)
        if not fault and mark.size and not _continues(session, head.body_id, mark, size, root):
            fault = f"The log's first {min(size, mark.size)} entries are not those that were signed."
        if not fault and mark.keys[-1] != LogKey.of(mark.origin, self.private).line():
            raise LogBroken(
                "The signing key is not the log's.", remedy="Put back the key that signed before."
            )
        if fault:
            if not mark.fault:
                water.replace(replace(mark, fault=fault))
            raise LogBroken(fault, remedy=_STOPPED)
        return root

    def _note(self, mark: Mark, size: int, root: bytes) -> str:
        return checkpoints.sign(Checkpoint(mark.origin, size, root), self.private)

    def _keep(self, database: Database, body: int, mark: Mark, notes: Mapping[int, str]) -> None:
        """Keep the notes where every page and letter finds them, and the keys that signed."""
        with database.writing() as session:
            kept = select(LogCheckpoint.size).where(
                LogCheckpoint.body_id == body,
                LogCheckpoint.origin == mark.origin,
                LogCheckpoint.size.in_(notes),
            )
            known = set(session.scalars(kept))
            at = now(session)
            session.add_all(
                LogCheckpoint(body_id=body, origin=mark.origin, size=size, note=note, signed_at=at)
                for size, note in notes.items()
                if size not in known
            )
            keys = "".join(f"{line}\n" for line in mark.keys)
            published = update(LogHead).where(LogHead.body_id == body, LogHead.keys != keys)
            session.execute(published.values(keys=keys))


def _continues(session: Session, body: int, mark: Mark, size: int, root: bytes) -> bool:
    """Tell whether the tree of `size` and the tree that was signed highest are one log (RFC 9162, 2.1.4)."""
    signed = bytes.fromhex(mark.root)
    if size >= mark.size:
        proof = tree.consistency(session, body, mark.size, size)
        return verify_consistency(mark.size, size, proof, signed, root)
    proof = tree.consistency(session, body, size, mark.size)
    return verify_consistency(size, mark.size, proof, root, signed)
