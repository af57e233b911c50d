"""The way of a State that has no objection, by keyboard alone, and what spares it stops.

The whole main flow by keyboard is in test_main_flow.py.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.installed import SINGAPORE, Installed
from tests.browser.keyboard import Typist
from tests.browser.scene import Scene


@pytest.mark.timeout(120)
def test_no_objection_is_recorded_by_keyboard_alone(enter: Enter, product: Installed) -> None:
    """Every stop is marked, and each act is Enter, an arrow or typing."""
    scene = Scene(product)
    scene.dispatch("Work Plan 2020–2023", scene.drafts("wp-"))
    product.tick()
    speaker = enter(SINGAPORE, Typist)
    main = speaker.main
    speaker.enter(main.get_by_role("link", name=re.compile("^Read ")))
    speaker.reads_heading("Does Singapore object to any of these six items?")
    _skips(speaker)
    speaker.jump("The rest")
    all_the_rest = main.get_by_role("radio", name=re.compile("^No objection to all the rest"))
    speaker.reach(all_the_rest)
    speaker.page.keyboard.press("ArrowDown")
    expect(all_the_rest).not_to_be_checked()
    speaker.page.keyboard.press("ArrowUp")
    expect(all_the_rest).to_be_checked()
    speaker.enter(main.get_by_role("button", name="Check the answers in words"))
    speaker.reads_heading("This is what will be recorded")
    speaker.enter(main.get_by_role("button", name="Record these six answers for Singapore"))
    speaker.page.wait_for_url(re.compile("/receipts/"))
    speaker.reads("They arrived in time")


def _skips(speaker: Typist) -> None:
    """The first stop of a page leads past its strip."""
    speaker.page.keyboard.press("Tab")
    skip = speaker.page.get_by_role("link", name="Skip to the page")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    speaker.page.keyboard.press("Enter")
