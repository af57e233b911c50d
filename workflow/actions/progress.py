"""Reporting how an item stands as of a day, which alters no endorsed text (rule 41).

Extending the period of a programme is a change of text: see `documents`.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from workflow.actions import drafting
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.audit.rows import progress_sha256
from workflow.domain import spelled
from workflow.domain.errors import Invalid, says
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.rules import Rules
from workflow.domain.texts import clean, one_line
from workflow.domain.zones import local
from workflow.models.body import Body
from workflow.models.document import Progress

#: How many links one report can carry.
MOST_LINKS = 20
_LINK = re.compile(r"https?://[^\s<>\"]+")
_FIRST_DAY = date(1900, 1, 1)


def report(
    session: Session,
    item_id: int,
    *,
    by: Actor,
    now: datetime,
    as_of: date,
    status: str,
    scheduled: str = "",
    links: Sequence[str] = (),
) -> Progress:
    """Report the status of an item as of a day that has come in the body's zone.

    `scheduled` says when it shall be complete, `links` lead to evidence. Effects: the report, one entry; no
    version changes. Raises Invalid naming `as_of`, `progress`, `scheduled` or `links`.
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
        scheduled=one_line(scheduled, "scheduled"),
        links=checked_links(links),
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
        more_sha256=progress_sha256(progress),
    )
    return progress


def checked_links(links: Sequence[str]) -> list[str]:
    """Return links as they can be kept; raises Invalid naming `links` and the line."""
    kept = [one_line(link, "links", longest=2000) for link in links]
    for number, link in enumerate(kept, start=1):
        if link and _LINK.fullmatch(link) is None:
            raise Invalid(
                says("Line {number} is no link: “{link}”.", number=number, link=link),
                remedy="Write one link a line, beginning with https://.",
                field="links",
            )
    if len(kept) > MOST_LINKS:
        raise Invalid(
            says("More than {most} links.", most=MOST_LINKS), remedy="Keep the best.", field="links"
        )
    return [link for link in kept if link]


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
