"""Processes are killed at every point of serving, lodging, delivering, closing; nothing lost or doubled."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.databases import Backend
from tests.faults import crash_defects as defects
from tests.faults.crash_hunt import Hunt
from tests.faults.crash_worlds import installed
from tests.notices.conftest import port, script
from tests.notices.servers import Script

__all__ = ["port", "script"]

#: Points before and after each thing that is done, and the steps of the dialogue with the mail server.
AROUND = (
    "lock", "claim", "row", "entry", "head", "transition", "close", "letters", "evidence", "mark",
    "checkpoint", "commit of the claim", "commit of the entry", "commit of the mark",
    "commit of the checkpoint",
    "high-water file", "reply",
)  # fmt: skip
POINTS = (
    *(f"{when} the {what}" for what in AROUND for when in ("before", "after")),
    "before connecting", "after connecting", "within DATA", "after the text", "after the 250",
)  # fmt: skip
#: The kills at every point are spread over so many tests, for as many processors.
PARTS = 4
#: Five processes that die one after another: while serving, lodging, replying, delivering and closing.
FIVE = (
    ("after the evidence", 12),
    ("after the row", 1),
    ("before the reply", 1),
    ("after the 250", 11),
    ("before the commit of the entry", 1),
)


@pytest.fixture
def hunt(backend: Backend, tmp_path: Path, port: int, script: Script) -> Iterator[Hunt]:
    """Give crashes in the life of a circulation of 21 States."""
    with installed(backend, tmp_path, port) as moment:
        yield Hunt(moment, script, tmp_path)


def hits(passed: Counter[str], point: str) -> list[int]:
    """Return at which passings of a point to kill: all of a few, else from the first to the last."""
    count = passed[point]
    return sorted({1, 2, count // 4, count // 2, 3 * count // 4, count - 1, count} & set(range(1, count + 1)))


@pytest.mark.timeout(300)
def test_five_crashes_lose_nothing_and_double_nothing(hunt: Hunt) -> None:
    assert hunt.breaches(*FIVE) == []


@pytest.mark.torture
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("part", range(PARTS))
def test_crash_at_every_point_loses_nothing_and_doubles_nothing(hunt: Hunt, part: int) -> None:
    _, passed = hunt.undisturbed
    assert [point for point in POINTS if not passed[point]] == []
    kills = [(point, hit) for point in POINTS for hit in hits(passed, point)]
    assert [one for kill in kills[part::PARTS] for one in hunt.breaches(kill)] == []


@pytest.mark.torture
@pytest.mark.timeout(600)
@pytest.mark.parametrize("planted", defects.SEEN_AT, ids=lambda planted: planted.__name__)
def test_hunt_sees_a_defect(hunt: Hunt, planted: Callable[[], None]) -> None:
    hunt.planted = planted
    assert hunt.breaches(defects.SEEN_AT[planted]) != []
