"""What is counted of a document: an indicator added, corrected, taken out.

What was counted in a period is reported in `periods`; what these acts write, in `actions/indicators.py`.
"""

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from workflow.actions import indicators
from workflow.domain.errors import NotFound
from workflow.domain.mandates import Act
from workflow.models.document import Document, Item
from workflow.models.reporting import Indicator
from workflow.queries.documents import find, lines
from workflow.queries.reporting import indicators_of
from workflow.web.documents.blueprint import blueprint
from workflow.web.documents.forms import IndicatorForm
from workflow.web.doors import permits
from workflow.web.forms import DoorForm, refusals

Answer = Response | tuple[str, int]


@blueprint.get("/<code>/indicators/new")
@permits(Act.REPORT_PROGRESS)
def counting(code: str) -> str:
    """Show the form of a new indicator."""
    return _page(code, _form(code))


@blueprint.post("/<code>/indicators/new")
@permits(Act.REPORT_PROGRESS)
def count(code: str) -> Answer:
    """Add an indicator."""
    form = _form(code)

    def act(found: Document) -> None:
        indicators.add_indicator(g.session, found, form.words, by=g.actor, now=g.now)

    if _done(form, code, act):
        return _back(code, gettext("The indicator is added."))
    return _page(code, form), form.status


@blueprint.get("/<code>/indicators/<int:number>")
@permits(Act.REPORT_PROGRESS)
def indicator(code: str, number: int) -> str:
    """Show an indicator, to correct or to take out."""
    shown = _found(code, number)
    return _page(code, _filled(code, shown), shown)


@blueprint.post("/<code>/indicators/<int:number>")
@permits(Act.REPORT_PROGRESS)
def change_indicator(code: str, number: int) -> Answer:
    """Correct an indicator."""
    shown = _found(code, number)
    form = _form(code, shown)

    def act(found: Document) -> None:
        indicators.change_indicator(g.session, found, number, form.words, by=g.actor, now=g.now)

    if _done(form, code, act):
        return _back(code, gettext("It is corrected. The log keeps what stood there."))
    return _page(code, form, shown), form.status


@blueprint.post("/<code>/indicators/<int:number>/off")
@permits(Act.REPORT_PROGRESS)
def remove_indicator(code: str, number: int) -> Answer:
    """Take out an indicator of which nothing was counted."""
    form, shown = DoorForm(), _found(code, number)

    def act(found: Document) -> None:
        indicators.remove_indicator(g.session, found, number, by=g.actor, now=g.now)

    if _done(form, code, act):
        return _back(code, gettext("It is taken out. The log keeps that it stood there."))
    return _page(code, _filled(code, shown), shown, form), form.status


def _done(form: DoorForm, code: str, act: Callable[[Document], None]) -> bool:
    """Do what a form asks for; tell whether it was done."""
    if not form.validate():
        return False
    with refusals(form) as attempt:
        act(find(g.session, g.body.id, code)[0])
    return bool(attempt)


def _back(code: str, said: str) -> Response:
    flash(said, "success")
    return redirect(url_for("documents.reporting_of", code=code))


def _found(code: str, number: int) -> Indicator:
    known = indicators_of(g.session, find(g.session, g.body.id, code)[0])
    found = next((one for one in known if one.number == number), None)
    if found is None:
        raise NotFound("There is no such indicator.", remedy="Choose one of this document.")
    return found


def _form(code: str, shown: Indicator | None = None, **options: Any) -> IndicatorForm:
    form, (found, _) = IndicatorForm(**options), find(g.session, g.body.id, code)
    own = shown.item_id if shown is not None else None
    items = [line for line in lines(g.session, found) if not line.is_dropped or line.item.id == own]
    named = [(line.item.key, f"{line.item.position}. {line.shown.version.title}") for line in items]
    form.item.choices = [("", gettext("the whole document")), *named]
    return form


def _filled(code: str, shown: Indicator) -> IndicatorForm:
    item = g.session.get(Item, shown.item_id) if shown.item_id is not None else None
    stands = {name: getattr(shown, name) for name in ("name", "unit", "target")}
    stands |= {"parts": "\n".join(shown.parts), "item": item.key if item is not None else ""}
    return _form(code, shown, formdata=None, data=stands)


def _page(
    code: str, form: IndicatorForm, shown: Indicator | None = None, empty: DoorForm | None = None
) -> str:
    found, _ = find(g.session, g.body.id, code)
    empty = empty or DoorForm(formdata=None)
    return render_template("documents/indicator.html", document=found, form=form, shown=shown, empty=empty)
