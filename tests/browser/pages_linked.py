"""The pages one person reaches by following links, each looked at once.

What is looked for is in layout.py.
"""

from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.browser import layout
from tests.browser.axe import Axe
from tests.browser.browsing import Visitor
from workflow.domain.mandates import Act, Actor, may

#: Files, which a browser puts away instead of showing them.
FILES = (".csv", ".tsv", ".json", ".ics", ".zip", ".py", ".pdf", ".docx", ".xlsx")
DOWNLOADS = ("documents.download", "library.file", "log.key", "static")
#: Pages that differ much from one circulation to another; of all others two are as good as all.
VARIED = (
    "shepherd.circulation",
    "secretariat.circulation",
    "focal_point.circulation",
    "records.record",
    "documents.item",
)
SEVERAL = dict.fromkeys(VARIED, 7) | {"shepherd.position": 12, "shepherd.deadline": 6}


def open_to(app: Flask, actor: Actor) -> set[str]:
    """Return the endpoints of all pages that somebody may open, public ones left out."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    found = {rule.endpoint for rule in rules if not rule.rule.endswith(FILES)}.difference(DOWNLOADS)
    asked = {one: getattr(app.view_functions[one], "permission", None) for one in found}
    return {one for one, act in asked.items() if isinstance(act, Act) and may(actor, act)}


@dataclass
class Wandering:
    """One person who follows links; `seen` counts the pages by endpoint, `faults` is what was wrong."""

    visitor: Visitor
    app: Flask
    axe: Axe | None = None
    seen: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def wander(self, *start: str) -> None:
        """Follow every link from these pages on, with a few pages of each kind."""
        waiting, known = list(start), set(start)
        while waiting:
            address = waiting.pop(0)
            endpoint = self.endpoint(address)
            if endpoint is None or self.seen[endpoint] >= SEVERAL.get(endpoint, 2):
                continue
            self.seen[endpoint] += 1
            for link in self._look(address):
                if link not in known:
                    known.add(link)
                    waiting.append(link)

    def endpoint(self, address: str) -> str | None:
        """Return the endpoint of a page of ours, None for what is no page."""
        parts = urlsplit(address)
        if parts.path.endswith(FILES):
            return None
        try:
            endpoint, _ = self.app.url_map.bind("").match(parts.path, method="GET")
        except HTTPException:
            return None
        return None if endpoint in DOWNLOADS else endpoint

    def _look(self, address: str) -> list[str]:
        page = self.visitor.page
        status = self.visitor.go(address)
        if status != 200:
            self.faults.append(f"{address}: status {status}")
        self.faults += layout.faults(page, self.axe)
        links = page.locator("a[href^='/'], a[href^='?']").evaluate_all("all => all.map((one) => one.href)")
        return [link.removeprefix(self.visitor.address).partition("#")[0] for link in links]
