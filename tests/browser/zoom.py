"""What a page loses at 400 per cent: 1280 by 1024 pixels then hold as much as 320 by 256.

Whether the page itself is too wide is measured in layout.py.
"""

from playwright.sync_api import Page

ZOOMED = {"width": 320, "height": 256}
#: Words that are cut off, regions that scroll but not by keyboard, controls that cannot be had.
_LOST = """() => {
    const told = new Set();
    const shown = (one) => one.checkVisibility({visibilityProperty: true}) && one.getClientRects().length > 0;
    const for_ears = (one) => {
        for (; one; one = one.parentElement) if (getComputedStyle(one).clipPath !== "none") return true;
        return false;
    };
    const tell = (what, one) => told.add(what + ": " + one.localName
        + (typeof one.className === "string" && one.className ? "." + one.className : "")
        + " “" + one.textContent.trim().slice(0, 30) + "”");
    for (const one of document.body.querySelectorAll("*")) {
        if (one.namespaceURI.endsWith("svg") || one.matches("select, option, input")) continue;
        const style = getComputedStyle(one);
        const ways = [[style.overflowX, one.scrollWidth - one.clientWidth],
            [style.overflowY, one.scrollHeight - one.clientHeight]];
        for (const [way, more] of ways) {
            if (way === "visible" || more <= 1 || !shown(one) || for_ears(one)) continue;
            if (way === "hidden" || way === "clip") tell("words are cut off", one);
            else if (one.localName !== "textarea"
                && (one.tabIndex < 0 || !(one.ariaLabel || one.getAttribute("aria-labelledby"))))
                tell("scrolls, but not by keyboard", one);
        }
    }
    const scrolled = (one) => one.closest(".table-scroll, .letter-text, [tabindex='0']");
    const wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    for (const one of document.querySelectorAll(wanted)) {
        if (one.disabled || !shown(one) || for_ears(one)) continue;
        one.focus();
        if (document.activeElement !== one) { tell("takes no focus", one); continue; }
        const seen = [...one.getClientRects()].map((all) => ({
            left: Math.max(all.left, 0), right: Math.min(all.right, innerWidth),
            top: Math.max(all.top, 0), bottom: Math.min(all.bottom, innerHeight), wide: all}))
            .filter((part) => part.right - part.left >= 1 && part.bottom - part.top >= 1);
        if (!seen.length) { tell("is out of sight", one); continue; }
        const out = seen.some(({wide}) => wide.left < -0.5 || wide.right > innerWidth + 0.5);
        if (out && !scrolled(one)) tell("is out of the page", one);
        const met = seen.some((part) => {
            const top = document.elementFromPoint((part.left + part.right) / 2, (part.top + part.bottom) / 2);
            return top && (one.contains(top) || top.contains(one) && top !== document.body);
        });
        if (!met) tell("lies under another", one);
    }
    document.activeElement.blur();
    return [...told];
}"""


def losses(page: Page) -> list[str]:
    """Return what cannot be read or reached; the page is left as wide and as high as it then is."""
    page.set_viewport_size(ZOOMED)
    return list(page.evaluate(_LOST))
