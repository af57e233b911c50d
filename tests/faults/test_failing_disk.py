"""System calls of a real server fail, one kind after another: a clear page, nothing lost, nothing by halves.

strace fails them from outside. What was told must still be true after the process is killed at that moment.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.databases import Backend
from tests.faults.crash_child import LODGED
from tests.faults.crash_worlds import Installation, Moment, installed
from tests.faults.served import NOTHING, RECORDED, UNKNOWN, Answer, Served, failing, traced
from tests.notices.waiting import ONE_DATABASE
from tests.settable_clock import SettableClock
from workflow.db import Database
from workflow.models.response import Response

pytestmark = [pytest.mark.torture, pytest.mark.timeout(900)]

#: System call, error, file: the database's log of writes, the file that remembers what was signed, all files.
WAL, HIGH_WATER = "{database}-wal", "{log_folder}/signed-1.new"
CASES = (
    ("pwrite64", "ENOSPC", WAL),
    ("pwrite64", "EIO", WAL),
    ("fdatasync", "EIO", WAL),
    ("fdatasync", "ENOSPC", WAL),
    ("pread64", "EIO", WAL),
    ("write", "ENOSPC", HIGH_WATER),
    ("fsync", "EIO", HIGH_WATER),
    ("rename", "ENOSPC", HIGH_WATER),
    ("flock", "EIO", None),
    ("openat", "ENOSPC", HIGH_WATER),
)


@pytest.fixture
def moment(backend: Backend, tmp_path: Path) -> Iterator[Moment]:
    """Give a circulation of 21 States with one item for each case."""
    with installed(backend, tmp_path, 25, items=len(CASES)) as moment:
        yield moment


def lodged(installation: Installation, key: str) -> bool:
    """Tell whether something is lodged under this key, as a new process finds it."""
    database = Database(installation.url)
    with database.reading() as session:
        found = session.scalars(select(Response.id).where(Response.lodging == key)).all()
    database.close()
    assert len(found) <= 1
    return bool(found)


def untrue(answer: Answer, there: bool) -> str:
    """Return what is wrong with an answer, as things are found once its process was killed."""
    told = [one for one in (NOTHING, UNKNOWN, RECORDED) if one in answer.says]
    if answer.status == 302 or told == [RECORDED]:
        return "" if there else f"told as recorded, and lost: {answer}"
    if told == [NOTHING]:
        return f"told as not recorded, and there: {answer}" if there else ""
    if told == [UNKNOWN] and answer.status in (503, 507):
        return ""
    return f"not clear: {answer.status} {answer.says[:300]}"


def breaches(moment: Moment, cases: tuple[tuple[str, str, str | None], ...], *pragmas: str) -> list[str]:
    """Fail each system call during one objection, kill the server, and look; then send the form again."""
    found = []
    place, installation = moment.place, moment.installation
    names = {
        "database": installation.url.removeprefix("sqlite:///"),
        "log_folder": installation.log_folder,
    }
    for number, (call, error, path) in enumerate(cases):
        key, version = f"failing-{number:04}", place.versions[number]
        with Served(installation, place, pragmas) as served:
            options = failing(call, error, path and path.format(**names))
            # A page first, so that all files are open.
            assert served.ask("GET", f"/desk/{place.circulation}").status == 200
            with traced(served.pid, *options):
                answer = served.object(version, key)
            served.kill()
            wrong = untrue(answer, lodged(installation, key))
            served.start()
            again = [served.object(version, key) for _ in range(2)]
        found += [f"{call} {error} {path}: {wrong}"] if wrong else []
        if [one.status for one in again] != [302, 302] or not again[0].body or again[0] != again[1]:
            found.append(f"{call} {error} {path}: sent again, {again}")
    return found


def verified(installation: Installation) -> str:
    """Return what `flask audit verify` says against the log, "" for nothing."""
    done = installation.app(SettableClock(LODGED)).test_cli_runner().invoke(args=["audit", "verify"])
    return done.output if done.exit_code else ""


@ONE_DATABASE
def test_failing_system_call_is_said_truly_and_nothing_is_lost(moment: Moment) -> None:
    assert breaches(moment, CASES) == []
    assert verified(moment.installation) == ""


@ONE_DATABASE
def test_upload_for_which_there_is_no_room_is_said_clearly(moment: Moment) -> None:
    # More than is kept in memory, less than the server keeps for itself.
    part = 'Content-Disposition: form-data; name="file"; filename="plan.docx"\r\n\r\n' + "x" * 513_000
    body = f"--edge\r\n{part}\r\n--edge--\r\n"
    with Served(moment.installation, moment.place) as served:
        path = f"/desk/{moment.place.circulation}/answers"
        kind = {"Content-Type": "multipart/form-data; boundary=edge"}
        with traced(served.pid, *failing("write", "ENOSPC")):
            answer = served.ask("POST", path, body, kind)
        assert (answer.status, NOTHING in answer.says) == (507, True)
        assert served.ask("POST", path, body, kind).status == 422


@pytest.mark.parametrize(
    ("answer", "there"),
    [
        (Answer(302, ""), False),
        (Answer(503, RECORDED), False),
        (Answer(507, NOTHING), True),
        (Answer(500, "Something went wrong."), False),
        (Answer(0, "the line broke"), False),
    ],
)
def test_hunt_sees_an_answer_that_is_not_true(answer: Answer, there: bool) -> None:
    assert untrue(answer, there)
