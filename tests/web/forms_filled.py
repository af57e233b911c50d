"""The form of a page as a browser would send it: every field with what stands in it.

What pages say is read by `words` in preparations.py.
"""

from html.parser import HTMLParser

from werkzeug.test import TestResponse


class _Reader(HTMLParser):
    """Collect what each form of a page would send, without its buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.actions: list[str] = []
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, or a field of it."""
        found = dict(attrs)
        if tag == "form":
            self.forms.append({})
            self.actions.append(found.get("action") or "")
        elif tag == "input" and self.forms and found.get("name"):
            chosen = found.get("type") not in ("radio", "checkbox") or "checked" in found
            if chosen:
                self.forms[-1][str(found["name"])] = found.get("value") or ""
        elif tag == "textarea" and self.forms:
            self._area = str(found["name"])
            self.forms[-1][self._area] = ""

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


def filled(answer: TestResponse, action: str, **changes: str) -> dict[str, str]:
    """Return what the form with this action would send, changed as given (`kind_7` stands for `kind-7`)."""
    reader = _Reader()
    reader.feed(answer.text)
    sent = reader.forms[reader.actions.index(action)]
    return sent | {
        name.replace("_", "-") if name[-1].isdigit() else name: value for name, value in changes.items()
    }
