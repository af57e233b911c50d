"""Changing the course of a running circulation: extension, suspension, resumption, each with its reason.

What each does is in `workflow/actions/course.py`.
"""

from datetime import datetime, timedelta

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from workflow.actions import course
from workflow.domain.calendars import NEVER
from workflow.domain.errors import Refused, StaleVersion
from workflow.domain.mandates import Act
from workflow.domain.terms import CirculationStatus
from workflow.queries.cases import Loaded
from workflow.web import moments
from workflow.web.doors import permits
from workflow.web.forms import refusals
from workflow.web.moments import moment
from workflow.web.rounds import Round
from workflow.web.shepherd import desk
from workflow.web.shepherd.blueprint import blueprint
from workflow.web.shepherd.forms import ExtendForm, ReasonForm, ResumeForm
from workflow.web.shepherd.months import Month, months
from workflow.web.shepherd.previews import Preview, previewed, told

Answer = Response | tuple[str, int]
#: The next close after a deadline is the first one not before this.
_LITTLE_MORE = timedelta(seconds=1)


@blueprint.get("/circulations/<int:circulation_id>/extend")
@permits(Act.EXTEND)
def extension(circulation_id: int) -> Answer:
    """Show the form for a later deadline, with the deadline asked for in every capital.

    One that can be shown but would be refused is shown with the reason; what cannot be read is 422.
    """
    seen = desk.seen(circulation_id)
    shows = "deadline" in request.args
    form = ExtendForm(request.args if shows else None)
    form.opened.data = desk.fingerprint(seen.circulation)
    if shows:
        for field in (form.deadline, form.hour):
            field.validate(form)
    elif seen.circulation.deadline:
        form.deadline.data, form.hour.data = moments.fields(_offered(seen), seen.circulation.zone)
    return _extension_page(form, seen, shows=shows)


@blueprint.post("/circulations/<int:circulation_id>/extend")
@permits(Act.EXTEND)
def extend(circulation_id: int) -> Answer:
    """Move the deadline later, for all States (rule 16)."""
    form = ExtendForm()
    circulation, now = desk.settled(circulation_id)
    if form.validate():
        with refusals(form) as attempt:
            desk.require_as_opened(form, circulation)
            deadline = moments.read(form.deadline.data, form.hour.data, circulation.zone, "deadline")
            reason = form.reason.data
            course.extend(g.session, circulation, by=g.actor, now=now, deadline=deadline, reason=reason)
        if attempt:
            flash(gettext("The deadline is moved. Every State is told."), "success")
            return _back(circulation_id)
    return _extension_page(form, desk.seen(circulation_id), status=form.status)


@blueprint.get("/circulations/<int:circulation_id>/suspend")
@permits(Act.SUSPEND)
def suspension(circulation_id: int) -> str:
    """Show the form that lets time stand still."""
    seen = desk.seen(circulation_id)
    form = ReasonForm(opened=desk.fingerprint(seen.circulation))
    return render_template("shepherd/suspend.html", form=form, seen=seen, place=desk.place())


@blueprint.post("/circulations/<int:circulation_id>/suspend")
@permits(Act.SUSPEND)
def suspend(circulation_id: int) -> Answer:
    """Let deadline and window stand still (rule 17)."""
    form = ReasonForm()
    circulation, now = desk.settled(circulation_id)
    if form.validate():
        with refusals(form) as attempt:
            desk.require_as_opened(form, circulation)
            course.suspend(g.session, circulation, by=g.actor, now=now, reason=form.reason.data)
        if attempt:
            flash(gettext("Time stands still. Every State is told."), "success")
            return _back(circulation_id)
    seen = desk.seen(circulation_id)
    return render_template("shepherd/suspend.html", form=form, seen=seen, place=desk.place()), form.status


@blueprint.get("/circulations/<int:circulation_id>/resume")
@permits(Act.SUSPEND)
def resumption(circulation_id: int) -> str:
    """Show which deadline a resumption at this moment would give."""
    return _resumption_page(ResumeForm(), desk.seen(circulation_id))


