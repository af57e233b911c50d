"""Tests that an act that was refused is told in the log, and shown to the secretariat."""

from pathlib import Path

import pytest
from sqlalchemy import select

from tests.audit.logs_checked import VERIFY
from tests.factories import World
from tests.settable_clock import MORNING, SettableClock
from tests.web.conftest import Visit
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from workflow.actions.refusing import MOST
from workflow.audit import checking, tying
from workflow.audit.behind import read
from workflow.audit.entries import Entry
from workflow.audit.told import Told
from workflow.db import Database
from workflow.domain.terms import ResponseKind
from workflow.models.audit import AuditEntry
from workflow.models.people import Appointment


@pytest.fixture
def story(database: Database, world: World, clock: SettableClock) -> Story:
    """Give a circulation in which Singapore objects."""
    told = Story(database, world, clock).does(lambda round_: round_.dispatch())
    return told.does(lambda round_: round_.serve()).does(
        lambda round_: round_.lodge("SG contact_point", ResponseKind.OBJECTION, 1)
    )


def entries(database: Database, *kinds: Entry) -> list[Told]:
    with database.reading() as session:
        query = select(AuditEntry.entry).order_by(AuditEntry.seq)
        return [read(line) for line in session.scalars(query.where(AuditEntry.type.in_(kinds)))]


def lifting(story: Story) -> str:
    """Return where Singapore lifts its objection."""
    return f"/desk/{story.id}/responses/{story.round.loaded.responses[0].id}/lift"


def test_lifting_for_another_state_is_refused_and_told(
    visit: Visit, story: Story, database: Database, world: World
) -> None:
    client, path = visit("MY contact_point"), lifting(story)
    assert client.post(path, data={"text": "Lifted."}).status_code == 404
    [told] = entries(database, Entry.ACT_REFUSED)
    assert told["actor"] == world.people["MY contact_point"].public_id
    assert (told["act"], told["route"], told["cause"]) == ("lift", "focal_point.lift", "not_found")
    assert (told["role"], told["state"]) == ("contact_point", "MY")
    assert told["thing"] == {"circulation": "2020-1", "response_id": path.split("/")[4]}
    assert entries(database, Entry.LIFTED) == []


def test_act_of_an_office_is_refused_and_told(visit: Visit, story: Story, database: Database) -> None:
    assert visit("MY drafter").post(f"{story.page}/extend", data={"reason": "x"}).status_code == 403
    [told] = entries(database, Entry.ACT_REFUSED)
    assert (told["act"], told["cause"], told["role"]) == ("extend", "not_allowed", "drafter")


def test_somebody_without_appointment_is_told_by_pseudonym(
    visit: Visit, story: Story, database: Database, world: World
) -> None:
    client = visit("MY contact_point")
    with database.writing() as session:
        session.get_one(Appointment, world.appointments["MY contact_point"].id).until = MORNING
    assert client.post(lifting(story)).status_code == 403
    [told] = entries(database, Entry.ACT_REFUSED)
    assert (told["actor"], told["role"]) == (world.people["MY contact_point"].public_id, None)


def test_reading_and_typing_wrong_are_no_attempts(visit: Visit, story: Story, database: Database) -> None:
    client = visit("MY contact_point")
    assert client.get(lifting(story)).status_code == 404
    assert client.get(f"{story.page}/extend").status_code == 403
    assert client.post(f"/desk/{story.id}/more-time", data={"reasons": " "}).status_code == 422
    assert entries(database, Entry.ACT_REFUSED) == []


def test_clock_that_stands_behind_changes_no_answer(
    visit: Visit, story: Story, database: Database, clock: SettableClock
) -> None:
    client, path = visit("MY contact_point"), f"{story.page}/extend"
    with database.reading() as session:
        before = session.scalar(select(AuditEntry.seq).order_by(AuditEntry.seq.desc()).limit(1))
    clock.now = MORNING.replace(hour=0)
    answer = client.post(path)
    assert answer.status_code in (403, 404)
    with database.reading() as session:
        assert session.scalar(select(AuditEntry.seq).order_by(AuditEntry.seq.desc()).limit(1)) == before


def test_flood_fills_the_log_no_further(visit: Visit, story: Story, database: Database) -> None:
    client = visit("MY contact_point")
    answers = {client.post(f"{story.page}/refer").status_code for _ in range(MOST + 3)}
    assert answers == {403}
    assert [one["more_untold"] for one in entries(database, Entry.ACT_REFUSED)] == [False] * (MOST - 1) + [
        True
    ]


def test_log_that_tells_of_it_verifies(
    visit: Visit, story: Story, database: Database, tmp_path: Path, world: World
) -> None:
    with database.reading() as session:
        before = list(tying.differences(session, world.body.id))
    visit("MY contact_point").post(lifting(story))
    with database.reading() as session:
        assert list(checking.differences(session, world.body.id)) == []
        assert list(tying.differences(session, world.body.id)) == before
        lines = list(session.scalars(select(AuditEntry.entry).order_by(AuditEntry.seq)))
    log = tmp_path / "log.jsonl"
    log.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    assert "1 circulations" in VERIFY.decisions(str(log))


def test_secretariat_sees_it_under_attention_and_in_the_log(
    visit: Visit, story: Story, database: Database
) -> None:
    visit("MY contact_point").post(lifting(story))
    [told] = entries(database, Entry.ACT_REFUSED)
    client = visit("secretariat")
    page = words(client.get("/secretariat/attention"))
    assert "Acts that were refused in the last seven days" in page
    assert "MY contact_point MY lift (2020-1)" in page
    assert "act_refused,,,MY," in client.get("/secretariat/attention.csv").text
    assert "act: refused" in words(client.get("/secretariat/log?kind=act.refused"))
    one = words(client.get(f"/secretariat/log/{told['seq']}"))
    assert "MY contact_point tried this on" in one
    assert "and was refused. Nothing was changed." in one
