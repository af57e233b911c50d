"""What people do by hand, several pages long: prepare and dispatch, answer, save a draft.

Each walk ends on the page where its person learns that it is done. The product is in installed.py.
"""

import re
from datetime import datetime

from playwright.sync_api import Locator, expect

from tests.browser.browsing import Visitor

#: The first of the list that is a meeting.
MEETING = re.compile(r"\d{4}")


def prepare(shepherd: Visitor, *, message: str = "") -> None:
    """Go from the chosen drafts to the last step before the dispatch, with what the pages offer."""
    page = shepherd.page
    shepherd.write(page.get_by_label("Message to the States"), message)
    shepherd.press("Keep these items and name the authority")
    shepherd.reads_heading("Who agreed to use this procedure?")
    shepherd.select(page.get_by_label("Meeting", exact=True), MEETING)
    shepherd.press("Keep this and choose the deadline")
    shepherd.reads_heading("When must the States have answered?")
    shepherd.press("Take this deadline and read the letters")
    shepherd.reads_heading("What will each State receive?")
    shepherd.follow("Go on to the dispatch")
    shepherd.reads_heading("Dispatch it?")


def choose_plan(shepherd: Visitor) -> None:
    """Begin a circulation of all six items of the work plan."""
    shepherd.follow("Prepare a circulation")
    shepherd.reads_heading("What do the States decide on?")
    plan = shepherd.main.get_by_role("group", name="Work Plan 2020 – 2023", exact=True).get_by_role(
        "checkbox"
    )
    expect(plan).to_have_count(6)
    for box in plan.all():
        shepherd.tick(box)
    shepherd.write(shepherd.page.get_by_label("Title", exact=True), "Work Plan 2020–2023")


def dispatch(shepherd: Visitor, items: int) -> datetime:
    """Dispatch what is prepared; returns the deadline its page shows (UTC)."""
    shepherd.enter(shepherd.main.get_by_role("button", name=re.compile("^Dispatch ")))
    rows = shepherd.main.get_by_role("table", name=re.compile("^Positions on ")).locator("tbody tr")
    expect(rows).to_have_count(items)
    written = shepherd.main.locator(".docket time").first.get_attribute("datetime")
    return datetime.fromisoformat(str(written))


def open_paper(speaker: Visitor) -> None:
    """Open the circulation that waits on the desk."""
    speaker.enter(speaker.main.get_by_role("link", name=re.compile("^Read ")))


def item(speaker: Visitor, number: int) -> Locator:
    """Return the part of the answer page that one item has."""
    return speaker.page.locator(f"#item-{number}")


def object_to(speaker: Visitor, number: int, *, passage: str, reasons: str, cure: str) -> None:
    """Write an objection to one item; nothing is sent by it."""
    asked = item(speaker, number)
    speaker.tick(asked.get_by_role("radio", name=re.compile("^Objection")))
    speaker.write(asked.get_by_label("Words of the text you speak about"), passage)
    speaker.write(asked.get_by_role("textbox", name=re.compile("’s words$")), reasons)
    speaker.write(asked.get_by_label("Wording that would settle it"), cure)


def comment_on(speaker: Visitor, number: int, words: str) -> None:
    """Write a comment on one item; nothing is sent by it."""
    asked = item(speaker, number)
    speaker.tick(asked.get_by_role("radio", name=re.compile("^Comment")))
    speaker.write(asked.get_by_role("textbox", name=re.compile("’s words$")), words)


def answer_the_rest(speaker: Visitor) -> None:
    """Say no objection to every item that has no answer of its own."""
    speaker.tick(speaker.main.get_by_role("radio", name=re.compile("^No objection to all the rest")))


def record(speaker: Visitor, says: str, button: str) -> None:
    """Check the answers in words, which must be these, and record them by the button that names them."""
    speaker.press("Check the answers in words")
    speaker.reads_heading("This is what will be recorded")
    speaker.reads(says)
    speaker.press(button)
    speaker.page.wait_for_url(re.compile("/receipts/"))
