"""People and their appointments: the list, one person, appointing, inviting, ending, closing accounts.

Many at once are in `contacts`; the rules of appointments are in `workflow/actions/people.py`.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from workflow.actions import accounts
from workflow.actions import people as acts
from workflow.domain.mandates import Act
from workflow.domain.terms import Role
from workflow.models.people import Person
from workflow.papers.csv_rows import Cell
from workflow.queries.appointments import Filter, Page, appointment, key_of, one_person, states
from workflow.queries.appointments import people as listed
from workflow.web.doors import permits
from workflow.web.forms import refusals
from workflow.web.moments import read
from workflow.web.secretariat.blueprint import blueprint
from workflow.web.secretariat.forms import AppointForm
from workflow.web.secretariat.narrowing import PeopleNarrowing
from workflow.web.secretariat.offers import offers
from workflow.web.spreadsheets import csv_file

HEADER = ("name", "email", "account", "role", "state", "since", "until")
_AT_ONCE = 500


@blueprint.get("/secretariat/people")
@permits(Act.MANAGE_PEOPLE)
def people() -> str | tuple[str, int]:
    """Show one page of the people by name."""
    form = PeopleNarrowing()
    form.state.choices = offers(
        gettext("All States"), [(one.code, one.name) for one in states(g.session, g.body.id)]
    )
    if not form.validate():
        return _list(form, Page((), None)), 422
    return _list(form, _read(key_of(request.args.get("after", ""))))


@blueprint.get("/secretariat/people.csv")
@permits(Act.MANAGE_PEOPLE)
def people_csv() -> Response:
    """Give all people of the same filter as a file, a row for each appointment."""
    return csv_file("people", HEADER, _csv_rows())


@blueprint.get("/secretariat/people/<int:person_id>")
@permits(Act.MANAGE_PEOPLE)
def person(person_id: int) -> str:
    """Show one person with all appointments."""
    one = one_person(g.session, g.body.id, person_id, g.now)
    return render_template("secretariat/person.html", one=one, now=g.now, office=g.office)


@blueprint.get("/secretariat/people/appoint")
@permits(Act.MANAGE_PEOPLE)
def appointing() -> str:
    """Show the form of an appointment."""
    given = request.args
    form = AppointForm(data={key: given.get(key, "") for key in ("name", "email", "role", "state")})
    form.invite.data = True
    return _appoint_page(form)


@blueprint.post("/secretariat/people/appoint")
@permits(Act.MANAGE_PEOPLE)
def appoint() -> AnyResponse | tuple[str, int]:
    """Appoint a person, known by the address or new."""
    form = AppointForm()
    if form.validate():
        with refusals(form) as attempt:
            made = acts.appoint(
                g.session,
                by=g.actor,
                now=g.now,
                body=g.body,
                name=form["name"].data,
                email=form.email.data,
                role=Role(form.role.data),
                state_code=form.state.data or None,
                until=_end(form.until.data),
            )
            invited = form.invite.data and invite_new([made.person_id])
        if attempt:
            said = gettext("Appointed.")
            flash(f"{said} {gettext('An invitation is on its way.')}" if invited else said, "success")
            return redirect(url_for("secretariat.person", person_id=made.person_id))
    return _appoint_page(form), form.status


def _end(last_day: date | None) -> datetime | None:
    """Return the instant at which the last day of an appointment is over, in the body's zone."""
    if last_day is None:
        return None
    return read(last_day + timedelta(days=1), time(), g.body.rules["zone"], "until")


@blueprint.post("/secretariat/people/<int:person_id>/invite")
@permits(Act.MANAGE_PEOPLE)
def invite(person_id: int) -> AnyResponse:
    """Send a person the link by which the password is set."""
    accounts.invite(g.session, _person(person_id), by=g.actor, now=g.now)
    flash(gettext("An invitation is on its way; earlier invitations no longer work."), "success")
    return redirect(url_for("secretariat.person", person_id=person_id))


@blueprint.post("/secretariat/people/<int:person_id>/close")
@permits(Act.MANAGE_PEOPLE)
def deactivate(person_id: int) -> AnyResponse:
    """Close an account; its sessions end at once."""
    acts.deactivate(g.session, _person(person_id), by=g.actor, now=g.now)
    flash(gettext("The account is closed. What was said under it stands."), "success")
    return redirect(url_for("secretariat.person", person_id=person_id))


@blueprint.post("/secretariat/people/<int:person_id>/open")
@permits(Act.MANAGE_PEOPLE)
def reactivate(person_id: int) -> AnyResponse:
    """Open a closed account again."""
    acts.reactivate(g.session, _person(person_id), by=g.actor, now=g.now)
    flash(gettext("The account is open again."), "success")
    return redirect(url_for("secretariat.person", person_id=person_id))


@blueprint.post("/secretariat/appointments/<int:appointment_id>/end")
@permits(Act.MANAGE_PEOPLE)
def end_appointment(appointment_id: int) -> AnyResponse:
    """End an appointment now; what was said under it stands (rule 25)."""
    held = appointment(g.session, g.body.id, appointment_id)
    acts.end_appointment(g.session, held, by=g.actor, now=g.now)
    flash(gettext("The appointment has ended. What was said under it stands."), "success")
    return redirect(url_for("secretariat.person", person_id=held.person_id))


def invite_new(person_ids: list[int]) -> int:
    """Invite those of these people who have no password yet; return how many."""
    count = 0
    for key in sorted(set(person_ids)):
        found = g.session.get_one(Person, key)
        if found.password_hash is None:
            accounts.invite(g.session, found, by=g.actor, now=g.now)
            count += 1
    return count


def _person(person_id: int) -> Person:
    return one_person(g.session, g.body.id, person_id, g.now).person


def _read(after: int | None, limit: int | None = None) -> Page:
    given = request.args
    wanted = Filter(
        state=given.get("state", ""),
        role=next((one for one in Role if one == given.get("role")), None),
        present=given.get("ended") != "too",
    )
    options = {} if limit is None else {"limit": limit}
    return listed(g.session, g.body.id, wanted, g.now, after=after, **options)


def _list(form: PeopleNarrowing, page: Page) -> str:
    kept = form.kept()
    return render_template(
        "secretariat/people.html",
        form=form,
        page=page,
        now=g.now,
        office=g.office,
        ended_too=request.args.get("ended") == "too",
        narrowed=bool(kept),
        later=url_for("secretariat.people", after=page.later, **kept) if page.later else None,
        first=url_for("secretariat.people", **kept) if request.args.get("after") else None,
        csv_url=url_for("secretariat.people_csv", **kept),
    )


def _appoint_page(form: AppointForm) -> str:
    form.state.choices = offers(
        gettext("none: the secretariat or the programme"),
        [(one.code, one.name) for one in states(g.session, g.body.id)],
    )
    return render_template("secretariat/appoint.html", form=form, zone=g.body.rules["zone"])


def _csv_rows() -> Iterator[list[Cell]]:
    after: int | None = None
    while True:
        page = _read(after, _AT_ONCE)
        for row in page.rows:
            about: list[Cell] = [row.person.name, row.person.email, "open" if row.person.active else "closed"]
            for held, state in row.appointments:
                yield [*about, str(held.role), state.code if state else None, held.since, held.until]
        if page.later is None:
            return
        after = key_of(page.later)
