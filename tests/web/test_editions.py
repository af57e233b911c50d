"""The pages of editions: a document as endorsed on a past day, and what changed between two of them."""

import pytest

from tests.actions.rounds import DEADLINE, Round
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.rounds_seen import Story
from workflow.db import Database


@pytest.fixture
def story(database: Database, world: World, clock: SettableClock, served: Stage) -> Story:
    """Give a round over the whole plan: dispatched and served."""
    return Story(database, world, clock, served)


def amended(round_: Round) -> None:
    """Let all six items be endorsed on 9 October, and an amended text of the first six weeks later."""
    round_.at(DEADLINE)
    later = DEADLINE.replace(month=11, day=20)
    round_.dispatch(versions=round_.redraft(1), deadline=later)
    round_.serve()
    round_.at(later)


def test_edition_shows_the_words_of_its_day(visit: Visit, world: World, story: Story) -> None:
    story.does(amended)
    client, path = visit("MY contact_point"), f"/documents/{world.document.code}"
    first = client.get(f"{path}?as-of=2020-10-09").text
    assert "6 items were in force" in first or "six items were in force" in first
    assert world.versions[0].title in first
    assert "Amended 1" not in first
    assert "Amended 1" in client.get(f"{path}?as-of=2020-11-20").text
    assert "nothing was in force" in client.get(f"{path}?as-of=2020-10-08").text
    assert "from 9 October 2020 to 20 November 2020" in client.get(path).text
    editions = client.get(f"{path}/editions").text
    assert editions.count("?as-of=") == 2
    difference = client.get(f"{path}/editions/difference").text
    assert "One item changed from 9 October 2020 to" in difference
    assert "<ins>Amended" in difference.replace(' dir="auto"', "")
    rows = client.get(f"{path}/edition.csv?as-of=2020-10-09").text.splitlines()
    assert len(rows) == 7


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("?as-of=2021-13-01", "as-of: “2021-13-01” is no date."),
        ("?as-of=2999-01-01", "as-of: 1 January 2999 has not come yet."),
        ("/editions/difference?from=x&to=2020-10-09", "from: “x” is no date."),
    ],
)
def test_edition_of_no_day_is_refused(visit: Visit, world: World, asked: str, said: str) -> None:
    answer = visit("programme").get(f"/documents/{world.document.code}{asked}")
    assert answer.status_code == 422
    assert said in answer.text
    assert "Write" in answer.text
