"""The high-water file: the highest checkpoint ever signed for one log, kept outside the database.

Whoever signs holds its lock; what is signed, and when the log is no longer trusted, is in `signer`.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from workflow.domain.errors import LogBroken, says

_MODE = 0o600


@dataclass(frozen=True)
class Mark:
    """The highest size signed under `origin`, its root in hexadecimal, and the keys that sign, as lines.

    `fault` is what was found wrong with the log; while it is there nothing is written.
    """

    origin: str
    size: int
    root: str
    keys: tuple[str, ...]
    fault: str = ""


class HighWater:
    """One file a log, replaced as a whole and on the disk before anything signed leaves the program."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Mark | None:
        """Return the mark, or None where nothing was signed yet; raises LogBroken where it cannot be read."""
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            return Mark(**{**kept, "keys": tuple(kept["keys"])})
        except FileNotFoundError:
            return None
        except OSError as error:
            raise LogBroken(
                says(
                    "The disk does not give the file {name} beside the log's key: {reason}.",
                    name=self.path.name,
                    reason=error.strerror,
                ),
                remedy="See to the disk first; what was signed is still to be found there.",
            ) from error
        except (ValueError, TypeError, KeyError) as error:
            raise LogBroken(
                says("The file {name} beside the log's key cannot be read.", name=self.path.name),
                remedy="Put back the newest copy of it; never begin it anew: see flask audit status.",
            ) from error

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let one process at a time, on this machine, check and replace the mark."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with open(self.path.with_suffix(".lock"), "a", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def replace(self, mark: Mark) -> None:
        """Replace the mark; it is on the disk when this returns. The caller holds the lock."""
        new = self.path.with_suffix(".new")
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _MODE)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(mark), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
