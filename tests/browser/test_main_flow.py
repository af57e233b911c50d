"""The main flow by hand, as its people walk it in their browsers: with scripts, without, by keyboard alone.

What each act does is tested elsewhere; here every step must be found on a page.
"""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import walks
from tests.browser.browsing import Visitor
from tests.browser.conftest import Enter
from tests.browser.installed import (
    MALAYSIA,
    SECRETARIAT,
    SHEPHERD,
    SINGAPORE,
    THAI_DRAFTER,
    VIET_NAM,
    Installed,
)
from tests.browser.keyboard import Typist
from workflow.clock import Ticked

TEXT = "Ongoing – active bilateral ASEAN Member States relationships"
CURE = f"{TEXT}, as agreed by the Member States concerned"
ENDORSED = "Endorsed ad referendum"
REASONS = "The text does not say who decides which are active."


#: No objection to anything, by their contact points or alternates.
CONTENT = {
    "Brunei Darussalam": "noraini.yusof@bn.example",
    "Cambodia": "sok.chanthy@kh.example",
    "Indonesia": "bambang.prasetyo@id.example",
    "Lao PDR": "bounmy.phommasane@la.example",
    "Myanmar": "thida.aung@mm.example",
    "the Philippines": "josemiguel.reyes@ph.example",
    "Singapore": SINGAPORE,
}
THAILAND = "suda.charoensuk@th.example"
THAI_WORDS = "ไทยขอเสนอให้เพิ่มกำหนดการ"


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "person",
    [{}, {"javascript": False}, {"hand": Typist}],
    ids=["with scripts", "without scripts", "by keyboard"],
)
def test_main_flow_is_walked_by_hand(enter: Enter, product: Installed, person: dict[str, Any]) -> None:
    """From the drafts to the history: ten States answer, one objects, its cure is sent again alone."""
    shepherd = enter(SHEPHERD, **person)
    walks.choose_plan(shepherd)
    walks.prepare(shepherd, message="Please read the six projects.")
    deadline = walks.dispatch(shepherd, items=6)
    assert product.tick() == Ticked(delivered=15)

    _objects(enter(MALAYSIA, **person))
    _comments(enter(VIET_NAM, **person))
    _drafts_only(enter(THAI_DRAFTER, **person))
    _submits_the_draft(enter(THAILAND, **person))
    for state, email in CONTENT.items():
        _has_no_objection(enter(email, **person), state)
    product.tick(deadline)
    _reads_outcome(shepherd)

    _revises(shepherd)
    again = walks.dispatch(shepherd, items=1)
    assert again > deadline
    product.tick()
    product.tick(again)
    _reads_second_outcome(shepherd)
    _finds_both(enter(SECRETARIAT, **person))


def _objects(speaker: Visitor) -> None:
    walks.open_paper(speaker)
    speaker.reads_heading("Does Malaysia object to any of these six items?")
    walks.object_to(speaker, 4, passage=TEXT, reasons=REASONS, cure=CURE)
    walks.answer_the_rest(speaker)
    walks.record(
        speaker,
        "Malaysia objects to item 4 and has no objection to items 1, 2, 3, 5 and 6.",
        "Record these six answers for Malaysia",
    )
    speaker.reads("They arrived in time")
    speaker.reads(REASONS)


def _comments(speaker: Visitor) -> None:
    walks.open_paper(speaker)
    walks.comment_on(speaker, 1, "Việt Nam đề nghị bổ sung thời hạn.")
    walks.answer_the_rest(speaker)
    walks.record(
        speaker,
        "Viet Nam comments on item 1 and has no objection to items 2, 3, 4, 5 and 6.",
        "Record these six answers for Viet Nam",
    )


def _has_no_objection(speaker: Visitor, state: str) -> None:
    walks.open_paper(speaker)
    speaker.jump("The rest")
    walks.answer_the_rest(speaker)
    walks.record(
        speaker,
        f"{state.removeprefix('the ')} has no objection to items 1, 2, 3, 4, 5 and 6.",
        f"Record these six answers for {state}",
    )


