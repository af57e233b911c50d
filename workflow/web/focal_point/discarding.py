"""Throwing away what the State's office prepared on a circulation and did not send.

Saving a draft is on the page of the answers, in `answer`.
"""

from dataclasses import replace

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from workflow.actions import closing, drafts
from workflow.domain.errors import StaleVersion
from workflow.domain.mandates import Act
from workflow.web.doors import permits
from workflow.web.focal_point.blueprint import blueprint
from workflow.web.focal_point.forms import DiscardForm, draft_mark
from workflow.web.focal_point.sheets import Sheet, sheet
from workflow.web.forms import refusals

Shown = str | Response | tuple[str, int]


@blueprint.get("/desk/<int:circulation_id>/draft/discard")
@permits(Act.DRAFT_RESPONSE)
def discarding(circulation_id: int) -> Shown:
    """Show what would be thrown away, and whose it is."""
    page = sheet(circulation_id)
    return _page(DiscardForm(opened=_marks(page)), page) if _marks(page) else _nothing_left(page)


@blueprint.post("/desk/<int:circulation_id>/draft/discard")
@permits(Act.DRAFT_RESPONSE)
def discard(circulation_id: int) -> Shown:
    """Throw it away, unless a colleague wrote meanwhile what the form did not show."""
    circulation, now = closing.settled(g.session, circulation_id)
    page, form = replace(sheet(circulation_id), now=now), DiscardForm()
    if not _marks(page):
        return _nothing_left(page)
    if form.validate():
        with refusals(form) as attempt:
            _require_as_opened(form, page)
            drafts.discard(g.session, circulation, by=g.actor, now=now)
        if attempt:
            flash(gettext("The draft of %(state)s is thrown away.", state=page.name), "success")
            return redirect(url_for("focal_point.circulation", circulation_id=circulation_id))
    return _page(form, page), form.status


def _marks(page: Sheet) -> str:
    """Return what tells one state of the office's drafts from another, "" where there are none."""
    return " ".join(mark for item in page.items if (mark := draft_mark(item)))


def _require_as_opened(form: DiscardForm, page: Sheet) -> None:
    if form.opened.data == _marks(page):
        return
    form.opened.data = _marks(page)
    form.opened.raw_data = None
    raise StaleVersion(
        gettext("A colleague changed the draft meanwhile."),
        remedy=gettext("Nothing was thrown away. Read it below, then decide again."),
    )


def _nothing_left(page: Sheet) -> Response:
    flash(gettext("There is no draft of %(state)s here.", state=page.name), "message")
    return redirect(url_for("focal_point.circulation", circulation_id=page.circulation.id))


def _page(form: DiscardForm, page: Sheet) -> str:
    return render_template(
        "focal_point/discard.html",
        form=form,
        page=page,
        state=page.asked.state,
        kept=[item for item in page.items if item.asked.prepared is not None],
    )
