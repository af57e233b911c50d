"""The way of a State that has no objection, by keyboard alone, from the sign-in to the receipt.

What the pages say is tested elsewhere.
"""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.browsing import Visitor
from tests.browser.conftest import Enter
from tests.browser.installed import SINGAPORE, Installed
from tests.browser.scene import Scene

#: More stops than any page has before what is wanted.
MOST_STOPS = 80
#: Whoever goes by keyboard sees where: an outline around the stop, or around the label it lies in.
_IS_MARKED = """(one) => [one, one.closest("label")].some((marked) =>
    marked && getComputedStyle(marked).outlineStyle !== "none"
    && parseFloat(getComputedStyle(marked).outlineWidth) >= 2)"""


@pytest.mark.timeout(120)
def test_no_objection_is_recorded_by_keyboard_alone(enter: Enter, product: Installed) -> None:
    """Every stop is marked, and each act is Enter, an arrow or typing."""
    scene = Scene(product)
    scene.dispatch("Work Plan 2020–2023", scene.drafts("wp-"))
    product.tick()
    speaker = enter()
    _signs_in(speaker)
    main = speaker.main
    _enters(speaker, main.get_by_role("link", name=re.compile("^Read ")))
    speaker.reads_heading("Does Singapore object to any of these six items?")
    _skips(speaker)
    _goes_to(speaker, main.get_by_role("link", name="The rest"))
    speaker.page.keyboard.press("Enter")
    all_the_rest = main.get_by_role("radio", name=re.compile("^No objection to all the rest"))
    _goes_to(speaker, all_the_rest)
    speaker.page.keyboard.press("ArrowDown")
    expect(all_the_rest).not_to_be_checked()
    speaker.page.keyboard.press("ArrowUp")
    expect(all_the_rest).to_be_checked()
    _enters(speaker, main.get_by_role("button", name="Check the answers in words"))
    speaker.reads_heading("This is what will be recorded")
    _enters(speaker, main.get_by_role("button", name="Record these six answers for Singapore"))
    speaker.page.wait_for_url(re.compile("/receipts/"))
    speaker.reads("They arrived in time")


def _signs_in(speaker: Visitor) -> None:
    speaker.go("/sign-in")
    _goes_to(speaker, speaker.page.get_by_label("E-mail address"))
    speaker.page.keyboard.type(SINGAPORE)
    _goes_to(speaker, speaker.page.get_by_label("Password"))
    speaker.page.keyboard.type(speaker.password)
    with speaker.page.expect_navigation():
        speaker.page.keyboard.press("Enter")


def _skips(speaker: Visitor) -> None:
    """The first stop of a page leads past its strip."""
    speaker.page.keyboard.press("Tab")
    skip = speaker.page.get_by_role("link", name="Skip to the page")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    speaker.page.keyboard.press("Enter")


def _goes_to(speaker: Visitor, wanted: Locator) -> None:
    expect(wanted).to_have_count(1)
    for _ in range(MOST_STOPS):
        speaker.page.keyboard.press("Tab")
        stop = speaker.page.locator(":focus")
        assert stop.evaluate(_IS_MARKED), stop.evaluate("(one) => one.outerHTML")
        if wanted.evaluate("(one) => one === document.activeElement"):
            expect(wanted).to_be_in_viewport()
            return
    pytest.fail(f"{wanted} is not reached by keyboard")


def _enters(speaker: Visitor, wanted: Locator) -> None:
    _goes_to(speaker, wanted)
    with speaker.page.expect_navigation():
        speaker.page.keyboard.press("Enter")
