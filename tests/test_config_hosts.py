"""Tests of the settings of several hosts: broker, pool, and who holds the key. The others: test_config.py."""

import pytest

from tests.test_config import KEY, PRODUCTION, problems
from workflow.settings import load

SCALED = {"ADREF_SECRET_KEY": KEY, "ADREF_DATABASE_URL": "postgresql:///adref"}


@pytest.mark.parametrize(
    "address", ["redis://127.0.0.1:6379/0", "rediss://r", "amqp://127.0.0.1", "amqps://q"]
)
def test_broker_is_redis_or_rabbitmq(address: str) -> None:
    assert load(SCALED | {"ADREF_BROKER_URL": address})["BROKER_URL"] == address


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"BROKER_URL": "http://x"},
            "ADREF_BROKER_URL must begin with redis://, rediss://, amqp:// or amqps://.",
        ),
        (
            {"BROKER_URL": "amqp://x", "DATABASE_URL": "sqlite://"},
            "ADREF_BROKER_URL needs PostgreSQL; ADREF_DATABASE_URL names another database.",
        ),
        (
            {"BROKER_URL": "redis://x", "CLOCK_THREAD": "true"},
            "ADREF_BROKER_URL excludes CLOCK_THREAD; set it to false, and start Celery's workers.",
        ),
        ({"DATABASE_POOL_SIZE": "0"}, "ADREF_DATABASE_POOL_SIZE must not be 0 or empty."),
    ],
)
def test_mistake_is_named(given: dict[str, str], told: str) -> None:
    assert problems(SCALED | {f"ADREF_{name}": value for name, value in given.items()}) == [told]


def test_host_that_does_not_sign_holds_no_key() -> None:
    signs_not = PRODUCTION | {"ADREF_LOG_SIGNS": "false"}
    told = "ADREF_LOG_SIGNS is off, but ADREF_LOG_KEY is given; leave the key on the host that signs."
    assert problems(signs_not) == [told]
    del signs_not["ADREF_LOG_KEY"]
    assert load(signs_not)["LOG_SIGNS"] is False
