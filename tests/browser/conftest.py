"""What the tests in the browser can ask for: the browser of the run, the product installed, people.

All of them carry the mark `browser`; `make test-browser` runs them, `make test` does not.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.axe import Axe
from tests.browser.browsing import NoChromium, Visitor, found, launched
from tests.browser.installed import Installed, installed

HERE = Path(__file__).resolve().parent
Enter = Callable[..., Visitor]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, so that none is forgotten."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give the one browser of this run; without Chromium every test that asks fails, saying what to do."""
    try:
        found()
    except NoChromium as reason:
        pytest.fail(str(reason), pytrace=False)
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture
def blank(chromium: Browser) -> Iterator[Page]:
    """Give a page of nothing, apart from the product."""
    page = chromium.new_page()
    yield page
    page.close()


@pytest.fixture(scope="session")
def axe() -> Axe:
    """Give what looks at pages; it remembers, for the whole run, what it has looked at."""
    return Axe()


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Installed]:
    """Give the product of this test alone: the plan is drafted, nothing is circulated."""
    with installed(tmp_path) as running:
        yield running


@pytest.fixture
def enter(chromium: Browser, product: Installed) -> Iterator[Enter]:
    """Give a function that lets a person in, signed in if an address is given; nothing ill may be heard."""
    visitors: list[Visitor] = []

    def enter(email: str | None = None, hand: type[Visitor] = Visitor, **more: object) -> Visitor:
        visitor = hand.entering(chromium, product.address, product.password, **more)
        visitors.append(visitor)
        if email is not None:
            visitor.sign_in(email)
        return visitor

    yield enter
    for visitor in visitors:
        visitor.page.context.close()
    assert [heard for visitor in visitors for heard in visitor.heard] == []
