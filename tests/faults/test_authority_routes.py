"""Every page, opened or sent by each State with what is another's in its address or its form.

What is another State's alone is not there (404), nothing is changed, the attempt to act is told in the log,
and no page says what the other State keeps to itself. The routes are read from the application; one that
names a thing of a State and has no case here fails. The verbs themselves are in test_authority.py.
"""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.databases import RolledBack
from tests.factories import World
from tests.faults.reach import Things
from tests.faults.reaching import Form, Reaching
from tests.settable_clock import MORNING, SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit, app, app_settings, visit, world
from workflow.domain.mandates import MANDATES, Act
from workflow.domain.terms import FOCAL_POINTS, Role
from workflow.models.response import Response
from workflow.queries import own_responses
from workflow.web.focal_point import receipts

__all__ = ["app", "app_settings", "visit", "world"]

#: What an address may name that all States have in common.
COMMON = {
    "circulation_id",
    "version_id",
    "document_id",
    "item_id",
    "code",
    "key",
    "attachment_id",
    "period_id",
    "entry_id",
    "year",
    "number",
}
#: What is one State's alone, with the pages that take it.
OWN = {
    ("focal_point.lifting_page", "GET"),
    ("focal_point.lift", "POST"),
    ("focal_point.accepting_page", "GET"),
    ("focal_point.accept", "POST"),
    ("focal_point.receipt", "GET"),
    ("focal_point.receipt_file", "GET"),
    ("focal_point.receipts", "GET"),
    ("focal_point.receipts_file", "GET"),
    ("documents.export", "GET"),
    ("documents.export_file", "GET"),
}
#: Where a State stands on a text: read by all, as far as rule 33a lets them.
STANDS = {("shepherd.position", "GET")}


def _answers(things: Things, **parts: object) -> dict[str, str]:
    text = things.objection.version_id
    return {"key": f"key-of-{things.code}", f"kind-{text}": "no_objection"} | {
        f"{part}-{text}": str(value) for part, value in parts.items()
    }


#: Forms that name another State's things where the address names none, and what they are answered with.
FORGED: dict[tuple[str, str], list[tuple[Form, int]]] = {
    ("focal_point.lodge", "POST"): [
        (lambda things: _answers(things, replaces=things.objection.id), 404),
        (lambda things: _answers(things, names=things.objection.id), 404),
    ],
    ("focal_point.check", "POST"): [
        (lambda things: _answers(things, replaces=things.objection.id), 404),
        (lambda things: _answers(things) | {"capacity": str(things.appointment)}, 409),
    ],
    ("documents.ask_export", "POST"): [
        (lambda things, ending=ending: {"ending": ending, "capacity": str(things.appointment)}, 409)
        for ending in ("docx", "pdf")
    ],
    ("focal_point.ask_for_time", "POST"): [
        (lambda things: {"reasons": "More.", "capacity": str(things.appointment)}, 409)
    ],
    ("focal_point.discard", "POST"): [
        (lambda things: {"opened": str(things.values["draft"])}, 409),
        (lambda things: {"capacity": str(things.appointment)}, 409),
    ],
}


@pytest.fixture
def reached(outspoken: Stage, clock: SettableClock) -> int:
    """Give the circulation in which every State has spoken, at the instant at which it did."""
    clock.now = MORNING
    assert outspoken.circulation is not None
    return outspoken.circulation


def rules(app: Flask, role: Role) -> Iterator[tuple[Rule, str]]:
    """Give every route that a role may open or send, with its method."""
    for rule in app.url_map.iter_rules():
        act = getattr(app.view_functions[rule.endpoint], "permission", None)
        if isinstance(act, Act) and role in MANDATES[act]:
            yield from ((rule, method) for method in ("GET", "POST") if method in (rule.methods or ()))


def test_every_route_of_a_state_has_its_case(app: Flask) -> None:
    found = {(rule.endpoint, method): set(rule.arguments) for rule, method in rules(app, Role.CONTACT_POINT)}
    naming = {case for case, arguments in found.items() if arguments - COMMON}
    assert naming == OWN | STANDS
    assert {case for case in found if case[1] == "POST"} - naming == set(FORGED)
    for role in FOCAL_POINTS:
        assert {(rule.endpoint, method) for rule, method in rules(app, role)} <= set(found)


@pytest.fixture
def reaching(app: Flask, database: RolledBack, visit: Visit, world: World, reached: int) -> Reaching:
    """Give the people of all States before the round in which each has spoken."""
    return Reaching(app, database, visit, world, reached)


def cases() -> Iterator[tuple[tuple[str, str], Form | None, int]]:
    """Give each page with its form, where the form names the things, and how it must be answered."""
    yield from ((case, None, 404) for case in sorted(OWN))
    for case in sorted(FORGED):
        yield from ((case, form, status) for form, status in FORGED[case])


def test_no_state_opens_or_sends_what_is_another_states(reaching: Reaching) -> None:
    found = [
        one
        for step, (case, form, status) in enumerate(cases())
        for one in reaching.breaches(case, form, status, step)
    ]
    assert found == [], "\n".join(found)


@pytest.mark.torture
def test_no_state_of_all_pairs_opens_or_sends_what_is_another_states(reaching: Reaching) -> None:
    found = [one for case, form, status in cases() for one in reaching.breaches(case, form, status, None)]
    assert found == [], "\n".join(found)


def test_receipt_that_asks_not_whose_it_is_is_found(
    reaching: Reaching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "one", _of_anybody)
    found = reaching.breaches(("focal_point.receipt", "GET"), None, 404, 0)
    assert sum("reached for what is" in one for one in found) == 10
    assert sum("reads submission-of-" in one for one in found) == 0


def _of_anybody(session: Session, _state_id: int, response_id: int) -> object:
    return own_responses.one(session, session.get_one(Response, response_id).state_id, response_id)
