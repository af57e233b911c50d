"""A browser that visits a web host over real HTTP: signs in, opens pages, sends their forms.

What a form of a page would send is read in tests/web/forms_filled.py.
"""

import re
from dataclasses import dataclass
from html import unescape
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

from config.demo.setting_up import password, sign_ins
from tests.web.forms_filled import filled


@dataclass(frozen=True)
class Answer:
    """What came of a visit, after all redirections."""

    status: int
    url: str
    text: str
    headers: dict[str, str]

    @property
    def says(self) -> str:
        """Return the words of the page, without its marks."""
        return unescape(" ".join(re.sub(r"<[^>]+>", " ", self.text).split()))


class Browser:
    """One person's browser at one web host; a language is chosen, so that words can be compared."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))

    def get(self, path: str, **headers: str) -> Answer:
        """Open a page."""
        return self._ask(Request(self.base + path, headers=_named(headers)))

    def post(self, path: str, sent: dict[str, str]) -> Answer:
        """Send a form."""
        return self._ask(Request(self.base + path, urlencode(sent).encode(), method="POST"))

    def sign_in(self, email: str) -> Answer:
        """Sign in with the password all people of the demonstration share."""
        sent = filled(self.get("/sign-in"), "/sign-in", email=email, password=password())
        return self.post("/sign-in", sent)

    def answer(self, circulation: int, kinds: dict[str, str]) -> Answer:
        """Answer a circulation through all its pages; returns the page of receipts."""
        path = f"/desk/{circulation}"
        confirmed = self.post(path, filled(self.get(path), path) | {"rest": "no_answer"} | kinds)
        return self.post(f"{path}/answers", filled(confirmed, f"{path}/answers"))

    def _ask(self, request: Request) -> Answer:
        request.add_header("Accept-Language", "en")
        request.add_header("Accept", "text/html")
        try:
            with self.opener.open(request, timeout=30) as answer:
                return _read(answer)
        except HTTPError as refused:
            with refused:
                return _read(refused)


def contact_point(state: str) -> str:
    """Return the address of a State's contact point in the demonstration."""
    wanted = f"contact point of {state}"
    return next(email for _, email, held in sign_ins() if wanted in held)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _read(answer: Any) -> Answer:
    text = answer.read().decode("utf-8", "replace")
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(answer.status, answer.geturl(), text, headers)
