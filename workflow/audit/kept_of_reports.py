"""What the tables hold of a body's reporting, as facts of the names and columns the entries tell.

What the entries tell is in `told_of_reports`.
"""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from workflow.audit.kept import Names, columns_of
from workflow.audit.rows import indicator_sha256
from workflow.audit.told import Facts
from workflow.audit.told_of_reports import figure_name, indicator_name, period_name
from workflow.models.document import Document, Item
from workflow.models.reporting import Figure, Indicator, ReportingPeriod


def facts(session: Session, body: int, _names: Names) -> Facts:
    """Return what the tables hold of the body's periods, indicators and figures."""
    return {**_periods(session, body), **_indicators(session, body), **_figures(session, body)}


def _periods(session: Session, body: int) -> Facts:
    report = aliased(Document)
    query = (
        select(ReportingPeriod, Document.code, report.code)
        .join(Document, Document.id == ReportingPeriod.document_id)
        .outerjoin(report, report.id == ReportingPeriod.report_id)
        .where(ReportingPeriod.body_id == body)
    )
    columns = ("last_day", "due_on", "highlights", "reminders", "created_at", "created_by")
    return {
        period_name(code, row.first_day): columns_of(row, *columns) | {"report": drafted}
        for row, code, drafted in session.execute(query)
    }


def _indicators(session: Session, body: int) -> Facts:
    query = (
        select(Indicator, Document.code, Item.key)
        .join(Document, Document.id == Indicator.document_id)
        .outerjoin(Item, Item.id == Indicator.item_id)
    )
    return {
        indicator_name(code, row.number): columns_of(row, "created_at", "created_by")
        | {"row": indicator_sha256(row), "item": key}
        for row, code, key in session.execute(query.where(Indicator.body_id == body))
    }


def _figures(session: Session, body: int) -> Facts:
    query = (
        select(Figure, Indicator.number, Document.code, ReportingPeriod.first_day)
        .join(Indicator, Indicator.id == Figure.indicator_id)
        .join(Document, Document.id == Indicator.document_id)
        .join(ReportingPeriod, ReportingPeriod.id == Figure.period_id)
        .where(Figure.body_id == body)
        .order_by(Figure.id)
    )
    numbers: Counter[str] = Counter()
    found: Facts = {}
    for row, number, code, first_day in session.execute(query):
        thing = figure_name(indicator_name(code, number), first_day)
        numbers[thing] += 1
        columns = ("whole", "parts", "reported_at", "reported_by")
        found[f"{thing} {numbers[thing]}"] = columns_of(row, *columns)
    return found
