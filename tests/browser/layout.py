"""What any page must be, measured where it is shown: its width, its heads, its labels, its forms.

Which pages are looked at is in pages_linked.py.
"""

from playwright.sync_api import Page

#: A small telephone, a usual one, a desk.
WIDTHS = (320, 360, 1280)

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


def faults(page: Page) -> list[str]:
    """Return what is wrong with the page that is shown, at each width; it is left at the last."""
    found = page.evaluate(_FORM)
    told = [f"{page.url}: {what}: {', '.join(which)}" for what, which in found.items() if which]
    return told + [f"{page.url} at {width}: {wider}" for width in WIDTHS if (wider := _wider(page, width))]


def _wider(page: Page, width: int) -> str:
    page.set_viewport_size({"width": width, "height": 900})
    return str(page.evaluate(_WIDER))
