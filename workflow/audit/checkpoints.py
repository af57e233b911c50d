"""Checkpoints: the size and root of a log as a signed note, and the keys that sign it (C2SP).

When one is signed, and that no size is signed twice with different roots, is not here. The forms are those
of C2SP `signed-note` and `tlog-checkpoint`, without extension lines; keys are Ed25519.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from workflow.audit.merkle import WIDTH

#: The byte that names Ed25519 among the signature types of a signed note.
ED25519 = b"\x01"
KEY_WIDTH, ID_WIDTH = 32, 4
#: Characters a note may have; sixteen signatures of any known kind fit.
LONGEST_NOTE = 2**17

_NAME = re.compile(r"[^\s+\x00-\x1f\x7f\ud800-\udfff]+")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,15}")
_DASH = "\N{EM DASH} "


class NotVerified(ValueError):
    """What was read has not the form it must have, or is not signed by a known key; the message says why."""


@dataclass(frozen=True)
class LogKey:
    """The public half of a log's key: `name` is the log's origin, `public` the key's 32 bytes."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.public) != KEY_WIDTH:
            raise NotVerified("A key has a name without spaces or +, and 32 bytes.")

    @property
    def key_id(self) -> bytes:
        """Return the four bytes by which a signature names this key."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:ID_WIDTH]

    def line(self) -> str:
        """Return the key as a line of `log-key.txt`, without its end: `<name>+<base64 of the key>`."""
        return f"{self.name}+{encoded(self.public)}"

    @classmethod
    def parse(cls, line: str) -> "LogKey":
        """Return the key of such a line; a name has no +, so the first one ends it. Raises NotVerified."""
        name, plus, key = line.partition("+")
        if not plus:
            raise NotVerified("A key is written as its name, +, and base64.")
        return cls(name, decoded(key))

    @classmethod
    def of(cls, name: str, private: Ed25519PrivateKey) -> "LogKey":
        """Return the public half of a private key under this name."""
        return cls(name, private.public_key().public_bytes_raw())

    def signed(self, text: str, signature: bytes) -> bool:
        """Tell whether `signature` is this key's over `text`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Checkpoint:
    """What a log was: its origin, its size in entries, its root."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.origin) or len(self.root) != WIDTH:
            raise NotVerified("A checkpoint has an origin without spaces or +, and a root of 32 bytes.")
        decimal(str(self.size))

    def text(self) -> str:
        """Return the three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"


@dataclass(frozen=True)
class Signature:
    """One signature line of a note; its bytes are not judged before its key is known."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """Return the line with its end."""
        return f"{_DASH}{self.name} {encoded(self.key_id + self.signature)}\n"

    @classmethod
    def parse(cls, line: str) -> "Signature":
        """Return the signature of a line given without its end; raises NotVerified."""
        name, _, rest = line.removeprefix(_DASH).partition(" ")
        data = decoded(rest)
        if not line.startswith(_DASH) or not _NAME.fullmatch(name) or len(data) <= ID_WIDTH:
            raise NotVerified("A line below the checkpoint is no signature.")
        return cls(name, data[:ID_WIDTH], data[ID_WIDTH:])


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint with its signatures, none of them judged yet."""

    checkpoint: Checkpoint
    signatures: tuple[Signature, ...]

    def encode(self) -> str:
        """Return the note, byte for byte as it was parsed."""
        return f"{self.checkpoint.text()}\n{''.join(one.line() for one in self.signatures)}"


def signature(text: str, name: str, private: Ed25519PrivateKey) -> Signature:
    """Return the signature of `text`, which ends in a newline, under this name; the same bytes each time."""
    return Signature(name, LogKey.of(name, private).key_id, private.sign(text.encode()))


def sign(checkpoint: Checkpoint, *keys: Ed25519PrivateKey) -> str:
    """Return the note of a checkpoint signed by these keys of its log: two while a key is exchanged."""
    if not keys:
        raise ValueError("a checkpoint is signed by at least one key")
    text = checkpoint.text()
    return SignedCheckpoint(
        checkpoint, tuple(signature(text, checkpoint.origin, key) for key in keys)
    ).encode()


def parse(note: str) -> SignedCheckpoint:
    """Return what a note says; its signatures are for `verify`. Raises NotVerified for any other form."""
    lines = note.split("\n") if len(note) <= LONGEST_NOTE else []
    if len(lines) < 6 or lines[3] != "" or lines[-1] != "":
        raise NotVerified(
            "A checkpoint is three lines, an empty one, and signatures; each line ends in a newline."
        )
    checkpoint = Checkpoint(lines[0], decimal(lines[1]), decoded(lines[2]))
    return SignedCheckpoint(checkpoint, tuple(Signature.parse(line) for line in lines[4:-1]))


def verify(note: str, keys: Iterable[LogKey]) -> Checkpoint:
    """Return the checkpoint of a note that one of these keys signed and none of them signed wrongly.

    Signatures of other keys are ignored, so that witnesses and later algorithms can add theirs. Raises
    NotVerified, also where the origin is not the name of the key.
    """
    read = parse(note)
    known = {(key.name, key.key_id): key for key in keys}
    ours = [one for one in read.signatures if (one.name, one.key_id) in known]
    text = read.checkpoint.text()
    if known and read.checkpoint.origin not in {name for name, _ in known}:
        raise NotVerified("The checkpoint is of another log than the key.")
    if not ours:
        raise NotVerified("No known key signed this checkpoint.")
    if not all(known[one.name, one.key_id].signed(text, one.signature) for one in ours):
        raise NotVerified("A signature of a known key is not over this checkpoint.")
    if any(one.name != read.checkpoint.origin for one in ours):
        raise NotVerified("The checkpoint is of another log than the key.")
    return read.checkpoint


def read_keys(text: str) -> list[LogKey]:
    """Return the keys of a `log-key.txt`, one a line, the oldest first; raises NotVerified."""
    lines = text.split("\n")
    if len(lines) < 2 or lines[-1] != "":
        raise NotVerified("A file of keys has one key a line, and each line ends in a newline.")
    return [LogKey.parse(line) for line in lines[:-1]]


def write_keys(keys: Sequence[LogKey]) -> str:
    """Return the text of a `log-key.txt`."""
    return "".join(f"{key.line()}\n" for key in keys)


def encoded(data: bytes) -> str:
    """Return bytes in base64 (RFC 4648, section 4)."""
    return base64.b64encode(data).decode()


def decoded(text: str) -> bytes:
    """Return the bytes of base64 that is written in the one way possible; raises NotVerified."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data or encoded(data) != text:
        raise NotVerified("A value is not in base64, or not in its only form.")
    return data


def decimal(text: str) -> int:
    """Return the number of decimal digits without a leading zero, below 10^16; raises NotVerified."""
    if not _DECIMAL.fullmatch(text):
        raise NotVerified("A number is not written in decimal digits without a leading zero.")
    return int(text)
