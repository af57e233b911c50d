"""PostgreSQL is killed under load: what was acknowledged is there, every retry brings the same receipt."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.faults.crash_child import LODGED, visiting
from tests.faults.crash_worlds import Moment, Place, installed
from tests.faults.own_cluster import WAYS, Cluster, cluster
from tests.faults.served import NOTHING, UNKNOWN, failing, traced
from tests.settable_clock import SettableClock
from workflow.models.people import Appointment, Person
from workflow.models.response import Response

pytestmark = [pytest.mark.torture, pytest.mark.timeout(900)]

KILLS, ITEMS = 10, 24
VOICES = ("MY", "TH", "VN")
#: How long one lodging is tried, how long a voice waits before it tries again, in seconds.
PATIENCE, PAUSE = 60, 0.05


@dataclass
class Voice:
    """One State that comments on one item after another, and sends each form until it is acknowledged."""

    app: Flask
    place: Place
    code: str
    acknowledged: dict[str, bytes] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread = field(init=False)

    def speak(self) -> None:
        """Comment on every item."""
        for version in self.place.versions:
            for _ in range(int(PATIENCE / PAUSE)):
                if self.over.is_set() or self.says(version):
                    break
                threading.Event().wait(PAUSE)
            else:
                self.odd.append(f"{self.code} gave up on {version}")
                return

    def says(self, version: int) -> bool:
        """Send one form; return whether it was acknowledged."""
        key, answer = self.key(version), self.ask(version)
        if answer.status_code == 302:
            # What could not be signed at that moment has no receipt yet.
            receipt = answer.data if answer.mimetype == "text/plain" else b""
            before = self.acknowledged.setdefault(key, receipt)
            if before and before != receipt:
                self.odd.append(f"{key}: another receipt")
            return True
        if answer.status_code != 503:
            self.odd.append(f"{key}: {answer.status}")
        return False

    def retried(self, version: int) -> bool:
        """Send a form again, unless it is known by now that something is wrong."""
        return self.over.is_set() or self.says(version)

    def ask(self, version: int) -> TestResponse:
        """Send one form and return the answer."""
        said = {f"kind-{version}": "comment", f"reasons-{version}": "Noted.", "rest": "no_answer"}
        with visiting(self.app, self.place) as client:
            path = f"/desk/{self.place.circulation}/answers"
            return client.post(path, data=said | {"key": self.key(version)})

    def key(self, version: int) -> str:
        """Return the idempotency key of the form on a version."""
        return f"killed-{self.code}-{version:06}"


@pytest.fixture
def own(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """Give a cluster of the test's own."""
    with cluster(*getattr(request, "param", ())) as own:
        yield own


def hunt(own: Cluster, folder: Path, ways: list[str]) -> list[str]:
    """Kill the cluster in these ways while States comment, and return what is wrong."""
    with installed(own.databases(), folder, 25, items=ITEMS) as moment:
        app = moment.installation.app(SettableClock(LODGED))
        voices = [Voice(app, place, code) for code, place in _places(app, moment).items()]
        for voice in voices:
            voice.thread = threading.Thread(target=voice.speak, daemon=True)
            voice.thread.start()
        found = []
        for number, way in enumerate(ways, 1):
            _wait_for(voices, number * ITEMS * len(voices) // (len(ways) + 2))
            own.die(way)
            found += _lost(app, voices, way)
        for voice in voices:
            # What is found need not be found again.
            if found:
                voice.over.set()
            voice.thread.join(PATIENCE)
            found += ["a voice never came back"] if voice.thread.is_alive() else []
            found += [f"{one} not taken again" for one in voice.place.versions if not voice.retried(one)]
            found += voice.odd
        verified = app.test_cli_runner().invoke(args=["audit", "verify"])
        found += [verified.output] if verified.exit_code else []
        app.extensions["adref"].close()
        return found


def _places(app: Flask, moment: Moment) -> dict[str, Place]:
    with app.extensions["adref"].reading() as session:
        people = select(Person, Appointment).join(Appointment, Appointment.person_id == Person.id)
        found = {person.name: (person, appointment) for person, appointment in session.execute(people)}
    who = {code: found[f"{code} contact_point"] for code in VOICES}
    return {
        code: replace(moment.place, person=person.get_id(), appointment=appointment.id)
        for code, (person, appointment) in who.items()
    }


def _wait_for(voices: list[Voice], count: int) -> None:
    for _ in range(int(PATIENCE / PAUSE)):
        if sum(len(voice.acknowledged) for voice in voices) >= count:
            return
        threading.Event().wait(PAUSE)


def _lost(app: Flask, voices: list[Voice], way: str) -> list[str]:
    acknowledged = {key for voice in voices for key in list(voice.acknowledged)}
    with app.extensions["adref"].reading() as session:
        there = set(session.scalars(select(Response.lodging)))
    return [f"{way}: {one} was acknowledged and is lost" for one in sorted(acknowledged - there)]


def test_killed_server_loses_nothing_that_was_acknowledged(own: Cluster, tmp_path: Path) -> None:
    assert hunt(own, tmp_path, [WAYS[number % len(WAYS)] for number in range(KILLS)]) == []


@pytest.mark.parametrize("own", [("synchronous_commit=off", "wal_writer_delay=10s")], indirect=True)
def test_hunt_sees_a_server_that_acknowledges_before_it_writes(own: Cluster, tmp_path: Path) -> None:
    assert any("is lost" in one for one in hunt(own, tmp_path, ["all"]))


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_server_whose_disk_fails_is_told_of_truly(own: Cluster, tmp_path: Path, error: str) -> None:
    with installed(own.databases(), tmp_path, 25) as moment:
        app = moment.installation.app(SettableClock(LODGED))
        voice = Voice(app, moment.place, "MY")
        app.extensions["adref"].close()
        # Connections made from now on are those of backends whose disk fails.
        with traced(own.process.pid, *failing("pwrite64", error)):
            answer = voice.ask(moment.place.versions[0])
        told = [words for words in (NOTHING, UNKNOWN) if words in answer.text]
        assert (answer.status_code in (503, 507), len(told)) == (True, 1), answer.text
        own.back()
        with app.extensions["adref"].reading() as session:
            there = session.scalars(select(Response.lodging)).all()
        assert not (there and told == [NOTHING])
        voice.speak()
        assert (len(voice.acknowledged), voice.odd) == (len(moment.place.versions), [])
        assert app.test_cli_runner().invoke(args=["audit", "verify"]).exit_code == 0
        app.extensions["adref"].close()
