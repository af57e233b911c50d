"""Reporting on a document: what is due and from whom, and planning its periods.

One period is in `periods`, what is counted in `indicators`; the status of one item in `progress`.
"""

from collections.abc import Callable

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from workflow.actions import reporting
from workflow.domain.mandates import Act, may
from workflow.domain.zones import local
from workflow.models.document import Document
from workflow.queries.documents import find, last_year, lines
from workflow.queries.reporting import Reported, indicators_of, periods
from workflow.web.documents.blueprint import blueprint
from workflow.web.documents.forms import PeriodForm
from workflow.web.doors import permits
from workflow.web.filters import day
from workflow.web.forms import DoorForm, refusals


@blueprint.get("/<code>/reporting")
@permits(Act.READ_DOCUMENTS)
def reporting_of(code: str) -> str:
    """Show what is due, from whom, and what was reported of a document."""
    found, _ = find(g.session, g.body.id, code)
    known = periods(g.session, found)
    today = local(g.now, g.body.rules["zone"]).date()
    return render_template(
        "documents/reporting.html",
        document=found,
        periods=known,
        sentence=_sentence(known),
        indicators=indicators_of(g.session, found),
        today=today,
        may_report=may(g.actor, Act.REPORT_PROGRESS),
        empty=DoorForm(),
    )


@blueprint.get("/<code>/reporting/new")
@permits(Act.REPORT_PROGRESS)
def planning(code: str) -> str:
    """Show the form of a new period."""
    return _page(PeriodForm(), code)


@blueprint.post("/<code>/reporting/new")
@permits(Act.REPORT_PROGRESS)
def plan(code: str) -> Response | tuple[str, int]:
    """Plan a period."""
    form = PeriodForm()

    def act(found: Document) -> None:
        days = {name: form[name].data for name in ("first_day", "last_day", "due_on")}
        reporting.plan_period(g.session, found, by=g.actor, now=g.now, **days)

    return _done(form, code, act, gettext("The period is planned."))


@blueprint.post("/<code>/reporting/years")
@permits(Act.REPORT_PROGRESS)
def plan_years(code: str) -> Response | tuple[str, int]:
    """Plan a period for each year of the document that has none."""
    form = PeriodForm()
    for name in ("first_day", "last_day", "due_on"):
        # The button sends no days; where it is refused, the form to write them comes instead.
        form[name].validators = ()

    def act(found: Document) -> None:
        year = last_year(found, lines(g.session, found))
        reporting.plan_years(g.session, found, by=g.actor, now=g.now, last_year=year)

    return _done(form, code, act, gettext("Each year has its period now."))


def _done(
    form: DoorForm, code: str, act: Callable[[Document], None], said: str
) -> Response | tuple[str, int]:
    """Do what a form asks for and return to the document's reporting, or give the form back."""
    if form.validate():
        with refusals(form) as attempt:
            act(find(g.session, g.body.id, code)[0])
        if attempt:
            flash(said, "success")
            return redirect(url_for("documents.reporting_of", code=code))
    return _page(form, code), form.status


def _page(form: DoorForm, code: str) -> str:
    found, _ = find(g.session, g.body.id, code)
    return render_template("documents/plan_period.html", document=found, form=form)


def _sentence(known: list[Reported]) -> str:
    """Say what is due next, and from whom."""
    waiting = [one for one in known if one.report is None]
    if not known:
        return gettext("No reporting period is planned yet.")
    if not waiting:
        return gettext("Every planned report is drafted.")
    following = min(waiting, key=lambda one: one.period.due_on)
    when = day(following.period.due_on)
    if following.is_complete:
        return gettext("The next report is due on %(day)s; all it needs is reported.", day=when)
    if not following.missing_items:
        return gettext(
            "The next report is due on %(day)s; figures or highlights are still missing.", day=when
        )
    return ngettext(
        "The next report is due on %(day)s; of one item nothing is reported yet.",
        "The next report is due on %(day)s; of %(num)d items nothing is reported yet.",
        len(following.missing_items),
        day=when,
    )
