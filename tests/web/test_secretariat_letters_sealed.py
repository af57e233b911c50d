"""Tests that letters for their reader alone are read by nobody else: secrets, and that a State drafts."""

import pytest
from sqlalchemy import select

from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.rounds_seen import Story
from workflow.actions import accounts
from workflow.db import Database
from workflow.domain.terms import Letter, Service
from workflow.models.notice import Notice
from workflow.models.people import Person
from workflow.notices import letters
from workflow.queries.letters_sent import SEALED, letter


@pytest.fixture
def story(database: Database, world: World, clock: SettableClock, unserved: Stage) -> Story:
    """Give a circulation whose letters wait."""
    return Story(database, world, clock, unserved)


def secrets(database: Database, world: World, clock: SettableClock) -> dict[int, str]:
    """Invite one person and let another ask for a password; return the secrets by the letters' keys."""
    with database.writing() as session:
        invited = session.get_one(Person, world.people["SG drafter"].id)
        accounts.invite(session, invited, by=world.actor("secretariat"), now=clock())
        accounts.ask_reset(session, world.people["VN drafter"].email, now=clock())
        found = session.scalars(select(Notice).where(Notice.circulation_id.is_(None))).all()
        return {one.id: one.text.split("/account/")[1].split()[0] for one in found}


@pytest.mark.parametrize("name", ["secretariat", "lead_shepherd"])
def test_secret_of_a_letter_that_waits_is_on_no_page_and_in_no_file(
    visit: Visit, story: Story, database: Database, world: World, clock: SettableClock, name: str
) -> None:
    hidden = secrets(database, world, clock)
    assert len(set(hidden.values())) == 2
    client = visit(name)
    pages = [client.get(f"/secretariat/notices/{key}") for key in hidden]
    assert ["This letter is for its reader alone" in page.text for page in pages] == [True, True]
    others = ("notices", "notices?status=queued", "notices.csv", "attention", "log", "log.csv", "people")
    pages += [client.get(f"/secretariat/{path}") for path in others]
    for page in pages:
        assert "/account/" not in page.text
        assert [secret for secret in hidden.values() if secret in page.text] == []


@pytest.mark.usefixtures("app")
def test_text_for_its_reader_alone_is_never_read(
    story: Story, database: Database, world: World, clock: SettableClock
) -> None:
    hidden = secrets(database, world, clock)
    with database.reading() as session:
        assert [letter(session, world.body.id, key).text for key in hidden] == [None, None]
        other = session.scalars(select(Notice.id).where(Notice.letter.not_in(SEALED))).first()
        opened = letter(session, world.body.id, other)
        assert opened.listed.notice.letter not in SEALED
        assert opened.text


def test_draft_of_a_state_is_not_told_to_the_lead_shepherd(
    visit: Visit, story: Story, database: Database
) -> None:
    with database.writing() as session:
        warning = session.scalars(select(Notice).order_by(Notice.id)).first()
        warning.letter, warning.status, warning.due_at = Letter.DRAFT_WAITING, Service.REFUSED, None
        letters.undelivered(session, warning, now=story.clock())
        told = session.scalars(select(Notice).where(Notice.letter == Letter.UNDELIVERED)).first()
    client = visit("lead_shepherd")
    for one in (warning, told):
        assert client.get(f"/secretariat/notices/{one.id}").status_code == 404
        assert f'/secretariat/notices/{one.id}"' not in client.get("/secretariat/notices").text
        assert one.message_id not in client.get("/secretariat/notices.csv").text
    sealed = visit("secretariat").get(f"/secretariat/notices/{warning.id}")
    assert "tells a State of its own draft" in sealed.text


@pytest.mark.parametrize("name", ["SG contact_point", "SG drafter", "programme"])
def test_letters_are_no_page_of_others(
    visit: Visit, story: Story, database: Database, world: World, clock: SettableClock, name: str
) -> None:
    key = min(secrets(database, world, clock))
    assert visit(name).get(f"/secretariat/notices/{key}").status_code == 403
    assert visit(name).get("/secretariat/notices.csv").status_code == 403
