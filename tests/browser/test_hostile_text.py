"""Whatever a State types is shown as text: it runs nothing, breaks no page, and comes out as it went in.

How each page looks otherwise is in test_pages.py.
"""

import re

import pytest

from tests.browser import layout, walks
from tests.browser.browsing import Visitor
from tests.browser.conftest import Enter
from tests.browser.installed import MALAYSIA, SECRETARIAT, SHEPHERD, Installed
from tests.browser.scene import DEADLINE, Scene
from workflow.domain import texts

SCRIPT = """<script>alert(1)</script>"><img src=x onerror=alert(2)><a href="javascript:alert(3)">x</a>"""
QUOTES = (
    """'"`</textarea></form><h1>No</h1>{{ 7 * 7 }}{% raw %}&quot;&lt;&#39; \\u003cb\\u003e ${1} %s %(x)s"""
)
RIGHT_TO_LEFT = "שלום (abc, 1–2) \u202egnp.exe\u202c ‏العربية 12/10/2020\u2067 x"
SCRIPTS = "ที่ประชุมเห็นชอบ · សូមអានឯកសារនេះ · ສະບາຍດີທ່ານ · ကျေးဇူးပြု၍ဖတ်ပါ · Đề nghị bổ sung thời hạn"
PICTURES = "👩🏽‍⚖️🇲🇾🏴󠁧󠁢󠁳󠁣󠁴󠁿 a\u0301\u0301\u0301\u0301\u0301 Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢ \u200b\u2028 \ufffd 𠜎"
#: As long as a field takes: one word that no line can hold, then a script that has no spaces between words.
LONGEST = ("W" * 40_000 + " ที่ประชุมเห็นชอบ" * 4_000)[: texts.LONGEST - 1] + "."
HOSTILE = (SCRIPT, QUOTES, RIGHT_TO_LEFT, SCRIPTS, PICTURES, LONGEST)
_HOLDS = "(texts) => texts.filter((text) => !document.querySelector('main').textContent.includes(text))"


@pytest.fixture
def running(product: Installed) -> int:
    """Give a circulation of the six items that every State is served with."""
    scene = Scene(product)
    key = scene.dispatch("Work Plan 2020–2023", scene.drafts("wp-"))
    product.tick()
    return key


@pytest.mark.timeout(180)
def test_objections_are_shown_as_text(enter: Enter, product: Installed, running: int) -> None:
    """All three fields of every item, on each page that prints them, before and after the close."""
    speaker = enter(MALAYSIA)
    speaker.go(f"/desk/{running}")
    for number, text in enumerate(HOSTILE, start=1):
        walks.object_to(speaker, number, passage=text, reasons=text, cure=text)
    speaker.press("Check the answers in words")
    speaker.reads_heading("This is what will be recorded")
    _shows(speaker, *HOSTILE)
    speaker.press("Go back and change")
    for number, text in enumerate(HOSTILE, start=1):
        fields = walks.item(speaker, number).get_by_role("textbox").all()
        assert [field.input_value() for field in fields] == [text] * 3
    speaker.press("Check the answers in words")
    speaker.press("Record these six answers for Malaysia")
    speaker.page.wait_for_url(re.compile("/receipts/"))
    _shows(speaker, *HOSTILE)
    for path in (f"/desk/{running}", f"/desk/{running}/pack", "/responses"):
        speaker.go(path)
        _shows(speaker, *(HOSTILE if path != "/responses" else ()))
    _is_shown_to_others(enter(SHEPHERD), running)
    product.tick(DEADLINE)
    auditor = enter(SECRETARIAT)
    auditor.go(f"/circulations/{running}/record")
    _shows(auditor, *HOSTILE)


def _is_shown_to_others(shepherd: Visitor, running: int) -> None:
    shepherd.go(f"/circulations/{running}")
    _shows(shepherd)
    positions = shepherd.main.locator("a[href*='/positions/'][href$='/MY']").evaluate_all(
        "all => [...new Set(all.map((one) => one.href))]"
    )
    assert len(positions) == len(HOSTILE)
    for address, text in zip(positions, HOSTILE, strict=True):
        shepherd.go(address)
        _shows(shepherd, text)


@pytest.mark.timeout(180)
def test_drafts_are_shown_as_text(enter: Enter, running: int) -> None:
    """What is saved inside the State comes back into its fields to the letter."""
    speaker = enter(MALAYSIA)
    speaker.go(f"/desk/{running}")
    for number, text in enumerate(HOSTILE, start=1):
        walks.object_to(speaker, number, passage=text, reasons=text, cure=text)
    speaker.press("Save as a draft inside Malaysia")
    speaker.reads("The draft is saved.")
    for number, text in enumerate(HOSTILE, start=1):
        fields = walks.item(speaker, number).get_by_role("textbox").all()
        assert [field.input_value() for field in fields] == [text] * 3
    _shows(speaker)


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "text", HOSTILE, ids=("script", "quotes", "right to left", "scripts", "pictures", "longest")
)
def test_other_words_are_shown_as_text(enter: Enter, running: int, text: str) -> None:
    """An objection to the whole, its lifting in writing, a request for more time."""
    speaker = enter(MALAYSIA)
    speaker.go(f"/desk/{running}")
    whole = speaker.page.locator("#whole")
    whole.locator("summary").click()
    whole.get_by_label("Reasons", exact=True).fill(text)
    whole.get_by_label("Wording that would settle it").fill(text)
    speaker.press("Check the objection to all items")
    _shows(speaker, text)
    speaker.press("Record these six answers for Malaysia")
    _shows(speaker, text)
    speaker.go(f"/desk/{running}")
    with speaker.page.expect_navigation():
        walks.item(speaker, 1).get_by_role("link", name="Lift the objection").click()
    speaker.page.get_by_label("The State’s words").fill(text)
    speaker.press("Lift the objection of Malaysia")
    speaker.page.wait_for_url(re.compile("/receipts/"))
    _shows(speaker, text)
    speaker.go(f"/desk/{running}/more-time")
    speaker.page.get_by_label("Reasons", exact=True).fill(text)
    speaker.press("Send the request of Malaysia")
    speaker.go(f"/desk/{running}/more-time")
    _shows(speaker, text)


def _shows(reader: Visitor, *texts: str) -> None:
    """The page holds these texts to the letter, nothing that they name, and still fits."""
    assert reader.page.evaluate(_HOLDS, list(texts)) == []
    assert reader.main.locator("script, img, iframe, a[href^='javascript:']").count() == 0
    assert layout.faults(reader.page) == []
    reader.page.set_viewport_size({"width": 1280, "height": 900})
