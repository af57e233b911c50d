"""The wording that would settle an objection is shown against the passage it speaks of (rule 21)."""

import pytest

from tests.actions.rounds import Round
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.rounds_seen import Story
from workflow.actions import responses
from workflow.actions.admitting import Answer
from workflow.db import Database
from workflow.domain.terms import ResponseKind

PASSAGE, CURE = "Ongoing, with all States", "Ongoing, with willing States"


@pytest.mark.parametrize("page", ["positions", "comments"])
def test_cure_is_compared_with_the_passage_or_stands_alone(
    visit: Visit, database: Database, world: World, clock: SettableClock, served: Stage, page: str
) -> None:
    first, second = (version.id for version in world.versions[:2])

    def object_(round_: Round) -> None:
        said = [
            Answer(first, ResponseKind.OBJECTION, "Why?", passage=PASSAGE, cure=CURE),
            Answer(second, ResponseKind.OBJECTION, "Why?", cure=CURE),
        ]
        round_.act(responses.lodge, said, by="MY contact_point")

    story, compared = Story(database, world, clock, served).does(object_), "<del>all</del> <ins>willing</ins>"
    client, alone = visit("lead_shepherd"), f"<ins>{CURE}</ins>"
    if page == "comments":
        told = client.get(f"{story.page}/comments").text
        assert compared in told
        assert alone in told
        return
    pages = [client.get(f"{story.page}/positions/{version}/MY").text for version in (first, second)]
    assert [compared in one for one in pages] == [True, False]
    assert [alone in one for one in pages] == [False, True]
