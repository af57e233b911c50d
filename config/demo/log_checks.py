"""The demonstration's log as files, checked by the program that shares no code with the product.

What the log must say of the rounds is in `checks`.
"""

import subprocess
import sys
from pathlib import Path

from sqlalchemy import select

from workflow.audit.export import ENTRIES, KEYS, export
from workflow.db import Database
from workflow.models.body import Body

_SECONDS = 60


def write_log(database: Database, folder: Path) -> None:
    """Write the log with its checkpoints, keys and verifier, and put away those of an earlier run.

    An export keeps what lies beside it; here the log is another each time, signed with another key.
    """
    for earlier in folder.glob("checkpoint-*.txt"):
        earlier.unlink()
    with database.reading() as session:
        export(session, session.scalars(select(Body.id)).one(), folder)


def log_differences(folder: Path) -> list[str]:
    """Run the verifier on the files, print what it says, and return what it does not verify."""
    checkpoints = sorted(path.name for path in folder.glob("checkpoint-*.txt"))
    commands = (["log", KEYS, ENTRIES, *checkpoints], ["decisions", ENTRIES])
    return [wrong for command in commands if (wrong := _run(command, folder))]


def _run(command: list[str], folder: Path) -> str:
    # Isolated: the verifier finds nothing of the project to lean on.
    done = subprocess.run(  # noqa: S603 - our own interpreter, our own arguments
        [sys.executable, "-I", "verify.py", *command],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    said = (done.stdout + done.stderr).strip()
    print(f"\nverify.py {command[0]}: {said}")
    return f"verify.py {command[0]} says: {said}" if done.returncode else ""
