"""Pictures of the principal pages of each desk, at three widths, for README and docs: `make screenshots`.

What the pages show is made in situations.py; the clock stands still.
"""

import base64
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.browsing import Visitor, launched
from tests.browser.installed import SECRETARIAT, SHEPHERD, VIET_NAM, installed
from tests.browser.situations import furnish

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
#: A telephone, a tablet, a desk: (width, height) in CSS pixels.
SIZES = {"phone": (360, 720), "tablet": (768, 960), "desk": (1280, 900)}
#: Small enough for a repository, good enough to read every word.
QUALITY = 30
#: How much of each length a picture keeps, by size.
SCALE = {"phone": 1, "tablet": 0.75, "desk": 0.75}
PAGES = {
    VIET_NAM: {"inbox": "/", "answer": "/desk/3"},
    SHEPHERD: {
        "circulation": "/circulations/3",
        "comments": "/circulations/3/comments",
        "deadline": "/preparations/5/deadline",
    },
    SECRETARIAT: {
        "attention": "/",
        "history": "/history",
        "item": "/documents/items/wp-4",
        "record": "/circulations/1/record",
    },
}


def main() -> int:
    """Write every picture anew; returns 1 if a page does not answer."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.webp"):
        old.unlink()
    with (
        tempfile.TemporaryDirectory() as folder,
        installed(Path(folder), after=furnish) as product,
        sync_playwright() as playwright,
    ):
        browser = launched(playwright)
        for email, pages in PAGES.items():
            visitor = Visitor.entering(browser, product.address, product.password)
            visitor.sign_in(email)
            for name, path in pages.items():
                if visitor.go(path) != 200:
                    sys.stderr.write(f"{path} does not answer {email}.\n")
                    return 1
                _take(visitor.page, name)
        browser.close()
    return 0


def _take(page: Page, name: str) -> None:
    camera = page.context.new_cdp_session(page)
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        shown = {"x": 0, "y": 0, "width": width, "height": height, "scale": SCALE[size]}
        how = {"format": "webp", "quality": QUALITY, "clip": shown}
        taken = camera.send("Page.captureScreenshot", how)
        (FOLDER / f"{name}-{size}.webp").write_bytes(base64.b64decode(taken["data"]))
    camera.detach()


if __name__ == "__main__":
    raise SystemExit(main())
