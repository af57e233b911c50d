"""Tests of the panel of a circulation: what stands there, who sees what (rule 33a), in what cost."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from tests.actions.rounds import DEADLINE, Round
from tests.databases import RolledBack
from tests.factories import World, new_appointment, new_person, plan
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from workflow.actions import answering, lifting
from workflow.db import Database
from workflow.domain.terms import EvidenceKind, ResponseKind, Role
from workflow.models.body import State
from workflow.models.notice import ServiceEvidence
from workflow.web.shepherd.missing import PATIENCE

#: The most statements a matrix page may need, the door's one included.
MOST = 8


@pytest.fixture
def client(visit: Visit) -> FlaskClient:
    """Sign the Lead Shepherd in."""
    return visit("lead_shepherd")


@pytest.fixture
def story(database: Database, world: World, clock: SettableClock, spoken: Stage) -> Story:
    """Give a circulation in which six States have spoken, each in a kind of its own."""
    return Story(database, world, clock, spoken)


def cells(page: str) -> list[list[str]]:
    """Return the words of the matrix, row by row, without the States' codes."""
    body = page[page.index('<tbody role="rowgroup">') : page.index("</tbody>", page.index("rowgroup"))]
    found = []
    for row in body.split('<tr role="row">')[1:]:
        inner = re.findall(r'class="position[^>]*>(.*?)</(?:a|span)></td>', row)
        found.append([re.sub(r"<b>..</b>|<[^>]+>", "", cell) for cell in inner])
    return found


def test_panel_of_what_was_just_dispatched_asks_for_no_help(
    client: FlaskClient, database: Database, world: World, clock: SettableClock
) -> None:
    story = Story(database, world, clock)
    story.does(lambda round_: (round_.dispatch(), round_.serve("KH", "TH")))
    just = words(client.get(story.page))
    assert "On their way, not served yet: BN ID LA MY MM PH SG VN" in just
    assert "Send to" not in just
    assert "Nothing is missing" not in just
    clock.now += PATIENCE
    later = words(client.get(story.page))
    assert "On their way" not in later
    assert "Send to Brunei Darussalam again" in later


def test_panel_says_what_stops_it_and_what_helps(
    client: FlaskClient, story: Story, clock: SettableClock
) -> None:
    clock.now += PATIENCE
    page = words(client.get(story.page))
    assert "Open . Nothing can be endorsed until Brunei Darussalam is served." in page
    assert "Item 4 is stopped by Malaysia. Item 3 waits: input of Viet Nam." in page
    assert "Before, in Manila Friday 9 October 2020, 18:00" in page
    assert "14 days 7 hours (10 working days)" in page
    assert "Send to Brunei Darussalam again" in page
    assert "Not served BN Brunei Darussalam" in page
    assert "Objection MY Malaysia on item 4" in page
    assert "1. Support for ACTIP implementation Held Brunei Darussalam is not served" in page
    assert "Not endorsed Objection of Malaysia" in page
    assert "Not endorsed Input of Viet Nam not settled" in page
    assert "TH Thailand We meet on Monday." in page


def test_matrix_has_a_word_for_each_state_and_item(client: FlaskClient, story: Story) -> None:
    quiet = ["Unserved", *["Silent"] * 9]
    assert cells(client.get(story.page).text) == [
        ["Unserved", "No obj.", *["Silent"] * 8],
        quiet,
        ["Unserved", *["Silent"] * 8, "Input"],
        ["Unserved", *["Silent"] * 3, "Objects", *["Silent"] * 2, "Comment", *["Silent"] * 2],
        ["Unserved", *["Silent"] * 2, "Abstains", *["Silent"] * 6],
        ["Unserved", "Silent", "Reserves", *["Silent"] * 7],
    ]