def _drafts_only(drafter: Visitor) -> None:
    walks.open_paper(drafter)
    drafter.reads("A drafter cannot submit")
    expect(drafter.main.get_by_role("button", name="Check the answers in words")).to_have_count(0)
    walks.comment_on(drafter, 6, THAI_WORDS)
    drafter.press("Save as a draft inside Thailand")
    drafter.reads("The draft is saved. Only Thailand sees it; nothing is sent.")
    words = walks.item(drafter, 6).get_by_role("textbox", name="Thailand’s words")
    expect(words).to_have_value(THAI_WORDS)


def _submits_the_draft(speaker: Visitor) -> None:
    walks.open_paper(speaker)
    expect(walks.item(speaker, 6).get_by_role("textbox", name="Thailand’s words")).to_have_value(THAI_WORDS)
    walks.answer_the_rest(speaker)
    walks.record(
        speaker,
        "Thailand comments on item 6 and has no objection to items 1, 2, 3, 4 and 5.",
        "Record these six answers for Thailand",
    )
    speaker.reads(THAI_WORDS)


def _reads_outcome(shepherd: Visitor) -> None:
    shepherd.page.reload()
    shepherd.follow("The record")
    expect(shepherd.main.locator(".formula")).to_have_text(
        "No objection having been received by 12 October 2020, 10:00 UTC, items 1, 2, 3, 5 and 6 are "
        "considered endorsed ad referendum. Item 4 is not endorsed: objection of Malaysia."
    )
    _results_are(shepherd, *[ENDORSED] * 3, "Not endorsed", *[ENDORSED] * 2)
    expect(shepherd.page.locator("#item-4")).to_contain_text(f"Wording that would settle it: {CURE}")


def _results_are(reader: Visitor, *results: str) -> None:
    shown = reader.main.get_by_role("article").locator("> div:last-child > p:first-child")
    expect(shown).to_have_text(list(results))


def _revises(shepherd: Visitor) -> None:
    shepherd.page.go_back()
    shepherd.follow("Revise the text")
    shepherd.write(shepherd.page.get_by_label("Status as at time of"), CURE)
    shepherd.press("Show the words that change")
    shepherd.reads_heading("The words that would change")
    expect(shepherd.main.locator("ins")).to_have_text(CURE.removeprefix(TEXT))
    shepherd.press("Save this draft")
    shepherd.follow("Prepare a circulation")
    chosen = shepherd.main.get_by_role("checkbox", name="Version 2", checked=True)
    expect(chosen).to_have_count(1)
    shepherd.write(shepherd.page.get_by_label("Title", exact=True), "Work Plan 2020–2023, item 4 revised")
    walks.prepare(shepherd)


def _reads_second_outcome(shepherd: Visitor) -> None:
    shepherd.page.reload()
    shepherd.follow("The record")
    expect(shepherd.main.locator(".formula")).to_have_text(
        "No objection having been received by 27 October 2020, 10:00 UTC, considered endorsed ad referendum."
    )
    _results_are(shepherd, ENDORSED)


def _finds_both(secretariat: Visitor) -> None:
    secretariat.follow("History", within=secretariat.page.get_by_role("navigation"))
    filters = secretariat.main.get_by_role("search")
    secretariat.select(filters.get_by_label("Document"), "^Work Plan 2020")
    secretariat.press("Show")
    secretariat.select(filters.get_by_label("Item"), "^4. Support for transnational")
    secretariat.press("Show")
    rows = secretariat.main.get_by_role("table", name="Results, newest first").locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text(re.compile(r"version 2, SOMTC/2020/2\s*Endorsed ad referendum"))
    expect(rows.nth(1)).to_contain_text(re.compile(r"version 1, SOMTC/2020/1\s*Not endorsed"))
    secretariat.follow("Record of item 1 in SOMTC/2020/2", within=rows.nth(0))
    secretariat.reads_heading("Record: Work Plan 2020–2023, item 4 revised")
