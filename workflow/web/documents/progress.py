"""Reporting how an item stands as of a day; the endorsed text stays as it is (rule 41).

The reports are shown with the item: see `life`.
"""

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from workflow.actions import progress
from workflow.domain.mandates import Act
from workflow.queries import items
from workflow.queries.items import Life
from workflow.web.documents.blueprint import blueprint
from workflow.web.documents.forms import ProgressForm
from workflow.web.documents.life import frame
from workflow.web.doors import permits
from workflow.web.forms import refusals


@blueprint.get("/items/<key>/progress")
@permits(Act.REPORT_PROGRESS)
def reporting(key: str) -> str:
    """Show the form of a report."""
    return _page(ProgressForm(), items.life(g.session, g.body.id, key))


@blueprint.post("/items/<key>/progress")
@permits(Act.REPORT_PROGRESS)
def report(key: str) -> Response | tuple[str, int]:
    """Report the status of an item as of a day."""
    form, life = ProgressForm(), items.life(g.session, g.body.id, key)
    if form.validate():
        with refusals(form) as attempt:
            progress.report(
                g.session,
                life.item.id,
                by=g.actor,
                now=g.now,
                as_of=form.as_of.data,
                status=form.progress.data or "",
                scheduled=form.scheduled.data or "",
                links=form.lines,
            )
        if attempt:
            flash(gettext("The progress is reported. The endorsed text is unchanged."), "success")
            return redirect(url_for("documents.item", key=key))
    return _page(form, life), form.status


def _page(form: ProgressForm, life: Life) -> str:
    return render_template("documents/progress.html", **frame(life), form=form)
