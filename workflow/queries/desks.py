"""What lies on the desk of one State: what is asked of it, what it knows for information, what is over.

It takes six statements however many circulations there are; one circulation is read in `asked`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow.domain.terms import RUNNING, CirculationStatus, Result, Status
from workflow.models.body import Meeting, State
from workflow.models.circulation import Circulation, CirculationItem, DeadlineMove, RosterState
from workflow.models.document import Document, Item, Version
from workflow.models.response import ExtensionRequest, Response, ResponseDraft
from workflow.queries.own_words import Answered, Prepared, grouped, prepared_by, said_by

#: How many circulations that are over the desk shows; all are in the history.
OVER = 5
_OVER = (CirculationStatus.CLOSED, CirculationStatus.WITHDRAWN)


@dataclass(frozen=True)
class DeskItem:
    """One item of a circulation, without its texts."""

    version_id: int
    number: int
    title: str
    status: Status
    result: Result | None
    document: Document


@dataclass(frozen=True)
class OnDesk:
    """One circulation on the desk of a State, with what that State said and prepared."""

    circulation: Circulation
    meeting: Meeting | None
    on_roster: bool
    items: tuple[DeskItem, ...]
    answers: tuple[Answered, ...]
    drafts: tuple[Prepared, ...]
    moves: tuple[DeadlineMove, ...]
    requests: tuple[ExtensionRequest, ...]

    @property
    def is_running(self) -> bool:
        """Tell whether its items can still change."""
        return self.circulation.status in RUNNING

    @property
    def open_items(self) -> list[DeskItem]:
        """Return the items still in the circulation."""
        return [item for item in self.items if item.result is None]

    @property
    def unanswered(self) -> list[DeskItem]:
        """Return the items still in the circulation on which the State has said nothing."""
        said = {one.response.version_id for one in self.answers}
        return [item for item in self.open_items if item.version_id not in said]

    def said_later(self, answer: Answered) -> bool:
        """Tell whether the State answered the same item again after this answer."""
        said = answer.response
        return any(
            one.response.version_id == said.version_id and one.response.id > said.id for one in self.answers
        )

    def item(self, version_id: int) -> DeskItem:
        """Return the item of this version."""
        return next(item for item in self.items if item.version_id == version_id)


def on_desk(session: Session, state: State) -> list[OnDesk]:
    """Read every running circulation of the State's body, and the last ones that are over: six statements.

    Running ones come first, by deadline; those over follow, newest first.
    """
    rows = _circulations(session, state)
    keys = [circulation.id for circulation, _, _ in rows]
    items = _items(session, keys)
    said = said_by(state.id).where(Response.circulation_id.in_(keys))
    answers = grouped(session.execute(said), lambda response: response.circulation_id)
    drafts = _drafts(session, keys, state.id)
    moves = _grouped(session, select(DeadlineMove).where(DeadlineMove.circulation_id.in_(keys)))
    requests = _grouped(
        session,
        select(ExtensionRequest).where(
            ExtensionRequest.circulation_id.in_(keys), ExtensionRequest.state_id == state.id
        ),
    )
    found = [
        OnDesk(
            circulation,
            meeting,
            roster is not None,
            tuple(items[circulation.id]),
            tuple(answers[circulation.id]),
            tuple(drafts[circulation.id]),
            tuple(sorted(moves[circulation.id], key=lambda move: move.id)),
            tuple(sorted(requests[circulation.id], key=lambda request: request.id)),
        )
        for circulation, meeting, roster in rows
    ]
    return sorted(found, key=_place_on_desk)


def deadline_moves(session: Session, circulation_id: int) -> list[DeadlineMove]:
    """Return how the deadline of a circulation moved, in order: one statement."""
    query = select(DeadlineMove).where(DeadlineMove.circulation_id == circulation_id)
    return list(session.scalars(query.order_by(DeadlineMove.id)))


def own_requests(session: Session, circulation_id: int, state_id: int) -> list[ExtensionRequest]:
    """Return the State's requests for more time in a circulation, in order: one statement."""
    query = select(ExtensionRequest).where(
        ExtensionRequest.circulation_id == circulation_id, ExtensionRequest.state_id == state_id
    )
    return list(session.scalars(query.order_by(ExtensionRequest.id)))


def _place_on_desk(one: OnDesk) -> tuple[bool, float, int]:
    deadline = one.circulation.deadline
    if one.is_running and deadline is not None:
        return False, deadline.timestamp(), one.circulation.id
    return True, 0.0, -one.circulation.id


def _circulations(session: Session, state: State) -> Sequence[Any]:
    over = (
        select(Circulation.id)
        .join(RosterState, RosterState.circulation_id == Circulation.id)
        .where(RosterState.state_id == state.id, Circulation.status.in_(_OVER))
        .order_by(Circulation.id.desc())
        .limit(OVER)
        .subquery()
    )
    return session.execute(
        select(Circulation, Meeting, RosterState.id)
        .outerjoin(Meeting, Meeting.id == Circulation.authority_meeting_id)
        .outerjoin(
            RosterState, (RosterState.circulation_id == Circulation.id) & (RosterState.state_id == state.id)
        )
        .where(
            Circulation.body_id == state.body_id,
            or_(Circulation.status.in_(RUNNING), Circulation.id.in_(select(over.c.id))),
        )
    ).all()


def _items(session: Session, keys: list[int]) -> dict[int, list[DeskItem]]:
    rows = session.execute(
        select(CirculationItem, Version.title, Version.status, Document)
        .join(Version, Version.id == CirculationItem.version_id)
        .join(Item, Item.id == Version.item_id)
        .join(Document, Document.id == Item.document_id)
        .where(CirculationItem.circulation_id.in_(keys))
        .order_by(CirculationItem.position)
    )
    found: dict[int, list[DeskItem]] = defaultdict(list)
    for entry, title, status, document in rows:
        found[entry.circulation_id].append(
            DeskItem(entry.version_id, entry.position, title, status, entry.result, document)
        )
    return found


def _drafts(session: Session, keys: list[int], state_id: int) -> dict[int, list[Prepared]]:
    found: dict[int, list[Prepared]] = defaultdict(list)
    for draft, name in session.execute(prepared_by(state_id).where(ResponseDraft.circulation_id.in_(keys))):
        found[draft.circulation_id].append(Prepared(draft, name))
    return found


def _grouped(session: Session, query: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.scalars(query):
        found[row.circulation_id].append(row)
    return found
