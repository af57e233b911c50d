"""Every page every capacity reaches: it fits a telephone, has its heads and labels, breaks no policy and no
rule of axe, and loses nothing at 400 per cent.

What makes the pages full is in situations.py, what is looked for in layout.py.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser import layout
from tests.browser.axe import Axe
from tests.browser.conftest import Enter
from tests.browser.installed import (
    MALAYSIA,
    PROGRAMME,
    SECRETARIAT,
    SHEPHERD,
    THAI_DRAFTER,
    TWO_CAPACITIES,
    VIET_NAM,
    Installed,
    installed,
)
from tests.browser.pages_linked import Wandering, open_to
from tests.browser.situations import INVITED, furnish
from workflow.domain.mandates import Actor
from workflow.domain.terms import Role
from workflow.notices.catcher import messages

#: Reached from letters; and the Lead Shepherd's lists, whose facts others find on pages of their own.
LINKED_FROM_NOWHERE = {
    "auth.circulation",
    # A paper of hundreds of items is written beside the pages: led to by a form, for who asked alone.
    "documents.export",
    "documents.export_file",
    # Linked only from the answers of a State that has a draft.
    "focal_point.discarding",
    "secretariat.letters",
    "secretariat.notice",
    "shepherd.circulations",
    "shepherd.preparation",
}
BROKEN = """<title>Broken</title><main><h1>One</h1><h1>Two</h1><input name=alone><button></button>
<label>Named <input id=twice></label><a href="#gone" id=twice>Gone</a>
<form method=post action="/open"></form>
<label>A <button popovertarget=gone>word</button></label>
<p style="width: 600px">Wide</p></main>"""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """Give the product with something in every state, for all tests of this module: they only read."""
    with installed(tmp_path_factory.mktemp("product"), after=furnish) as running:
        yield running


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("email", "role", "state"),
    [
        (SECRETARIAT, Role.SECRETARIAT, None),
        (SHEPHERD, Role.LEAD_SHEPHERD, "PH"),
        (VIET_NAM, Role.CONTACT_POINT, "VN"),
        (THAI_DRAFTER, Role.DRAFTER, "TH"),
        (PROGRAMME, Role.PROGRAMME, None),
    ],
    ids=lambda given: given if isinstance(given, Role) else "",
)
def test_pages_fit_and_are_well_formed(
    enter: Enter, product: Installed, axe: Axe, email: str, role: Role, state: str | None
) -> None:
    """Every page one may open is found by following links, and each is as a page must be."""
    wandering = Wandering(enter(email), product.app, axe)
    wandering.wander("/", "/capacity")
    assert wandering.faults == []
    may_open = open_to(product.app, Actor(public_id="somebody", role=role, state=state))
    assert may_open.difference(wandering.seen, LINKED_FROM_NOWHERE) == set()


@pytest.mark.timeout(600)
def test_a_focal_point_s_pages_fit_in_the_second_language(enter: Enter, product: Installed, axe: Axe) -> None:
    """The language is chosen in the foot of the page; its longer words fit a telephone too."""
    visitor = enter(VIET_NAM)
    visitor.page.get_by_role("button", name="Bahasa Indonesia").click()
    visitor.reads_heading("Dua jawaban menunggu Viet Nam")
    assert visitor.page.locator("html").get_attribute("lang") == "id"
    wandering = Wandering(visitor, product.app, axe)
    wandering.wander("/")
    assert wandering.faults == []
    visitor.go("/")
    visitor.page.get_by_role("button", name="English").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_word_of_the_procedure_opens_what_it_means(enter: Enter, javascript: bool) -> None:
    """Beside the first of each, by keyboard too, and no script is needed."""
    visitor = enter(VIET_NAM, javascript=javascript)
    visitor.go("/circulations/1/record")
    word = visitor.main.get_by_role("button", name="Silent", exact=True)
    meaning = visitor.page.get_by_text("A State that was asked and did not answer by the deadline.")
    expect(word).to_have_count(1)
    expect(word).to_have_accessible_description(re.compile("^Silent A State that was asked"))
    expect(meaning.last).to_be_hidden()
    word.press("Enter")
    expect(meaning.last).to_be_visible()
    visitor.page.keyboard.press("Escape")
    expect(meaning.last).to_be_hidden()
    expect(word).to_be_focused()


def test_capacity_page_fits_and_is_well_formed(enter: Enter, axe: Axe) -> None:
    """Somebody with two appointments chooses first."""
    visitor = enter(TWO_CAPACITIES)
    visitor.reads_heading("In which capacity do you act?")
    assert layout.faults(visitor.page, axe) == []


@pytest.mark.timeout(120)
def test_public_pages_fit_and_are_well_formed(enter: Enter, product: Installed, axe: Axe) -> None:
    """The pages of those who are not signed in: the sign-in, an invitation's link, the caught letters."""
    letters = [letter.text for letter in messages(product.letters) if INVITED in letter.to]
    links = re.findall(r"/account/\S+", "\n".join(letters))
    assert len(links) == 1
    wandering = Wandering(enter(), product.app, axe)
    wandering.wander("/sign-in", *links, "/mailbox/")
    assert wandering.faults == []
    assert set(wandering.seen) == {
        "auth.sign_in",
        "auth.forgotten",
        "auth.link",
        "mailbox.index",
        "mailbox.letter",
        "auth.home",
        "log.protection",
        "help.guide",
        "help.guide_of",
        "help.words",
    }


@pytest.mark.parametrize(
    ("email", "path", "status"),
    [
        (None, "/nowhere", 404),
        (None, "/account/no-such-link", 404),
        (MALAYSIA, "/desk/99", 404),
        (MALAYSIA, "/secretariat/people", 403),
        (SHEPHERD, "/circulations/99999999999999999999", 404),
    ],
)
def test_refusals_fit_and_are_well_formed(
    enter: Enter, axe: Axe, email: str | None, path: str, status: int
) -> None:
    """Pages that say no are pages like others."""
    visitor = enter(email)
    assert visitor.go(path) == status
    assert layout.faults(visitor.page, axe) == []


def test_faults_of_a_page_are_noticed(enter: Enter) -> None:
    """What the tests above look for is found where it is."""
    page = enter().page
    page.set_content(BROKEN)
    assert [fault.removeprefix("about:blank") for fault in layout.faults(page)] == [
        ": headings of the first rank: 2",
        ": title: Broken",
        ": language: none",
        ": fields without a label: alone",
        ": buttons and links without words: <button></button>",
        ": forms without a token: /open",
        ": ids given twice: twice",
        ": words that lead nowhere: gone",
        ": words without their meaning: gone",
        ': meanings within what is pressed: <button popovertarget="gone">word</button>',
        " at 320: 608 wide: p",
        " at 360: 608 wide: p",
    ]


def test_policy_refusals_are_heard(enter: Enter) -> None:
    """A page that asks for what its policy forbids does not go unnoticed."""
    visitor = enter()
    visitor.go("/sign-in")
    with visitor.page.expect_console_message(lambda message: "refused by policy" in message.text):
        visitor.page.evaluate("document.body.setAttribute('style', 'color: red')")
    assert any("refused by policy: style-src-attr inline" in heard for heard in visitor.heard)
    visitor.heard.clear()
