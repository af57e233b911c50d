"""Tests of the page of components: every macro and every word is on it, and only in a demonstration."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, nodes

from tests.web.conftest import Visit
from workflow.app import create_app
from workflow.db import Database
from workflow.web.wording import WORDINGS

TEMPLATES = Path(__file__).parents[2] / "templates"
COMPONENTS = sorted((TEMPLATES / "macros").glob("*.html"))


@pytest.fixture
def app_settings(app_settings: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    """Make it a demonstration, whose caught letters are kept apart."""
    return app_settings | {"DEMONSTRATION": True, "MAILBOX_DIR": str(tmp_path / "mailbox")}


def parsed(path: Path) -> nodes.Template:
    return Environment(autoescape=True, extensions=["jinja2.ext.i18n"]).parse(
        path.read_text(encoding="utf-8")
    )


def macros(path: Path) -> set[str]:
    """Return the names of the macros of a file that pages may call."""
    return {f"{path.stem}.{one.name}" for one in parsed(path).find_all(nodes.Macro) if one.name[0] != "_"}


def called(path: Path) -> set[str]:
    """Return the macros a template calls, by the name of their file."""
    calls = [one.node for one in parsed(path).find_all(nodes.Call)]
    imported = {one.target for one in parsed(path).find_all(nodes.Import)} | {"parts", "forms"}
    found = {
        f"{node.node.name}.{node.attr}"
        for node in calls
        if isinstance(node, nodes.Getattr)
        and isinstance(node.node, nodes.Name)
        and node.node.name in imported
    }
    return found | {f"marks.{node.name}" for node in calls if isinstance(node, nodes.Name)}


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_every_macro_is_on_the_page_of_components(path: Path) -> None:
    shown = called(TEMPLATES / "showcase" / "design.html") | called(TEMPLATES / "base.html")
    assert macros(path) - shown == set()
    assert macros(path)


def test_page_of_components_shows_every_word_and_every_state_of_a_form(visit: Visit) -> None:
    page = visit().get("/about/design")
    assert page.status_code == 200
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())
    for words in WORDINGS.values():
        assert [known.label for known in words.values() if str(known.label) not in text] == []
    summary = re.search(r'<div class="note is-stop error-summary".*?</div>', page.text, re.DOTALL)
    assert summary is not None
    targets = re.findall(r'href="#([^"]+)"', summary[0])
    assert len(targets) == 6
    ids = re.findall(r'\sid="([^"]+)"', page.text)
    assert [one for one in targets if one not in ids] == []
    assert sorted(one for one in set(ids) if ids.count(one) > 1) == []
    assert page.text.count('class="note flash') == 4
    assert "<progress" in page.text


@pytest.mark.parametrize("is_demonstration", [True, False])
def test_page_of_components_is_in_demonstrations_alone(
    app_settings: dict[str, Any], database: Database, is_demonstration: bool
) -> None:
    app = create_app(app_settings | {"DEMONSTRATION": is_demonstration}, database=database)
    assert app.test_client().get("/about/design").status_code == (200 if is_demonstration else 404)
