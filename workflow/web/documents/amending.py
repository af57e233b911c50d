"""Proposing to drop an item, or to extend a document's period: drafts that the States endorse.

What they write is in `workflow/actions/amending.py`; rewriting a text is in `writing`.
"""

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from workflow.actions import amending
from workflow.domain.mandates import Act
from workflow.queries import items
from workflow.queries.documents import find, last_year, lines
from workflow.queries.items import Life
from workflow.web.documents.blueprint import blueprint
from workflow.web.documents.forms import ExtensionForm, WithdrawForm
from workflow.web.documents.life import frame
from workflow.web.doors import permits
from workflow.web.forms import refusals


@blueprint.get("/items/<key>/drop")
@permits(Act.WRITE_DRAFT)
def dropping(key: str) -> str:
    """Show the form that proposes to drop an item."""
    return _drop_page(WithdrawForm(), items.life(g.session, g.body.id, key))


@blueprint.post("/items/<key>/drop")
@permits(Act.WRITE_DRAFT)
def drop(key: str) -> Response | tuple[str, int]:
    """Write the draft that drops an item."""
    form, life = WithdrawForm(), items.life(g.session, g.body.id, key)
    if form.validate():
        with refusals(form) as attempt:
            reason = form.reason.data or ""
            amending.drop_item(g.session, life.item.id, by=g.actor, now=g.now, reason=reason)
        if attempt:
            flash(
                gettext("The draft is written. The item stays in force until the States endorse it."),
                "success",
            )
            return redirect(url_for("documents.item", key=key))
    return _drop_page(form, life), form.status


@blueprint.get("/<code>/period")
@permits(Act.WRITE_DRAFT)
def extension(code: str) -> str:
    """Show the form that proposes a longer period."""
    return _period_page(ExtensionForm(), code)


@blueprint.post("/<code>/period")
@permits(Act.WRITE_DRAFT)
def extend(code: str) -> Response | tuple[str, int]:
    """Write the draft that extends a document's period."""
    form, (found, _) = ExtensionForm(), find(g.session, g.body.id, code)
    if form.validate():
        with refusals(form) as attempt:
            assert form.until.data is not None
            amending.extend_period(
                g.session,
                found,
                by=g.actor,
                now=g.now,
                until=form.until.data,
                reason=form.reason.data or "",
            )
        if attempt:
            flash(gettext("The draft is written. The years stay until the States endorse it."), "success")
            return redirect(url_for("documents.document", code=code))
    return _period_page(form, code), form.status


def _drop_page(form: WithdrawForm, life: Life) -> str:
    return render_template("documents/drop.html", **frame(life), form=form)


def _period_page(form: ExtensionForm, code: str) -> str:
    found, _ = find(g.session, g.body.id, code)
    last = last_year(found, lines(g.session, found))
    return render_template("documents/period.html", document=found, last_year=last, form=form)
