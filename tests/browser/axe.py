"""axe-core on a page that is shown: WCAG 2.2, levels A and AA, in light and dark.

What axe does not measure is in layout.py and zoom.py; which pages are looked at is in pages_linked.py.
"""

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from playwright.sync_api import Page

LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa")
#: All that a colour scheme can change: the stylesheet's one rule for it sets colours, nothing else.
OF_COLOURS = ("color-contrast", "link-in-text-block")
#: One number for each part of a page, told by how it is built and what it stands in, without its words: rows,
#: items, States repeat. As no page has styles of its own, what is built alike is coloured and named alike.
_PARTS = """() => {
    const valued = ["class", "type", "role", "scope", "hidden", "disabled", "lang", "tabindex", "open",
        "aria-current", "aria-hidden", "aria-invalid", "autocomplete"];
    const hash = (text) => {
        let sum = 0x811c9dc5;
        for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
        return sum >>> 0;
    };
    const all = [...document.querySelectorAll("body, body *")], built = new Map(), place = new Map();
    for (const one of [...all].reverse()) {
        const marks = one.getAttributeNames().sort().map((name) => [name, one.getAttribute(name)])
            .map(([name, value]) => name + "=" + (valued.includes(name) ? value : Boolean(value.trim())));
        const worded = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        const within = [...new Set([...one.children].map((child) => built.get(child)))];
        const own = [one.localName, worded, one.checked, one.labels && one.labels.length > 0, ...marks];
        built.set(one, hash(own.join(" ") + within.join(" ")));
    }
    for (const one of all)
        place.set(one, hash((place.get(one.parentElement) || "") + one.localName + one.className));
    window.parts = all;
    return all.map((one) => hash(place.get(one) + " " + built.get(one)));
}"""
_LEAVE_OUT = """(indices) => {
    const known = new Set(indices.map((index) => window.parts[index]));
    window.parts = [...known].filter((one) => !known.has(one.parentElement));
}"""
_RUN = """async (only) => {
    const where = {include: [document.documentElement], exclude: window.parts};
    const found = await axe.run(where, {runOnly: only, resultTypes: ["violations"], preload: false});
    return found.violations.flatMap((one) => one.nodes.map((node) => one.id + ": " + node.target.join(" ")));
}"""


@cache
def source() -> str:
    """Return the script that does the work, as its package brings it."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


@dataclass
class Axe:
    """What was looked at in this run: of each page, axe looks at what is built as nothing was before it."""

    known: set[int] = field(default_factory=set)

    def is_new(self, page: Page) -> bool:
        """Return whether there is anything to look at, and prepare the page to be looked at."""
        old = []
        for index, part in enumerate(page.evaluate(_PARTS)):
            if part in self.known:
                old.append(index)
            self.known.add(part)
        page.evaluate(_LEAVE_OUT, old)
        new = 0 not in old
        if new:
            page.evaluate(source())
        return new

    def violations(self, page: Page) -> list[str]:
        """Return what breaks a rule at the width that is shown, in light and in dark; left in light."""
        light = self._run(page, {"type": "tag", "values": list(LEVELS)})
        page.emulate_media(color_scheme="dark")
        dark = self._run(page, {"type": "rule", "values": list(OF_COLOURS)})
        page.emulate_media(color_scheme="light")
        return [f"light: {one}" for one in light] + [f"dark: {one}" for one in dark]

    def _run(self, page: Page, only: dict[str, object]) -> list[str]:
        return list(page.evaluate(_RUN, only))
