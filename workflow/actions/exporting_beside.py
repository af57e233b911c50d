"""What stands beside a document's texts, as plain data: its reporting, what it is related to.

The texts themselves are in `exporting_json`; the way in is `importing_beside`.
"""

from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.models.document import Document, Item
from workflow.models.relations import Obligation, Serving
from workflow.models.reporting import Figure, Indicator, ReportingPeriod
from workflow.queries.relations import related
from workflow.queries.reporting import indicators_of


def reporting_data(session: Session, document: Document) -> dict[str, Any]:
    """Return the indicators and the periods of a document, with the newest figures: three statements."""
    indicators = indicators_of(session, document)
    keys = {item.id: item.key for item in session.scalars(_items(document))}
    query = select(ReportingPeriod).where(ReportingPeriod.document_id == document.id)
    periods = session.scalars(query.order_by(ReportingPeriod.first_day)).all()
    figures = select(Figure).where(Figure.period_id.in_([one.id for one in periods])).order_by(Figure.id)
    newest = {(one.period_id, one.indicator_id): one for one in session.scalars(figures)}
    return {
        "indicators": [_indicator(one, keys) for one in indicators],
        "periods": [_period(one, indicators, newest) for one in periods],
    }


def relations_data(session: Session, document: Document) -> dict[str, Any]:
    """Return what a document succeeds, by title, and which other bodies endorsed it."""
    found = related(session, document)
    return {
        "predecessors": [kept.title if kept is not None else row.title for row, kept in found.predecessors],
        "endorsements": [
            {
                "endorsed_by": one.endorsed_by,
                "endorsed_on": one.endorsed_on.isoformat(),
                "reference": one.reference,
            }
            for one in found.endorsements
        ],
    }


def obligations_data(session: Session, document: Document) -> dict[int, list[dict[str, str]]]:
    """Return the obligations that each item serves, by the item's id: one statement."""
    query = (
        select(Serving.item_id, Obligation)
        .join(Obligation, Obligation.id == Serving.obligation_id)
        .join(Item, Item.id == Serving.item_id)
        .where(Item.document_id == document.id)
        .order_by(Obligation.instrument, Obligation.place)
    )
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    for item_id, one in session.execute(query):
        told = {"instrument": one.instrument, "place": one.place, "words": one.words}
        found[item_id].append(told)
    return found


def _items(document: Document) -> Any:
    return select(Item).where(Item.document_id == document.id)


def _indicator(one: Indicator, keys: dict[int, str]) -> dict[str, Any]:
    return {
        "name": one.name,
        "unit": one.unit,
        "target": one.target,
        "parts": list(one.parts),
        "item": keys.get(one.item_id or 0),
    }


def _period(
    period: ReportingPeriod, indicators: list[Indicator], newest: dict[tuple[int, int], Figure]
) -> dict[str, Any]:
    days = {name: getattr(period, name).isoformat() for name in ("first_day", "last_day", "due_on")}
    figures = [
        {"indicator": place, "whole": figure.whole, "parts": list(figure.parts)}
        for place, one in enumerate(indicators)
        if (figure := newest.get((period.id, one.id))) is not None
    ]
    return {**days, "highlights": period.highlights, "figures": figures}
