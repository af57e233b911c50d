"""Tests of help: a guide for every role, linked from every page, and every word explained where it stands."""

import re

import pytest
from flask import Flask

from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.preparations import words
from workflow.domain.positions import Place
from workflow.domain.terms import CirculationStatus, Outcome, ResponseKind, Result, Role, Status
from workflow.web.explaining import EXPLAINS
from workflow.web.glossary import GLOSSARY
from workflow.web.help.pages import GUIDES, OF_ROLE

HEADINGS = ["What to do", "By when", "What silence means", "What happens next"]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("MY contact_point", "Contact point and alternate"),
        ("MY alternate", "Contact point and alternate"),
        ("MY drafter", "Drafter"),
        ("lead_shepherd", "Lead Shepherd"),
        ("secretariat", "Secretariat"),
        ("programme", "Programme"),
        (None, "Contact point and alternate"),
    ],
)
def test_every_reader_is_led_to_a_guide_of_their_own(visit: Visit, name: str | None, title: str) -> None:
    client = visit(name)
    assert '<a href="/help">Guide</a>' in client.get("/sign-in" if name is None else "/password").text
    page = client.get("/help")
    assert f"<h1>{title}</h1>" in page.text
    assert [one for one in HEADINGS if f"<h2>{one}</h2>" not in page.text] == []


def test_every_role_has_a_guide() -> None:
    assert set(OF_ROLE) == set(Role)
    assert set(OF_ROLE.values()) == set(GUIDES)


def test_unknown_guide_is_not_there(visit: Visit) -> None:
    assert visit().get("/help/everybody").status_code == 404


def test_words_can_each_be_linked_to(visit: Visit) -> None:
    page = visit().get("/help/words")
    assert re.findall(r'<div id="([^"]+)"><dt><dfn>', page.text) == list(GLOSSARY)


def test_every_status_position_and_kind_is_explained() -> None:
    terms = [*Status, *CirculationStatus, *Result, *Outcome, *ResponseKind, *Place]
    assert sorted({str(one) for one in terms} - set(EXPLAINS)) == []
    assert sorted(set(EXPLAINS.values()) - set(GLOSSARY)) == []


def test_page_explains_the_words_it_uses_and_no_others(app: Flask, visit: Visit, spoken: Stage) -> None:
    client = visit("lead_shepherd")
    page = client.get(f"/circulations/{spoken.circulation}")
    foot = page.text.partition('<footer class="foot">')[2]
    explained = re.findall(r"<dt><dfn>([^<]+)</dfn>", foot)
    assert {"Objection", "Input", "Reservation", "Served"} <= set(explained)
    assert "Withdrawn" not in explained
    opened = re.findall(r'popovertarget="means-([a-z-]+)"', page.text)
    assert (
        sorted(opened) == sorted(set(opened)) == sorted(re.findall(r'<p popover [^>]*id="means-(.*?)"', foot))
    )
    assert {GLOSSARY[name].word for name in opened} <= set(explained)
    assert "What the words on this page mean" not in words(client.get("/password"))
