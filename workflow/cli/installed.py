"""What a command finds on this machine: the database and the body of this installation.

The commands themselves are in `operator` and `log`.
"""

import click
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.db import Database
from workflow.domain.errors import NotFound
from workflow.models.body import Body


def database() -> Database:
    """Return the database the settings name."""
    found: Database = current_app.extensions["adref"]
    return found


def only_body(session: Session) -> Body:
    """Return the body that is served here; raises ClickException with what to do where there is none."""
    body = session.scalars(select(Body).order_by(Body.id)).first()
    if body is None:
        missing = NotFound("There is no body yet.", remedy="Run: flask --app workflow.app body found")
        raise click.ClickException(str(missing))
    return body
