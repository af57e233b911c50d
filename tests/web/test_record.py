"""Tests of the record as a page and as a file: the formula, who sees what, what comes before and after."""

import csv
import io

import pytest
from werkzeug.test import TestResponse

from tests.actions.rounds import DEADLINE
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from workflow.actions import withdrawing
from workflow.db import Database
from workflow.domain.terms import ResponseKind

AT = "9 October 2020, 10:00 UTC"


@pytest.fixture
def story(database: Database, world: World, clock: SettableClock, served: Stage) -> Story:
    """Give a circulation that runs, served to all, in which Malaysia objects and Indonesia reserves."""
    told = Story(database, world, clock, served)
    told.does(lambda round_: round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4, reasons="Who?"))
    told.does(
        lambda round_: round_.lodge("ID contact_point", ResponseKind.RESERVATION, 6, reasons="<b>As advice")
    )
    return told


@pytest.fixture
def closed(story: Story, clock: SettableClock) -> Story:
    """Give the same circulation, closed at its deadline."""
    clock.now = DEADLINE
    return story.does(lambda round_: round_.locked())


def rows_of(answer: TestResponse) -> list[dict[str, str]]:
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_record_page_says_the_formula_and_every_position(visit: Visit, closed: Story) -> None:
    answer = visit("SG drafter").get(f"{closed.page}/record")
    page = words(answer)
    assert (
        f"No objection having been received by {AT}, items 1, 2, 3, 5 and 6 are considered endorsed"
        " ad referendum . Item 4 is not endorsed: objection of Malaysia." in page
    )
    assert "<i>ad referendum</i>" in answer.text
    assert "20th SOMTC, 8 July 2020" in page
    assert "Friday 9 October 2020, 17:00 in Jakarta (10:00 UTC)" in page
    assert "Reservation ID <b>As advice" in page
    assert "&lt;b&gt;As advice" in answer.text
    assert closed.world.versions[0].sha256 in page
    assert "Not yet. The next meeting notes the outcome" in page
    assert "approved" not in page.lower()


def test_record_page_gives_acts_to_the_secretariat_alone(visit: Visit, closed: Story) -> None:
    assert "Add a correction" in words(visit("secretariat").get(f"{closed.page}/record"))
    for name in ("lead_shepherd", "MY contact_point", "programme"):
        page = words(visit(name).get(f"{closed.page}/record"))
        assert "Add a correction" not in page
        assert "Entries in the log" not in page


def test_record_page_shows_the_programme_outcomes_only(visit: Visit, closed: Story) -> None:
    page = words(visit("programme").get(f"{closed.page}/record"))
    assert "by the calendar of Indonesia" in page
    assert "Item 4 is not endorsed." in page
    assert "You see outcomes; the positions of States are theirs to show." in page
    for hidden in ("Malaysia", "Who?", "As advice", "Silent", "served"):
        assert hidden not in page


def test_record_file_has_each_state_once_an_item(visit: Visit, closed: Story) -> None:
    rows = rows_of(visit("VN alternate").get(f"{closed.page}/record.csv"))
    assert len(rows) == 60
    assert {row["place"] for row in rows} == {"objection", "reservation", "silent"}
    objection = next(row for row in rows if row["place"] == "objection")
    assert (objection["item"], objection["state"], objection["reasons"]) == ("4", "MY", "Who?")
    assert objection["sha256"] == closed.world.versions[3].sha256


def test_record_file_of_the_programme_names_no_state(visit: Visit, closed: Story) -> None:
    rows = rows_of(visit("programme").get(f"{closed.page}/record.csv"))
    assert [(row["item"], row["result"], row["state"]) for row in rows] == [
        (str(number), "not_endorsed" if number == 4 else "endorsed", "") for number in range(1, 7)
    ]


def test_record_does_not_exist_before_the_close(visit: Visit, story: Story, clock: SettableClock) -> None:
    page = words(visit("MY contact_point").get(f"{story.page}/record"))
    assert "There is no record yet" in page
    assert "Friday 9 October 2020, 17:00" in page
    assert "Who?" not in page
    assert visit("MY contact_point").get(f"{story.page}/record.csv").status_code == 409
    clock.now = DEADLINE
    assert "what it decides is being written down" in words(visit("MY drafter").get(f"{story.page}/record"))


def test_record_of_nothing_is_not_found(visit: Visit, world: World) -> None:
    assert visit("secretariat").get("/circulations/1/record").status_code == 404
    assert visit("secretariat").get("/circulations/99999999999999999999/record").status_code == 404


def test_record_of_a_withdrawn_circulation_says_why(visit: Visit, story: Story) -> None:
    story.does(lambda round_: round_.act(withdrawing.withdraw_circulation, reason="Redrafting."))
    page = words(visit("SG contact_point").get(f"{story.page}/record"))
    assert "Items 1, 2, 3, 4, 5 and 6 were withdrawn. The circulation was withdrawn on" in page
    assert "Reason: Redrafting." in page
    assert "who said no objection, abstained or was silent is not shown" in page


def test_record_prints_late_and_right_to_left_words_unharmed(
    visit: Visit, story: Story, clock: SettableClock
) -> None:
    clock.now = DEADLINE
    story.does(lambda round_: round_.lodge("TH contact_point", ResponseKind.COMMENT, 2, reasons="ไทยขอเสนอ"))
    story.does(lambda round_: round_.lodge("BN contact_point", ResponseKind.OBJECTION, 2, reasons="نعترض"))
    answer = visit("MY drafter").get(f"{story.page}/record")
    assert 'lang="th"' in answer.text
    assert 'dir="rtl"' in answer.text
    assert words(answer).count("Late, changed nothing") == 2
    assert f"No objection having been received by {AT}, items 1, 2, 3, 5 and 6" in words(answer)
