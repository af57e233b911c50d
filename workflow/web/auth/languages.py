"""Choosing the language of pages and letters; it works before signing in too.

How a page finds its language is in `workflow/app.py`.
"""

from flask import current_app, flash, g, redirect, request, session, url_for
from flask_babel import gettext, refresh
from werkzeug.wrappers import Response

from workflow.actions import accounts
from workflow.domain.errors import Invalid
from workflow.web.auth.blueprint import blueprint
from workflow.web.auth.local_paths import wanted
from workflow.web.doors import public
from workflow.web.visitors import LANGUAGE


@blueprint.post("/language")
@public
def speak() -> Response:
    """Show pages in a language from here on; who is signed in gets letters in it too."""
    language = request.form.get("language", "")
    if language not in current_app.config["LANGUAGES"]:
        raise Invalid(
            "This language is not offered.", remedy="Choose one in the foot of the page.", field="language"
        )
    session[LANGUAGE] = language
    refresh()
    if g.person is not None:
        accounts.choose_language(g.person, language)
        flash(gettext("Pages and letters speak English to you from here on."), "success")
    return redirect(wanted(url_for("auth.home")))
