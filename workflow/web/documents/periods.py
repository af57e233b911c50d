"""One reporting period: its figures, its highlights, how each item stands, and the report drafted from it.

What is due of a document is in `reporting`; what these acts write, in `workflow/actions/reporting.py`.
"""

from collections.abc import Iterable

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from workflow.actions import annual_reports, reporting
from workflow.domain.errors import NotFound
from workflow.domain.mandates import Act, may
from workflow.domain.zones import local
from workflow.queries.reporting import Counted, Reported, find_period
from workflow.web.documents.blueprint import blueprint
from workflow.web.documents.forms import FiguresForm, HighlightsForm, PeriodForm, figures_form
from workflow.web.doors import permits
from workflow.web.forms import DoorForm, refusals

_DAYS = ("first_day", "last_day", "due_on")


@blueprint.get("/<code>/reporting/<int:period_id>")
@permits(Act.READ_DOCUMENTS)
def period(code: str, period_id: int) -> str:
    """Show what was reported in a period, and what is missing."""
    return _page("documents/period_report.html", DoorForm(), code, period_id)


@blueprint.get("/<code>/reporting/<int:period_id>/figures")
@permits(Act.REPORT_PROGRESS)
def figures(code: str, period_id: int) -> str:
    """Show the table of figures to fill in, with what was counted so far."""
    found = _found(code, period_id)
    form = figures_form(one.indicator for one in found.counted)()
    for one in found.counted:
        if one.figure is not None:
            form[f"whole_{one.indicator.id}"].data = one.figure.whole
            for place, number in enumerate(one.figure.parts):
                form[f"part_{one.indicator.id}_{place}"].data = number
    return _page("documents/figures.html", form, code, period_id)


@blueprint.post("/<code>/reporting/<int:period_id>/figures")
@permits(Act.REPORT_PROGRESS)
def report_figures(code: str, period_id: int) -> Response | tuple[str, int]:
    """Report what was counted in a period: every row that is filled in."""
    found = _found(code, period_id)
    form = figures_form(one.indicator for one in found.counted)()
    if _can_be_read(form, found.counted):
        with refusals(form) as attempt:
            counted = {one.indicator.id: _typed(form, one) for one in found.counted if _is_typed(form, one)}
            names = {one.indicator.id: _names(one) for one in found.counted}
            reporting.report_figures(g.session, period_id, counted, names, by=g.actor, now=g.now)
        if attempt:
            flash(gettext("The figures are reported."), "success")
            return redirect(url_for("documents.period", code=code, period_id=period_id))
    return _page("documents/figures.html", form, code, period_id), form.status


@blueprint.get("/<code>/reporting/<int:period_id>/highlights")
@permits(Act.REPORT_PROGRESS)
def highlights(code: str, period_id: int) -> str:
    """Show the highlights to write on."""
    form = HighlightsForm.showing(_found(code, period_id).period.highlights)
    return _page("documents/highlights.html", form, code, period_id)


@blueprint.post("/<code>/reporting/<int:period_id>/highlights")
@permits(Act.REPORT_PROGRESS)
def write_highlights(code: str, period_id: int) -> Response | tuple[str, int]:
    """Write the highlights of a period."""
    form, found = HighlightsForm(), _found(code, period_id)
    if form.validate():
        with refusals(form) as attempt:
            reporting.write_highlights(g.session, period_id, by=g.actor, now=g.now, **form.typed)
        if attempt:
            flash(gettext("The highlights are written."), "success")
            return redirect(url_for("documents.period", code=code, period_id=period_id))
    form.shown_again(found.period.highlights)
    return _page("documents/highlights.html", form, code, period_id), form.status


@blueprint.get("/<code>/reporting/<int:period_id>/days")
@permits(Act.REPORT_PROGRESS)
def days(code: str, period_id: int) -> str:
    """Show the days of a period, to correct it or to remove it."""
    return _days_page(_days_form(code, period_id), code, period_id)


