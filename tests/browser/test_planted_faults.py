"""The hunts can see: what is planted in a page is found where it is, and nothing else is.

The pages themselves are hunted through in test_pages.py.
"""

from playwright.sync_api import Page, Route

from tests.browser import layout, zoom
from tests.browser.axe import Axe
from tests.browser.conftest import Enter
from tests.browser.installed import Installed
from tests.browser.pages_linked import Wandering

#: A field without a name, words that fade in the dark or on a tablet only, buttons too small on a telephone.
FADING = """<!doctype html><html lang="en"><title>Planted – Adref</title><style>
:root { color-scheme: light dark; }
.dusk { color: #444; } .noon { color: #333; background: #fff; } button { width: 30px; height: 30px; }
@media (prefers-color-scheme: dark) { body { background: #111; color: #eee; } }
@media (min-width: 600px) and (max-width: 900px) { .noon { color: #bbb; } }
@media (max-width: 400px) { button { width: 12px; height: 12px; padding: 0; border: 0; } }
</style><main><h1>Planted</h1><input name="alone"><p class="dusk">Dusk</p><p class="noon">Noon</p>
<div><button aria-label="one"></button><button aria-label="two"></button></div></main></html>"""
#: One of each loss, beside what only looks like one.
LOST = """<!doctype html><style>
.cut { width: 200px; height: 20px; overflow: hidden; } .rolls { overflow-x: auto; } .wide { width: 900px; }
.cover { position: absolute; top: 0; left: 0; width: 200px; height: 60px; background: #eee; }
.far { position: absolute; left: 300px; width: 200px; }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
</style><main><h1><a href="#a">Beneath</a></h1><div class="cover"></div>
<p class="heard">For ears alone, a sentence</p>
<div class="cut">Words that are much too long for the little room they are given here</div>
<div class="rolls"><div class="wide">Not by keyboard</div></div>
<div class="rolls" tabindex="0" aria-label="Keys"><div class="wide">By <a href="#b">keyboard</a></div></div>
<button class="far">Far</button><button>Near</button></main>"""


def test_axe_sees_each_scheme_and_width(blank: Page) -> None:
    """A fault that shows in one scheme or at one width alone is told with it; of buttons alike, the first."""
    axe = Axe()
    blank.set_content(FADING)
    assert [fault.removeprefix("about:blank") for fault in layout.faults(blank, axe) if ", " in fault] == [
        " at 320, light: label: input",
        ' at 320, light: target-size: button[aria-label="one"]',
        " at 320, dark: color-contrast: .dusk",
        " at 768, light: color-contrast: .noon",
        " at 768, light: label: input",
        " at 768, dark: color-contrast: .dusk",
        " at 768, dark: color-contrast: .noon",
        " at 1280, light: label: input",
        " at 1280, dark: color-contrast: .dusk",
    ]


def test_axe_passes_over_what_it_has_seen_and_nothing_else(blank: Page) -> None:
    """A page built as one before is not looked at again; of another, what is new in it is."""
    axe = Axe()
    blank.set_content(FADING.replace('<input name="alone">', ""))
    assert axe.is_new(blank)
    blank.set_content(FADING.replace('<input name="alone">', "").replace("Dusk", "Night"))
    assert not axe.is_new(blank)
    blank.set_content(FADING)
    assert axe.is_new(blank)
    assert axe.violations(blank) == ["light: label: input"]


def test_a_label_lost_from_a_linked_page_is_found(enter: Enter, product: Installed) -> None:
    """The page is found by its link, and looked at under its own policy."""
    visitor = enter()

    def lose_labels(route: Route) -> None:
        answer = route.fetch()
        kept = ("content-type", "content-security-policy")
        body = answer.text().replace("<label", "<span").replace("</label", "</span")
        route.fulfill(headers={name: answer.headers[name] for name in kept}, body=body)

    visitor.page.route("**/forgotten", lose_labels)
    wandering = Wandering(visitor, product.app, Axe())
    wandering.wander("/sign-in")
    told = [fault for fault in wandering.faults if "light: label: " in fault]
    assert len(told) == len(layout.AXE_WIDTHS)
    assert all("/forgotten" in fault for fault in wandering.faults), wandering.faults


def test_losses_at_400_per_cent_are_seen(blank: Page) -> None:
    """What is cut off, covered, out of the page, or scrolls for a mouse alone."""
    blank.set_content(LOST)
    assert zoom.losses(blank) == [
        "words are cut off: div.cut “Words that are much too long f”",
        "scrolls, but not by keyboard: div.rolls “Not by keyboard”",
        "lies under another: a “Beneath”",
        "is out of the page: button.far “Far”",
    ]
