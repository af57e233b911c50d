"""Signing in and out.

Passwords are set in `passwords`; the capacity is chosen in `capacities`.
"""

import hashlib

from flask import current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_limiter.util import get_remote_address
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from workflow import db
from workflow.actions import accounts
from workflow.domain.errors import NotAllowed
from workflow.extensions import limiter
from workflow.models.people import Person
from workflow.web import kept
from workflow.web.auth.blueprint import blueprint
from workflow.web.auth.forms import SignInForm
from workflow.web.auth.local_paths import wanted
from workflow.web.doors import public, signed_in
from workflow.web.interrupted import gone_on
from workflow.web.sentences import translated
from workflow.web.visitors import CAPACITY, LANGUAGE, USED

#: Failures for one account from one address; a success never counts. Counted for the account alone, anybody
#: who knows a contact point's address could keep that State out until its silence counts.
_FAILURES_PER_ACCOUNT = "10 per 15 minutes"


def _by_account() -> str:
    typed = request.form.get("email", "").strip().lower()
    return hashlib.sha256(f"{get_remote_address()} {typed}".encode("utf-8", "replace")).hexdigest()


def _per_address() -> str:
    return str(current_app.config["RATELIMIT_SIGN_IN"])


def _failed(response: Response) -> bool:
    return response.status_code >= 400


@blueprint.get("/sign-in")
@public
def sign_in() -> str | Response:
    """Show the form, or go on for whom is signed in already."""
    if g.person is not None:
        return redirect(wanted(url_for("auth.home")))
    return _page(SignInForm(next=wanted("")))


@blueprint.post("/sign-in")
@limiter.limit(_per_address, key_func=get_remote_address)
@limiter.limit(_FAILURES_PER_ACCOUNT, key_func=_by_account, deduct_when=_failed)
@public(writes=False)
def enter() -> str | Response | tuple[str, int]:
    """Sign in, and go on with the form that waited; the answer never tells whether the account exists."""
    form = SignInForm()
    if not form.validate():
        return _page(form), 422
    try:
        person = accounts.verify(g.session, form.email.data, form.password.data, now=db.now(g.session))
    except NotAllowed as refused:
        form.form_errors = [translated(refused.message), translated(refused.remedy)]
        return _page(form), 422
    begin_session(person)
    waiting = kept.unsealed(form.kept.data or "")
    if waiting is not None:
        return gone_on(waiting)
    return redirect(wanted(url_for("auth.home")))


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> Response:
    """End this session."""
    logout_user()
    _begin_anew(LANGUAGE)
    flash(gettext("You are signed out."), "success")
    response = redirect(url_for("auth.sign_in"))
    # Whoever sits here next finds no kept page (W3C Clear Site Data).
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def begin_session(person: Person, *, keep_capacity: bool = False) -> None:
    """Begin a person's own session; of the one before, the language stays and, if asked, the capacity."""
    _begin_anew(LANGUAGE, *((CAPACITY,) if keep_capacity else ()))
    g.person = person
    session[USED] = int(db.now(g.session).timestamp())
    login_user(person)


def _begin_anew(*names: str) -> None:
    remaining = {name: session[name] for name in names if name in session}
    session.clear()
    session.update(remaining)
    # A page shown by this request needs a token of the new session.
    g.pop("csrf_token", None)


def _page(form: SignInForm) -> str:
    return render_template("auth/sign_in.html", form=form)
