"""A power cut loses nothing that was acknowledged: all that was written is synced before the reply leaves.

No machine is switched off: strace tells in which order a real server writes, syncs and replies.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Backend
from tests.faults.crash_worlds import Moment, installed
from tests.faults.served import Served, traced
from tests.notices.waiting import ONE_DATABASE

pytestmark = [pytest.mark.torture, pytest.mark.timeout(600), ONE_DATABASE]

CALLS = "pwrite64,write,fdatasync,fsync,rename,sendto"
_CALL = re.compile(r"\d+ +(\w+)\((?:\d+<([^>]*)>)?(.*)")
_RENAMED = re.compile(r'"([^"]*)", "([^"]*)"')


@pytest.fixture
def moment(backend: Backend, tmp_path: Path) -> Iterator[Moment]:
    """Give a circulation of 21 States."""
    with installed(backend, tmp_path, 25) as moment:
        yield moment


def unsynced(trace: str, folder: str) -> set[str]:
    """Return the files of a folder that were written and not synced when the answer 302 left."""
    dirty: set[str] = set()
    for line in trace.splitlines():
        found = _CALL.match(line)
        if found is None:
            continue
        call, path, rest = found[1], found[2] or "", found[3]
        if call == "sendto" and "HTTP/1.1 302" in rest:
            return dirty
        # SQLite makes its index of the log of writes anew after a crash.
        if call in ("pwrite64", "write") and path.startswith(folder) and not path.endswith("-shm"):
            dirty.add(path)
        elif call in ("fdatasync", "fsync"):
            dirty.discard(path)
        elif call == "rename" and (moved := _RENAMED.search(line)) is not None:
            # What was renamed is safe once its folder is synced, if its content was.
            dirty = {moved[2] if one == moved[1] else one for one in dirty}
            dirty.add(str(Path(moved[2]).parent))
    raise AssertionError("no answer was seen")


def watched(moment: Moment, folder: Path, *pragmas: str) -> set[str]:
    """Let a State object on a server that is watched; return what was not synced when it was answered."""
    trace = folder / "trace"
    with Served(moment.installation, moment.place, pragmas) as served:
        options = ["-y", "-s", "64", "-o", str(trace), "-e", f"trace={CALLS}"]
        with traced(served.pid, *options):
            assert served.object(moment.place.versions[0], "synced-0001").status == 302
    written = trace.read_text()
    assert "-wal>" in written
    assert "signed-" in written
    # The files are where the test's databases are, and in the log's folder.
    database = str(Path(moment.installation.url.removeprefix("sqlite:///")).parent)
    return unsynced(written, database) | unsynced(written, moment.installation.log_folder)


def test_what_is_acknowledged_is_on_the_disk(moment: Moment, tmp_path: Path) -> None:
    assert watched(moment, tmp_path) == set()


def test_hunt_sees_a_database_that_does_not_sync(moment: Moment, tmp_path: Path) -> None:
    assert any(one.endswith("-wal") for one in watched(moment, tmp_path, "synchronous=OFF"))
