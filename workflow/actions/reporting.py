"""Reporting on a document: its periods, its indicators with their figures, the highlights of a period.

How one item stands is reported in `progress`; the report drafted from all this is in `annual_reports`.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.actions import drafting
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.audit.rows import indicator_sha256
from workflow.db import locked
from workflow.domain import spelled
from workflow.domain.errors import Invalid, NotFound, WrongStatus, says
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.reporting import MOST, Days, check_figure, check_period, years_left
from workflow.domain.texts import clean, one_line
from workflow.domain.zones import local
from workflow.models.body import Body
from workflow.models.document import Document, Item
from workflow.models.reporting import Figure, Indicator, ReportingPeriod

#: How long after the end of a year its report is due, where the years are planned in one go.
DUE_AFTER = timedelta(days=60)
#: How many parts an indicator can be told apart by.
MOST_PARTS = 12


def plan_period(
    session: Session,
    document: Document,
    *,
    by: Actor,
    now: datetime,
    first_day: date,
    last_day: date,
    due_on: date,
) -> ReportingPeriod:
    """Plan a period to report on, and the day its report is due.

    Effects: the period, one entry. Raises Invalid naming `first_day`, `last_day` or `due_on`: periods of a
    document never overlap.
    """
    _hold(session, document, by)
    return _planned(session, document, Days(first_day, last_day), due_on, by, now)


def plan_years(
    session: Session, document: Document, *, by: Actor, now: datetime, last_year: int
) -> list[ReportingPeriod]:
    """Plan one period for each calendar year of the document that has none, the report due 60 days later.

    Effects: the periods, one entry each. Raises WrongStatus where every year has its period.
    """
    _hold(session, document, by)
    free = years_left(document.period_from, last_year, _periods(session, document))
    if not free:
        raise WrongStatus(
            "Every year of this document has a period already.", remedy="There is nothing to do."
        )
    return [_planned(session, document, year, year.last + DUE_AFTER, by, now) for year in free]


def add_indicator(
    session: Session,
    document: Document,
    *,
    by: Actor,
    now: datetime,
    name: str,
    unit: str,
    target: int | None = None,
    parts: Sequence[str] = (),
    item_key: str = "",
) -> Indicator:
    """Add what is counted: of the whole document, or of one of its items.

    Effects: the indicator with the next number, one entry. Raises Invalid naming the field.
    """
    _hold(session, document, by)
    if target is not None and not 0 <= target <= MOST:
        raise Invalid("The target is no count.", remedy="Write a whole number from 0.", field="target")
    indicator = Indicator(
        body_id=document.body_id,
        document_id=document.id,
        number=_next_number(session, document),
        item_id=_item_of(session, document, item_key),
        name=one_line(name, "name", required=True, longest=200),
        unit=one_line(unit, "unit", required=True, longest=100),
        target=target,
        parts=_parts(parts),
        created_at=now,
        created_by=by.public_id,
    )
    session.add(indicator)
    session.flush()
    told: dict[str, Any] = {"document": document.code, "indicator": indicator.number}
    digest = indicator_sha256(indicator)
    record(
        session,
        Entry.INDICATOR_ADDED,
        by=by,
        at=now,
        body=document.body_id,
        indicator_sha256=digest,
        **told,
    )
    return indicator


def report_figures(
    session: Session,
    period_id: int,
    counted: Mapping[int, tuple[int, Sequence[int]]],
    fields: Mapping[int, Mapping[str, str]],
    *,
    by: Actor,
    now: datetime,
) -> int:
    """Report what was counted in a period: by indicator the whole, and its parts in their order.

    `fields` name the form's field of each number (see `domain.reporting.check_figure`). What is as it was
    reported last is left out. Effects: a figure and an entry each; returns how many. Raises Invalid naming
    the row and the field.
    """
    period, document = locked_period(session, period_id, by)
    _require_begun(session, period, now)
    known = {
        one.id: one for one in session.scalars(select(Indicator).where(Indicator.document_id == document.id))
    }
    latest = latest_figures(session, [period.id])
    done = 0
    for key, (whole, numbers) in counted.items():
        indicator = known.get(key)
        if indicator is None:
            raise NotFound("There is no such indicator.", remedy="Choose one of this document.")
        parts = dict(zip(indicator.parts, numbers, strict=True))
        check_figure(indicator.name, whole, parts, fields[key])
        before = latest.get((period.id, key))
        if before is None or (before.whole, before.parts) != (whole, list(numbers)):
            _report(session, document, period, indicator, whole, list(numbers), by, now)
            done += 1
    return done


def write_highlights(session: Session, period_id: int, *, by: Actor, now: datetime, text: str) -> None:
    """Write the highlights of a period over those that stood there.

    Effects: the words, one entry. Raises Invalid naming `text`.
    """
    period, document = locked_period(session, period_id, by)
    period.highlights = clean(text, "text", required=True)
    session.flush()
    told: dict[str, Any] = {"document": document.code, "first_day": period.first_day}
    body, text = document.body_id, period.highlights
    record(session, Entry.HIGHLIGHTS_WRITTEN, by=by, at=now, body=body, text=text, **told)


def locked_period(
    session: Session, period_id: int, by: Actor, act: Act = Act.REPORT_PROGRESS
) -> tuple[ReportingPeriod, Document]:
    """Lock a period and return it with its document, once the actor is found to be allowed `act` there."""
    require(by, act)
    drafting.hold_papers(session, by)
    period, _ = locked(session, ReportingPeriod, period_id)
    require(by, act, body=period.body_id)
    return period, session.get_one(Document, period.document_id)


def latest_figures(session: Session, period_ids: Sequence[int]) -> dict[tuple[int, int], Figure]:
    """Return the newest figure of each indicator in these periods, by period and indicator: one statement."""
    query = select(Figure).where(Figure.period_id.in_(period_ids)).order_by(Figure.id)
    return {(one.period_id, one.indicator_id): one for one in session.scalars(query)}


def _hold(session: Session, document: Document, by: Actor) -> None:
    require(by, Act.REPORT_PROGRESS, body=document.body_id)
    drafting.hold_papers(session, by)


def _periods(session: Session, document: Document) -> list[Days]:
    query = select(ReportingPeriod).where(ReportingPeriod.document_id == document.id)
    return [Days(one.first_day, one.last_day) for one in session.scalars(query.order_by("first_day"))]


def _planned(
    session: Session, document: Document, days: Days, due_on: date, by: Actor, now: datetime
) -> ReportingPeriod:
    check_period(days, due_on, _periods(session, document))
    period = ReportingPeriod(
        body_id=document.body_id,
        document_id=document.id,
        first_day=days.first,
        last_day=days.last,
        due_on=due_on,
        created_at=now,
        created_by=by.public_id,
    )
    session.add(period)
    session.flush()
    told: dict[str, Any] = {
        "document": document.code,
        "first_day": days.first,
        "last_day": days.last,
        "due_on": due_on,
    }
    record(session, Entry.PERIOD_PLANNED, by=by, at=now, body=document.body_id, **told)
    return period


def _next_number(session: Session, document: Document) -> int:
    query = select(func.max(Indicator.number)).where(Indicator.document_id == document.id)
    return (session.scalar(query) or 0) + 1


def _item_of(session: Session, document: Document, key: str) -> int | None:
    if not key:
        return None
    found = session.scalar(select(Item.id).where(Item.document_id == document.id, Item.key == key))
    if found is None:
        raise Invalid("There is no such item in this document.", remedy="Choose one.", field="item")
    return found


def _parts(parts: Sequence[str]) -> list[str]:
    names = [name for part in parts if (name := one_line(part, "parts", longest=100))]
    if len(names) > MOST_PARTS:
        raise Invalid(says("More than {most} parts.", most=MOST_PARTS), remedy="Join some.", field="parts")
    if len({name.casefold() for name in names}) < len(names):
        raise Invalid("Two parts have one name.", remedy="Give each a name of its own.", field="parts")
    return names


def _require_begun(session: Session, period: ReportingPeriod, now: datetime) -> None:
    zone = str(session.get_one(Body, period.body_id).rules["zone"])
    if local(now, zone).date() < period.first_day:
        raise WrongStatus(
            says("This period begins on {first}.", first=spelled.day(period.first_day)),
            remedy="Report what was counted once it has begun.",
        )


def _report(
    session: Session,
    document: Document,
    period: ReportingPeriod,
    indicator: Indicator,
    whole: int,
    parts: list[int],
    by: Actor,
    now: datetime,
) -> None:
    keys = {"body_id": document.body_id, "indicator_id": indicator.id, "period_id": period.id}
    figure = Figure(**keys, whole=whole, parts=parts, reported_at=now, reported_by=by.public_id)
    session.add(figure)
    session.flush()
    told: dict[str, Any] = {
        "document": document.code,
        "indicator": indicator.number,
        "first_day": period.first_day,
    }
    body = document.body_id
    record(session, Entry.FIGURE_REPORTED, by=by, at=now, body=body, whole=whole, parts=parts, **told)
