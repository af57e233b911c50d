"""What is counted of a document: indicators, added, corrected, taken out.

What was counted of them in a period is reported in `reporting`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.actions import drafting
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.audit.rows import indicator_sha256
from workflow.domain.errors import Invalid, NotFound, WrongStatus, says
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.reporting import MOST, require_same_parts
from workflow.domain.texts import one_line
from workflow.models.document import Document, Item
from workflow.models.reporting import Figure, Indicator

#: How many parts an indicator can be told apart by.
MOST_PARTS = 12


@dataclass(frozen=True)
class Counting:
    """What an indicator says: what is counted in which unit, towards which target, told apart by which parts.

    `item_key` is that of the item it is counted of, empty for the whole document.
    """

    name: str
    unit: str
    target: int | None = None
    parts: Sequence[str] = ()
    item_key: str = ""


def add_indicator(
    session: Session,
    document: Document,
    what: Counting,
    *,
    by: Actor,
    now: datetime,
) -> Indicator:
    """Add what is counted: of the whole document, or of one of its items.

    Effects: the indicator with the next number, one entry. Raises Invalid naming the field.
    """
    _hold(session, document, by)
    highest = session.scalar(select(func.max(Indicator.number)).where(Indicator.document_id == document.id))
    indicator = Indicator(
        body_id=document.body_id,
        document_id=document.id,
        number=(highest or 0) + 1,
        created_at=now,
        created_by=by.public_id,
    )
    _write(session, document, indicator, what)
    session.add(indicator)
    session.flush()
    told = _told(document, indicator) | _said(session, indicator)
    record(session, Entry.INDICATOR_ADDED, by=by, at=now, body=document.body_id, **told)
    return indicator


def change_indicator(
    session: Session,
    document: Document,
    number: int,
    what: Counting,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Correct what an indicator says; the log keeps the words that stood there.

    Effects: the row, one entry, unless it stood so already. Raises NotFound; Invalid naming the field: once
    something is counted it keeps as many parts, for their numbers stand in their order.
    """
    _hold(session, document, by)
    indicator = _indicator(session, document, number)
    require_same_parts(len(indicator.parts), len(_parts(what.parts)), _counted(session, indicator))
    before, stood = _columns(indicator), _words(session, indicator)
    _write(session, document, indicator, what)
    if _columns(indicator) == before:
        return
    session.flush()
    told = _told(document, indicator) | _said(session, indicator) | {"text": stood}
    record(session, Entry.INDICATOR_CHANGED, by=by, at=now, body=document.body_id, **told)


def remove_indicator(session: Session, document: Document, number: int, *, by: Actor, now: datetime) -> None:
    """Take out an indicator of which nothing was counted; the log keeps its words.

    Effects: the row is deleted, one entry. Raises NotFound; WrongStatus once something was counted.
    """
    _hold(session, document, by)
    indicator = _indicator(session, document, number)
    if _counted(session, indicator):
        raise WrongStatus(
            says("“{name}” was counted already, and what was reported stays.", name=indicator.name),
            remedy="Correct its words where they are wrong.",
        )
    told = _told(document, indicator) | {"text": _words(session, indicator)}
    session.delete(indicator)
    session.flush()
    record(session, Entry.INDICATOR_REMOVED, by=by, at=now, body=document.body_id, **told)


def _hold(session: Session, document: Document, by: Actor) -> None:
    require(by, Act.REPORT_PROGRESS, body=document.body_id)
    drafting.hold_papers(session, by)


def _told(document: Document, indicator: Indicator) -> dict[str, Any]:
    return {"document": document.code, "indicator": indicator.number}


def _said(session: Session, indicator: Indicator) -> dict[str, Any]:
    return {"item": _item_key(session, indicator), "indicator_sha256": indicator_sha256(indicator)}


def _item_key(session: Session, indicator: Indicator) -> str | None:
    return session.scalar(select(Item.key).where(Item.id == indicator.item_id))


def _indicator(session: Session, document: Document, number: int) -> Indicator:
    query = select(Indicator).where(Indicator.document_id == document.id, Indicator.number == number)
    # Read anew: what was read before the lock may have been corrected meanwhile.
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("There is no such indicator.", remedy="Choose one of this document.")
    return found


def _write(session: Session, document: Document, indicator: Indicator, what: Counting) -> None:
    if what.target is not None and not 0 <= what.target <= MOST:
        raise Invalid("The target is no count.", remedy="Write a whole number from 0.", field="target")
    item_id = _item_of(session, document, what.item_key)
    indicator.name = _name_of(session, document, indicator, item_id, what.name)
    indicator.item_id = item_id
    indicator.unit = one_line(what.unit, "unit", required=True, longest=100)
    indicator.target = what.target
    indicator.parts = _parts(what.parts)


def _name_of(
    session: Session, document: Document, indicator: Indicator, item_id: int | None, given: str
) -> str:
    """Return the name, by which reports tell indicators apart; raises Invalid where another one has it."""
    name = one_line(given, "name", required=True, longest=200)
    query = select(Indicator.id).where(Indicator.document_id == document.id, Indicator.name == name)
    same = session.scalars(query.where(Indicator.item_id.is_not_distinct_from(item_id))).all()
    if any(one != indicator.id for one in same):
        raise Invalid(
            says("“{name}” is counted already.", name=name),
            remedy="Give this one a name of its own, or correct the other one.",
            field="name",
        )
    return name


def _columns(indicator: Indicator) -> tuple[str, str, int | None, list[str], int | None]:
    return indicator.name, indicator.unit, indicator.target, list(indicator.parts), indicator.item_id


def _words(session: Session, indicator: Indicator) -> str:
    """Return what stands there, one thing a line, as the log keeps it beside its entry."""
    target = "" if indicator.target is None else str(indicator.target)
    lines = [indicator.name, indicator.unit, target, ", ".join(indicator.parts)]
    lines.append(_item_key(session, indicator) or "")
    return "\n".join(line for line in lines if line)


def _counted(session: Session, indicator: Indicator) -> bool:
    found = session.scalar(select(Figure.id).where(Figure.indicator_id == indicator.id).limit(1))
    return found is not None


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
