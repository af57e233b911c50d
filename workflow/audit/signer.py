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
from sqlalchemy import exists, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from workflow.audit import checkpoints, signing_key, tree
from workflow.audit.checkpoints import Checkpoint, LogKey
from workflow.audit.entries import SIGNED
from workflow.audit.high_water import HighWater, Mark
from workflow.audit.merkle import Edge, verify_consistency
from workflow.audit.record import TO_SIGN
from workflow.db import Database, now
from workflow.domain.errors import LogBroken
from workflow.models.audit import AuditEntry, LogCheckpoint, LogHead

log = logging.getLogger(__name__)

#: The key of the folder, and the one that takes its place while keys are exchanged (`rotating`).
KEY_FILE, NEXT_KEY_FILE = "signing-key", "signing-key.next"
_AT_ONCE = 200
#: Another key would sign nothing of these logs, and stand in the way of the right one.
_GONE = f"{KEY_FILE} is gone, but logs were signed with it; put its copy back."
_STOPPED = "Nothing is written until the operator has looked. The operator runs: flask audit status"


class Signer:
    """The one that signs the logs of this installation; its files are in `folder`.

    `given` is the private key in base64 where the environment holds it, else the folder's file counts.
    """

    def __init__(self, folder: Path, given: str = "") -> None:
        self.folder, self.given = folder, given
        #: By body and origin: below this number every entry that owes a checkpoint has one.
        self._signed_below: dict[tuple[int, str], int] = {}

    @cached_property
    def private(self) -> Ed25519PrivateKey:
        """Return the private key; raises KeyUnusable."""
        if self.given:
            return signing_key.parse(self.given, "ADREF_LOG_KEY")
        return self.kept()

    def kept(self) -> Ed25519PrivateKey:
        """Return the key of the folder's file, made where nothing was signed yet; raises KeyUnusable."""
        path = self.folder / KEY_FILE
        if not path.exists() and any(self.folder.glob("signed-*.json")):
            raise signing_key.KeyUnusable(_GONE)
        return signing_key.read_or_make(path)

    def high_water(self, body: int) -> HighWater:
        """Return the high-water file of a body's log."""
        return HighWater(self.folder / f"signed-{body}.json")

    def guard(self, body: int, origin: str, size: int, edge: bytes, keys: str, told: str = "") -> None:
        """Raise LogBroken where the log, as the database has it, is not what was signed last.

        Called with the log's head locked, before anything is written.
        """
        fault = self.fault(body, origin, size, edge, keys, told)
        if fault:
            raise LogBroken(fault, remedy=_STOPPED)

    def fault(self, body: int, origin: str, size: int, edge: bytes, keys: str, told: str = "") -> str:
        """Return in a sentence what is wrong with the log, or nothing; the mark's file is read.

        `keys` are those the database publishes: once there are any, the log was signed, and the file that
        remembers how far cannot be missing. `told` counts where that file is elsewhere.
        """
        try:
            mark = self.high_water(body).read()
        except LogBroken as broken:
            return str(broken)
        return self._fault_beside(mark, body, origin, size, edge, keys)

    def _fault_beside(
        self, mark: Mark | None, body: int, origin: str, size: int, edge: bytes, keys: str
    ) -> str:
        """Return in a sentence what is wrong with the log beside what the mark remembers, or nothing."""
        if mark is None and keys:
            name = self.high_water(body).path.name
            return f"The log was signed, but {name}, which remembers how far, is gone."
        if mark and mark.fault:
            return mark.fault
        if mark and origin != mark.origin:
            return f"The log calls itself {origin}, but was signed as {mark.origin}."
        if mark and size < mark.size:
            return f"The log holds {size} entries, but {mark.size} were signed: a restored backup?"
        try:
            read = Edge.decode(edge)
        except ValueError:
            read = Edge()
        if read.size != size:
            return "The log's head does not belong to its entries."
        if mark and size == mark.size and read.root().hex() != mark.root:
            return f"The log's {size} entries are not those that were signed."
        return ""

    def after_commit(self, database: Database, session: Session) -> None:
        """Sign what the session's entries owe; a failure is logged and told, and undoes nothing.

        What was committed counts; the signature of a receipt then follows.
        """
        owed: Mapping[int, Collection[int]] = session.info.pop(TO_SIGN, {})
        for body, sizes in owed.items():
            self.catch_up(database, body, sizes)

    def sign_owed(self, database: Database) -> int:
        """Sign what a crash between commit and signature left unsigned; return how many sizes that were.

        What was looked through once is not read again by this process. Raises what `sign` raises, after
        it has tried every log.
        """
        with database.reading() as session:
            heads = session.scalars(select(LogHead).order_by(LogHead.body_id)).all()
            owed = [(head, self._owed(session, head)) for head in heads]
        failures: list[Exception] = []
        for head, sizes in owed:
            self._tell(database, head)
            try:
                if not head.keys:
                    self.begin(database, head.body_id)
                if sizes:
                    self.sign(database, head.body_id, sizes)
            except (LogBroken, signing_key.KeyUnusable, OSError, SQLAlchemyError) as error:
                failures.append(error)
                continue
            whole = len(sizes) < _AT_ONCE
            self._signed_below[head.body_id, head.origin] = head.size if whole else sizes[-1]
        if failures:
            raise failures[0]
        return sum(len(sizes) for _, sizes in owed)

    def begin(self, database: Database, body: int) -> None:
        """Make the key of a log of which nothing was signed, and publish it before anybody needs it."""
        water = self.high_water(body)
        with water.held():
            if water.read() is not None:
                return
            with database.reading() as session:
                head = session.scalars(select(LogHead).where(LogHead.body_id == body)).one()
            mark = first_mark(head.origin, self.private)
            water.replace(mark)
            keep(database, body, mark, {})

    def _tell(self, database: Database, head: LogHead) -> None:
        """Let hosts without the key know what is wrong with a log, or that nothing is any more."""
        found = self.fault(head.body_id, head.origin, head.size, head.edge, head.keys)
        if found != head.fault:
            with database.writing() as session:
                told = update(LogHead).where(LogHead.body_id == head.body_id)
                session.execute(told.values(fault=found))

    def _owed(self, session: Session, head: LogHead) -> list[int]:
        """Return the sizes that entries of a log owe, some hundred at once, in order."""
        since = self._signed_below.get((head.body_id, head.origin), 0)
        if since == head.size:
            return []
        # With the names, each look-up is one in the key of the table.
        known = checkpoints.read_keys(head.keys) if head.keys else []
        names = {head.origin, *(one.name for one in known)}
        signed = exists().where(
            LogCheckpoint.body_id == head.body_id,
            LogCheckpoint.origin.in_(names),
            LogCheckpoint.size == AuditEntry.seq + 1,
        )
        query = select(AuditEntry.seq).where(
            AuditEntry.body_id == head.body_id,
            AuditEntry.type.in_([str(entry) for entry in SIGNED]),
            AuditEntry.seq.between(since, head.size - 1),
            ~signed,
        )
        # Sorted here: asked for in order, a database would read every entry instead of those of a type.
        return sorted(seq + 1 for seq in session.scalars(query))[:_AT_ONCE]

    def catch_up(self, database: Database, body: int, sizes: Collection[int]) -> bool:
        """Sign these sizes if that can be done now; returns whether it could. Why not is in the log file."""
        try:
            self.sign(database, body, sizes)
        except (LogBroken, signing_key.KeyUnusable, OSError, SQLAlchemyError) as error:
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
                if mark is None:
                    self.guard(body, head.origin, head.size, head.edge, head.keys)
                    mark = first_mark(head.origin, self.private)
                roots = {size: self.checked_root(session, water, mark, head, size) for size in reached}
                self.require_key(mark)
            if reached[-1] > mark.size:
                # On the disk before any note leaves: never two roots for one size.
                water.replace(replace(mark, size=reached[-1], root=roots[reached[-1]].hex()))
            notes = [self._note(mark, size, root) for size, root in roots.items()]
            keep(database, body, mark, dict(zip(reached, notes, strict=True)))
            return notes

    def require_key(self, mark: Mark) -> None:
        """Raise LogBroken where the key at hand is not the one that signs now, KeyUnusable where it is gone.

        The folder's key is read once more: a command may have exchanged it while this process ran.
        """
        if "private" not in vars(self) and not self.given and not (self.folder / KEY_FILE).exists():
            raise signing_key.KeyUnusable(_GONE)
        if mark.keys[-1] != LogKey.of(mark.origin, self.private).line():
            del self.private
        if mark.keys[-1] != LogKey.of(mark.origin, self.private).line():
            raise LogBroken(
                "The signing key is not the log's.",
                remedy="Put back the key that signed last. If the key was being exchanged, "
                "run flask audit rotate-key again.",
            )

    def checked_root(self, session: Session, water: HighWater, mark: Mark, head: LogHead, size: int) -> bytes:
        """Return the root of this size of the log; LogBroken, kept in the mark, where it was not signed so.

        The caller holds the lock of the high-water file.
        """
        root = tree.root_at(session, head.body_id, size)
        # A file that cannot be read at this moment says nothing against the log: that is raised, not kept.
        seen = water.read()
        fault = self._fault_beside(seen, head.body_id, head.origin, head.size, head.edge, head.keys)
        if not fault and mark.size and not _continues(session, head.body_id, mark, size, root):
            fault = f"The log's first {min(size, mark.size)} entries are not those that were signed."
        if fault:
            if mark.size and not mark.fault:
                water.replace(replace(mark, fault=fault))
            raise LogBroken(fault, remedy=_STOPPED)
        return root

    def _note(self, mark: Mark, size: int, root: bytes) -> str:
        return checkpoints.sign(Checkpoint(mark.origin, size, root), self.private)


def first_mark(origin: str, private: Ed25519PrivateKey) -> Mark:
    """Return the mark of a log of which nothing was signed yet."""
    return Mark(origin, 0, "", (LogKey.of(origin, private).line(),))


def keep(database: Database, body: int, mark: Mark, notes: Mapping[int, str]) -> None:
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
