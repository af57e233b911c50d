"""Asking the Lead Shepherd for more time, which neither objects nor stops the clock (rule 16).

Extending the deadline is on the Lead Shepherd's desk.
"""

from datetime import datetime, time

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from workflow.actions import closing, course
from workflow.domain.errors import Invalid
from workflow.domain.mandates import Act
from workflow.models.response import ExtensionRequest
from workflow.queries.desks import own_requests
from workflow.web import moments
from workflow.web.doors import permits
from workflow.web.focal_point.blueprint import blueprint
from workflow.web.focal_point.forms import MoreTimeForm
from workflow.web.focal_point.sheets import Sheet, sheet
from workflow.web.forms import refusals


@blueprint.get("/desk/<int:circulation_id>/more-time")
@permits(Act.ASK_FOR_TIME)
def more_time(circulation_id: int) -> str:
    """Show the form with which the State asks for more time, and what it asked before."""
    return _page(MoreTimeForm(), sheet(circulation_id))


@blueprint.post("/desk/<int:circulation_id>/more-time")
@permits(Act.ASK_FOR_TIME)
def ask_for_time(circulation_id: int) -> str | Response | tuple[str, int]:
    """Send the request to the Lead Shepherd."""
    circulation, now = closing.settled(g.session, circulation_id)
    page = sheet(circulation_id)
    form = MoreTimeForm()
    if form.validate():
        with refusals(form) as attempt:
            until = _until(form, page)
            if not _asked_before(page, form, until):
                reasons = form.reasons.data or ""
                course.ask_for_time(g.session, circulation, by=g.actor, now=now, reasons=reasons, until=until)
        if attempt:
            flash(
                gettext("The request is sent to the Lead Shepherd. The deadline stays as it is."), "success"
            )
            return redirect(url_for("focal_point.circulation", circulation_id=circulation_id))
    return _page(form, page), form.status


def _until(form: MoreTimeForm, page: Sheet) -> datetime | None:
    """Return the wish in UTC; without an hour the deadline's own hour is meant."""
    day: time | None = form.hour.data
    if form.until.data is None:
        if day is not None:
            raise Invalid("An hour needs its day.", remedy="Write the day too.", field="until")
        return None
    circulation = page.circulation
    hour = day or datetime.strptime(page.asked.rules.deadline_hour, "%H:%M").time()  # noqa: DTZ007 - an hour
    until = moments.read(form.until.data, hour, circulation.zone, "until")
    if circulation.deadline is not None and until <= circulation.deadline:
        raise Invalid(
            "This is not later than the deadline in force.", remedy="Choose a later day.", field="until"
        )
    return until


def _asked_before(page: Sheet, form: MoreTimeForm, until: datetime | None) -> bool:
    """Tell whether the same person sent the same request before: the same form twice."""
    before = own_requests(g.session, page.circulation.id, page.asked.state.id)
    text = (form.reasons.data or "").replace("\r\n", "\n").strip()
    return any((one.person_id, one.reasons, one.until) == (g.person.id, text, until) for one in before)


def _page(form: MoreTimeForm, page: Sheet) -> str:
    before: list[ExtensionRequest] = own_requests(g.session, page.circulation.id, page.asked.state.id)
    return render_template(
        "focal_point/more_time.html", form=form, page=page, state=page.asked.state, before=before
    )
