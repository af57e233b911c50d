"""The commands of an operator: database, body, first people, clock and mail. Thin: each calls one thing.

What they do lives in `workflow/actions/`, `workflow/clock.py` and `workflow/notices/`; those of the log
are in `log`.
"""

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import select

from workflow import scrubbing, worker
from workflow.actions import accounts, erasing, founding, people
from workflow.actions.indexing import index_if_missing
from workflow.body_file import read_body
from workflow.cli import copies
from workflow.cli.doctor import doctor
from workflow.cli.installed import database, only_body
from workflow.cli.log import audit_group
from workflow.db import migrate, now
from workflow.domain.errors import Refused
from workflow.domain.mandates import OPERATOR
from workflow.domain.terms import Role
from workflow.models.people import Person
from workflow.notices import probe

database_group = AppGroup("database", help="The database: bring it up to date, write it anew.")
body_group = AppGroup("body", help="The body this installation serves.")
people_group = AppGroup("people", help="The first people; everybody else is appointed on the pages.")
clock_group = AppGroup("clock", help="What time owes: silence, deadlines, reminders, letters.")
mail_group = AppGroup("mail", help="Mail: see the whole dialogue with the server.")


def register(app: Flask) -> None:
    """Give the application its commands."""
    for command in (*copies.COMMANDS, doctor):
        app.cli.add_command(command)
    for group in (database_group, body_group, people_group, clock_group, audit_group, mail_group):
        app.cli.add_command(group)


@database_group.command("upgrade")
def upgrade() -> None:
    """Bring the database to the newest migration; safe to repeat."""
    migrate(current_app.config["DATABASE_URL"])
    click.echo("The database is up to date.")
    with database().writing() as session:
        index_if_missing(session)


@database_group.command("scrub")
def scrub_database() -> None:
    """Write the database anew, so that what was deleted is in none of its files; nobody writes meanwhile."""
    _write_anew()


def _write_anew() -> None:
    try:
        scrubbing.scrub(database())
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo("The database is written anew.")


@body_group.command("found")
def found() -> None:
    """Write the body of ADREF_BODY with its States, meetings and office; a founded body is left as it is."""
    body_file = read_body(Path(current_app.config["BODY"]))
    with database().writing() as session:
        body = founding.found_body(session, body_file, now(session))
        click.echo(f"{body.short_name}: {body.name}.")


@people_group.command("invite")
@click.argument("name")
@click.argument("email")
@click.option(
    "--role",
    type=click.Choice([str(Role.SECRETARIAT), str(Role.LEAD_SHEPHERD)]),
    default=str(Role.SECRETARIAT),
    show_default=True,
)
@click.option("--state", "state_code", help="The State that holds the office; for the Lead Shepherd's staff.")
def invite(name: str, email: str, role: str, state_code: str | None) -> None:
    """Appoint NAME at EMAIL to an office and send the invitation to sign in."""
    with database().writing() as session:
        instant = now(session)
        body = only_body(session)
        try:
            appointment = people.appoint(
                session,
                by=OPERATOR,
                now=instant,
                body=body,
                name=name,
                email=email,
                role=Role(role),
                state_code=state_code,
            )
            person = session.get_one(Person, appointment.person_id)
            accounts.invite(session, person, by=OPERATOR, now=instant)
        except Refused as refusal:
            field = f"{refusal.field}: " if refusal.field else ""
            raise click.ClickException(f"{field}{refusal}") from refusal
    click.echo(f"{name} is appointed. The invitation goes out with the next tick of the clock.")


@people_group.command("erase")
@click.argument("email")
@click.option("--for-good", is_flag=True, help="Say that you mean it: nothing brings the data back.")
def erase(email: str, for_good: bool) -> None:
    """Erase the name, the addresses and the words of the person at EMAIL, whose account is closed.

    What their State said stays: kinds of answers, instants and outcomes. The log still verifies.
    """
    if not for_good:
        raise click.UsageError("This cannot be undone. Say --for-good if you mean it.")
    with database().writing() as session:
        instant = now(session)
        query = select(Person).where(Person.body_id == only_body(session).id, Person.email == email)
        person = session.scalars(query).one_or_none()
        if person is None:
            raise click.ClickException(f"Nobody has the address {email}.")
        pseudonym = person.public_id
        try:
            count = erasing.erase_person(session, person, by=OPERATOR, now=instant)
        except Refused as refusal:
            raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{pseudonym}: {count} texts of the log are erased.")
    _write_anew()
    click.echo("Backups, archives of the database’s own log, and mailboxes still hold them: see to those.")


@clock_group.command("tick")
def clock_tick() -> None:
    """Do everything that time owes now, once; run it from a timer every few seconds."""
    ticked = worker.tick_once(current_app._get_current_object())  # type: ignore[attr-defined]
    click.echo(
        f"{ticked.settled} circulations settled, {ticked.reminded} reminded, {ticked.delivered} letters sent."
    )
    mail = worker.read_once(current_app._get_current_object())  # type: ignore[attr-defined]
    if mail.kept:
        click.echo(f"{mail.kept} messages came by e-mail.")
    if mail.problem:
        raise click.ClickException(mail.problem)
    if ticked.is_behind:
        raise click.ClickException(
            "The clock stands behind the newest entry of the log, so nothing was done. Set it right."
        )
    if ticked.failed:
        raise click.ClickException(f"{ticked.failed} things could not be done; the log says what and why.")


@mail_group.command("test")
@click.argument("address")
def mail_test(address: str) -> None:
    """Send a test letter to ADDRESS and show the whole dialogue with the mail server."""
    with database().reading() as session:
        instant = now(session)
    shown = probe.dialogue(current_app.extensions["mail_settings"], address, instant)
    click.echo(str(shown))
    if not shown.is_accepted:
        raise click.ClickException("The mail server did not accept the letter.")
