"""PostgreSQL cannot sync: told truly, acknowledged only what is synced, all of it there afterwards.

A server whose sync fails panics, since nobody knows what reached the disk, and recovers from its log of
writes. strace fails the syncs of a cluster that the test starts for itself: those of the one that commits,
so that the server recovers by itself; those of the one that writes a checkpoint; those of all, so that it
gives up, and an operator whose disk is whole again starts it.
"""

import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from tests.faults.crash_child import LODGED
from tests.faults.crash_worlds import installed
from tests.faults.own_cluster import Cluster
from tests.faults.served import NOTHING, UNKNOWN, failing, traced
from tests.faults.test_killed_postgres import Voice, own
from tests.settable_clock import SettableClock
from workflow.models.response import Response

__all__ = ["own"]

pytestmark = [pytest.mark.torture, pytest.mark.timeout(600)]

#: How long a server that panics may take to give up, in seconds.
PATIENCE = 60
SYNC, SYNC_OF_ALL = "fdatasync", "fdatasync,fsync"


def of_the_committing(own: Cluster, voice: Voice, version: int, error: str) -> list[str]:
    """Fail the syncs of whoever takes a form, until the server recovers."""
    _close(voice.app)
    # Connections made from now on are those of processes whose disk fails.
    with traced(own.process.pid, *failing(SYNC, error)):
        return _asked(voice, version)


def of_all(own: Cluster, voice: Voice, version: int, error: str) -> list[str]:
    """Fail the syncs of every process that the server starts, until it gives up, and start it again."""
    _close(voice.app)
    with traced(own.process.pid, *failing(SYNC_OF_ALL, error)):
        found = _asked(voice, version)
        if not found:
            own.process.wait(PATIENCE)
            found = _asked(voice, version, away=True)
    own.back()
    return found


def of_a_checkpoint(own: Cluster, voice: Voice, version: int, error: str) -> list[str]:
    """Fail the syncs of the process that writes a checkpoint, once what is said is acknowledged."""
    found = [] if voice.says(version) else ["not taken before the checkpoint"]
    with own.server.connect() as connection, traced(own.named("checkpointer"), *failing(SYNC_OF_ALL, error)):
        try:
            connection.execute("CHECKPOINT")
        except psycopg.Error:
            return found
    return [*found, "a checkpoint was written though nothing could be synced"]


WAYS: tuple[Callable[[Cluster, Voice, int, str], list[str]], ...] = (
    of_the_committing,
    of_all,
    of_a_checkpoint,
)


def _close(app: Flask) -> None:
    app.extensions["adref"].close()


def _asked(voice: Voice, version: int, *, away: bool = False) -> list[str]:
    """Send a form while nothing can be synced; return what is wrong with the answer."""
    answer = voice.ask(version)
    told = [words for words in (NOTHING, UNKNOWN) if words in answer.text]
    if answer.status_code == 302:
        return ["acknowledged though nothing could be synced"]
    if answer.status_code not in (503, 507) or len(told) != 1:
        return [f"not clear: {answer.status_code} {answer.text[:2000]}"]
    # Until the server gives up, the act may be there afterwards; once it is gone, nothing more can be.
    return [f"told as {told} of a server that is not there"] if away and told != [NOTHING] else []


def _kept(app: Flask) -> set[str | None]:
    with app.extensions["adref"].reading() as session:
        return set(session.scalars(select(Response.lodging)))


def hunt(own: Cluster, folder: Path, error: str) -> list[str]:
    """Fail the syncs in every way, each while something else is said, and return what is wrong."""
    with installed(own.databases(), folder, 25, items=1 + len(WAYS)) as moment:
        app = moment.installation.app(SettableClock(LODGED))
        voice = Voice(app, moment.place, "MY")
        first, *others = moment.place.versions
        found = [] if voice.says(first) else ["not taken before anything failed"]
        for fail, version in zip(WAYS, others, strict=True):
            found += [f"{fail.__name__}: {one}" for one in fail(own, voice, version, error)]
            own.back()
            _close(app)
            lost = set(voice.acknowledged) - _kept(app)
            found += [f"{fail.__name__}: {one} was acknowledged and is lost" for one in sorted(lost)]
            # Whether it was recorded or not: the same form brings a receipt, and the same one again.
            found += [f"{version} not taken afterwards" for _ in range(2) if not _taken(voice, version)]
        found += [f"{one} not taken again" for one in moment.place.versions if not voice.says(one)]
        found += [f"{len(_kept(app))} recorded"] if _kept(app) != set(voice.acknowledged) else []
        verified = app.test_cli_runner().invoke(args=["audit", "verify"])
        found += [verified.output] if verified.exit_code else []
        _close(app)
        return found + voice.odd


def _taken(voice: Voice, version: int) -> bool:
    """Send a form until it is acknowledged, as who reads that the database is away does."""
    return any(voice.says(version) or threading.Event().wait(0.2) for _ in range(50))


@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
def test_server_that_cannot_sync_loses_nothing_that_was_acknowledged(
    own: Cluster, tmp_path: Path, error: str
) -> None:
    assert hunt(own, tmp_path, error) == []
    panics = (own.folder / "log").read_text().count("PANIC")
    # The one that commits, the same and whoever recovers after it, the one that writes a checkpoint.
    assert panics >= 1 + len(WAYS)


@pytest.mark.parametrize("own", [("fsync=off",)], indirect=True)
def test_hunt_sees_a_server_that_acknowledges_before_it_syncs(own: Cluster, tmp_path: Path) -> None:
    assert any("acknowledged though nothing could be synced" in one for one in hunt(own, tmp_path, "EIO"))
