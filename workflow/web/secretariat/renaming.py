"""Changing how a person is called and reached.

What follows from a new address is decided in `workflow/actions/renaming.py`; people are listed in `people`.
"""

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from workflow.actions.renaming import change_person
from workflow.domain.errors import StaleVersion
from workflow.domain.mandates import Act
from workflow.models.people import Person
from workflow.queries.appointments import one_person
from workflow.web.doors import permits
from workflow.web.forms import refusals
from workflow.web.secretariat.blueprint import blueprint
from workflow.web.secretariat.forms import ChangePersonForm


@blueprint.get("/secretariat/people/<int:person_id>/change")
@permits(Act.MANAGE_PEOPLE)
def changing_person(person_id: int) -> str:
    """Show a person's name and address, to be changed."""
    found = _person(person_id)
    form = ChangePersonForm(data={"name": found.name, "email": found.email, "opened": _known_as(found)})
    return _page(form, found)


@blueprint.post("/secretariat/people/<int:person_id>/change")
@permits(Act.MANAGE_PEOPLE)
def change_name_or_address(person_id: int) -> Response | tuple[str, int]:
    """Change them; what was under way is sent to a new address."""
    form, found = ChangePersonForm(), _person(person_id)
    if form.validate():
        name, email = form["name"].data or "", form.email.data or ""
        with refusals(form) as attempt:
            _require_as_opened(form, found)
            written = change_person(g.session, found, by=g.actor, now=g.now, name=name, email=email)
        if attempt:
            flash(_said(written), "success")
            return redirect(url_for("secretariat.person", person_id=person_id))
    return _page(form, found), form.status


def _person(person_id: int) -> Person:
    return one_person(g.session, g.body.id, person_id, g.now).person


def _known_as(person: Person) -> str:
    return f"{person.name} <{person.email}>"


def _require_as_opened(form: ChangePersonForm, person: Person) -> None:
    """Refuse a form that would undo what a colleague changed meanwhile; the same form twice is none."""
    now, opened = _known_as(person), form.opened.data
    if not opened or opened == now or now == f"{form['name'].data} <{form.email.data}>":
        return
    form.opened.data = form.opened.raw_data = None
    raise StaleVersion(
        gettext("A colleague changed this person meanwhile, to %(known)s.", known=now),
        remedy=gettext("Nothing was recorded. Send the form again if it is still right."),
    )


def _said(written: int) -> str:
    said = gettext("Recorded.")
    if not written:
        return said
    sent = ngettext(
        "The letter of %(num)d circulation that runs goes to the new address.",
        "The letters of %(num)d circulations that run go to the new address.",
        written,
    )
    return f"{said} {sent}"


def _page(form: ChangePersonForm, person: Person) -> str:
    return render_template("secretariat/change_person.html", form=form, person=person)
