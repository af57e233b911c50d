"""Reporting how an item stands as of a day, which alters no endorsed text (rule 41).

Extending the period of a programme is a change of text: see `documents`.
"""

from datetime import date, datetime

from sqlalchemy.orm import Session

from workflow.actions import drafting
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.domain import spelled
from workflow.domain.errors import Invalid, says
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.rules import Rules
from workflow.domain.texts import clean
from workflow.domain.zones import local
from workflow.models.body import Body
from workflow.models.document import Progress

_FIRST_DAY = date(1900, 1, 1)


def report(session: Session, item_id: int, *, by: Actor, now: datetime, as_of: date, status: str) -> Progress:
    """Report the status of an item as of a day that has come in the body's zone.

    Effects: the report, one entry; no version changes. Raises Invalid naming `as_of` or `progress`.
    """
    require(by, Act.REPORT_PROGRESS)
    item, _ = drafting.locked_item(session, item_id, by, Act.REPORT_PROGRESS)
    status = clean(status, "progress", required=True)
    body = session.get_one(Body, item.body_id)
    _check_day(as_of, local(now, Rules.from_json(body.rules).zone).date())
    progress = Progress(
        body_id=item.body_id,
        item_id=item.id,
        as_of=as_of,
        status=status,
        reported_at=now,
        reported_by=by.public_id,
    )
    session.add(progress)
    session.flush()
    record(
        session,
        Entry.PROGRESS_REPORTED,
        by=by,
        at=now,
        body=item.body_id,
        item=item.key,
        as_of=as_of,
        text=status,
    )
    return progress


def _check_day(as_of: date, today: date) -> None:
    if _FIRST_DAY <= as_of <= today:
        return
    wrong = says("{day} is too long ago.", day=spelled.day(as_of))
    if as_of > today:
        wrong = says("{day} has not come yet.", day=spelled.day(as_of))
    raise Invalid(
        wrong,
        remedy=says("Write a day up to today, {day}.", day=spelled.day(today)),
        field="as_of",
    )
