"""The commands of an operator: database, body, first people, clock and mail. Thin: each calls one thing.

What they do lives in `workflow/actions/`, `workflow/clock.py` and `workflow/notices/`.
"""

from collections.abc import Sequence
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import select

from workflow import worker
from workflow.actions import accounts, founding, people
from workflow.audit import checking, export, signing_key
from workflow.audit.record import newest_at
from workflow.audit.signer import Signer
from workflow.body_file import read_body
from workflow.db import Database, migrate, now
from workflow.domain.errors import NotFound, Refused
from workflow.domain.mandates import OPERATOR
from workflow.domain.terms import Role
from workflow.models.audit import LogHead
from workflow.models.body import Body
from workflow.models.people import Person
from workflow.notices import probe

WHAT_TO_DO = """\
1. Stop the pages and the clock, and keep a copy of the database and of ADREF_LOG_FOLDER as they are.
2. If an older backup was restored: put back a newer one, or bring the missing transactions back from the
   archive of the database; the log must hold at least what was signed.
3. Run flask audit verify: it names what differs. Start again once it and flask audit status find nothing.
Never delete or replace the files in ADREF_LOG_FOLDER: every State holds the checkpoints they remember."""

database_group = AppGroup("database", help="The database: bring it up to date.")
body_group = AppGroup("body", help="The body this installation serves.")
people_group = AppGroup("people", help="The first people; everybody else is appointed on the pages.")
clock_group = AppGroup("clock", help="What time owes: silence, deadlines, reminders, letters.")
audit_group = AppGroup("audit", help="The log: check it, hand it out, see what stopped it.")
mail_group = AppGroup("mail", help="Mail: see the whole dialogue with the server.")


def register(app: Flask) -> None:
    """Give the application its commands."""
    for group in (database_group, body_group, people_group, clock_group, audit_group, mail_group):
        app.cli.add_command(group)


@database_group.command("upgrade")
def upgrade() -> None:
    """Bring the database to the newest migration; safe to repeat."""
    migrate(current_app.config["DATABASE_URL"])
    click.echo("The database is up to date.")


@body_group.command("found")
def found() -> None:
    """Write the body of ADREF_BODY with its States, meetings and office; a founded body is left as it is."""
    body_file = read_body(Path(current_app.config["BODY"]))
    with _database().writing() as session:
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
    with _database().writing() as session:
        instant = now(session)
        body = _body(session.scalars(select(Body)).all())
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


@clock_group.command("tick")
def clock_tick() -> None:
    """Do everything that time owes now, once; run it from a timer every few seconds."""
    ticked = worker.tick_once(current_app._get_current_object())  # type: ignore[attr-defined]
    click.echo(
        f"{ticked.settled} circulations settled, {ticked.reminded} reminded, {ticked.delivered} letters sent."
    )
    if ticked.failed:
        raise click.ClickException(f"{ticked.failed} things could not be done; the log says what and why.")


@audit_group.command("new-key")
def new_key() -> None:
    """Print a new signing key for ADREF_LOG_KEY; nothing is kept."""
    click.echo(signing_key.written(Ed25519PrivateKey.generate()))


@audit_group.command("status")
def audit_status() -> None:
    """Say whether the log can be written to, and if not, what to do."""
    signer: Signer = current_app.extensions["log_signer"]
    with _database().reading() as session:
        body = _body(session.scalars(select(Body)).all())
        head = session.get_one(LogHead, body.id)
        fault = signer.fault(body.id, head.origin, head.size, head.edge)
        behind = newest_at(session, body.id)
        lags = behind is not None and now(session) < behind
    mark = signer.high_water(body.id)
    click.echo(f"{head.origin}: {head.size} entries; the highest checkpoint signed is kept in {mark.path}.")
    if lags:
        click.echo(f"The clock stands behind the newest entry, of {behind}. Set it right (rule 12).")
    if fault:
        raise click.ClickException(f"{fault}\n{WHAT_TO_DO}")
    click.echo("The log can be written to.")


@audit_group.command("verify")
def audit_verify() -> None:
    """Check the log in the database against itself and every checkpoint; exit status 1 names what differs."""
    with _database().reading() as session:
        body = _body(session.scalars(select(Body)).all())
        found = list(checking.differences(session, body.id))
    for difference in found:
        click.echo(difference)
    if found:
        raise click.ClickException(f"{len(found)} differences. Keep a copy before you change anything.")
    click.echo("The log is whole, and is what was signed.")


@audit_group.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def audit_export(folder: Path) -> None:
    """Write the log, its checkpoints and keys, and the program that checks them into FOLDER."""
    with _database().reading() as session:
        body = _body(session.scalars(select(Body)).all())
        written = export.export(session, body.id, folder)
    click.echo(f"{written.entries} entries and {written.checkpoints} checkpoints are in {folder}.")


@mail_group.command("test")
@click.argument("address")
def mail_test(address: str) -> None:
    """Send a test letter to ADDRESS and show the whole dialogue with the mail server."""
    with _database().reading() as session:
        instant = now(session)
    shown = probe.dialogue(current_app.extensions["mail_settings"], address, instant)
    click.echo(str(shown))
    if not shown.is_accepted:
        raise click.ClickException("The mail server did not accept the letter.")


def _database() -> Database:
    database: Database = current_app.extensions["adref"]
    return database


def _body(bodies: Sequence[Body]) -> Body:
    if not bodies:
        raise click.ClickException(
            str(NotFound("There is no body yet.", remedy="Run: flask --app workflow.app body found"))
        )
    return bodies[0]
