"""What any page must be, measured where it is shown: its width, its heads, its labels, its forms.

Which pages are looked at is in pages_linked.py; what is lost when it is magnified in zoom.py, axe in axe.py.
"""

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.browser import zoom
from tests.browser.axe import Axe

#: A small telephone, a usual one, a tablet, a desk.
WIDTHS = (320, 360, 768, 1280)
#: Where axe looks: a page is laid out anew between these, and nowhere else.
AXE_WIDTHS = (320, 768, 1280)

_FORM = """() => {
    const named = (one) => one.getAttribute("aria-label") || one.getAttribute("aria-labelledby");
    const shown = (one) => (one.name || one.id || one.outerHTML.slice(0, 80));
    const all = (query) => [...document.querySelectorAll(query)];
    const ids = all("[id]").map((one) => one.id);
    return {
        "headings of the first rank": all("h1").length === 1 ? [] : [String(all("h1").length)],
        "title": /\\S.* – Adref$/.test(document.title) ? [] : [document.title],
        "language": document.documentElement.lang ? [] : ["none"],
        "fields without a label": all("input:not([type=hidden]), select, textarea")
            .filter((one) => !one.labels.length && !named(one)).map(shown),
        "buttons and links without words": all("button, a[href]")
            .filter((one) => !one.textContent.trim() && !named(one)).map(shown),
        "forms without a token": all("form[method=post]")
            .filter((one) => !one.querySelector("[name=csrf_token]"))
            .map((one) => one.getAttribute("action")),
        "ids given twice": ids.filter((id, index) => ids.indexOf(id) !== index),
        "words that lead nowhere": all("a[href^='#']").map((one) => one.hash.slice(1))
            .filter((id) => id && !document.getElementById(id)),
        "words without their meaning": all("[popovertarget]").map((one) => one.getAttribute("popovertarget"))
            .filter((id) => !document.getElementById(id)),
        "meanings within what is pressed": all(":is(a, label, summary) [popovertarget]").map(shown),
    };
}"""
_WIDER = """() => {
    const page = document.documentElement;
    if (page.scrollWidth <= innerWidth) return "";
    const out = [...document.querySelectorAll("main *, header *, footer *")]
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5)
        .map((one) => one.tagName.toLowerCase() + (one.className ? "." + one.className : ""));
    return page.scrollWidth + " wide: " + [...new Set(out)].slice(0, 6).join(" ");
}"""


#: Shows what a page keeps folded, and of each question the answer that brings the most fields with it.
_UNFOLD = """() => {
    document.querySelectorAll("details").forEach((one) => { one.open = true; });
    const asked = new Map();
    document.querySelectorAll("[type=radio]").forEach((one) => {
        asked.set(one.name, [...(asked.get(one.name) || []), one]);
    });
    for (const choices of asked.values()) {
        const before = choices.find((one) => one.checked);
        const most = { height: document.body.scrollHeight, choice: before };
        for (const choice of choices) {
            choice.checked = true;
            const height = document.body.scrollHeight;
            if (height > most.height + 1) Object.assign(most, { height, choice });
        }
        if (most.choice) most.choice.checked = true;
        else choices.forEach((one) => { one.checked = false; });
    }
}"""

_CHOSEN = "() => [...document.querySelectorAll('[type=radio]')].map((one) => one.checked)"
_CHOOSE = """(chosen) => document.querySelectorAll("[type=radio]").forEach((one, at) => {
    one.checked = chosen[at];
})"""


def faults(page: Page, axe: Axe | None = None) -> list[str]:
    """Return what is wrong with the page that is shown, at each width; it is left unfolded at the last.

    Its answers are left as they were: a form that is looked at can be sent.
    """
    chosen = page.evaluate(_CHOSEN)
    found = [f"{page.url}{fault}" for fault in _faults(page, axe)]
    page.evaluate(_CHOOSE, chosen)
    return found


def _faults(page: Page, axe: Axe | None) -> Iterator[str]:
    for what, which in page.evaluate(_FORM).items():
        if which:
            yield f": {what}: {', '.join(which)}"
    page.evaluate(_UNFOLD)
    yield from (f" at 400 %: {lost}" for lost in zoom.losses(page))
    looks = axe is not None and axe.is_new(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if wider := page.evaluate(_WIDER):
            yield f" at {width}: {wider}"
        if axe is not None and looks and width in AXE_WIDTHS:
            yield from (f" at {width}, {broken}" for broken in axe.violations(page))
