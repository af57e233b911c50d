"""A form that arrives after its session ended: sign in again, and go on with the same form, filled in.

What is kept, and for whom, is in `kept`; signing in itself is in `auth`.
"""

from flask import Flask, flash, g, make_response, redirect, render_template, session, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from workflow.web import errors, kept, visitors
from workflow.web.errors import Problem


class SignedOut(Exception):
    """A form came from somebody who is no longer signed in (401)."""


def init_app(app: Flask) -> None:
    """Answer every form that came too late for its session."""
    app.register_error_handler(SignedOut, _signed_out)
    app.register_error_handler(CSRFError, _form_too_old)


def gone_on(form: kept.Kept) -> Response:
    """Give a form back to the visitor who signed in, in the capacity it was opened in, if it is theirs."""
    if g.person is None or form.person != g.person.id:
        told = gettext(
            "Somebody else opened the form that was waiting here. It is not shown to you, "
            "and nothing was recorded."
        )
        flash(told, "warning")
        return redirect(url_for("auth.home"))
    if form.capacity is not None:
        session[visitors.CAPACITY] = form.capacity
    visitors.read_anew()
    return make_response(render_template("auth/resumed.html", kept=form))


def _signed_out(_error: SignedOut) -> Response:
    return _sign_in_again(
        Problem(
            401,
            "signed_out",
            gettext("You are signed out"),
            gettext("You were signed out before this form arrived. Nothing was recorded."),
            gettext("Copy what you typed from below, sign in, and open the form again."),
        )
    )


def _form_too_old(_error: CSRFError) -> Response:
    """Tell whether nobody is signed in any more, or somebody anew since the form was opened."""
    visitors.read_anew()
    form = kept.of_request()
    if g.person is None and form is not None:
        return _signed_out(SignedOut())
    if form is not None and not errors.wants_json():
        return gone_on(form)
    return errors.answer(
        Problem(
            400,
            "form_too_old",
            gettext("This request cannot be read"),
            gettext("This form was opened before you last signed in or out. Nothing was recorded."),
            gettext("Your form is safe: go back, load the page again, and send it once more."),
        )
    )


def _sign_in_again(problem: Problem) -> Response:
    form = kept.of_request()
    if form is None or errors.wants_json():
        return errors.answer(problem)
    # Made here, so that its fields do not take what was typed into the other form.
    page = render_template(
        "auth/interrupted.html", problem=problem, sealed=kept.sealed(form), typed=errors.shown_of(form.fields)
    )
    return make_response(page, problem.status)