def test_states_see_during_the_period_what_stops_and_what_is_commented(visit: Visit, story: Story) -> None:
    page = visit("TH contact_point").get(story.page)
    assert cells(page.text) == [
        [*["Later"] * 8, "Silent", "Later"],
        [*["Later"] * 8, "Silent", "Later"],
        [*["Later"] * 8, "Silent", "Input"],
        [*["Later"] * 4, "Objects", *["Later"] * 2, "Comment", "Silent", "Later"],
        [*["Later"] * 8, "Silent", "Later"],
        [*["Later"] * 2, "Reserves", *["Later"] * 5, "Silent", "Later"],
    ]
    told = words(page)
    assert "Who decides?" in told
    assert "Consult first." in told
    assert "As advice only." in told
    assert "Brunei Darussalam is served" not in told
    assert "Every State is served" not in told
    assert "Extend the deadline" not in told


def test_another_states_request_for_time_is_for_the_offices(visit: Visit, story: Story) -> None:
    assert "We meet on Monday." in words(visit("TH contact_point").get(story.page))
    assert "We meet on Monday." not in words(visit("SG contact_point").get(story.page))
    assert "We meet on Monday." in words(visit("secretariat").get(story.page))


def test_states_see_everything_after_the_close(visit: Visit, story: Story, clock: SettableClock) -> None:
    story.does(lambda round_: round_.serve("BN"))
    clock.now = DEADLINE
    story.does(lambda round_: round_.locked())
    page = visit("TH drafter").get(story.page)
    assert cells(page.text)[0] == ["Silent", "No obj.", *["Silent"] * 8]
    assert "Closed . Considered endorsed ad referendum: items 1, 2, 5 and 6." in words(page)
    assert "Deadline was, in Bangkok" in words(page)


def test_secretariat_sees_all_and_steers_nothing(visit: Visit, story: Story, clock: SettableClock) -> None:
    clock.now += PATIENCE
    page = visit("secretariat").get(story.page)
    assert cells(page.text)[0][:2] == ["Unserved", "No obj."]
    told = words(page)
    assert "Send to Brunei Darussalam again" in told
    assert "Suspend" not in told
    assert "Read and answer" not in told


def test_programme_sees_no_circulation(visit: Visit, story: Story) -> None:
    client = visit("programme")
    for address in ("/circulations", story.page, f"{story.page}/comments", f"{story.page}/comments.csv"):
        assert client.get(address).status_code == 403


def test_position_is_read_and_answered_where_it_is_disclosed(
    client: FlaskClient, visit: Visit, story: Story, world: World
) -> None:
    page = f"{story.page}/positions/{world.versions[3].id}/MY"
    told = words(client.get(page))
    assert "Malaysia on item 4" in told
    assert "Ongoing, number 1" in told
    assert "Record this answer to Malaysia" in told
    state = words(visit("SG contact_point").get(page))
    assert "Who decides?" in state
    assert "Record this answer" not in state
    hidden = f"{story.page}/positions/{world.versions[0].id}/KH"
    assert "No objection received" in words(client.get(hidden))
    unseen = words(visit("SG contact_point").get(hidden))
    assert "No objection received" not in unseen
    assert "is shown to the States after the close" in unseen
    assert client.get(f"{story.page}/positions/{world.versions[0].id}/XX").status_code == 404


def test_late_response_is_shown_to_all_but_not_what_was_said_in_time(
    visit: Visit, story: Story, clock: SettableClock
) -> None:
    clock.now = DEADLINE + timedelta(hours=1)
    story.does(
        lambda round_: round_.lodge("TH contact_point", ResponseKind.OBJECTION, 1, reasons="Too late.")
    )
    page = visit("SG contact_point").get(story.page)
    assert cells(page.text)[0] == ["Unserved", *["Later"] * 6, "Silent", "Late", "Later"]
    assert "Late: it changes no outcome" in words(page)


