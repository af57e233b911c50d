"""A person who has only a keyboard: every act is Tab, Enter, Space, an arrow or typing; every stop is marked.

What others do with a mouse is in browsing.py; the acts are called alike, so that walks need not know.
"""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.browsing import Visitor

#: More stops than any page has before what is wanted.
MOST_STOPS = 80
#: Whether the stop is what is wanted, and whether whoever goes by keyboard sees where they are: by an outline
#: around the stop, or around the label it lies in. The page's end leads to its begin over no stop at all.
#: A link past a table is taken by whoever wants what follows it.
_STOP = """(wanted) => {
    const stop = document.activeElement;
    const marked = [stop, stop.closest("label")].some((one) => one
        && getComputedStyle(one).outlineStyle !== "none"
        && parseFloat(getComputedStyle(one).outlineWidth) >= 2);
    const alike = stop.type === "radio" && wanted.type === "radio" && stop.name === wanted.name;
    const past = stop.matches(".passing a") && document.querySelector(stop.hash);
    const spares = past && past.compareDocumentPosition(wanted) & Node.DOCUMENT_POSITION_FOLLOWING;
    return {there: stop === wanted || alike, marked: marked || stop === document.body,
        spares: Boolean(spares), told: stop.outerHTML};
}"""
_IS_STOP = "(one) => one === document.activeElement"


class Typist(Visitor):
    """One person at a keyboard; only addresses are opened without it."""

    def reach(self, wanted: Locator) -> None:
        """Tab on until the stop is what is wanted, or a choice of the same question."""
        expect(wanted).to_have_count(1)
        one = wanted.element_handle()
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            stop = self.page.evaluate(_STOP, one)
            assert stop["marked"], stop["told"]
            if stop["there"]:
                expect(self.page.locator(":focus")).to_be_in_viewport()
                return
            if stop["spares"]:
                self.page.keyboard.press("Enter")
        pytest.fail(f"{wanted} is not reached by keyboard")

    def enter(self, wanted: Locator) -> None:
        """Go to a link or a button, take it, and wait for the page that comes."""
        self.reach(wanted)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def jump(self, name: str) -> None:
        """Go to the link that is called so, and by it to a place on the same page."""
        self.reach(self.main.get_by_role("link", name=name, exact=True))
        self.page.keyboard.press("Enter")

    def write(self, field: Locator, text: str) -> None:
        """Type this instead of what the field holds."""
        self.reach(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)
        expect(field).to_have_value(text)

    def tick(self, choice: Locator) -> None:
        """Take a choice: by Space where it is a box, by the arrows among others of its question."""
        self.reach(choice)
        for _ in range(MOST_STOPS):
            if choice.evaluate(_IS_STOP):
                break
            self.page.keyboard.press("ArrowDown")
        if not choice.is_checked():
            self.page.keyboard.press("Space")
        expect(choice).to_be_checked()

    def select(self, field: Locator, option: str | re.Pattern[str]) -> None:
        """Go down a list to the option that is called so."""
        self.reach(field)
        for _ in range(field.locator("option").count()):
            if re.search(option, field.locator("option:checked").inner_text()):
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"{option} is not reached by keyboard")
