"""The history of endorsement, newest first, page by key: circulations, meetings' decisions, papers.

What a row shows is read in `history_rows`; the record behind it in `records`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    cast,
    exists,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from workflow.db import Key
from workflow.domain.errors import Invalid
from workflow.domain.terms import Result, Source, Term
from workflow.models.body import Meeting, State
from workflow.models.circulation import Circulation, CirculationItem, Noting, RosterState
from workflow.models.document import Document, Item, Version
from workflow.models.people import Person
from workflow.models.response import Response

#: How many rows one page shows.
PAGE = 20
_BETWEEN = "~"


class Origin(Term):
    """Where a result comes from, in the order in which rows of one instant stand."""

    CIRCULATION = "circulation"
    MEETING = "meeting"
    PAPER = "paper"


_ORIGINS = list(Origin)
#: Every outcome the filter knows: the results of a circulation, and the two other origins.
OUTCOMES: tuple[Term, ...] = (*Result, Origin.MEETING, Origin.PAPER)


@dataclass(frozen=True)
class Filter:
    """What of the history is wanted; instants are UTC, `until` is not included, an empty text is no wish.

    `document` is a code, `item` a key, `state` the code of a State on the roster, `outcome` a value of
    `OUTCOMES`, `meeting` the code of one that agreed to it, decided or noted it, or had the document before
    it, `person` the pseudonym of who wrote the text, dispatched it or spoke on it.
    """

    document: str = ""
    item: str = ""
    state: str = ""
    outcome: str = ""
    meeting: str = ""
    person: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Spot:
    """Where one row stands in the order of the history: newest instant first, then as circulated."""

    at: datetime
    origin: int
    group: int
    place: int

    def written(self) -> str:
        """Return the spot as the key of a page in an address."""
        return _BETWEEN.join([self.at.isoformat(), str(self.origin), str(self.group), str(self.place)])

    @classmethod
    def read(cls, key: str) -> "Spot":
        """Return the spot that `written` wrote; raises Invalid for anything else."""
        try:
            at, origin, group, place = key.split(_BETWEEN)
            spot = cls(datetime.fromisoformat(at), int(origin), int(group), int(place))
        except ValueError:
            spot = None
        if (
            spot is None
            or spot.at.tzinfo is None
            or max(map(abs, (spot.origin, spot.group, spot.place))) >= 2**62
        ):
            raise Invalid(
                "This page of the list does not exist.", remedy="Begin at the first page.", field="before"
            )
        return spot


@dataclass(frozen=True)
class Found:
    """One row: its place in the order, what it is about, and the result a circulation froze, if one did."""

    spot: Spot
    origin: Origin
    version_id: int
    circulation_id: int | None
    result: Result | None


def find(
    session: Session, body_id: int, wanted: Filter, *, before: Spot | None = None, limit: int = PAGE
) -> tuple[list[Found], Spot | None]:
    """Return one page of the history and the spot of the next page, or None: one statement."""
    rows = union_all(*_parts(body_id, wanted)).subquery()
    query = select(rows)
    if before is not None:
        query = query.where(_after(rows.c, before))
    query = query.order_by(rows.c.at.desc(), rows.c.origin, rows.c.grouped.desc(), rows.c.place).limit(
        limit + 1
    )
    found = [
        Found(
            Spot(row.at, row.origin, row.grouped, row.place),
            _ORIGINS[row.origin],
            row.version_id,
            row.circulation_id,
            Result(row.result) if row.result else None,
        )
        for row in session.execute(query)
    ]
    return found[:limit], found[limit - 1].spot if len(found) > limit else None


def _after(columns: Any, spot: Spot) -> ColumnElement[bool]:
    """Return whether a row stands after `spot`."""
    same_group = and_(columns.grouped == spot.group, columns.place > spot.place)
    same_origin = and_(columns.origin == spot.origin, or_(columns.grouped < spot.group, same_group))
    same_instant = and_(columns.at == spot.at, or_(columns.origin > spot.origin, same_origin))
    return or_(columns.at < spot.at, same_instant)


def _parts(body_id: int, wanted: Filter) -> list[Select[Any]]:
    """Return the selects of the origins that can hold what is wanted."""
    parts = []
    results = {str(result) for result in Result}
    if not wanted.outcome or wanted.outcome in results:
        parts.append(_circulated(body_id, wanted))
    if wanted.outcome in ("", Origin.MEETING):
        parts.append(_decided(body_id, wanted))
    # No State spoke of what a paper says.
    if wanted.outcome in ("", Origin.PAPER) and not wanted.state:
        parts.append(_on_paper(body_id, wanted))
    return parts or [_on_paper(body_id, wanted).where(literal(value=False))]


def _row(
    origin: Origin, at: Any, grouped: Any, place: Any, *, circulation: Any = None, result: Any = None
) -> Select[Any]:
    return select(
        at.label("at"),
        literal(_ORIGINS.index(origin), Integer).label("origin"),
        cast(grouped, Key).label("grouped"),
        cast(place, Key).label("place"),
        Version.id.label("version_id"),
        cast(circulation, Key).label("circulation_id"),
        cast(result, String).label("result"),
    )


def _circulated(body_id: int, wanted: Filter) -> Select[Any]:
    entry = CirculationItem
    query = (
        _row(
            Origin.CIRCULATION,
            entry.left_at,
            entry.circulation_id,
            entry.position,
            circulation=entry.circulation_id,
            result=entry.result,
        )
        .join(Version, Version.id == entry.version_id)
        .where(entry.body_id == body_id, entry.result.is_not(None))
    )
    if wanted.outcome:
        query = query.where(entry.result == wanted.outcome)
    if wanted.state:
        query = query.where(_on_roster(entry.circulation_id, wanted.state))
    return _within(query, wanted, entry.left_at, entry.circulation_id)


def _decided(body_id: int, wanted: Filter) -> Select[Any]:
    circulation = (
        select(CirculationItem.circulation_id)
        .where(CirculationItem.version_id == Version.id)
        .order_by(CirculationItem.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = _row(Origin.MEETING, Version.decided_at, Version.id, 0, circulation=circulation).where(
        Version.body_id == body_id,
        Version.source == Source.PROCEDURE,
        Version.decision_date.is_not(None),
    )
    if wanted.state:
        query = query.where(_on_roster(circulation, wanted.state))
    return _within(query, wanted, Version.decided_at, circulation)


def _on_paper(body_id: int, wanted: Filter) -> Select[Any]:
    query = _row(Origin.PAPER, Version.decided_at, Item.document_id, Item.position).where(
        Version.body_id == body_id, Version.source == Source.DOCUMENT, Version.decided_at.is_not(None)
    )
    return _within(query, wanted, Version.decided_at)


def _within(query: Select[Any], wanted: Filter, at: Any, circulation: Any = None) -> Select[Any]:
    query = query.join(Item, Item.id == Version.item_id)
    if wanted.meeting:
        query = query.where(_before_meeting(circulation, wanted.meeting))
    if wanted.person:
        query = query.where(_by_person(circulation, wanted.person))
    if wanted.document:
        query = query.join(Document, Document.id == Item.document_id).where(Document.code == wanted.document)
    if wanted.item:
        query = query.where(Item.key == wanted.item)
    if wanted.since is not None:
        query = query.where(at >= wanted.since)
    if wanted.until is not None:
        query = query.where(at < wanted.until)
    return query


def _on_roster(circulation: Any, code: str) -> ColumnElement[bool]:
    return exists(
        select(RosterState.id)
        .join(State, State.id == RosterState.state_id)
        .where(RosterState.circulation_id == circulation, State.code == code)
    )


def _before_meeting(circulation: Any, code: str) -> ColumnElement[bool]:
    """Return whether a meeting had to do with a row: by its text or document, or by its circulation."""
    meeting = select(Meeting.id).where(Meeting.code == code, Meeting.body_id == Version.body_id)
    document = select(Document.id).where(
        Document.id == Item.document_id, Document.meeting_id.in_(meeting), Version.source == Source.DOCUMENT
    )
    parts = [Version.meeting_id.in_(meeting), exists(document)]
    if circulation is not None:
        agreed = select(Circulation.id).where(
            Circulation.id == circulation, Circulation.authority_meeting_id.in_(meeting)
        )
        noted = select(Noting.id).where(Noting.circulation_id == circulation, Noting.meeting_id.in_(meeting))
        parts += [exists(agreed), exists(noted)]
    return or_(*parts)


def _by_person(circulation: Any, pseudonym: str) -> ColumnElement[bool]:
    """Return whether a person wrote a row's text, dispatched it, or spoke on it for a State."""
    parts = [Version.changed_by == pseudonym]
    if circulation is not None:
        sent = select(Circulation.id).where(
            Circulation.id == circulation, Circulation.dispatched_by == pseudonym
        )
        spoke = (
            select(Response.id)
            .join(Person, Person.id == Response.person_id)
            .where(
                Response.circulation_id == circulation,
                Response.version_id == Version.id,
                Person.public_id == pseudonym,
            )
        )
        parts += [exists(sent), exists(spoke)]
    return or_(*parts)