def test_comments_are_printed_and_downloaded(client: FlaskClient, story: Story) -> None:
    told = words(client.get(f"{story.page}/comments"))
    assert "Comments and their resolution" in told
    assert "4 statements. 2 of them stand. 3 wait for an answer." in told
    assert told.count("Write an answer") == 3
    answer = client.get(f"{story.page}/comments.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="comments-2020-1.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [(row["item"], row["state"], row["kind"], row["says"], row["disposition"]) for row in rows] == [
        ("4", "MY", "objection", "Who decides?", "Open"),
        ("3", "VN", "input", "Consult first.", "Open"),
        ("4", "SG", "comment", "'=A1 please list offices.", "Stops nothing"),
        ("6", "ID", "reservation", "As advice only.", "Printed with the item"),
    ]


def test_course_tells_what_happened_and_what_is_planned(client: FlaskClient, story: Story) -> None:
    def settle(round_: Round) -> None:
        response = round_.loaded.responses[-1].id
        round_.act(answering.answer, response, text="It is provided for.")
        round_.act(lifting.accept_answer, response, by="VN contact_point")

    story.does(settle)
    page = words(client.get(story.page))
    told = page[page.index("Time line") :]
    assert "Viet Nam lodges an input on item 3." in told
    assert "The Lead Shepherd answers Viet Nam on item 3." in told
    assert "Viet Nam accepts the answer on item 3." in told
    assert "Wednesday 30 September 2020, 17:00 Planned: Reminder to States" in told
    assert "Friday 9 October 2020, 17:00 Planned: Deadline." in told
    assert "Answer accepted 25 September 2020" in told


def test_passed_deadline_is_told_before_the_clock_has_looked(
    client: FlaskClient, story: Story, clock: SettableClock
) -> None:
    clock.now = DEADLINE
    page = words(client.get(story.page))
    assert "The deadline has passed . What it decides is being written down." in page
    assert "none: it has passed" in page


def test_opening_by_a_contact_point_is_kept_once_and_by_a_drafter_never(
    visit: Visit, story: Story, database: Database, world: World
) -> None:
    for name in ("BN drafter", "BN contact_point", "BN contact_point"):
        assert visit(name).get(story.page).status_code == 200
    with database.reading() as session:
        query = select(ServiceEvidence.person_id).where(ServiceEvidence.kind == EvidenceKind.ACKNOWLEDGED)
        assert session.scalars(query).all() == [world.people["BN contact_point"].id]


@pytest.mark.parametrize("size", [1, 3, 30])
def test_panel_needs_eight_statements_however_many_items_and_states(
    visit: Visit, database: RolledBack, world: World, clock: SettableClock, size: int
) -> None:
    story = Story(database, world, clock)
    with story.going_on() as round_:
        grow(round_, size)
        round_.serve()
        round_.lodge("BN contact_point", ResponseKind.OBJECTION, 1)
    client = visit("lead_shepherd")
    with statements(database) as sent:
        page = client.get(story.page)
    assert page.status_code == 200
    assert [len(row) for row in cells(page.text)] == [size] * size
    assert len(sent) == MOST, "\n\n".join(sent)


def grow(round_: Round, size: int) -> None:
    """Let the body have this many member States, and dispatch this many items to them."""
    session, world = round_.session, round_.world
    states = [session.merge(state) for state in world.members]
    for state in states[size:]:
        state.member_until = date(2019, 12, 31)
    for number in range(len(states), size):
        state = State(
            body_id=world.body.id,
            code=f"Z{chr(ord('A') + number - len(states))}",
            name=f"State {number}",
            capital="Jakarta",
            zone="Asia/Jakarta",
            weekend=[5, 6],
            calendar="ID",
            member_from=date(2000, 1, 1),
        )
        person = new_person(world.body, f"{state.code} contact_point")
        session.add_all([state, person])
        session.flush()
        session.add(new_appointment(person, Role.CONTACT_POINT, state))
    _, _, versions = plan(session, world.body, count=size)
    round_.world.versions[:] = versions
    round_.dispatch(versions=versions)


@contextmanager
def statements(database: RolledBack) -> Iterator[list[str]]:
    """Collect the statements sent, those of the test's own savepoints left out."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(statement)

    event.listen(database.connection, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.connection, "before_cursor_execute", note)


def test_letters_that_are_still_to_leave_are_told_as_progress(
    visit: Visit, database: Database, world: World, clock: SettableClock, unserved: Stage
) -> None:
    story = Story(database, world, clock, unserved)
    assert '<progress max="10" value="0">' in visit("lead_shepherd").get(story.page).text
    assert "<progress" not in visit("TH contact_point").get(story.page).text
    story.does(lambda round_: round_.serve())
    assert "<progress" not in visit("lead_shepherd").get(story.page).text
