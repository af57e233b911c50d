"""Tests of lists as files: the rows of the page, all pages of it, and nothing a spreadsheet would run."""

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.actions.rounds import DEADLINE, HOUR, Round
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.web.conftest import Visit
from tests.web.rounds_seen import Story
from workflow.actions import overriding
from workflow.db import Database
from workflow.domain.terms import ResponseKind
from workflow.web.documents import lists as documents_list
from workflow.web.shepherd import lists as circulations_list

pytestmark = pytest.mark.both

FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def story(app: Flask, database: Database, world: World, clock: SettableClock) -> Story:
    """Give a circulation of six items that is served to all but Brunei Darussalam."""
    story = Story(database, world, clock)
    return story.does(lambda round_: (round_.dispatch(title=FORMULA), round_.serve_all_but("BN")))


def rows(client: FlaskClient, path: str) -> list[dict[str, str]]:
    """Return the rows of a file by its headings."""
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_circulations_are_a_file_of_their_group(story: Story, visit: Visit) -> None:
    with story.going_on() as round_:
        round_.prepare(versions=[], deadline=None)
    client = visit("lead_shepherd")
    prepared, running = rows(client, "/circulations.csv")
    assert (prepared["circulation"], prepared["status"]) == ("", "preparation")
    assert prepared["stands"] == "Missing: items, the deadline."
    assert running == {
        "circulation": "SOMTC/2020/1",
        "title": "'" + FORMULA,
        "status": "open",
        "stands": "Nothing can be endorsed until Brunei Darussalam is served.",
        "items": "6",
        "dispatched_at": "2020-09-25T02:00:00+00:00",
        "deadline": "2020-10-09T10:00:00+00:00",
        "zone": "Asia/Jakarta",
        "outcome": "",
        "closed_at": "",
    }
    assert len(rows(client, "/circulations.csv?group=preparation")) == 1
    assert len(rows(visit("MY drafter"), "/circulations.csv")) == 1
    assert visit("programme").get("/circulations.csv").status_code == 403
    assert "/circulations.csv?group=running" in client.get("/circulations?group=running").text


def test_files_hold_more_rows_than_are_read_at_once(
    story: Story, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(circulations_list, "_AT_ONCE", 1)
    monkeypatch.setattr(documents_list, "_AT_ONCE", 1)
    with story.going_on() as round_:
        for _ in range(2):
            round_.prepare(versions=[], deadline=None)
        factories.plan(round_.session, story.world.body)
    client = visit("lead_shepherd")
    assert len(rows(client, "/circulations.csv")) == 3
    assert len(rows(client, "/documents/index.csv")) == 2


def test_documents_are_a_file(story: Story, visit: Visit) -> None:
    with story.going_on() as round_:
        round_.redraft(1)
    [row] = rows(visit("programme"), "/documents/index.csv")
    assert row == {
        "code": story.world.document.code,
        "kind": "work_plan",
        "title": story.world.document.title,
        "period_from": "2020",
        "period_until": "2023",
        "items": "6",
        "in_force": "0",
        "before_states": "6",
        "drafts": "1",
    }


def test_what_needs_attention_is_a_file(story: Story, visit: Visit, clock: SettableClock) -> None:
    def act(round_: Round) -> None:
        round_.lodge("VN contact_point", ResponseKind.INPUT, 2, reasons=FORMULA)
        round_.act(
            overriding.override, state_code="BN", served_from=clock(), evidence="A receipt.", by="secretariat"
        )

    story.does(act)
    client = visit("secretariat")
    found = rows(client, "/secretariat/attention.csv")
    assert [(row["what"], row["circulation"], row["item"], row["state"]) for row in found] == [
        ("open", "SOMTC/2020/1", "", ""),
        ("unserved", "SOMTC/2020/1", "", "BN"),
        ("unanswered", "SOMTC/2020/1", "2", "VN"),
        ("override_waiting", "SOMTC/2020/1", "", "BN"),
    ]
    assert (found[2]["at"], found[2]["details"]) == ("2020-09-25T02:00:00+00:00", "'" + FORMULA)
    assert "/secretariat/attention.csv" in client.get("/secretariat/attention").text
    assert visit("lead_shepherd").get("/secretariat/attention.csv").status_code == 403


def test_what_awaits_after_the_close_is_a_file(story: Story, visit: Visit, clock: SettableClock) -> None:
    story.does(lambda round_: round_.serve("BN"))
    story.does(lambda round_: round_.lodge("MY contact_point", ResponseKind.OBJECTION, 1))
    clock.now = DEADLINE + HOUR
    story.does(lambda round_: round_.enter("KH", ResponseKind.OBJECTION, 2))
    client = visit("secretariat")
    found = rows(client, "/secretariat/attention.csv")
    assert [(row["what"], row["state"], row["details"]) for row in found] == [
        ("late_entry", "KH", ""),
        ("outcome_to_note", "", "partially_endorsed"),
    ]
    [agenda] = rows(client, "/secretariat/agenda.csv")
    assert (agenda["item"], agenda["status"]) == ("1", "silence_broken")
    assert rows(client, "/secretariat/outcomes-to-note.csv") == [
        {
            "circulation": "SOMTC/2020/1",
            "title": "'" + FORMULA,
            "outcome": "partially_endorsed",
            "deadline": "2020-10-09T10:00:00+00:00",
            "closed_at": "2020-10-09T10:00:00+00:00",
        }
    ]


def test_what_a_state_said_is_a_file_like_the_others(story: Story, visit: Visit) -> None:
    story.does(lambda round_: round_.lodge("MY contact_point", ResponseKind.COMMENT, 1, reasons=FORMULA))
    [row] = rows(visit("MY drafter"), "/responses.csv")
    assert row["Words"] == "'" + FORMULA
