"""The whole life of one circulation, as one process leads it until it is killed.

Served to 21 States, objected to, told to all, closed and told again. The points at which it dies are in
crash_points.py; what must be true afterwards, in crash_hunt.py.
"""

import multiprocessing
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection

from flask import Flask
from flask.testing import FlaskClient

from tests.actions.rounds import DEADLINE
from tests.faults.crash_points import Points
from tests.faults.crash_worlds import Installation, Place
from tests.settable_clock import MORNING, SettableClock
from workflow import worker
from workflow.audit.record import newest_at

#: How long a process may take, in seconds.
PATIENCE = 100
#: Longer than a sender keeps a letter to itself.
LEASE = timedelta(seconds=31)
SERVED, LODGED = MORNING + timedelta(minutes=1), MORNING + timedelta(days=1)
CLOSED = DEADLINE + timedelta(seconds=1)


@dataclass(frozen=True)
class Job:
    """One life; the process dies at the `hit`-th passing of the point, if one is named.

    `key` is the idempotency key of the objection; `planted` plants a defect before anything else.
    """

    installation: Installation
    place: Place
    key: str
    point: str | None = None
    hit: int = 1
    planted: Callable[[], None] | None = None


@dataclass
class Died:
    """How a process ended: whether it was killed, what visitors were answered, which points it passed."""

    killed: bool = False
    replies: list[bytes] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)


def run(job: Job) -> Died:
    """Lead the life in a process of its own and return how it ended; raises where it failed of itself."""
    context = multiprocessing.get_context("forkserver")
    # What a process needs is imported once, and every one that is to be killed begins with it.
    context.set_forkserver_preload(["tests.faults.crash_warm"])
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_live, args=(job, theirs), daemon=True)
    process.start()
    theirs.close()
    died = Died()
    try:
        for told in _told(ours):
            died.passed = told if isinstance(told, Counter) else died.passed
            died.replies += [told] if isinstance(told, bytes) else []
        process.join(PATIENCE)
    finally:
        process.kill()
        process.join(PATIENCE)
        ours.close()
    died.killed = process.exitcode == -signal.SIGKILL
    assert died.killed or process.exitcode == 0, f"the process ended with {process.exitcode}"
    return died


def _told(pipe: Connection) -> Iterator[object]:
    while pipe.poll(PATIENCE):
        try:
            yield pipe.recv()
        except EOFError:
            return
    raise TimeoutError("the process said nothing and did not end")


def _live(job: Job, pipe: Connection) -> None:
    if job.planted is not None:
        job.planted()
    clock = SettableClock()
    app = job.installation.app(clock)
    points = Points(job.point, job.hit)
    points.install()
    app.wsgi_app = points.answering(app.wsgi_app, pipe.send)  # type: ignore[method-assign]
    live(app, clock, job.place, job.key)
    pipe.send(points.passed)


def live(app: Flask, clock: SettableClock, place: Place, key: str) -> bytes:
    """Do everything from the service to the last letter, or what is left of it; returns the receipts.

    Nothing happens earlier than the newest entry of the log says.
    """
    with app.extensions["adref"].reading() as session:
        _move(clock, newest_at(session, place.body) or clock.now)
    _tick(app, clock, SERVED)
    _move(clock, LODGED)
    receipt = lodged(app, place, key)
    _tick(app, clock, LODGED)
    _tick(app, clock, CLOSED)
    return receipt


def _move(clock: SettableClock, instant: datetime) -> None:
    clock.now = max(clock.now, instant)


def _tick(app: Flask, clock: SettableClock, instant: datetime) -> None:
    """Let the clock tick, and once more when a letter that somebody died over is free again."""
    for moment in (instant, instant + LEASE):
        _move(clock, moment)
        ticked = worker.tick_once(app)
        assert not ticked.failed


def lodged(app: Flask, place: Place, key: str, versions: Sequence[int] = ()) -> bytes:
    """Object to the first item, or to these versions, as a State does on its page; returns the receipts."""
    sent = {"key": key, "rest": "no_answer"}
    for version in versions or place.versions[:1]:
        sent |= {f"kind-{version}": "objection", f"reasons-{version}": "It is not ready."}
    with visiting(app, place) as client:
        answer = client.post(f"/desk/{place.circulation}/answers", data=sent)
        assert answer.status_code == 302, answer.text
        return answer.data


@contextmanager
def visiting(app: Flask, place: Place) -> Iterator[FlaskClient]:
    """Give the browser of whoever speaks, signed in."""
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(_user_id=place.person, capacity=place.appointment, used=2**40)
    yield client
