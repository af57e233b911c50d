"""Heavy pages that a browser keeps and asks for again: as long as nothing has changed, it is told just that.

Only for pages of what the log tells: what is typed and not sent stays out. Other headers are in `headers`.
"""

import hashlib
import json
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any, TypeVar, cast

from flask import Response, g, make_response, request, session
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf

View = TypeVar("View", bound=Callable[..., Any])

_ROOT = Path(__file__).resolve().parents[2]
#: What a page is made of, besides its data.
_MADE_OF = (("workflow", "*.py"), ("templates", "*.html"), ("templates", "*.mo"))
#: What pages say of the time is as old as this at most.
_SECONDS = 60


def unless_unchanged(view: View) -> View:
    """Answer 304 where the browser holds this page as it still is (RFC 9110, 13.1.2); below `permits`.

    The tag covers who asks and what this person may see, so that no other's page is ever taken for it, and
    the page may lie in this browser alone.
    """

    @wraps(view)
    def asked(*args: Any, **kwargs: Any) -> Response:
        # A message that is shown once belongs to no kept page.
        if "_flashes" in session:
            return make_response(view(*args, **kwargs))
        # Made before the tag, which covers it: the page carries it in its forms.
        generate_csrf()
        tag = _tag()
        if request.if_none_match.contains_weak(tag):
            response = Response(status=304)
        else:
            response = make_response(view(*args, **kwargs))
        if response.status_code in (200, 304):
            g.may_be_kept = True
            response.set_etag(tag, weak=True)
        return response

    return cast(View, asked)


def _tag() -> str:
    """Return the tag of this address for this visitor, as things stand within this minute."""
    facts = (
        _program(),
        request.full_path,
        (g.person.get_id(), session.get("csrf_token")),
        (g.actor.appointment, str(g.actor.role), g.actor.state),
        [(one.appointment.id, str(one.role)) for one in g.capacities],
        str(get_locale()),
        g.data_version,
        (g.clock_is_behind, g.log_fault),
        int(g.now.timestamp()) // _SECONDS,
    )
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]


@cache
def _program() -> str:
    """Return a fingerprint of the program and its templates: another version makes other pages."""
    found = hashlib.sha256()
    for folder, pattern in _MADE_OF:
        for path in sorted((_ROOT / folder).rglob(pattern)):
            found.update(path.read_bytes())
    return found.hexdigest()
