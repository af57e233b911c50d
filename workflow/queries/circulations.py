"""Lists of circulations, page by key, each with the facts that judge it however many are listed.

One circulation is read in `cases`; what surrounds it (letters, moves, requests) in `happenings`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from workflow.domain.terms import RUNNING, CirculationStatus, Status, Term
from workflow.models.body import Meeting, State
from workflow.models.circulation import Circulation, CirculationItem, RosterState, Suspension
from workflow.models.document import Document, Item, Version
from workflow.models.notice import ServiceEvidence
from workflow.models.response import Response, ResponseRemark
from workflow.queries.cases import ItemRow, Loaded

#: How many rows one page of a list shows.
PAGE = 20


class Group(Term):
    """Which circulations a list shows."""

    ALL = "all"
    PREPARATION = "preparation"
    RUNNING = "running"
    OVER = "over"


@dataclass(frozen=True)
class Listed:
    """One circulation of a list: its number of items and, while it runs, the facts that judge it."""

    circulation: Circulation
    items: int
    loaded: Loaded | None


@dataclass(frozen=True)
class Page:
    """One page of a list, newest first; `older` is the key of the next page, or None on the last."""

    rows: tuple[Listed, ...]
    older: int | None


@dataclass(frozen=True)
class Choice:
    """A draft that can be circulated, with the version of its item that is in force, if any."""

    document: Document
    item: Item
    version: Version
    in_force: Version | None


def listed(
    session: Session,
    body_id: int,
    *,
    group: Group = Group.ALL,
    preparations: bool,
    before: int | None = None,
    limit: int = PAGE,
) -> Page:
    """Read one page of a body's circulations, newest first: seven statements however many rows.

    `preparations` tells whether the reader sees what is not dispatched yet; `before` is the key of the
    page before.
    """
    items = (
        select(func.count())
        .where(CirculationItem.circulation_id == Circulation.id)
        .correlate(Circulation)
        .scalar_subquery()
    )
    query = select(Circulation, items).where(Circulation.body_id == body_id, *_within(group, preparations))
    if before is not None:
        query = query.where(Circulation.id < before)
    found = session.execute(query.order_by(Circulation.id.desc()).limit(limit + 1)).all()
    shown = found[:limit]
    running = [row[0] for row in shown if row[0].status in RUNNING]
    facts = load_many(session, running) if running else {}
    rows = tuple(Listed(row[0], row[1], facts.get(row[0].id)) for row in shown)
    return Page(rows, shown[-1][0].id if len(found) > limit else None)


def load_many(session: Session, circulations: Sequence[Circulation]) -> dict[int, Loaded]:
    """Read the facts of several dispatched circulations, by id, in six statements; meetings are left out."""
    keys = [circulation.id for circulation in circulations]
    suspensions = _grouped(session, Suspension, keys)
    responses = _grouped(session, Response, keys)
    remarks = _grouped(session, ResponseRemark, keys)
    evidence = _grouped(session, ServiceEvidence, keys)
    items = _items(session, keys)
    rosters = _rosters(session, keys)
    return {
        circulation.id: Loaded(
            circulation=circulation,
            meeting=None,
            suspensions=suspensions[circulation.id],
            items=items[circulation.id],
            states=[state for state, _ in rosters[circulation.id]],
            holding=frozenset(state.code for state, holds in rosters[circulation.id] if holds),
            responses=responses[circulation.id],
            remarks=remarks[circulation.id],
            evidence=evidence[circulation.id],
            code_by_id={state.id: state.code for state, _ in rosters[circulation.id]},
        )
        for circulation in circulations
    }


def choices(session: Session, body_id: int) -> list[Choice]:
    """Return the drafts of a body that can be circulated, by document and position: one statement."""
    in_force = aliased(Version)
    rows = session.execute(
        select(Document, Item, Version, in_force)
        .join(Item, Item.document_id == Document.id)
        .join(Version, Version.item_id == Item.id)
        .outerjoin(in_force, (in_force.item_id == Item.id) & (in_force.status == Status.ENDORSED))
        .where(Version.body_id == body_id, Version.status == Status.DRAFT)
        .order_by(Document.id, Item.position)
    )
    return [Choice(*row) for row in rows]


def meetings(session: Session, body_id: int) -> list[Meeting]:
    """Return the meetings of a body, those held last first, those not held at the end."""
    query = select(Meeting).where(Meeting.body_id == body_id)
    return list(session.scalars(query.order_by(Meeting.held_on.desc().nulls_last(), Meeting.id.desc())))


def _within(group: Group, preparations: bool) -> Iterable[ColumnElement[bool]]:
    if not preparations:
        yield Circulation.status.is_not(None)
    if group is Group.PREPARATION:
        yield Circulation.status.is_(None)
    if group is Group.RUNNING:
        yield Circulation.status.in_(RUNNING)
    if group is Group.OVER:
        yield Circulation.status.in_([CirculationStatus.CLOSED, CirculationStatus.WITHDRAWN])


def _grouped(session: Session, table: Any, keys: list[int]) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = defaultdict(list)
    for row in session.scalars(select(table).where(table.circulation_id.in_(keys)).order_by(table.id)):
        grouped[row.circulation_id].append(row)
    return grouped


def _items(session: Session, keys: list[int]) -> dict[int, list[ItemRow]]:
    rows = session.execute(
        select(CirculationItem, Version, Item, Document)
        .join(Version, Version.id == CirculationItem.version_id)
        .join(Item, Item.id == Version.item_id)
        .join(Document, Document.id == Item.document_id)
        .where(CirculationItem.circulation_id.in_(keys))
        .order_by(CirculationItem.position)
    )
    grouped: dict[int, list[ItemRow]] = defaultdict(list)
    for row in rows:
        grouped[row[0].circulation_id].append(ItemRow(*row))
    return grouped


def _rosters(session: Session, keys: list[int]) -> dict[int, list[tuple[State, bool]]]:
    rows = session.execute(
        select(RosterState.circulation_id, State, RosterState.holds)
        .join(State, State.id == RosterState.state_id)
        .where(RosterState.circulation_id.in_(keys))
        .order_by(State.name)
    )
    grouped: dict[int, list[tuple[State, bool]]] = defaultdict(list)
    for key, state, holds in rows:
        grouped[key].append((state, holds))
    return grouped
