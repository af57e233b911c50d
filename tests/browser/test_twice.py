"""A form that is sent twice, by two quick presses or after going back, does what it says once.

What each act refuses the second time is tested with the acts themselves.
"""

import re

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import func, select

from tests.browser import walks
from tests.browser.browsing import Visitor
from tests.browser.conftest import Enter
from tests.browser.installed import MALAYSIA, SHEPHERD, Installed
from tests.browser.scene import Scene
from workflow.clock import Ticked
from workflow.models.circulation import Circulation
from workflow.models.document import Item, Version
from workflow.models.response import Response

RECORD = "Record these six answers for Malaysia"


def _presses_twice(visitor: Visitor, button: Locator) -> None:
    """Press so quickly that the second press comes before the next page."""
    button.dblclick(no_wait_after=True)


def _written(button: Locator) -> tuple[str, str]:
    """Return where the form of this button is sent, and what is sent with it."""
    sent = "(one) => [one.form.action, new URLSearchParams(new FormData(one.form, one)).toString()]"
    action, data = button.evaluate(sent)
    return str(action), str(data)


def _sends_again(visitor: Visitor, written: tuple[str, str]) -> str:
    """Confirm that the form is sent anew, which no driver can press; returns where the answer leads."""
    action, data = written
    form = {"content-type": "application/x-www-form-urlencoded"}
    return visitor.page.context.request.post(action, data=data, headers=form).url


def _there_are(product: Installed, table: type) -> int:
    with product.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.timeout(180)
@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_answers_sent_twice_are_recorded_once(enter: Enter, product: Installed, javascript: bool) -> None:
    """Every time leads to the same receipts; who goes further back finds what is recorded."""
    scene = Scene(product)
    scene.dispatch("Work Plan 2020–2023", scene.drafts("wp-"))
    product.tick()
    speaker = enter(MALAYSIA, javascript=javascript)
    walks.open_paper(speaker)
    walks.answer_the_rest(speaker)
    speaker.press("Check the answers in words")
    button = speaker.main.get_by_role("button", name=RECORD)
    written = _written(button)
    _presses_twice(speaker, button)
    speaker.page.wait_for_url(re.compile("/receipts/"))
    assert _there_are(product, Response) == 6
    assert _sends_again(speaker, written) == speaker.page.url
    assert _there_are(product, Response) == 6
    # The page that was sent, Chromium keeps not and asks about; the page before that is fetched afresh.
    with speaker.page.expect_navigation():
        speaker.page.evaluate("history.go(-2)")
    speaker.reads("Recorded: ")
    speaker.press("Check the answers in words")
    expect(speaker.main.get_by_role("button", name=RECORD)).to_have_count(0)
    assert _there_are(product, Response) == 6


@pytest.mark.timeout(180)
def test_a_circulation_sent_twice_is_dispatched_once(enter: Enter, product: Installed) -> None:
    """Prepared once, dispatched once, one letter each; who goes back finds nothing to press."""
    shepherd = enter(SHEPHERD)
    walks.choose_plan(shepherd)
    walks.prepare(shepherd)
    assert _there_are(product, Circulation) == 1
    button = shepherd.main.get_by_role("button", name=re.compile("^Dispatch "))
    written = _written(button)
    _presses_twice(shepherd, button)
    shepherd.page.wait_for_url(re.compile(r"/circulations/\d+$"))
    assert product.tick() == Ticked(delivered=15)
    _sends_again(shepherd, written)
    assert product.tick() == Ticked()
    shepherd.page.go_back()
    expect(shepherd.main.get_by_role("button", name=re.compile("^Dispatch "))).to_have_count(0)
    assert _there_are(product, Circulation) == 1


def test_items_chosen_twice_are_prepared_once(enter: Enter, product: Installed) -> None:
    """The first step of a preparation, pressed twice and then sent again from the page before."""
    shepherd = enter(SHEPHERD)
    walks.choose_plan(shepherd)
    _presses_twice(
        shepherd, shepherd.main.get_by_role("button", name="Keep these items and name the authority")
    )
    shepherd.reads_heading("Who agreed to use this procedure?")
    assert _there_are(product, Circulation) == 1


def test_a_text_saved_twice_meets_no_colleague(enter: Enter, product: Installed) -> None:
    """The second press is no second writer: nobody is told that a colleague was faster."""
    shepherd = enter(SHEPHERD)
    before = _there_are(product, Version)
    shepherd.go("/documents/items/wp-4/write")
    shepherd.write(shepherd.page.get_by_label("Status as at time of"), "Ongoing, with a date.")
    _presses_twice(shepherd, shepherd.main.get_by_role("button", name="Save this draft"))
    shepherd.page.wait_for_url(re.compile("/items/wp-4$"))
    shepherd.reads("Ongoing, with a date.")
    assert _there_are(product, Version) == before


def test_an_item_added_twice_is_one_item(enter: Enter, product: Installed) -> None:
    """Pressed twice, then sent again from the page before."""
    shepherd = enter(SHEPHERD)
    before = _there_are(product, Item)
    shepherd.go("/documents")
    shepherd.enter(shepherd.main.get_by_role("link", name=re.compile("^Work Plan 2020")).first)
    shepherd.follow("Write a new item")
    writing = shepherd.page.url
    shepherd.write(shepherd.page.get_by_label("Title", exact=True), "A handbook for investigators")
    _presses_twice(shepherd, shepherd.main.get_by_role("button", name="Write this item as a draft"))
    expect(shepherd.page).not_to_have_url(writing)
    assert _there_are(product, Item) == before + 1
