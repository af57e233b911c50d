"""Tests of heavy pages that a browser keeps: nobody else's is taken for them, and no change is missed."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from tests.actions.rounds import HOUR
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.rounds_seen import Story
from workflow.db import Database
from workflow.domain.terms import ResponseKind


@pytest.fixture
def story(app: Flask, database: Database, world: World, clock: SettableClock, served: Stage) -> Story:
    """Give a circulation that is served."""
    return Story(database, world, clock, served)


def tag_of(client: FlaskClient, path: str, **headers: str) -> str:
    """Fetch a page and return its tag."""
    answer = client.get(path, headers=headers, buffered=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-cache")
    return answer.headers["ETag"]


def kept(client: FlaskClient, path: str, tag: str, **headers: str) -> bool:
    """Ask whether a page with this tag is still as it was."""
    answer = client.get(path, headers={"If-None-Match": tag, **headers}, buffered=True)
    assert answer.status_code in (200, 304)
    return answer.status_code == 304


def test_page_is_told_to_be_unchanged_without_being_made(
    story: Story, visit: Visit, database: Database
) -> None:
    client = visit("lead_shepherd")
    path = f"/circulations/{story.id}"
    tag = tag_of(client, path, **{"Accept-Encoding": "br"})
    statements: list[str] = []
    event.listen(database.connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
    answer = client.get(path, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert [one for one in statements if "FROM response" in one] == []


def test_every_change_of_data_or_minute_makes_another_tag(
    story: Story, visit: Visit, clock: SettableClock
) -> None:
    client = visit("lead_shepherd")
    path = f"/circulations/{story.id}"
    tag = tag_of(client, path)
    story.does(lambda round_: round_.lodge("MY contact_point", ResponseKind.COMMENT, 1))
    assert not kept(client, path, tag)
    tag = tag_of(client, path)
    clock.now += HOUR
    assert not kept(client, path, tag)


def test_tag_is_of_one_person_capacity_language_and_session(story: Story, visit: Visit, app: Flask) -> None:
    path = f"/circulations/{story.id}"
    people = {
        name: visit(name) for name in ("lead_shepherd", "MY contact_point", "SG contact_point", "secretariat")
    }
    for client in people.values():
        # That a State opened it for the first time is a change, too.
        tag_of(client, path)
    tags = {name: tag_of(client, path) for name, client in people.items()}
    assert len(set(tags.values())) == len(tags)
    for name, client in people.items():
        assert [kept(client, path, tag) for tag in tags.values()] == [other == name for other in tags]
    assert not kept(visit("lead_shepherd"), path, tags["lead_shepherd"])
    assert not kept(people["lead_shepherd"], path + "?from=letter", tags["lead_shepherd"])


def test_who_may_no_longer_read_gets_no_answer_from_the_tag(story: Story, visit: Visit) -> None:
    path = f"/secretariat/circulations/{story.id}"
    tag = tag_of(visit("secretariat"), path)
    assert visit("MY contact_point").get(path, headers={"If-None-Match": tag}).status_code == 403
    assert visit().get(path, headers={"If-None-Match": tag}).status_code == 302


def test_page_with_a_message_is_not_kept(story: Story, visit: Visit) -> None:
    client = visit("lead_shepherd")
    with client.session_transaction() as session:
        session["_flashes"] = [("success", "Done.")]
    answer = client.get(f"/circulations/{story.id}")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer.headers


def test_signing_out_clears_what_the_browser_kept(visit: Visit, story: Story) -> None:
    assert visit("lead_shepherd").post("/sign-out").headers["Clear-Site-Data"] == '"cache"'
