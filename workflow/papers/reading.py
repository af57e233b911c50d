"""Reading a file that nobody has looked at yet: in a process of its own, with limits on what it may use.

The readers are in `reading_kinds`; what the process binds itself to, in `reading_child`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from workflow.domain.errors import says
from workflow.papers.file_types import ending
from workflow.papers.grids import Reading, from_plain, said_again
from workflow.papers.paper import PaperBroken

#: Bytes of a file as it is sent.
LARGEST_FILE = 12 * 1024 * 1024
#: Seconds until the process is killed, whatever it does.
SECONDS = 4
KINDS = ("docx", "xlsx", "csv", "tsv", "md", "txt")
#: A PDF has words to search, but no rows to import.
SEARCHED = (*KINDS, "pdf")
_ZIP, _OLD_OFFICE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-"
_ROOT = Path(__file__).resolve().parents[2]
_READ = says("Choose a DOCX, XLSX, CSV, Markdown or plain text file.")
_TOO_LONG = says("Reading the file takes more time or memory than it may.")


def read_file(filename: str, content: bytes, kinds: Collection[str] = KINDS) -> Reading:
    """Return what a file holds; raises PaperBroken, which says what is wrong and what to do."""
    kind = kind_of(filename, content, kinds)
    try:
        done = subprocess.run(
            [sys.executable, "-B", "-m", "workflow.papers.reading_child", kind],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            cwd=_ROOT,
            env=_environment(),
        )
    except subprocess.TimeoutExpired:
        raise PaperBroken(0, _TOO_LONG, "Import it in parts.") from None
    return _answered(done.returncode, done.stdout)


def _answered(code: int, said: bytes) -> Reading:
    if code > 0:
        raise PaperBroken(0, "The file is damaged.", "Save it again in the program it comes from.")
    answer: dict[str, Any] = json.loads(said) if code == 0 and said else {"too_much": True}
    if "too_much" in answer:
        raise PaperBroken(0, _TOO_LONG, "Save it again, or import it in parts.")
    if "message" in answer:
        # The message says where it is already.
        broken = PaperBroken(0, said_again(answer["message"]), said_again(answer["remedy"]))
        broken.line = answer["line"]
        raise broken
    return from_plain(answer)


def kind_of(filename: str, content: bytes, kinds: Collection[str] = KINDS) -> str:
    """Return the format of a file by its ending, held against its first bytes; raises PaperBroken."""
    kind = ending(filename)
    if not content:
        raise PaperBroken(0, "The file is empty.", _READ)
    if len(content) > LARGEST_FILE:
        message = says(
            "The file has {count:,} bytes; {most:,} is the most that is read.",
            count=len(content),
            most=LARGEST_FILE,
        )
        raise PaperBroken(0, message, "Leave its pictures out, or import it in parts.")
    if kind in ("docm", "xlsm", "dotm", "xltm", "xlsb"):
        raise PaperBroken(0, "A file of this type carries macros.", "Save it as DOCX or XLSX.")
    if content.startswith(_OLD_OFFICE):
        message = says("The file is of an old office program, or protected by a password.")
        raise PaperBroken(0, message, "Save it as DOCX or XLSX, without a password.")
    if kind == "markdown":
        kind = "md"
    if kind not in kinds:
        raise PaperBroken(0, says("A file that ends in “.{kind}” cannot be read.", kind=kind), _READ)
    is_zip, is_pdf = content.startswith(_ZIP), content.startswith(_PDF)
    if is_zip is not (kind in ("docx", "xlsx")) or is_pdf is not (kind == "pdf"):
        raise PaperBroken(0, says("The file is not what its ending “.{kind}” says.", kind=kind), _READ)
    return kind


def _environment() -> dict[str, str]:
    """Return what the process may know: nothing of this installation's secrets."""
    kept = ("PATH", "SYSTEMROOT", "VIRTUAL_ENV", "PYTHONPYCACHEPREFIX")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"PYTHONUTF8": "1"}
