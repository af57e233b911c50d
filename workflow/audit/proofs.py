"""Receipts: one entry with the proof that it is in the log, readable by any program (C2SP `tlog-proof`).

The mathematics of the proof is in `merkle`, the signed root it leads to in `checkpoints`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workflow.audit import checkpoints, merkle
from workflow.audit.checkpoints import Checkpoint, LogKey, NotVerified, decimal, decoded, encoded

HEADER = "c2sp.org/tlog-proof@v1"
_EXTRA, _INDEX = "extra ", "index "
#: No tree below 10^16 leaves needs more.
MOST_HASHES = 54


@dataclass(frozen=True)
class Proof:
    """That the entry `index` is in the tree of `note`, a signed checkpoint; `hashes` run upwards.

    `extra` are bytes for the reader's convenience (None: no such line); nothing authenticates them.
    """

    index: int
    hashes: tuple[bytes, ...]
    note: str
    extra: bytes | None = None

    def encode(self) -> str:
        """Return the proof as text."""
        extra = [] if not self.extra else [f"{_EXTRA}{encoded(self.extra)}"]
        lines = [HEADER, *extra, f"{_INDEX}{self.index}", *map(encoded, self.hashes), "", self.note]
        return "\n".join(lines)

    @classmethod
    def parse(cls, text: str) -> "Proof":
        """Return the proof a text holds, its checkpoint not judged yet; raises NotVerified."""
        head, found, note = text.partition("\n\n")
        lines = head.split("\n")
        if not found or lines.pop(0) != HEADER:
            raise NotVerified(f"A proof begins with {HEADER} and holds a checkpoint below an empty line.")
        extra = None
        if lines and lines[0].startswith(_EXTRA):
            extra = decoded(lines.pop(0).removeprefix(_EXTRA))
        if not lines or not lines[0].startswith(_INDEX) or len(lines) > MOST_HASHES + 1:
            raise NotVerified("A proof names the index of its entry, then its hashes.")
        index = decimal(lines.pop(0).removeprefix(_INDEX))
        hashes = tuple(map(decoded, lines))
        if any(len(one) != merkle.WIDTH for one in hashes):
            raise NotVerified("A hash of the proof has not 32 bytes.")
        return cls(index, hashes, checkpoints.parse(note).encode(), extra)


@dataclass(frozen=True)
class Receipt:
    """What a State is handed: the bytes of its entry, and the proof that they are in the log."""

    entry: bytes
    proof: Proof

    def encode(self) -> bytes:
        """Return the receipt as one file: the entry's line, then the proof.

        An entry holds no line break, so the first one ends it.
        """
        return self.entry + b"\n" + self.proof.encode().encode()

    @classmethod
    def parse(cls, data: bytes) -> "Receipt":
        """Return the receipt a file holds, not verified yet; raises NotVerified for another form."""
        entry, _, proof = data.partition(b"\n")
        try:
            return cls(entry, Proof.parse(proof.decode()))
        except UnicodeDecodeError as error:
            raise NotVerified("A receipt is written in UTF-8.") from error

    def verify(self, keys: Iterable[LogKey]) -> Checkpoint:
        """Return the checkpoint of whose tree the entry is a leaf; raises NotVerified."""
        checkpoint = checkpoints.verify(self.proof.note, keys)
        leaf = merkle.leaf_hash(self.entry)
        proof = self.proof
        if not merkle.verify_inclusion(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root):
            raise NotVerified("The proof does not lead from this entry to the root that was signed.")
        return checkpoint


def receipt(entry: bytes, index: int, hashes: Sequence[bytes], note: str) -> Receipt:
    """Return the receipt of the entry `index` against a signed checkpoint (`hashes` from `merkle`)."""
    return Receipt(entry, Proof(index, tuple(hashes), note))