@blueprint.post("/<code>/reporting/<int:period_id>/days")
@permits(Act.REPORT_PROGRESS)
def change_period(code: str, period_id: int) -> Response | tuple[str, int]:
    """Correct the days of a period."""
    form = PeriodForm()
    _found(code, period_id)
    if form.validate():
        with refusals(form) as attempt:
            typed = {name: form[name].data for name in _DAYS}
            reporting.change_period(g.session, period_id, by=g.actor, now=g.now, **typed)
        if attempt:
            flash(gettext("It is corrected. The log keeps what stood there."), "success")
            return redirect(url_for("documents.period", code=code, period_id=period_id))
    return _days_page(form, code, period_id), form.status


@blueprint.post("/<code>/reporting/<int:period_id>/off")
@permits(Act.REPORT_PROGRESS)
def remove_period(code: str, period_id: int) -> Response | tuple[str, int]:
    """Remove a period for which nothing was reported."""
    form = DoorForm()
    _found(code, period_id)
    if form.validate():
        with refusals(form) as attempt:
            reporting.remove_period(g.session, period_id, by=g.actor, now=g.now)
        if attempt:
            flash(gettext("It is removed. The log keeps that it was planned."), "success")
            return redirect(url_for("documents.reporting_of", code=code))
    return _days_page(_days_form(code, period_id), code, period_id, form), form.status


@blueprint.post("/<code>/reporting/<int:period_id>/report")
@permits(Act.WRITE_DRAFT)
def draft_report(code: str, period_id: int) -> Response | tuple[str, int]:
    """Draft the report of a period as a document for the next meeting."""
    form = DoorForm()
    _found(code, period_id)
    if form.validate():
        with refusals(form) as attempt:
            report = annual_reports.draft_report(g.session, period_id, by=g.actor, now=g.now)
        if attempt:
            flash(gettext("The report is drafted. Read it, write on in it, then circulate it."), "success")
            return redirect(url_for("documents.document", code=report.code))
    return _page("documents/period_report.html", form, code, period_id), form.status


def _found(code: str, period_id: int) -> Reported:
    found, document = find_period(g.session, g.body.id, period_id)
    if document.code != code:
        raise NotFound("There is no such reporting period.", remedy="Choose one from the document’s list.")
    return found


def _days_form(code: str, period_id: int) -> PeriodForm:
    period = _found(code, period_id).period
    return PeriodForm(formdata=None, data={name: getattr(period, name) for name in _DAYS})


def _days_page(form: PeriodForm, code: str, period_id: int, empty: DoorForm | None = None) -> str:
    found, document = find_period(g.session, g.body.id, period_id)
    return render_template(
        "documents/plan_period.html",
        document=document,
        shown=found.period,
        form=form,
        empty=empty or DoorForm(formdata=None),
    )


def _page(template: str, form: DoorForm, code: str, period_id: int) -> str:
    _found(code, period_id)
    found, document = find_period(g.session, g.body.id, period_id)
    return render_template(
        template,
        document=document,
        found=found,
        form=form,
        today=local(g.now, g.body.rules["zone"]).date(),
        may_report=may(g.actor, Act.REPORT_PROGRESS),
    )


def _names(one: Counted) -> dict[str, str]:
    key = one.indicator.id
    parts = {name: f"part_{key}_{place}" for place, name in enumerate(one.indicator.parts)}
    return {"": f"whole_{key}", **parts}


def _can_be_read(form: FiguresForm, counted: Iterable[Counted]) -> bool:
    """Validate the form and tell whether it is right: every number can be read, no parts lack their whole.

    Each mistake names its row, since all rows have the same fields.
    """
    form.validate()
    for one in counted:
        whole, *parts = (form[name] for name in _names(one).values())
        if whole.data is None and not whole.errors and any(part.data is not None for part in parts):
            whole.errors = [gettext("Write the whole of these parts too.")]
        for field in (whole, *parts):
            row = one.indicator.name
            field.errors = [gettext("%(row)s: %(error)s", row=row, error=each) for each in field.errors]
    return not form.errors


def _typed(form: FiguresForm, one: Counted) -> tuple[int, list[int]]:
    """Return the numbers of a row; a part left empty counts as none."""
    whole, *parts = [form[name].data or 0 for name in _names(one).values()]
    return whole, parts


def _is_typed(form: FiguresForm, one: Counted) -> bool:
    return any(form[name].data is not None for name in _names(one).values())
