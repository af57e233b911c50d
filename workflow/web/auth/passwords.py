"""Setting a password by a link, asking for a link, and changing the password one has.

Signing in is in `sign_in`; what a good password is, in `workflow/actions/accounts.py`.
"""

import hashlib

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from workflow import db
from workflow.actions import accounts
from workflow.extensions import limiter
from workflow.models.people import Person
from workflow.web.auth.blueprint import blueprint
from workflow.web.auth.forms import ChangePasswordForm, ForgottenForm, NewPasswordForm
from workflow.web.auth.sign_in import begin_session
from workflow.web.doors import public, signed_in
from workflow.web.forms import refusals

_LINKS_PER_ACCOUNT = "3 per hour"
_TRIES_PER_PERSON = "10 per hour"


def _by_account() -> str:
    typed = request.form.get("email", "").strip().lower()
    return "reset:" + hashlib.sha256(typed.encode("utf-8", "replace")).hexdigest()


def _per_address() -> str:
    return str(current_app.config["RATELIMIT_RESET"])


def _by_person() -> str:
    person: Person | None = g.get("person")
    return f"person:{person.id}" if person is not None else get_remote_address()


@blueprint.get("/account/<secret>")
@limiter.limit("60 per hour", key_func=get_remote_address)
@public
def link(secret: str) -> str:
    """Show whose password a link sets; nothing happens before the form is sent."""
    person = accounts.owner(g.session, secret, now=db.now(g.session))
    return _by_link(NewPasswordForm(), person)


@blueprint.post("/account/<secret>")
@limiter.limit("60 per hour", key_func=get_remote_address)
@public
def redeem(secret: str) -> str | Response | tuple[str, int]:
    """Set the password by a link, then ask to sign in with it."""
    form, now = NewPasswordForm(), db.now(g.session)
    person = accounts.owner(g.session, secret, now=now)
    if form.validate():
        with refusals(form) as attempt:
            accounts.redeem(g.session, secret, form.password.data, now=now)
        if attempt:
            flash(gettext("Your password is set. Sign in with it."), "success")
            return redirect(url_for("auth.sign_in"))
    return _by_link(form, person), form.status


@blueprint.get("/forgotten")
@public
def forgotten() -> str:
    """Ask for the address to which a link goes."""
    return render_template("auth/forgotten.html", form=ForgottenForm())


@blueprint.post("/forgotten")
@limiter.limit(_per_address, key_func=get_remote_address)
@limiter.limit(_LINKS_PER_ACCOUNT, key_func=_by_account)
@public
def ask() -> str | Response | tuple[str, int]:
    """Send a link if there is such an account; the answer is the same if there is none."""
    form = ForgottenForm()
    if not form.validate():
        return render_template("auth/forgotten.html", form=form), 422
    accounts.ask_reset(g.session, form.email.data, now=db.now(g.session))
    flash(gettext("If there is an account with this address, a letter with a link is on its way."), "success")
    return redirect(url_for("auth.sign_in"))


@blueprint.get("/password")
@signed_in
def password() -> str:
    """Show the form for a new password."""
    return render_template("auth/password.html", form=ChangePasswordForm())


@blueprint.post("/password")
@limiter.limit(_TRIES_PER_PERSON, key_func=_by_person)
@signed_in
def change() -> str | Response | tuple[str, int]:
    """Set a new password; this session goes on, every other ends."""
    form = ChangePasswordForm()
    if form.validate():
        with refusals(form) as attempt:
            accounts.change_password(g.session, g.person, form.old.data, form.new.data, now=g.now)
        if attempt:
            begin_session(g.person, keep_capacity=True)
            flash(gettext("Your password is changed. Every other session of yours has ended."), "success")
            return redirect(url_for("auth.home"))
    return render_template("auth/password.html", form=form), form.status


def _by_link(form: NewPasswordForm, person: Person) -> str:
    return render_template("auth/link.html", form=form, owner=person)
