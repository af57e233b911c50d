"""Finds by the names that letters, the log and addresses use, instead of by ids.

What is found is read in the other files here.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.models.circulation import Circulation


def circulation_id(session: Session, body_id: int, year: int, number: int) -> int | None:
    """Return the id of the circulation that the log calls “year-number”, or None."""
    return session.scalars(
        select(Circulation.id).where(
            Circulation.body_id == body_id, Circulation.year == year, Circulation.number == number
        )
    ).one_or_none()
