"""The form of a page as a browser would send it: every field with what stands in it.

What pages say is read by `words` in preparations.py.
"""

from dataclasses import dataclass
from html.parser import HTMLParser

from werkzeug.test import TestResponse


class _Reader(HTMLParser):
    """Collect what each form of a page would send, without its buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.actions: list[str] = []
        self.texts: list[list[str]] = []
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, or a field of it."""
        found = dict(attrs)
        if tag == "form":
            self.forms.append({})
            self.actions.append(found.get("action") or "")
            self.texts.append([])
        elif tag == "input" and self.forms and found.get("name"):
            chosen = found.get("type") not in ("radio", "checkbox") or "checked" in found
            if chosen:
                self.forms[-1][str(found["name"])] = found.get("value") or ""
            if found.get("type") == "text":
                self.texts[-1].append(str(found["name"]))
        elif tag == "textarea" and self.forms:
            self._area = str(found["name"])
            self.forms[-1][self._area] = ""
            self.texts[-1].append(self._area)

    def handle_data(self, data: str) -> None:
        """Note what stands in a text area; its first line end is markup."""
        if self._area is not None:
            self.forms[-1][self._area] += data

    def handle_endtag(self, tag: str) -> None:
        """Close a text area."""
        if tag == "textarea" and self._area is not None:
            written = self.forms[-1][self._area].replace("\r\n", "\n")
            self.forms[-1][self._area] = written.removeprefix("\n")
            self._area = None


@dataclass(frozen=True)
class Form:
    """One form of a page: where it goes, what it would send, and the names of its texts."""

    action: str
    fields: dict[str, str]
    texts: list[str]


def forms_of(answer: TestResponse) -> list[Form]:
    """Return every form of a page; one without an address goes to the page itself."""
    reader = _Reader()
    reader.feed(answer.text)
    here = answer.request.full_path.rstrip("?")
    return [
        Form(action or here, fields, texts)
        for action, fields, texts in zip(reader.actions, reader.forms, reader.texts, strict=True)
    ]


def filled(answer: TestResponse, action: str, **changes: str) -> dict[str, str]:
    """Return what the form with this action would send, changed as given (`kind_7` stands for `kind-7`)."""
    reader = _Reader()
    reader.feed(answer.text)
    sent = reader.forms[reader.actions.index(action)]
    return sent | {
        name.replace("_", "-") if name[-1].isdigit() else name: value for name, value in changes.items()
    }
