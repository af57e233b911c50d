"""Every page everybody reaches, with hostile texts in every field that is kept: a browser runs none of them.

The texts are in tests/faults/hostile.py. What States type by hand is in test_hostile_text.py.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from markupsafe import Markup
from playwright.sync_api import Request

from tests.browser.conftest import Enter
from tests.browser.installed import (
    MALAYSIA,
    PROGRAMME,
    SECRETARIAT,
    SHEPHERD,
    THAI_DRAFTER,
    Installed,
    installed,
)
from tests.browser.pages_linked import Wandering
from tests.browser.situations import furnish
from tests.faults.hostile import plant

READERS = (SECRETARIAT, SHEPHERD, MALAYSIA, THAI_DRAFTER, PROGRAMME)
#: What of a page that is shown was made of a text; our own pages hold none of these.
_MADE = """() => [...document.querySelectorAll(
    "[data-hostile], script, iframe, object, embed, base, math, [onclick], [onload], [onerror], [style]")]
    .map((one) => one.outerHTML.slice(0, 120))
    .concat([...document.querySelectorAll("a[href], form[action]")]
        .filter((one) => new URL(one.href || one.action, location.href).origin !== location.origin)
        .map((one) => one.outerHTML.slice(0, 120)))
    .concat(document.body.innerText.includes("hostile49") ? ["a template was run"] : [])"""
_SHOWS = "() => document.documentElement.textContent.includes('data-hostile')"


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Installed]:
    """Give the product with something in every state."""
    with installed(tmp_path, after=furnish) as running:
        yield running


class Suspicious(Wandering):
    """One person who follows links and looks for what texts brought about; `shown` counts pages with one."""

    shown = 0

    def listen(self) -> None:
        """Note every request that leaves the product."""
        self.visitor.page.on("request", self._asked)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.visitor.address, "data:,")):
            self.faults.append(f"{self.visitor.page.url} asks for {request.url}")

    def _look(self, address: str) -> list[str]:
        page = self.visitor.page
        status = self.visitor.go(address)
        if status != 200:
            self.faults.append(f"{address}: status {status}")
        self.faults += [f"{address}: {one}" for one in page.evaluate(_MADE)]
        self.shown += bool(page.evaluate(_SHOWS))
        links = page.locator("a[href^='/'], a[href^='?']").evaluate_all("all => all.map((one) => one.href)")
        return [link.removeprefix(self.visitor.address).partition("#")[0] for link in links]


@pytest.mark.timeout(900)
def test_no_page_runs_what_somebody_typed(
    enter: Enter, product: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody signs in, the texts are put into every field, everybody follows every link.

    At the end one filter lets titles through as markup: the page's policy is heard to refuse it.
    """
    people = [Suspicious(enter(email), product.app) for email in READERS]
    with product.database.writing() as session:
        assert len(plant(session)) > 40
    for person in people:
        person.listen()
        person.wander("/", "/capacity")
    assert [fault for person in people for fault in person.faults] == []
    assert all(person.shown > 5 for person in people), [person.shown for person in people]
    assert [heard for person in people for heard in person.visitor.heard] == []
    monkeypatch.setitem(product.app.jinja_env.filters, "isolated", Markup)
    speaker = people[READERS.index(MALAYSIA)]
    page = speaker.visitor.page
    with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
        page.goto("/desk", wait_until="commit")
    assert speaker.visitor.heard != []
    page.goto("about:blank")
    speaker.visitor.heard.clear()
