"""What one State said in all circulations: its receipts, and its history page by key.

What is asked of it now is in `desks`, one circulation in `asked`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from workflow.domain.positions import ENDINGS, in_time
from workflow.domain.terms import CirculationStatus, RemarkKind
from workflow.models.circulation import Circulation, CirculationItem
from workflow.models.document import Document, Item, Version
from workflow.models.people import Person
from workflow.models.response import Response, ResponseRemark
from workflow.queries.cases import is_heard

#: How many rows one page of the history shows.
PAGE = 50


@dataclass(frozen=True)
class OwnResponse:
    """One response of the State with its item, circulation, sender, and what happened to it."""

    response: Response
    circulation: Circulation
    entry: CirculationItem
    version: Version
    item: Item
    document: Document
    person: Person
    remarks: tuple[ResponseRemark, ...]

    @property
    def is_late(self) -> bool:
        """Tell whether it came at or after the deadline in force, or was entered after the close (13, 26).

        Suspended, nothing is late.
        """
        suspended = self.circulation.status is CirculationStatus.SUSPENDED
        timely = in_time(self.response.counts_at, None if suspended else self.circulation.deadline)
        return not (timely and is_heard(self.circulation, self.response))

    @property
    def ended_by(self) -> ResponseRemark | None:
        """Return the remark that lifted, replaced or settled it, if any."""
        return next((one for one in self.remarks if one.kind in ENDINGS), None)


@dataclass(frozen=True)
class HistoryPage:
    """One page, newest first; `older` is the key of the next page, or None on the last."""

    rows: tuple[OwnResponse, ...]
    older: int | None


def history(session: Session, state_id: int, *, before: int | None = None, limit: int = PAGE) -> HistoryPage:
    """Read one page of what a State said, newest first: two statements however many rows."""
    query = _own(state_id).order_by(Response.id.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(Response.id < before)
    found = session.execute(query).all()
    rows = _with_remarks(session, found[:limit])
    return HistoryPage(rows, rows[-1].response.id if len(found) > limit else None)


def everything(session: Session, state_id: int) -> Iterable[OwnResponse]:
    """Give all that a State said, newest first, read a page at a time."""
    before: int | None = None
    while True:
        page = history(session, state_id, before=before, limit=500)
        yield from page.rows
        if page.older is None:
            return
        before = page.older


def one(session: Session, state_id: int, response_id: int) -> tuple[OwnResponse, ...]:
    """Return one response of this State, or nothing: two statements."""
    return _with_remarks(session, session.execute(_own(state_id).where(Response.id == response_id)).all())


def lodged(session: Session, state_id: int, lodging: str) -> tuple[OwnResponse, ...]:
    """Return what a State lodged in one submission, in the order of the items: two statements."""
    query = _own(state_id).where(Response.lodging == lodging).order_by(CirculationItem.position)
    return _with_remarks(session, session.execute(query).all())


def places(session: Session, submission: Sequence[Response]) -> list[int]:
    """Return where one submission stands in the log: each response, and each blocker that it replaced."""
    first = submission[0]
    replaced = select(ResponseRemark.entry_seq).where(
        ResponseRemark.circulation_id == first.circulation_id,
        ResponseRemark.kind == RemarkKind.REPLACED,
        ResponseRemark.person_id == first.person_id,
        ResponseRemark.at == first.received_at,
    )
    return sorted({*(one.entry_seq for one in submission), *session.scalars(replaced)})


def _own(state_id: int) -> Select[Response, Circulation, CirculationItem, Version, Item, Document, Person]:
    return (
        select(Response, Circulation, CirculationItem, Version, Item, Document, Person)
        .join(Circulation, Circulation.id == Response.circulation_id)
        .join(
            CirculationItem,
            (CirculationItem.circulation_id == Response.circulation_id)
            & (CirculationItem.version_id == Response.version_id),
        )
        .join(Version, Version.id == Response.version_id)
        .join(Item, Item.id == Version.item_id)
        .join(Document, Document.id == Item.document_id)
        .join(Person, Person.id == Response.person_id)
        .where(Response.state_id == state_id)
    )


def _with_remarks(
    session: Session,
    found: Sequence[Row[Response, Circulation, CirculationItem, Version, Item, Document, Person]],
) -> tuple[OwnResponse, ...]:
    remarks: dict[int, list[ResponseRemark]] = defaultdict(list)
    ids = [row[0].id for row in found]
    for remark in session.scalars(
        select(ResponseRemark).where(ResponseRemark.response_id.in_(ids)).order_by(ResponseRemark.id)
    ):
        remarks[remark.response_id].append(remark)
    return tuple(OwnResponse(*row, tuple(remarks[row[0].id])) for row in found)
