"""Tests that a preparation is unknown to the States and open to no act of a running circulation (rule 30)."""

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.factories import World
from tests.settable_clock import SettableClock
from tests.web.conftest import Visit
from tests.web.rounds_seen import Story
from workflow.db import Database
from workflow.domain.terms import Status
from workflow.models.document import Version

#: Pages of a preparation itself.
PREPARING = "/preparations/"


def routes_of_a_circulation(app: Flask) -> list[tuple[Rule, str]]:
    """Return every route that names a circulation, with each method it takes."""
    found = []
    for rule in app.url_map.iter_rules():
        if "circulation_id" in rule.arguments and not str(rule).startswith(PREPARING):
            found += [(rule, method) for method in ("GET", "POST") if method in rule.methods]
    return found


@pytest.mark.parametrize("name", ["MY contact_point", "MY drafter", "lead_shepherd", "secretariat"])
@pytest.mark.parametrize("chosen", [0, 2])
def test_preparation_is_no_circulation_to_anybody(
    app: Flask,
    visit: Visit,
    database: Database,
    world: World,
    clock: SettableClock,
    name: str,
    chosen: int,
) -> None:
    story = Story(database, world, clock)
    with story.going_on() as round_:
        round_.circulation = round_.prepare(versions=world.versions[:chosen], deadline=None)
    client, adapter = visit(name), app.url_map.bind("adref.example")
    version = world.versions[0].id
    form = {f"kind-{version}": "objection", "reason": "No.", "reasons": "More time.", "save": "1"}
    wrong = []
    for rule, method in routes_of_a_circulation(app):
        values = {"circulation_id": story.id, "version_id": version, "response_id": 1, "state_code": "MY"}
        path = adapter.build(rule.endpoint, {one: values.get(one, 1) for one in rule.arguments})
        status = client.open(path, method=method, data=form if method == "POST" else None).status_code
        if status not in (403, 404):
            wrong.append(f"{method} {path} answers {status}")
    assert wrong == [], "\n".join(wrong)
    with database.reading() as session:
        assert session.get_one(Version, version).status is Status.DRAFT
