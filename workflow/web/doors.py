"""The doors: which permission a view demands, and the one transaction a request is.

Every view carries exactly one of `permits`, `signed_in` and `public`. Who visits is read in `visitors`;
how a refusal looks is in `errors`; a form that was refused comes back by `forms.refusals`.
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, Response, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from workflow.actions.authority import actor_for
from workflow.domain.errors import Invalid, NotAllowed, StaleVersion
from workflow.domain.mandates import Act, Actor, require
from workflow.web import breakdowns
from workflow.web.interrupted import SignedOut
from workflow.web.visitors import database, start_reading

View = TypeVar("View", bound=Callable[..., Any])

#: What the permission of a view says where it is not one act.
PUBLIC = "public"
SIGNED_IN = "signed in"
_KEY = re.compile(r"[0-9A-Za-z-]{8,64}\Z")


class Later(AnyResponse):
    """An answer that can only be given once what it tells of is committed: `answer` gives it then."""

    def __init__(self, answer: Callable[[], AnyResponse]) -> None:
        super().__init__()
        self.answer = answer


def permits(act: Act, *, writes: bool = True) -> Callable[[View], View]:
    """Let a view be called by whoever may do `act`; the action asks again, for the State concerned.

    A view that returns a `Later` is answered by it after the commit: receipts are signed then.

    On a POST `g.actor` is read anew in the transaction (rule 25) and carries the form's `key`; with
    `writes=False` it only reads, and takes no lock.
    """

    def check() -> Response | AnyResponse | None:
        if g.person is None:
            return _to_sign_in()
        if g.actor is None:
            return _to_capacity()
        _same_capacity()
        require(g.actor, act)
        if g.writing:
            g.actor = _actor_in_transaction()
        return None

    return _door(act, check, writes=writes)


def signed_in(view: View) -> View:
    """Let a view be called by everybody who is signed in, in whatever capacity or none."""
    return _door(SIGNED_IN, lambda: _to_sign_in() if g.person is None else None)(view)


def public(view: View | None = None, *, writes: bool = True) -> Any:
    """Let a view be called by anybody: the sign-in pages; `writes=False` keeps its POST from the lock."""
    door = _door(PUBLIC, lambda: None, writes=writes)
    return door if view is None else door(view)


def require_permissions(app: Flask) -> None:
    """Refuse to start with a route that names no permission."""
    nameless = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint != "static" and not hasattr(view, "permission")
    ]
    if nameless:
        raise RuntimeError(f"these views name no permission: {', '.join(sorted(nameless))}")


def _door(
    permission: Act | str, check: Callable[[], Response | AnyResponse | None], *, writes: bool = True
) -> Callable[[View], View]:
    def hang(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> AnyResponse:
            stopped = check()
            if stopped is not None:
                return stopped
            answer = view(*args, **kwargs)
            if isinstance(answer, Later):
                _commit()
                start_reading()
                return answer.answer()
            response = make_response(answer)
            # A form that came back with an error has changed nothing.
            if g.writing and response.status_code < 400:
                _commit()
            return response

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.writes = writes  # type: ignore[attr-defined]
        return cast(View, guarded)

    return hang


def _commit() -> None:
    breakdowns.committing()
    g.session.commit()
    breakdowns.committed()
    database().committed(g.session)


def _actor_in_transaction() -> Actor:
    key = request.form.get("key", "")
    return actor_for(
        g.session,
        g.person,
        g.capacity.appointment.id,
        g.now,
        idem=key if _KEY.match(key) else None,
    )


def _same_capacity() -> None:
    """Refuse a form opened in another capacity than the one acting now, or in which of several unsaid."""
    if not g.writing:
        return
    opened_as = request.form.get("capacity", "")
    if not opened_as and len(g.capacities) > 1:
        raise Invalid(
            "The form does not say in which of your capacities it was opened. Nothing was recorded.",
            remedy="Check the capacity at the top, open the page again, and send the form from there.",
        )
    if opened_as and opened_as != str(g.actor.appointment):
        raise StaleVersion(
            "You opened this form in another capacity than the one you are acting in now.",
            remedy="Nothing was recorded. Check the capacity at the top, then open the form again.",
        )


def _to_sign_in() -> AnyResponse:
    if request.method not in ("GET", "HEAD"):
        raise SignedOut()
    return redirect(url_for("auth.sign_in", next=_here()))


def _to_capacity() -> AnyResponse:
    if not g.capacities:
        raise NotAllowed(
            "You hold no appointment at present.",
            remedy="Ask the secretariat, who keeps the appointments.",
        )
    if request.method not in ("GET", "HEAD"):
        raise StaleVersion(
            "You have not chosen the capacity you act in. Nothing was recorded.",
            remedy="Choose it, then open the form again.",
        )
    return redirect(url_for("auth.capacity", next=_here()))


def _here() -> str:
    return request.full_path.rstrip("?")
