"""Reporting on a document: its periods, what was counted in them, their highlights.

What is counted is in `indicators`, how one item stands in `progress`, the report drafted from it all in
`annual_reports`.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.actions import drafting
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.db import locked
from workflow.domain import spelled
from workflow.domain.errors import NotFound, WrongStatus, says
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.reporting import Days, check_figure, check_period, years_left
from workflow.domain.texts import clean
from workflow.domain.zones import local
from workflow.models.body import Body
from workflow.models.document import Document
from workflow.models.reporting import Figure, Indicator, ReportingPeriod

#: How long after the end of a year its report is due, where the years are planned in one go.
DUE_AFTER = timedelta(days=60)


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


def change_period(
    session: Session,
    period_id: int,
    *,
    by: Actor,
    now: datetime,
    first_day: date,
    last_day: date,
    due_on: date,
) -> None:
    """Correct the days of a period before its report is drafted; the log keeps those it had.

    What was counted stays with the period. Effects: the days, one entry, unless it had them already; where
    the report is due another day, its reminders begin anew. Raises WrongStatus, Invalid naming the field.
    """
    period, document = locked_period(session, period_id, by)
    _require_not_drafted(session, period)
    days, before = Days(first_day, last_day), (period.first_day, period.last_day, period.due_on)
    if before == (first_day, last_day, due_on):
        return
    check_period(days, due_on, _periods(session, document, but=period.id))
    if _figures(session, period):
        _require_begun(session, document, first_day, now)
    if due_on != period.due_on:
        period.reminders = 0
    period.first_day, period.last_day, period.due_on = first_day, last_day, due_on
    session.flush()
    told: dict[str, Any] = {"document": document.code, "first_day": before[0], "begins_on": first_day}
    told |= {"last_day": last_day, "due_on": due_on}
    record(session, Entry.PERIOD_CHANGED, by=by, at=now, body=document.body_id, **told)


def remove_period(session: Session, period_id: int, *, by: Actor, now: datetime) -> None:
    """Remove a period for which nothing was reported; the log keeps that it was planned.

    Effects: the row is deleted, one entry. Raises WrongStatus where it has figures, highlights or a report.
    """
    period, document = locked_period(session, period_id, by)
    _require_not_drafted(session, period)
    if period.highlights or _figures(session, period):
        raise WrongStatus(
            "Something was reported for this period, and what was reported stays.",
            remedy="Correct its days where they are wrong.",
        )
    told: dict[str, Any] = {"document": document.code, "first_day": period.first_day}
    session.delete(period)
    session.flush()
    record(session, Entry.PERIOD_REMOVED, by=by, at=now, body=document.body_id, **told)


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
    _require_begun(session, document, period.first_day, now)
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


def write_highlights(
    session: Session, period_id: int, *, by: Actor, now: datetime, text: str, opened: str | None = None
) -> None:
    """Write the highlights of a period over those that stood there.

    Effects: the words, one entry. Raises Invalid naming `text`, StaleVersion where others stand there than
    the words of `opened` (`drafting`).
    """
    period, document = locked_period(session, period_id, by)
    text = clean(text, "text", required=True)
    drafting.require_as_opened(period.highlights, text, opened)
    period.highlights = text
    session.flush()
    told: dict[str, Any] = {"document": document.code, "first_day": period.first_day}
    record(session, Entry.HIGHLIGHTS_WRITTEN, by=by, at=now, body=document.body_id, text=text, **told)


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


def _periods(session: Session, document: Document, but: int | None = None) -> list[Days]:
    query = select(ReportingPeriod).where(ReportingPeriod.document_id == document.id)
    if but is not None:
        query = query.where(ReportingPeriod.id != but)
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


def _figures(session: Session, period: ReportingPeriod) -> bool:
    found = session.scalar(select(Figure.id).where(Figure.period_id == period.id).limit(1))
    return found is not None


def _require_not_drafted(session: Session, period: ReportingPeriod) -> None:
    if period.report_id is not None:
        report = session.get_one(Document, period.report_id)
        raise WrongStatus(
            says("The report of this period was drafted: {title}.", title=report.title),
            remedy="It keeps the days that report covers.",
        )


def _require_begun(session: Session, document: Document, first_day: date, now: datetime) -> None:
    zone = str(session.get_one(Body, document.body_id).rules["zone"])
    if local(now, zone).date() < first_day:
        raise WrongStatus(
            says("This period begins on {first}.", first=spelled.day(first_day)),
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
