"""Every page with hostile texts in every field that is kept, and every form refused with them: shown as text.

The same in a browser, with a body in every state, is in tests/browser/test_hostile_pages.py.
"""

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from markupsafe import Markup

from tests.databases import RolledBack
from tests.factories import World
from tests.faults.hostile import WHOLE, plant, taken_for_markup
from tests.faults.reaching import Reaching, words_of
from tests.settable_clock import MORNING, SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit, app, app_settings, visit, world
from workflow.domain.terms import Role
from workflow.web.focal_point.forms import _PARTS
from workflow.web.forms import DoorForm

__all__ = ["app", "app_settings", "visit", "world"]

READERS = {
    "MY contact_point": Role.CONTACT_POINT,
    "lead_shepherd": Role.LEAD_SHEPHERD,
    "secretariat": Role.SECRETARIAT,
    "programme": Role.PROGRAMME,
}
ONE_DATABASE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def reaching(
    app: Flask, database: RolledBack, visit: Visit, world: World, outspoken: Stage, clock: SettableClock
) -> Reaching:
    """Give the people of all States and offices, signed in, before hostile texts in every field."""
    clock.now = MORNING
    assert outspoken.circulation is not None
    reaching = Reaching(app, database, visit, world, outspoken.circulation)
    reaching.things("MY")
    for name in READERS:
        reaching.client(name)
    with database.writing() as session:
        assert len(plant(session)) > 30
    return reaching


def marked_up(reaching: Reaching, name: str) -> list[str]:
    """Return what was taken for markup on every page that the person of this name may open."""
    found, seen = [], 0
    for rule in reaching.open_to(READERS[name], "GET"):
        for path in reaching.addresses(rule, reaching.things("MY")):
            answer = reaching.client(name).get(path)
            if answer.status_code >= 500:
                found.append(f"{path}: {answer.status_code}")
            if answer.mimetype == "text/html":
                seen += "data-hostile" in answer.text
                found += [f"{path}: {one}" for one in taken_for_markup(answer.text)]
    return found if seen > 5 else [*found, f"only {seen} pages of {name} show such a text"]


@pytest.mark.parametrize("name", READERS)
def test_no_page_takes_a_text_for_markup(reaching: Reaching, name: str) -> None:
    assert marked_up(reaching, name) == []


@ONE_DATABASE
def test_page_that_trusts_a_text_is_found(reaching: Reaching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(reaching.app.jinja_env.filters, "isolated", Markup)
    assert any("<script>" in one for one in marked_up(reaching, "MY contact_point"))


def field_names() -> set[str]:
    """Return the names of all fields of all forms; those of an answer without the text they are about."""
    known: set[str] = set()
    waiting: list[type[FlaskForm]] = [DoorForm]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        known |= {name for name in dir(form) if hasattr(getattr(form, name), "field_class")}
    return known | set(_PARTS)


@ONE_DATABASE
@pytest.mark.parametrize("name", READERS)
def test_no_refused_form_takes_what_was_typed_for_markup(reaching: Reaching, name: str) -> None:
    texts = [version.id for version in reaching.world.versions]
    typed = dict.fromkeys(field_names() - {"key", "capacity", "csrf_token"}, WHOLE)
    typed |= {f"{part}-{text}": WHOLE for part in ("reasons", "passage", "cure") for text in texts}
    found = []
    for rule in reaching.open_to(READERS[name], "POST"):
        path = reaching.address(rule.endpoint, reaching.things("MY"))
        undone = reaching.database.connection.begin_nested()
        answer = reaching.client(name).post(path, data=typed)
        undone.rollback()
        if answer.status_code >= 500 and answer.status_code != 503:
            found.append(f"{path}: {answer.status_code}")
        found += [f"{path}: {one}" for one in taken_for_markup(words_of(answer))]
    assert found == []
