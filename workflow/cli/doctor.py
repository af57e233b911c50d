"""`flask doctor`: what is wrong with this installation, and what to do, in one sentence each.

Each look is a function that returns what is wrong, or nothing; what is measured lives elsewhere.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from workflow import schema
from workflow.audit import marked
from workflow.audit.entries import SIGNED
from workflow.audit.record import newest_at
from workflow.audit.signer import Signer
from workflow.cli.installed import database
from workflow.cli.log import key_fault
from workflow.db import now
from workflow.extensions import limiter
from workflow.models.body import Body
from workflow.notices.connection import connected
from workflow.queries.measures import Measures, measures
from workflow.tasks import waiting

#: How far this machine's clock may be from the database's, in seconds.
_OFFSET = 5
#: How long anything may wait beyond its time before somebody must look, in seconds.
_LATE = 300
#: How many messages may wait: each is taken in milliseconds.
_FULL = 1000


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Look at everything this installation needs, and say what is wrong and what to do.

    Exit status 1: something is wrong. Run it on each host with the settings of its own.
    """
    wrong = 0
    usable = True
    for name, look in _LOOKS:
        # Without its tables nothing can be asked of the database.
        problem = look() if usable or name in _WITHOUT_DATABASE else "not looked at: see the database."
        wrong += bool(problem)
        usable = usable and not (name == "database" and problem)
        click.echo(f"{'WRONG' if problem else 'ok   '}  {name}{f': {problem}' if problem else ''}")
    if wrong:
        raise click.ClickException(f"{wrong} of {len(_LOOKS)} things are wrong.")


def _settings() -> str:
    config = current_app.config
    if config["BROKER_URL"] and config["RATELIMIT_STORAGE_URI"].startswith("memory:"):
        return "Each process counts requests for itself; set ADREF_RATELIMIT_STORAGE_URI to redis://…"
    if config["BROKER_URL"] and config["DATABASE_URL"].startswith("sqlite"):
        return "Several hosts cannot share SQLite; set ADREF_DATABASE_URL to postgresql://…"
    return ""


def _database() -> str:
    try:
        standing = schema.standing(database())
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).strip().splitlines()
        return f"It cannot be reached; correct ADREF_DATABASE_URL or start it. It says: {' '.join(said[:1])}"
    if standing.is_newer:
        return f"A newer program has migrated it to {standing.found}; install that program on this host."
    if standing.problem:
        return standing.problem
    with database().reading() as session:
        founded = session.scalars(select(Body.id)).first()
    return "" if founded else "It holds no body yet. Run: flask --app workflow.app body found"


def _clock() -> str:
    with database().reading() as session:
        began, said = time.time(), now(session)
        newest = [newest_at(session, body) for body in session.scalars(select(Body.id))]
    offset = (began + time.time()) / 2 - said.timestamp()
    if any(one is not None and said < one for one in newest):
        return (
            "The database's clock stands behind the log; set it right: only objections are taken meanwhile."
        )
    if abs(offset) > _OFFSET:
        side = "ahead of" if offset > 0 else "behind"
        return (
            f"This machine's clock is {abs(offset):,.0f} s {side} the database's, which alone counts; "
            "let both follow one NTP server."
        )
    return ""


def _deadlines() -> str:
    lag = _measured().clock_lag
    return (
        f"One passed {lag:,.0f} s ago and nothing was done; start beat and the workers."
        if lag > _LATE
        else ""
    )


def _broker() -> str:
    try:
        found = waiting(current_app.extensions["celery"])
    except Exception as failure:
        # Whatever the broker's library raises: it cannot be used, and that is the finding.
        return f"It cannot be reached; correct ADREF_BROKER_URL or start it. It says: {failure}"
    full = [f"{name} ({count:,})" for name, count in found.items() if count > _FULL]
    return f"Messages pile up in {', '.join(full)}; start workers for these queues." if full else ""


def _limits() -> str:
    if not current_app.config["RATELIMIT_ENABLED"]:
        return ""
    if limiter.storage.check():
        return ""
    return "Their store cannot be reached; correct ADREF_RATELIMIT_STORAGE_URI or start it."


def _mail() -> str:
    try:
        with connected(current_app.extensions["mail_settings"]):
            waited = _measured().oldest_unsent
    except (OSError, ValueError) as failure:
        return f"The server cannot be used; run flask mail test, which shows the dialogue. It says: {failure}"
    return f"A letter has waited for {waited:,.0f} s; start beat and the workers." if waited > _LATE else ""


def _log() -> str:
    signer: Signer = current_app.extensions["log_signer"]
    with database().reading() as session:
        for body in session.scalars(select(Body.id)):
            fault = marked.fault(session, body, signer) or _key(signer, body)
            if fault:
                return f"{fault} Run: flask audit status"
    lag = _measured().signer_lag
    return f"An entry has waited {lag:,.0f} s for its signature; start the signer." if lag > _LATE else ""


def _key(signer: Signer, body: int) -> str:
    return key_fault(signer, body) if current_app.config["LOG_SIGNS"] else ""


def _backup() -> str:
    folder, allowed = current_app.config["BACKUP_FOLDER"], current_app.config["BACKUP_HOURS"]
    if not folder:
        return ""
    try:
        times = [one.stat().st_mtime for one in Path(folder).iterdir() if one.is_file()]
    except OSError as error:
        return f"ADREF_BACKUP_FOLDER cannot be read: {error.strerror}."
    if not times:
        return "There is none in ADREF_BACKUP_FOLDER; run flask backup FILE from a timer."
    age = datetime.now(UTC) - datetime.fromtimestamp(max(times), UTC)
    if age > timedelta(hours=allowed):
        hours = age.total_seconds() / 3600
        return f"The newest is {hours:,.0f} hours old, {allowed} are allowed; see to the timer that makes it."
    return ""


def _measured() -> Measures:
    with database().reading() as session:
        return measures(session, [str(entry) for entry in SIGNED])


_LOOKS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("settings", _settings),
    ("database", _database),
    ("clock", _clock),
    ("deadlines", _deadlines),
    ("broker", _broker),
    ("limits", _limits),
    ("mail", _mail),
    ("log", _log),
    ("backup", _backup),
)
_WITHOUT_DATABASE = ("settings", "database", "broker", "limits", "backup")