@blueprint.post("/circulations/<int:circulation_id>/resume")
@permits(Act.SUSPEND)
def resume(circulation_id: int) -> Answer:
    """Let time run again, to the deadline that the form showed (rule 17)."""
    form = ResumeForm()
    circulation, now = desk.settled(circulation_id)
    if form.validate():
        with refusals(form) as attempt:
            desk.require_as_opened(form, circulation)
            moved = course.resume(g.session, circulation, by=g.actor, now=now)
            _require_shown(form, moved.after, circulation.zone)
        if attempt:
            flash(gettext("Time runs again. Every State is told the new deadline."), "success")
            return _back(circulation_id)
    return _resumption_page(form, desk.seen(circulation_id)), form.status


def _require_shown(form: ResumeForm, deadline: datetime, zone: str) -> None:
    """Refuse to announce another deadline than the one the person read, as after midnight."""
    if form.shown.data and form.shown.data != deadline.isoformat():
        raise StaleVersion(
            gettext("The new deadline would by now be %(moment)s.", moment=moment(deadline, zone)),
            remedy=gettext("Nothing was recorded. Send the form again if that is right."),
        )


def resumed(loaded: Loaded, now: datetime) -> datetime | None:
    """Return the deadline that a resumption at `now` (UTC) would give, or None unless suspended."""
    circulation = loaded.circulation
    if circulation.status is not CirculationStatus.SUSPENDED:
        return None
    if circulation.deadline is None or circulation.suspended_at is None:
        return None
    return loaded.working_time.resumed(
        circulation.deadline, circulation.suspended_at, now, window_end=circulation.window_end
    )


def _resumption_page(form: ResumeForm, seen: Round) -> str:
    deadline = resumed(seen.loaded, seen.now)
    form.shown.data = deadline.isoformat() if deadline else ""
    form.opened.data = desk.fingerprint(seen.circulation)
    return render_template(
        "shepherd/resume.html", form=form, seen=seen, deadline=deadline, place=desk.place()
    )


def _extension_page(
    form: ExtendForm, seen: Round, *, status: int = 200, shows: bool = False
) -> tuple[str, int]:
    preview, refusal = None, ""
    if form.deadline.data is not None and form.hour.data is not None:
        try:
            preview = _preview(form, seen)
            refusal = preview.refusal or _not_later(preview, seen)
        except Refused as error:
            refusal = told(error)
    if shows and preview is None:
        status = 422
    page = render_template(
        "shepherd/extend.html",
        form=form,
        seen=seen,
        preview=preview,
        refusal=refusal,
        months=_months(preview, seen) if preview is not None else [],
        place=desk.place(),
    )
    return page, status


def _months(preview: Preview, seen: Round) -> list[Month]:
    """Return the calendar whose days choose the new deadline; a running period is never shortened."""

    def address(moment: datetime) -> str:
        day, hour = moments.fields(moment, preview.zone)
        return f"?deadline={day.isoformat()}&hour={hour.isoformat('seconds' if hour.second else 'minutes')}"

    return months(preview, address, later_than=seen.circulation.deadline)


def _not_later(preview: Preview, seen: Round) -> str:
    before = seen.circulation.deadline
    if before is None or preview.deadline > before:
        return ""
    return gettext(
        "The deadline in force is %(moment)s. A running period is never shortened: choose a later time.",
        moment=moment(before, seen.circulation.zone),
    )


def _preview(form: ExtendForm, seen: Round) -> Preview:
    zone = seen.circulation.zone
    deadline = moments.read(form.deadline.data, form.hour.data, zone, "deadline")
    return previewed(g.body, seen.loaded.states, seen.loaded.working_time, _start(seen), deadline)


def _start(seen: Round) -> datetime:
    """Return from when the period counts: out of a hold a full one follows the extension (rule 16)."""
    circulation = seen.circulation
    if circulation.status is CirculationStatus.HELD or circulation.dispatched_at is None or seen.has_passed:
        return seen.now
    return circulation.window_end or circulation.dispatched_at


def _offered(seen: Round) -> datetime:
    """Return a first proposal: out of a hold what the rules offer, else the next close that helps."""
    deadline, time = seen.circulation.deadline, seen.loaded.working_time
    if deadline is None or deadline <= seen.now or seen.circulation.status is CirculationStatus.HELD:
        return time.offered(seen.now)
    closes = [one.counts_from for one in seen.services.values() if one.counts_from is not None]
    wanted = [close for close in closes if close < NEVER]
    return max([time.resumed(deadline, deadline, deadline + _LITTLE_MORE), *wanted])


def _back(circulation_id: int) -> Response:
    return redirect(url_for("shepherd.circulation", circulation_id=circulation_id))
