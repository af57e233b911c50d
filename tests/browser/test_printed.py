"""What goes on paper: no navigation and no acts, nothing folded away, and where the page is found again.

What a page looks like on a screen is in test_pages.py.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.installed import SECRETARIAT, VIET_NAM, Installed, installed
from tests.browser.situations import furnish

ACTS = ".strip, .foot, .button, .links, .jump, .skip-link, .only-screen"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """Give the product with something in every state: the tests only read."""
    with installed(tmp_path_factory.mktemp("product"), after=furnish) as running:
        yield running


@pytest.mark.parametrize(
    ("email", "path", "folded"),
    [
        (VIET_NAM, "/desk/3", False),
        (VIET_NAM, "/desk/3/pack", False),
        (SECRETARIAT, "/documents/items/wp-4", True),
        (SECRETARIAT, "/history?state=MY", False),
    ],
)
def test_paper_carries_no_acts_and_says_where_it_is_found_again(
    enter: Enter, email: str, path: str, folded: bool
) -> None:
    visitor = enter(email)
    visitor.go(path)
    visitor.page.emulate_media(media="print")
    shown = [one for one in visitor.page.locator(ACTS).all() if one.is_visible()]
    assert [one.evaluate("one => one.outerHTML") for one in shown] == []
    expect(visitor.main.locator(".only-printed").last).to_have_text(f"http://127.0.0.1:5000{path}")
    if folded:
        expect(visitor.main.locator("details ins").first).to_be_visible()


def test_printed_filter_says_what_was_chosen_and_nothing_else(enter: Enter) -> None:
    visitor = enter(SECRETARIAT)
    visitor.go("/history?state=MY")
    visitor.page.emulate_media(media="print")
    fields = visitor.main.locator(".filters .field")
    assert [one.locator("label").inner_text() for one in fields.all() if one.is_visible()] == ["State"]
