"""The log's private key: made on the first run, read from a file that only its owner reads, or given.

Its public half and what it signs are in `checkpoints`; when it signs is in `signer`.
"""

import base64
import binascii
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_SEED_BYTES = 32
_MODE = 0o600
_OTHERS = 0o077


class KeyUnusable(ValueError):
    """A private key that cannot be used; the message says why and what to do."""


def parse(text: str, source: str) -> Ed25519PrivateKey:
    """Return the key whose 32 bytes stand in `text` in base64; raises KeyUnusable naming `source`."""
    try:
        seed = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        seed = b""
    if len(seed) != _SEED_BYTES:
        raise KeyUnusable(
            f"{source} holds no signing key. It must be 32 random bytes in base64; "
            "flask audit new-key prints one."
        )
    return Ed25519PrivateKey.from_private_bytes(seed)


def written(key: Ed25519PrivateKey) -> str:
    """Return the key in base64, as a file or the environment holds it."""
    return base64.b64encode(key.private_bytes_raw()).decode("ascii")


def read_or_make(path: Path) -> Ed25519PrivateKey:
    """Return the key of this file; the first time, make one that only its owner can read (mode 600).

    Raises KeyUnusable for a file that others can read or that holds no key.
    """
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        write(path, Ed25519PrivateKey.generate())
        handle = os.open(path, os.O_RDONLY)
    with os.fdopen(handle, encoding="ascii", errors="replace") as file:
        if os.fstat(file.fileno()).st_mode & _OTHERS:
            raise KeyUnusable(f"Others can read {path.name}. Run: chmod 600 {path}")
        return parse(file.read(), path.name)


def write(path: Path, key: Ed25519PrivateKey) -> None:
    """Write a new key to `path`, whole or not at all; a key that is there already stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _MODE), "w") as file:
            file.write(written(key) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(making, path)
    except FileExistsError:
        # Another process was quicker: its key counts.
        pass
    finally:
        # Nor is half a key left where the disk was full.
        making.unlink(missing_ok=True)


def replace(new: Path, path: Path) -> None:
    """Put the key of the file `new` in the place of `path`; it is on the disk when this returns."""
    os.replace(new, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
