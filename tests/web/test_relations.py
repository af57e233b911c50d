"""What documents are related to, through the pages: predecessors, other bodies, obligations served."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.rounds_seen import Story
from workflow.actions.making import create_document
from workflow.audit import kept_of_relations, tying
from workflow.audit.kept import Names
from workflow.db import Database
from workflow.domain.terms import DocumentKind
from workflow.models.relations import OtherEndorsement

FORMER = "Work Plan 2017-2020 to fight trafficking"


@pytest.fixture
def story(database: Database, world: World, clock: SettableClock, settled: Stage) -> Story:
    """Give the round after its close: five of the six items are in force."""
    return Story(database, world, clock, settled)


def sent(client: FlaskClient, path: str, **data: Any) -> Any:
    """Send a form and follow where it leads."""
    return client.post(path, data=data, follow_redirects=True)


def test_predecessors_and_other_bodies_stand_on_the_document(
    visit: Visit, world: World, database: Database
) -> None:
    client, base = visit("lead_shepherd"), f"/documents/{world.document.code}"
    with database.writing() as session:
        given = {"kind": DocumentKind.WORK_PLAN, "title": FORMER, "period_from": 2017, "period_until": 2020}
        who = {"by": world.actor("lead_shepherd"), "now": world.document.created_at, "body": world.body}
        former = create_document(session, **who, **given).code
    assert sent(client, f"{base}/predecessors", former=former).status_code == 200
    assert sent(client, f"{base}/predecessors", title="An older paper").status_code == 200
    both = sent(client, f"{base}/predecessors", former=former, title="An older paper")
    circle = sent(client, f"/documents/{former}/predecessors", former=world.document.code)
    assert (both.status_code, circle.status_code) == (422, 422)
    assert "That document succeeds this one." in circle.text
    for twice in ({"former": former}, {"title": "An older paper"}):
        again = sent(client, f"{base}/predecessors", **twice)
        assert (again.status_code, "is named already" in again.text) == (422, True)
    told = {"endorsed_by": "Ministers", "endorsed_on": "2020-09-01", "reference": "Report, 3"}
    assert sent(client, f"{base}/endorsements", **told).status_code == 200
    again = sent(client, f"{base}/endorsements", **told)
    assert (again.status_code, "is recorded already" in again.text) == (422, True)
    late = sent(client, f"{base}/endorsements", **told | {"endorsed_on": "2030-01-01"})
    own = sent(client, f"{base}/endorsements", **told | {"endorsed_by": world.body.short_name})
    assert (late.status_code, own.status_code) == (422, 422)
    assert "has not come yet" in late.text
    page = visit("MY contact_point").get(base).text
    assert FORMER in page
    assert "An older paper" in page
    assert "Ministers on 1 September 2020" in page.replace("\u2068", "").replace("\u2069", "")
    assert world.document.title in visit("programme").get(f"/documents/{former}").text
    assert "An older paper" not in sent(client, f"{base}/relations/predecessor/2/off").text
    assert visit("programme").post(f"{base}/relations/endorsement/1/off").status_code == 403
    assert differences(database, world) == []
    with database.writing() as session:
        session.execute(update(OtherEndorsement).values(endorsed_by="Nobody"))
    [said] = differences(database, world)
    assert said.startswith(f"the row of endorsement 1 of {world.document.code} is")


def test_coverage_tells_which_obligation_nothing_in_force_serves(
    visit: Visit, world: World, story: Story, database: Database
) -> None:
    client = visit("programme")
    for place in ("Article 5", "Article 11"):
        told = {"instrument": "The convention", "place": place, "words": f"What {place} asks for."}
        assert sent(client, "/documents/obligations", **told).status_code == 200
    assert sent(client, "/documents/obligations", **told).status_code == 422
    key = world.items[0].key
    assert (
        "What Article 5 asks for."
        in sent(client, f"/documents/items/{key}/obligations", obligations=[1]).text
    )
    reader = visit("MY drafter")
    page = reader.get(f"/documents/obligations?document={world.document.code}").text
    assert "One obligation is served by no item in force." in page
    assert world.versions[0].title in page
    rows = reader.get("/documents/obligations.csv").text.splitlines()
    assert [row.count(key) for row in rows] == [0, 1, 0]
    named = {"instrument": "The convention", "place": "Article 5", "words": "To make it a crime."}
    assert "To make it a crime." in sent(client, "/documents/obligations/1", **named).text
    assert sent(client, "/documents/obligations/2", **named).status_code == 422
    served = client.post("/documents/obligations/1/off")
    assert (served.status_code, f"Items serve it: {key}." in served.text) == (409, True)
    assert sent(client, f"/documents/items/{key}/obligations").status_code == 200
    assert "2 obligations are served by no item in force." in reader.get("/documents/obligations").text
    assert reader.post("/documents/obligations/1/off").status_code == 403
    assert "To make it a crime." not in sent(client, "/documents/obligations/1/off").text
    assert client.get("/documents/obligations/1").status_code == 404
    assert differences(database, world) == []


def differences(database: Database, world: World) -> list[str]:
    """Return where the tables of relations differ from what the log tells of them."""
    with database.reading() as session:
        replay, own = tying.RelationsReplay(), tying.AuditEntry.type.in_(list(map(str, tying.RELATION_TYPES)))
        broken = list(tying._replayed(session, replay, own))
        kept = kept_of_relations.facts(session, world.body.id, Names(session, world.body.id))
        assert session.scalar(select(tying.AuditEntry.seq).where(own).limit(1)) is not None
        return broken + list(tying._compared(replay.facts, kept, {}, frozenset()))
