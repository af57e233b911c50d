"""Preparing a circulation, the third step: the deadline, shown in every capital before it is taken.

What a lawful deadline is, is decided in `workflow/domain/calendars.py`; the preview is made in `previews`.
"""

from datetime import datetime, timedelta

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from workflow.actions.preparing import require_preparation
from workflow.domain import zones
from workflow.domain.calendars import WorkingTime
from workflow.domain.errors import Invalid, Refused
from workflow.domain.mandates import Act
from workflow.domain.rules import Rules
from workflow.models.body import State
from workflow.models.circulation import Circulation
from workflow.queries.people import with_contact_point
from workflow.queries.working_days import members, working_time
from workflow.web import moments
from workflow.web.doors import permits
from workflow.web.forms import refusals
from workflow.web.shepherd import desk
from workflow.web.shepherd.blueprint import blueprint
from workflow.web.shepherd.forms import DeadlineForm
from workflow.web.shepherd.months import Month, months
from workflow.web.shepherd.previews import Preview, previewed, told
from workflow.web.shepherd.steps import steps

Answer = Response | tuple[str, int]


@blueprint.get("/preparations/<int:circulation_id>/deadline")
@permits(Act.PREPARE)
def deadline(circulation_id: int) -> Answer:
    """Show a deadline in every capital: the one in the address, the one kept, or the one offered.

    One that can be shown but would be refused is shown with the reason; what cannot be read is 422.
    """
    circulation = desk.prepared(circulation_id)
    if circulation.status is not None:
        return redirect(url_for("shepherd.circulation", circulation_id=circulation_id))
    if "deadline" in request.args:
        form = DeadlineForm(request.args, meta={"csrf": False})
        form.validate()
        return _page(form, circulation, shows=True)
    form = DeadlineForm(formdata=None)
    _fill(form, circulation)
    return _page(form, circulation)


@blueprint.post("/preparations/<int:circulation_id>/deadline")
@permits(Act.PREPARE)
def take_deadline(circulation_id: int) -> Answer:
    """Take a deadline that was shown; one that would be refused at dispatch is refused here already."""
    form = DeadlineForm()
    circulation, now = desk.prepared_locked(circulation_id)
    require_preparation(circulation)
    if form.validate():
        with refusals(form) as attempt:
            taken, window_end = _instants(form)
            _time(circulation, form.zone.data).check(taken, _start(window_end, now))
            changes = {"deadline": taken, "window_end": window_end, "zone": form.zone.data}
            desk.write_plan(circulation, now, **changes)
        if attempt and "leave" in request.form:
            flash(gettext("The preparation is kept."), "success")
            return redirect(url_for("shepherd.circulations"))
        if attempt:
            return redirect(url_for("shepherd.letters", circulation_id=circulation_id))
    return _page(form, circulation, status=form.status)


def roster(zone: str) -> tuple[list[State], list[State]]:
    """Return the States that would be on the roster today, and those without a contact point (rule 4)."""
    states = members(g.session, g.body, zones.local(g.now, zone).date())
    reachable = with_contact_point(g.session, g.body.id, g.now)
    return states, [state for state in states if state.id not in reachable]


def unlawful(circulation: Circulation) -> str:
    """Return why the deadline kept would be refused if it were dispatched now, or ""."""
    if circulation.deadline is None:
        return ""
    try:
        start = _start(circulation.window_end, g.now)
        _time(circulation, circulation.zone).check(circulation.deadline, start)
    except Refused as error:
        return told(error)
    return ""


def _fill(form: DeadlineForm, circulation: Circulation) -> None:
    """Put what is kept into the form, or else what the rules offer."""
    zone, window_end = circulation.zone, circulation.window_end
    form.zone.data = zone
    chosen = circulation.deadline
    if chosen is None:
        chosen = _time(circulation, zone).offered(_start(window_end, g.now))
    form.deadline.data, form.hour.data = moments.fields(chosen, zone)
    if window_end is not None:
        form.window_end.data, form.window_hour.data = moments.fields(window_end, zone)


