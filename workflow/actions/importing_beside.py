"""Importing what stands beside a document's texts: its reporting, what it is related to.

The texts themselves are imported by `importing_json`; the way out is `exporting_beside`.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.actions import indicators, relating, reporting
from workflow.actions.indicators import Counting
from workflow.domain.errors import Invalid, says
from workflow.domain.mandates import Actor
from workflow.models.body import Body
from workflow.models.document import Document, Item
from workflow.models.relations import Obligation
from workflow.models.reporting import Indicator

Given = Mapping[str, Any]


def import_reporting(
    session: Session, document: Document, given: Given, keys: Mapping[str, str], *, by: Actor, now: datetime
) -> None:
    """Write the indicators and periods of a file; `keys` lead from its items' keys to those they have now.

    Effects: those of the acts in `indicators` and `reporting`. Raises Invalid naming `file` for what they
    refuse.
    """
    counts = [_indicator(session, document, one, keys, by, now) for one in given["indicators"]]
    for place, one in enumerate(given["periods"]):
        days = {name: read_day(one[name]) for name in ("first_day", "last_day", "due_on")}
        period = reporting.plan_period(session, document, by=by, now=now, **days)
        if one["highlights"]:
            reporting.write_highlights(session, period.id, by=by, now=now, text=one["highlights"])
        counted, fields = _figures(one["figures"], counts, place)
        reporting.report_figures(session, period.id, counted, fields, by=by, now=now)


def import_relations(session: Session, document: Document, given: Given, *, by: Actor, now: datetime) -> None:
    """Write what a document of a file succeeds, and who else endorsed it."""
    for title in given["predecessors"]:
        relating.name_predecessor(session, document, by=by, now=now, title=title)
    for one in given["endorsements"]:
        day = read_day(one["endorsed_on"])
        told = {"endorsed_by": one["endorsed_by"], "reference": one["reference"]}
        relating.record_endorsement(session, document, by=by, now=now, endorsed_on=day, **told)


def import_obligations(
    session: Session, item: Item, given: Sequence[Given], *, by: Actor, now: datetime
) -> None:
    """Let an item serve the obligations of a file; those that the body does not have are added."""
    if not given:
        return
    body = session.get_one(Body, item.body_id)
    query = select(Obligation).where(Obligation.body_id == body.id)
    known = {(one.instrument, one.place): one.number for one in session.scalars(query)}
    numbers = []
    for one in given:
        place = one["instrument"], one["place"]
        if place not in known:
            known[place] = relating.add_obligation(session, by=by, now=now, body=body, **one).number
        numbers.append(known[place])
    relating.serve(session, item.id, numbers, by=by, now=now)


def read_day(written: str) -> date:
    """Return a day of a file; raises Invalid naming `file`."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Invalid(
            says("In the file, “{day}” is no day.", day=written),
            remedy="Correct it there. Nothing was imported.",
            field="file",
        ) from None


def _indicator(
    session: Session, document: Document, one: Given, keys: Mapping[str, str], by: Actor, now: datetime
) -> Indicator:
    key = keys.get(one["item"] or "", one["item"] or "")
    what = Counting(one["name"], one["unit"], one["target"], one["parts"], key)
    return indicators.add_indicator(session, document, what, by=by, now=now)


def _figures(
    given: Sequence[Given], counts: Sequence[Indicator], place: int
) -> tuple[dict[int, tuple[int, list[int]]], dict[int, dict[str, str]]]:
    """Return figures as `reporting.report_figures` takes them; every fault is named `file`."""
    counted: dict[int, tuple[int, list[int]]] = {}
    fields: dict[int, dict[str, str]] = {}
    for one in given:
        indicator = counts[one["indicator"]] if one["indicator"] < len(counts) else None
        if indicator is None or len(one["parts"]) != len(indicator.parts):
            raise Invalid(
                says("In the file, a figure of reporting.periods[{place}] fits no indicator.", place=place),
                remedy="Correct it there. Nothing was imported.",
                field="file",
            )
        counted[indicator.id] = one["whole"], list(one["parts"])
        fields[indicator.id] = dict.fromkeys(["", *indicator.parts], "file")
    return counted, fields
