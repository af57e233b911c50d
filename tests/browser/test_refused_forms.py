"""A form that is refused comes back with all that was typed, and says where what is wrong.

Which forms are refused, and why, is tested with the acts themselves.
"""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import layout, walks
from tests.browser.browsing import Visitor
from tests.browser.conftest import Enter
from tests.browser.installed import MALAYSIA, SHEPHERD, Installed
from tests.browser.scene import Scene

REASONS = "The text does not say who decides.\nIt should."


@pytest.fixture
def running(product: Installed) -> int:
    """Give a circulation of the six items that every State is served with."""
    scene = Scene(product)
    key = scene.dispatch("Work Plan 2020–2023", scene.drafts("wp-"))
    product.tick()
    return key


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_comment_without_words_keeps_the_other_answers(enter: Enter, running: int, javascript: bool) -> None:
    """What is said of one item is not lost by what is forgotten on another."""
    speaker = enter(MALAYSIA, javascript=javascript)
    speaker.go(f"/desk/{running}")
    walks.object_to(speaker, 4, passage="active", reasons=REASONS, cure="active, as agreed")
    comment = walks.item(speaker, 2).get_by_role("radio", name=re.compile("^Comment"))
    comment.check()
    speaker.press("Check the answers in words")
    words = walks.item(speaker, 2).get_by_role("textbox", name="Malaysia’s words")
    _leads_to(speaker, words)
    expect(comment).to_be_checked()
    objection = walks.item(speaker, 4)
    expect(objection.get_by_role("radio", name=re.compile("^Objection"))).to_be_checked()
    written = [field.input_value() for field in objection.get_by_role("textbox").all()]
    assert written == ["active", REASONS, "active, as agreed"]
    words.fill("Malaysia would welcome a date.")
    speaker.press("Check the answers in words")
    speaker.reads("Malaysia objects to item 4")


def test_title_of_nothing_keeps_the_other_words(enter: Enter) -> None:
    """What is chosen and written stays where the title is empty space."""
    shepherd = enter(SHEPHERD)
    shepherd.go("/circulations/new")
    title, message = shepherd.page.get_by_label("Title", exact=True), shepherd.page.get_by_label("Message")
    box = shepherd.main.get_by_role("checkbox", name=re.compile("^5. Support to knowledge")).last
    box.check()
    title.fill("   ")
    message.fill("ขอเชิญอ่าน")
    shepherd.page.get_by_label("One inseparable package").check()
    shepherd.press("Keep these items and name the authority")
    _leads_to(shepherd, title)
    expect(box).to_be_checked()
    expect(message).to_have_value("ขอเชิญอ่าน")
    expect(shepherd.page.get_by_label("One inseparable package")).to_be_checked()


def test_deadline_too_early_is_kept_and_explained(enter: Enter, product: Installed) -> None:
    """The preview says why it cannot be taken; what could be taken is refused once it no longer can."""
    scene = Scene(product)
    key = scene.prepare("Work Plan 2020–2023", scene.drafts("wp-"))
    shepherd = enter(SHEPHERD)
    shepherd.go(f"/preparations/{key}/deadline")
    day, hour = shepherd.page.get_by_label("Deadline on"), shepherd.page.get_by_label("Hour", exact=True)
    day.fill("2020-10-01")
    hour.fill("16:30")
    shepherd.press("Show this deadline in every capital")
    shepherd.reads("This deadline cannot be taken.")
    expect(day).to_have_value("2020-10-01")
    expect(hour).to_have_value("16:30")
    expect(shepherd.main.get_by_role("button", name="Take this deadline and read the letters")).to_have_count(
        0
    )
    day.fill("2020-10-09")
    hour.fill("17:00")
    shepherd.press("Show this deadline in every capital")
    product.clock.advance(timedelta(days=3))
    shepherd.press("Take this deadline and read the letters")
    _leads_to(shepherd, day)
    expect(day).to_have_value("2020-10-09")
    expect(hour).to_have_value("17:00")


def test_extension_without_reason_keeps_its_deadline(enter: Enter, running: int) -> None:
    """The deadline that was read in every capital stays, to be sent with a reason."""
    shepherd = enter(SHEPHERD)
    shepherd.go(f"/circulations/{running}/extend")
    day, reason = shepherd.page.get_by_label("New deadline on"), shepherd.page.get_by_label("Reason")
    day.fill("2020-10-05")
    shepherd.press("Show this deadline in every capital")
    shepherd.reads("This deadline cannot be taken.")
    expect(day).to_have_value("2020-10-05")
    day.fill("2020-10-20")
    shepherd.press("Show this deadline in every capital")
    reason.fill("  ")
    shepherd.press("Extend to Tuesday 20 October 2020, 17:00 and tell every State")
    _leads_to(shepherd, reason)
    expect(day).to_have_value("2020-10-20")
    reason.fill(REASONS)
    shepherd.press("Extend it and tell every State")
    shepherd.reads("The deadline is moved. Every State is told.")


def _says_what_is_wrong(visitor: Visitor) -> Locator:
    """The page opens with what is wrong; returns the links to where it is."""
    summary = visitor.main.get_by_role("alert")
    expect(summary).to_be_visible()
    assert layout.faults(visitor.page) == []
    visitor.page.set_viewport_size({"width": 1280, "height": 900})
    return summary.get_by_role("link")


def _leads_to(visitor: Visitor, field: Locator) -> None:
    """The one link of the summary leads to this field, which is marked as wrong and says why."""
    links = _says_what_is_wrong(visitor)
    expect(links).to_have_count(1)
    links.click()
    expect(field).to_be_in_viewport()
    target = visitor.page.url.rpartition("#")[2]
    expect(field).to_have_id(target)
    expect(field).to_have_accessible_description(re.compile("Error: "))
