"""A small log with its key, checkpoints and receipts, and the stand-alone verifier run on files of them.

The verifier is loaded from its file, as those who check a log do; nothing of the project reaches it.
"""

import importlib.util
import json
import runpy
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.audit.test_merkle import Tree
from workflow.audit import checkpoints, merkle
from workflow.audit.checkpoints import Checkpoint, LogKey
from workflow.audit.proofs import receipt

VERIFIER = Path(__file__).parents[2] / "workflow" / "audit" / "verify.py"
ORIGIN = "adref.example.org/body"


def loaded() -> ModuleType:
    """Return the verifier as a module that no package knows."""
    spec = importlib.util.spec_from_file_location("verify_alone", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


VERIFY = loaded()


def private(number: int) -> Ed25519PrivateKey:
    """Return the private key of this number."""
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def line(seq: int, kind: str = "office.passed", **keys: Any) -> bytes:
    """Return the canonical bytes of an entry."""
    instant = f"2020-09-25T02:00:{seq % 60:02}.000000Z"
    common = {"v": 1, "seq": seq, "body": "body", "at": instant, "type": kind, "actor": "x", "auth": "y"}
    return json.dumps(common | keys, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


class Log:
    """A log in a folder of its own; its methods write what is handed to the verifier."""

    def __init__(self, folder: Path, lines: list[bytes]) -> None:
        self.folder, self.lines, self.tree = folder, lines, Tree(lines)

    def file(self, name: str, content: str | bytes) -> str:
        """Write a file and return its path."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def written(self, lines: list[bytes] | None = None) -> str:
        """Write the log, or another one of these lines."""
        told = self.lines if lines is None else lines
        return self.file("log.jsonl", b"".join(one + b"\n" for one in told))

    def key(self, *numbers: int) -> str:
        """Write the file of these keys."""
        keys = [LogKey.of(ORIGIN, private(number)) for number in numbers]
        return self.file("log-key.txt", checkpoints.write_keys(keys))

    def note(self, size: int, *numbers: int) -> str:
        """Return the checkpoint of this size, signed by these keys."""
        return checkpoints.sign(Checkpoint(ORIGIN, size, self.tree.roots[size]), *map(private, numbers))

    def kept(self, size: int, *numbers: int) -> str:
        """Write the checkpoint of this size as somebody kept it."""
        return self.file(f"checkpoint-{size}-{'-'.join(map(str, numbers))}", self.note(size, *numbers))

    def proof(self, index: int, size: int) -> str:
        """Return the proof of an entry against the checkpoint of this size by the first key."""
        hashes = merkle.inclusion_proof(index, size, self.tree.subtree)
        return receipt(self.lines[index], index, hashes, self.note(size, 1)).proof.encode()


def verified(command: str, *paths: str) -> bool:
    """Tell whether a command of the verifier accepts these files; only its own refusals are expected."""
    try:
        return bool(getattr(VERIFY, command)(*paths))
    except (SystemExit, UnicodeDecodeError):
        return False


def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, str]:
    """Run the verifier's file as a program and return its exit status and what it said."""
    monkeypatch.setattr(sys, "argv", [str(VERIFIER), *arguments])
    capsys.readouterr()
    try:
        runpy.run_path(str(VERIFIER), run_name="__main__")
    except SystemExit as ended:
        # The interpreter writes a sentence to the terminal, and ends with 1.
        given = ended.code
        return (1, str(given)) if isinstance(given, str) else (int(given or 0), capsys.readouterr().err)
    return 0, capsys.readouterr().out
