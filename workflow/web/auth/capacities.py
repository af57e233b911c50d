"""Choosing the capacity to act in, and the first page of each; the plain links of letters arrive here.

What each capacity may do is in `workflow/domain/mandates.py`.
"""

from flask import flash, g, redirect, render_template, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from workflow.domain.errors import NotFound
from workflow.domain.mandates import Act, may
from workflow.domain.terms import Role
from workflow.queries.references import circulation_id
from workflow.web import navigation
from workflow.web.auth.blueprint import blueprint
from workflow.web.auth.forms import CapacityForm
from workflow.web.auth.local_paths import wanted
from workflow.web.doors import permits, signed_in
from workflow.web.visitors import CAPACITY

#: Whose page of a circulation a capacity reads; States read their own.
_CIRCULATION_PAGES = {
    Role.LEAD_SHEPHERD: "shepherd.circulation",
    Role.SECRETARIAT: "secretariat.circulation",
}


@blueprint.get("/")
@signed_in
def home() -> Response:
    """Lead to the first page of the capacity."""
    if g.capacity is None:
        return redirect(url_for("auth.capacity"))
    return redirect(navigation.home())


@blueprint.get("/c/<int:year>-<int:number>")
@permits(Act.READ_RECORD)
def circulation(year: int, number: int) -> Response:
    """Lead from the plain link of a letter to the circulation's page of the capacity."""
    found = circulation_id(g.session, g.body.id, year, number)
    if found is None:
        raise NotFound("There is no such circulation.", remedy="Choose one from your first page.")
    if not may(g.actor, Act.READ_CIRCULATION):
        return redirect(navigation.home())
    endpoint = _CIRCULATION_PAGES.get(g.capacity.role, "focal_point.circulation")
    return redirect(url_for(endpoint, circulation_id=found))


@blueprint.get("/capacity")
@signed_in
def capacity() -> str:
    """Show the capacities the person holds, with the one in use."""
    in_use = g.capacity.appointment.id if g.capacity is not None else None
    return _page(_form(appointment=in_use, next=wanted("")))


@blueprint.post("/capacity")
@signed_in
def choose() -> str | Response | tuple[str, int]:
    """Act in another capacity from here on."""
    form = _form()
    if not form.validate():
        return _page(form), 422
    session[CAPACITY] = form.appointment.data
    (now_in_use,) = [one for one in g.capacities if one.appointment.id == form.appointment.data]
    label = navigation.capacity_label(now_in_use)
    flash(gettext("You are acting as %(capacity)s.", capacity=label), "success")
    return redirect(wanted(url_for("auth.home")))


def _form(**values: object) -> CapacityForm:
    form = CapacityForm(data=values) if values else CapacityForm()
    form.appointment.choices = [
        (one.appointment.id, _with_capital(navigation.capacity_label(one))) for one in g.capacities
    ]
    return form


def _with_capital(label: str) -> str:
    return label[:1].upper() + label[1:]


def _page(form: CapacityForm) -> str:
    return render_template("auth/capacity.html", form=form)
