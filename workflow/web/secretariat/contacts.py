"""Many appointments from one CSV file, looked through before anything is recorded; and the office's passing.

Reading the file is in `workflow/papers/contacts_csv.py`.
"""

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from workflow.actions import offices
from workflow.actions import people as acts
from workflow.actions.people import ContactRow
from workflow.domain.errors import Invalid
from workflow.domain.mandates import Act
from workflow.models.people import Person
from workflow.papers.contacts_csv import ContactsBroken, read_contacts
from workflow.queries.appointments import states
from workflow.web.doors import permits
from workflow.web.forms import refusals
from workflow.web.secretariat.blueprint import blueprint
from workflow.web.secretariat.forms import ContactsForm, OfficeForm
from workflow.web.secretariat.offers import offers
from workflow.web.secretariat.people import invite_new

Answer = Response | tuple[str, int]


@blueprint.get("/secretariat/people/contacts")
@permits(Act.MANAGE_PEOPLE)
def contacts() -> str:
    """Show the form for a file of contact points."""
    return _page(ContactsForm(), [])


@blueprint.post("/secretariat/people/contacts/preview")
@permits(Act.MANAGE_PEOPLE)
def preview_contacts() -> Answer | str:
    """Look a file through: every row that cannot be is named; nothing is recorded."""
    form = ContactsForm()
    if not form.validate():
        return _page(form, []), form.status
    content = form.file.data.read() if form.file.data else b""
    rows, remarks = _rows(form, content)
    if not rows:
        return _page(form, [], remarks), 422
    form.content.data = content.decode("utf-8-sig")
    with refusals(form) as attempt:
        made = _tried(rows)
    if not attempt:
        return _page(form, []), form.status
    return _page(form, rows, new=made)


@blueprint.post("/secretariat/people/contacts")
@permits(Act.MANAGE_PEOPLE)
def import_contacts() -> Answer:
    """Appoint everybody on the file that was looked through, all or nobody, and invite the new ones."""
    form = ContactsForm()
    rows, remarks = _rows(form, (form.content.data or "").encode("utf-8"))
    if not rows:
        return _page(form, [], remarks), 422
    if not form.validate():
        return _page(form, rows, new=_tried(rows)), form.status
    with refusals(form) as attempt:
        made = acts.import_contacts(g.session, rows, by=g.actor, now=g.now, body=g.body)
        invited = invite_new([one.person_id for one in made])
    if not attempt:
        return _page(form, []), form.status
    appointed = ngettext("%(num)d appointment is made.", "%(num)d appointments are made.", len(made))
    sent = ngettext("%(num)d invitation is on its way.", "%(num)d invitations are on their way.", invited)
    flash(f"{appointed} {sent}", "success")
    return redirect(url_for("secretariat.people"))


@blueprint.get("/secretariat/office")
@permits(Act.PASS_OFFICE)
def office() -> str:
    """Show which State holds the office, and the form that passes it on."""
    return _office_page(OfficeForm())


@blueprint.post("/secretariat/office")
@permits(Act.PASS_OFFICE)
def pass_office() -> Answer:
    """Pass the office to another State and to its first person, also in the middle of a round."""
    form = OfficeForm()
    if form.validate():
        with refusals(form) as attempt:
            made = offices.hand_over(
                g.session,
                by=g.actor,
                now=g.now,
                body=g.body,
                state_code=form.state.data,
                name=form["name"].data,
                email=form.email.data,
            )
            invited = invite_new([made.person_id])
        if attempt:
            said = gettext("The office has passed. Appoint more of its staff, if it has more.")
            flash(f"{said} {gettext('An invitation is on its way.')}" if invited else said, "success")
            return redirect(url_for("secretariat.people", role="lead_shepherd"))
    return _office_page(form), form.status


def _rows(form: ContactsForm, content: bytes) -> tuple[list[ContactRow], list[str]]:
    """Return the rows of a file, or none and every mistake in it."""
    codes = {one.code for one in states(g.session, g.body.id)}
    try:
        read = read_contacts(content, codes)
    except ContactsBroken as error:
        form.file.errors = [*form.file.errors, gettext("Nothing was recorded. Correct the file below.")]
        return [], [str(remark) for remark in error.remarks]
    except Invalid as error:
        form.refuse(error)
        return [], []
    return [ContactRow(one.line, one.state, one.role, one.name, one.email, one.since) for one in read], []


def _tried(rows: list[ContactRow]) -> set[str]:
    """Try the whole list and undo it: return the addresses that would be newly appointed."""
    attempt = g.session.begin_nested()
    try:
        made = acts.import_contacts(g.session, rows, by=g.actor, now=g.now, body=g.body)
        return {g.session.get_one(Person, one.person_id).email for one in made}
    finally:
        attempt.rollback()


def _page(
    form: ContactsForm, rows: list[ContactRow], remarks: list[str] | None = None, new: set[str] | None = None
) -> str:
    names = {one.code: one.name for one in states(g.session, g.body.id)}
    return render_template(
        "secretariat/contacts.html",
        form=form,
        rows=rows,
        remarks=remarks or [],
        new=new or set(),
        zone=g.body.rules["zone"],
        names=names,
    )


def _office_page(form: OfficeForm) -> str:
    form.state.choices = offers(
        gettext("Choose"),
        [
            (one.code, one.name)
            for one in states(g.session, g.body.id)
            if g.office is None or one.id != g.office.id
        ],
    )
    return render_template("secretariat/office.html", form=form, office=g.office)
