"""Tests of the clock on Celery: what a message carries, and what comes of a broker that is away.

That workers, beat and the signer do their work together is tested in tests/scaled.
"""

import logging
import time

import pytest

from tests.databases import PostgreSQL
from tests.notices.servers import free_port
from workflow import tasks
from workflow.app import create_app
from workflow.settings import load

#: Nobody listens there.
AWAY = "redis://127.0.0.1:{}/0"


def chosen(**changes: str) -> dict[str, object]:
    """Return settings with a broker."""
    given = {"CONFIG": "testing", "BROKER_URL": AWAY.format(free_port()), **changes}
    given.setdefault("DATABASE_URL", "postgresql://nobody@127.0.0.1/none")
    return load({f"ADREF_{name}": value for name, value in given.items()})


def test_beat_asks_without_naming_anything() -> None:
    celery = create_app(chosen(CLOCK_INTERVAL_SECONDS="3")).extensions["celery"]
    ticks = celery.conf.beat_schedule.values()
    asked = {one["task"]: (one["options"]["queue"].name, one["schedule"]) for one in ticks}
    assert asked == {
        "adref.keep_due": ("clock", 3.0),
        "adref.deliver": ("letters", 3.0),
        "adref.sign_owed": ("signing", 3.0),
    }
    assert all(one.keys() == {"task", "schedule", "options"} for one in ticks)
    assert all(one["options"].keys() == {"queue"} for one in ticks)


def test_worker_takes_signatures_only_where_the_key_is() -> None:
    for signs, queues in (("true", ["clock", "letters", "signing"]), ("false", ["clock", "letters"])):
        celery = create_app(chosen(LOG_SIGNS=signs)).extensions["celery"]
        assert sorted(celery.amqp.queues) == queues


def test_asking_a_broker_that_is_away_fails_nothing_and_asks_no_second_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    asking = create_app(chosen(LOG_SIGNS="false")).extensions["asking"]
    began = time.monotonic()
    with caplog.at_level(logging.WARNING, "workflow.tasks"):
        for _ in range(50):
            asking(1)
    assert time.monotonic() - began < 5
    assert len([one for one in caplog.messages if "receipts follow later" in one]) == 1


def test_one_machine_has_no_celery() -> None:
    app = create_app(load({"ADREF_CONFIG": "testing"}))
    assert app.extensions["celery"] is None
    app.extensions["asking"](1)


def test_worker_leaves_a_database_of_an_older_version_alone(
    postgresql: PostgreSQL, caplog: pytest.LogCaptureFixture
) -> None:
    with postgresql.bare() as url:
        app = create_app(chosen(DATABASE_URL=url))
        with caplog.at_level(logging.ERROR, tasks.log.name):
            app.extensions["celery"].tasks["adref.deliver"]()
        app.extensions["adref"].close()
    [said] = caplog.messages
    assert said.startswith("Nothing is done: The database has no tables of this program yet.")


def test_worker_says_in_a_sentence_that_the_database_is_away(caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(chosen(DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/none"))
    with caplog.at_level(logging.ERROR, tasks.log.name):
        app.extensions["celery"].tasks["adref.keep_due"]()
    told = "Nothing is done: The database does not answer; correct ADREF_DATABASE_URL, or start it."
    assert told in caplog.messages
