"""Chromium, and a person in front of it whose console, dialogs and refused contents are listened to.

Which pages there are, and what people do on them, is in the tests and in walks.py.
"""

import re
import shutil
from dataclasses import dataclass, field
from typing import Self

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Locator, Page, Playwright, expect

#: What Debian calls Chromium without its windows first: it opens pages alike and no window around them.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: How long a person waits for anything, in milliseconds.
PATIENCE = 15_000
#: Runs before the page's own content, whatever its policy: a refusal is otherwise said to nobody.
HEARS_REFUSALS = """document.addEventListener("securitypolicyviolation", (refused) =>
    console.error("refused by policy: " + refused.violatedDirective + " " + refused.blockedURI));"""
#: What Chromium itself says of a page that was refused on purpose.
_STATUS = re.compile(r"Failed to load resource: the server responded with a status of (4\d\d) ")


class NoChromium(RuntimeError):
    """There is no Chromium on this machine."""


def found() -> str:
    """Return where Chromium is; raises NoChromium saying how to get it."""
    for name in NAMES:
        path = shutil.which(name)
        if path is not None:
            return path
    raise NoChromium("No Chromium here. Install it: apt-get install chromium-headless-shell (or chromium)")


def launched(playwright: Playwright) -> Browser:
    """Start Chromium without a window."""
    return playwright.chromium.launch(executable_path=found(), args=list(ARGUMENTS), headless=True)


@dataclass
class Visitor:
    """One person with a mouse in a browser of their own; `heard` is what a page should never bring about."""

    page: Page
    address: str
    password: str
    heard: list[str] = field(default_factory=list)

    @classmethod
    def entering(
        cls, browser: Browser, address: str, password: str, *, javascript: bool = True, width: int = 1280
    ) -> Self:
        """Open a browser for one person, with cookies of its own."""
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
        )
        context.set_default_timeout(PATIENCE)
        context.add_init_script(HEARS_REFUSALS)
        visitor = cls(context.new_page(), address, password)
        visitor.page.on("console", visitor._hear)
        visitor.page.on("pageerror", lambda error: visitor.heard.append(f"error: {error}"))
        visitor.page.on("dialog", visitor._dismiss)
        return visitor

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _STATUS.match(message.text):
            self.heard.append(f"{message.type}: {message.text} ({self.page.url})")

    def _dismiss(self, dialog: Dialog) -> None:
        self.heard.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    @property
    def main(self) -> Locator:
        """Return the page's own part, without strip and foot."""
        return self.page.get_by_role("main")

    def sign_in(self, email: str) -> None:
        """Sign in and wait for the first page."""
        self.page.goto("/sign-in")
        self.write(self.page.get_by_label("E-mail address"), email)
        self.write(self.page.get_by_label("Password"), self.password)
        self.press("Sign in")
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible(timeout=PATIENCE)

    def go(self, path: str) -> int:
        """Open an address of the product; returns the status it answers with."""
        answer = self.page.goto(path)
        assert answer is not None
        return answer.status

    def press(self, name: str) -> None:
        """Press the button that is called so, and wait for the page that comes."""
        self.enter(self.main.get_by_role("button", name=name, exact=True))

    def follow(self, name: str, *, within: Locator | None = None) -> None:
        """Follow the link that is called so, and wait for the page it leads to."""
        self.enter((within or self.main).get_by_role("link", name=name, exact=True))

    def enter(self, wanted: Locator) -> None:
        """Take a link or a button, and wait for the page that comes."""
        with self.page.expect_navigation():
            wanted.click()

    def jump(self, name: str) -> None:
        """Follow the link that is called so to a place on the same page."""
        self.main.get_by_role("link", name=name, exact=True).click()

    def write(self, field: Locator, text: str) -> None:
        """Write this instead of what the field holds."""
        field.fill(text)

    def tick(self, choice: Locator) -> None:
        """Take a choice, one of a question or a box."""
        choice.check()

    def select(self, field: Locator, option: str | re.Pattern[str]) -> None:
        """Take the option of a list that is called so."""
        names = field.locator("option").all_inner_texts()
        field.select_option(index=next(at for at, name in enumerate(names) if re.search(option, name)))

    def reads(self, words: str) -> None:
        """Wait until the page says this."""
        expect(self.main).to_contain_text(words, timeout=PATIENCE)

    def reads_heading(self, words: str) -> None:
        """Wait for the page whose one heading of the first rank says this."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(words, timeout=PATIENCE)