def _time(circulation: Circulation, zone: str) -> WorkingTime:
    """Return the working time as the dispatch would freeze it now, days being those of `zone`."""
    if not zones.zone_exists(zone):
        raise Invalid(
            gettext("“%(zone)s” is no time zone.", zone=zone),
            remedy=gettext("Choose one of the list."),
            field="zone",
        )
    rules = Rules.from_json({**g.body.rules, "zone": zone})
    day = zones.local(g.now, zone).date()
    return working_time(g.session, g.body, rules, urgent=circulation.urgent, around=day)


def _start(window_end: datetime | None, now: datetime) -> datetime:
    """Return from when the period counts: from the window's end, else from a dispatch now."""
    if window_end is None:
        return now
    if window_end <= now:
        raise Invalid(
            gettext("The consultation window would be over before it begins."),
            remedy=gettext("Choose a later end, or leave it empty."),
            field="window_end",
        )
    return window_end


def _instants(form: DeadlineForm) -> tuple[datetime, datetime | None]:
    zone = form.zone.data
    taken = moments.read(form.deadline.data, form.hour.data, zone, "deadline")
    if form.window_end.data is None:
        return taken, None
    return taken, moments.read(
        form.window_end.data, form.window_hour.data or form.hour.data, zone, "window_end"
    )


def _page(
    form: DeadlineForm, circulation: Circulation, *, status: int = 200, shows: bool = False
) -> tuple[str, int]:
    """Return the page; where it `shows` what the address asks for, 422 if there is nothing to show."""
    zone = form.zone.data if zones.zone_exists(form.zone.data or "") else circulation.zone
    states, unreachable = roster(zone)
    others = (circulation.zone, form.zone.data or circulation.zone)
    form.zone.choices = moments.zone_choices(states, *others, at=g.now)
    preview, refusal = _previewed(form, circulation, states)
    if shows and preview is None:
        status = 422
    page = render_template(
        "shepherd/deadline.html",
        form=form,
        circulation=circulation,
        steps=steps(circulation),
        preview=preview,
        refusal=refusal,
        unreachable=unreachable,
        choices=_choices(preview, form) if preview is not None else [],
        months=_months(preview, form) if preview is not None else [],
        rules=Rules.from_json(g.body.rules),
    )
    return page, status


def _previewed(
    form: DeadlineForm, circulation: Circulation, states: list[State]
) -> tuple[Preview | None, str]:
    """Return the deadline in every capital and why it would be refused; nothing for what cannot be read."""
    if form.deadline.data is None or form.hour.data is None or form.window_end.errors:
        return None, ""
    try:
        time = _time(circulation, form.zone.data)
        chosen, window_end = _instants(form)
        preview = previewed(g.body, states, time, _start(window_end, g.now), chosen)
        return preview, preview.refusal
    except Refused as error:
        return None, told(error)


def _choices(preview: Preview, form: DeadlineForm) -> list[tuple[str, datetime, str]]:
    """Return the deadlines that one click chooses: why, when, and the address that shows it."""
    labels = {}
    if preview.fair is not None and preview.lacking:
        labels[preview.fair] = gettext("gives every State its own full period")
    more = gettext("one working day more than the earliest, so that a late letter holds nothing")
    labels.setdefault(preview.offered, more)
    labels.setdefault(preview.earliest, gettext("the earliest allowed"))
    return [
        (why, moment, _address(form, preview.zone, moment))
        for moment, why in sorted(labels.items())
        if abs(moment - preview.deadline) >= timedelta(seconds=1)
    ]


def _months(preview: Preview, form: DeadlineForm) -> list[Month]:
    """Return the calendar whose days choose the deadline."""
    return months(preview, lambda moment: _address(form, preview.zone, moment))


def _address(form: DeadlineForm, zone: str, moment: datetime) -> str:
    day, hour = moments.fields(moment, zone)
    asked = {"deadline": day.isoformat(), "hour": hour.isoformat("seconds" if hour.second else "minutes")}
    if form.window_end.data is not None:
        at = form.window_hour.data or form.hour.data
        asked |= {"window_end": form.window_end.data.isoformat(), "window_hour": f"{at:%H:%M}"}
    return "?" + "&".join(f"{key}={value}" for key, value in {**asked, "zone": zone}.items())
