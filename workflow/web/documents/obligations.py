"""The obligations of the body: which items serve them, which are served by none; and choosing them.

What these acts write is in `workflow/actions/relating.py`.
"""

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from workflow.actions import relating
from workflow.domain.errors import NotFound
from workflow.domain.mandates import Act, may
from workflow.models.document import Document
from workflow.queries import items
from workflow.queries.documents import find
from workflow.queries.items import Life
from workflow.queries.relations import Covered, coverage, obligations_of
from workflow.web.documents.blueprint import blueprint
from workflow.web.documents.forms import ObligationForm, ServingForm
from workflow.web.documents.life import frame
from workflow.web.doors import permits
from workflow.web.forms import DoorForm, refusals
from workflow.web.spreadsheets import csv_file

_HEADER = ("instrument", "place", "words", "document", "item", "title", "status")


@blueprint.get("/obligations")
@permits(Act.READ_DOCUMENTS)
def obligations() -> str:
    """Show the obligations with the items that serve them, of one document or of all."""
    return _page(ObligationForm(), _asked())


@blueprint.get("/obligations.csv")
@permits(Act.READ_DOCUMENTS)
def obligations_csv() -> Response:
    """Give the coverage as a file."""
    rows = []
    for one in coverage(g.session, g.body.id, _asked()):
        about = [one.obligation.instrument, one.obligation.place, one.obligation.words]
        served = [[by.document.code, by.item.key, by.title, str(by.status)] for by in one.items]
        rows += [[*about, *cells] for cells in served or [[""] * 4]]
    return csv_file("obligations", _HEADER, rows)


@blueprint.post("/obligations")
@permits(Act.RELATE)
def add_obligation() -> Response | tuple[str, int]:
    """Add an obligation."""
    form = ObligationForm()
    if form.validate():
        with refusals(form) as attempt:
            relating.add_obligation(g.session, by=g.actor, now=g.now, body=g.body, **form.typed)
        if attempt:
            flash(gettext("The obligation is added. Choose on an item’s page what it serves."), "success")
            return redirect(url_for("documents.obligations"))
    return _page(form, None), form.status


@blueprint.get("/obligations/<int:number>")
@permits(Act.RELATE)
def obligation(number: int) -> str:
    """Show an obligation, to correct or to take out."""
    return _obligation_page(number)


@blueprint.post("/obligations/<int:number>")
@permits(Act.RELATE)
def change_obligation(number: int) -> Response | tuple[str, int]:
    """Correct an obligation."""
    form = ObligationForm()
    if form.validate():
        with refusals(form) as attempt:
            relating.change_obligation(g.session, number, by=g.actor, now=g.now, body=g.body, **form.typed)
        if attempt:
            flash(gettext("It is corrected. The log keeps what stood there."), "success")
            return redirect(url_for("documents.obligations"))
    return _obligation_page(number, form), form.status


@blueprint.post("/obligations/<int:number>/off")
@permits(Act.RELATE)
def remove_obligation(number: int) -> Response | tuple[str, int]:
    """Take out an obligation that no item serves."""
    form = DoorForm()
    if form.validate():
        with refusals(form) as attempt:
            relating.remove_obligation(g.session, number, by=g.actor, now=g.now, body=g.body)
        if attempt:
            flash(gettext("It is taken out. The log keeps that it stood there."), "success")
            return redirect(url_for("documents.obligations"))
    return _obligation_page(number, empty=form), form.status


@blueprint.get("/items/<key>/obligations")
@permits(Act.RELATE)
def serving(key: str) -> str:
    """Show which obligations an item serves, to choose anew."""
    life = items.life(g.session, g.body.id, key)
    form = _form()
    form.obligations.data = [one.number for one in obligations_of(g.session, life.item)]
    return _serving_page(form, life)


@blueprint.post("/items/<key>/obligations")
@permits(Act.RELATE)
def serve(key: str) -> Response | tuple[str, int]:
    """Keep which obligations an item serves."""
    form, life = _form(), items.life(g.session, g.body.id, key)
    if form.validate():
        with refusals(form) as attempt:
            chosen = form.obligations.data or []
            relating.serve(g.session, life.item.id, chosen, by=g.actor, now=g.now)
        if attempt:
            flash(gettext("The choice is kept."), "success")
            return redirect(url_for("documents.item", key=key))
    return _serving_page(form, life), form.status


def _form() -> ServingForm:
    form = ServingForm()
    known = coverage(g.session, g.body.id)
    form.obligations.choices = [
        (
            one.obligation.number,
            f"{one.obligation.instrument}, {one.obligation.place}: {one.obligation.words}",
        )
        for one in known
    ]
    return form


def _asked() -> Document | None:
    code = request.args.get("document", "")
    return find(g.session, g.body.id, code)[0] if code else None


def _page(form: ObligationForm, document: Document | None) -> str:
    covered = coverage(g.session, g.body.id, document)
    return render_template(
        "documents/obligations.html",
        form=form,
        document=document,
        covered=covered,
        sentence=_sentence(covered),
        may_relate=may(g.actor, Act.RELATE),
    )


def _obligation_page(number: int, form: ObligationForm | None = None, empty: DoorForm | None = None) -> str:
    found = next((one for one in coverage(g.session, g.body.id) if one.obligation.number == number), None)
    if found is None:
        raise NotFound("There is no such obligation.", remedy="Choose from the list.")
    return render_template(
        "documents/obligation.html",
        covered=found,
        form=form or ObligationForm(formdata=None, obj=found.obligation),
        empty=empty or DoorForm(formdata=None),
    )


def _sentence(covered: list[Covered]) -> str:
    """Say how many obligations are served by nothing that is in force."""
    bare = [one for one in covered if not one.is_covered]
    if not covered:
        return gettext("No obligation is named yet.")
    if not bare:
        return gettext("Every obligation is served by an item in force.")
    return ngettext(
        "One obligation is served by no item in force.",
        "%(num)d obligations are served by no item in force.",
        len(bare),
    )


def _serving_page(form: ServingForm, life: Life) -> str:
    return render_template("documents/serving.html", **frame(life), form=form)
