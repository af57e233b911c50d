"""The introduction of a document: the form to write it.

What it writes is in `workflow/actions/introducing.py`; the words of items are written in `writing`.
"""

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from workflow.actions import introducing
from workflow.domain.mandates import Act
from workflow.queries.documents import find
from workflow.web.documents.blueprint import blueprint
from workflow.web.documents.forms import IntroductionForm
from workflow.web.doors import permits
from workflow.web.forms import refusals


@blueprint.get("/<code>/introduction")
@permits(Act.WRITE_DRAFT)
def introduction(code: str) -> str:
    """Show the introduction to write on."""
    found, _ = find(g.session, g.body.id, code)
    return _page(IntroductionForm.showing(found.introduction), code)


@blueprint.post("/<code>/introduction")
@permits(Act.WRITE_DRAFT)
def write_introduction(code: str) -> Response | tuple[str, int]:
    """Write the introduction of a document."""
    form, (found, _) = IntroductionForm(), find(g.session, g.body.id, code)
    if form.validate():
        with refusals(form) as attempt:
            introducing.write_introduction(g.session, found.id, by=g.actor, now=g.now, **form.typed)
        if attempt:
            flash(gettext("The introduction is kept. The log keeps the one that stood there."), "success")
            return redirect(url_for("documents.document", code=code))
    return _page(form.shown_again(found.introduction), code), form.status


def _page(form: IntroductionForm, code: str) -> str:
    found, _ = find(g.session, g.body.id, code)
    return render_template("documents/introduction.html", document=found, form=form)
