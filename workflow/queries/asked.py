"""One circulation as it is put to one State: its texts, what they replace, and what that State said.

It takes six statements however many items there are; lists are in `desks` and `own_responses`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased

from workflow.db import Key
from workflow.domain.calendars import WorkingTime
from workflow.domain.errors import NotFound
from workflow.domain.national import Calendar
from workflow.domain.positions import Position, Remark, positions
from workflow.domain.rules import Rules
from workflow.domain.terms import CirculationStatus, EvidenceKind, Status
from workflow.models.body import Meeting, State
from workflow.models.circulation import Circulation, CirculationItem, RosterState
from workflow.models.document import Attachment, Document, Item, Version
from workflow.models.notice import ServiceEvidence
from workflow.models.response import Response, ResponseDraft
from workflow.queries.cases import is_heard
from workflow.queries.correspondence import attachments
from workflow.queries.own_words import Answered, Prepared, grouped, prepared_by, said_by

_GONE = frozenset({Status.SUPERSEDED, Status.WITHDRAWN})

# The page that is asked for most: its longest statements are built once.
_KEY, _STATE = (bindparam(name, type_=Key) for name in ("circulation", "state"))
_CIRCULATED, _SUCCESSOR, _PUT = aliased(Version), aliased(Version), aliased(CirculationItem)
_WHERE_PUT = (
    select(func.max(_PUT.circulation_id))
    .where(_PUT.version_id == Version.superseded_by_id)
    .correlate(Version)
    .scalar_subquery()
)
_ITEMS = (
    select(CirculationItem, Version, Item, Document, _SUCCESSOR, _WHERE_PUT)
    .join(Version, Version.id == CirculationItem.version_id)
    .join(Item, Item.id == Version.item_id)
    .join(Document, Document.id == Item.document_id)
    .outerjoin(_SUCCESSOR, _SUCCESSOR.id == Version.superseded_by_id)
    .where(CirculationItem.circulation_id == _KEY)
    .order_by(CirculationItem.position)
)
_SPOKE = (
    select(func.count())
    .where(Response.version_id == Version.id, Response.state_id == _STATE)
    .correlate(Version)
    .scalar_subquery()
)
_EARLIER = (
    select(Version, _SPOKE)
    .join(_CIRCULATED, (_CIRCULATED.item_id == Version.item_id) & (_CIRCULATED.number > Version.number))
    .join(CirculationItem, CirculationItem.version_id == _CIRCULATED.id)
    .where(CirculationItem.circulation_id == _KEY, Version.status != Status.DRAFT)
    .order_by(Version.number)
)


@dataclass(frozen=True)
class AskedItem:
    """One item as it is put to the State.

    `in_force` is the version it would replace, or replaced; `answered_before` the last earlier version on
    which the State spoke; `successor` what replaced it, with the circulation it is in.
    """

    entry: CirculationItem
    version: Version
    item: Item
    document: Document
    in_force: Version | None
    answered_before: Version | None
    successor: Version | None
    successor_circulation: int | None
    files: tuple[Attachment, ...]
    answers: tuple[Answered, ...]
    prepared: Prepared | None

    @property
    def latest(self) -> Answered | None:
        """Return the State's latest response, which a new one replaces (rule 24)."""
        return self.answers[-1] if self.answers else None

    @property
    def standing(self) -> tuple[Answered, ...]:
        """Return the State's objections and inputs that nothing has ended."""
        return tuple(one for one in self.answers if one.stands)

    @property
    def is_gone(self) -> bool:
        """Tell whether the text was superseded or withdrawn: every response is refused (rule 18)."""
        return self.version.status in _GONE

    @property
    def is_open(self) -> bool:
        """Tell whether the item is still in the circulation."""
        return self.entry.result is None


@dataclass(frozen=True)
class Asked:
    """One dispatched circulation as it is put to one State.

    `roster` is the number of States on the roster; `opened` tells whether the reader's opening is known.
    """

    circulation: Circulation
    meeting: Meeting | None
    state: State
    on_roster: bool
    roster: int
    opened: bool
    items: tuple[AskedItem, ...]

    @property
    def deadline(self) -> datetime | None:
        """Return the deadline in force (UTC), None while suspended."""
        suspended = self.circulation.status is CirculationStatus.SUSPENDED
        return None if suspended else self.circulation.deadline

    @cached_property
    def rules(self) -> Rules:
        """Return the rules frozen at dispatch (rule 2)."""
        return Rules.from_json(self.circulation.frozen["rules"])

    @cached_property
    def positions(self) -> dict[int, Position]:
        """Return where the State stands on each version, by version id."""
        everything = [answered for item in self.items for answered in item.answers]
        said = [answered for answered in everything if is_heard(self.circulation, answered.response)]
        code = self.state.code
        folded = positions(
            [one.as_lodged(code) for one in said],
            [Remark(one.response_id, one.kind, one.at) for answered in said for one in answered.remarks],
            self.deadline,
            [item.version.id for item in self.items],
            [code],
        )
        return {version: position for (version, _), position in folded.items()}

    @cached_property
    def by_version(self) -> dict[int, AskedItem]:
        """Return the items by version id."""
        return {item.version.id: item for item in self.items}

    def answered(self, response_id: int) -> Answered:
        """Return one response of this State here; raises NotFound, also for another State's."""
        for item in self.items:
            for one in item.answers:
                if one.response.id == response_id:
                    return one
        raise NotFound(
            "Your State has no such response in this circulation.", remedy="Open the circulation again."
        )


def working_time(circulation: Circulation) -> WorkingTime:
    """Return the working time frozen at the dispatch of a circulation (rules 2, 11)."""
    calendars = tuple(Calendar.from_json(one) for one in circulation.frozen["calendars"])
    return WorkingTime(Rules.from_json(circulation.frozen["rules"]), calendars, circulation.urgent)


def asked(session: Session, circulation_id: int, state: State, person_id: int) -> Asked:
    """Read one dispatched circulation of the State's body as it is put to the State: six statements.

    Raises NotFound.
    """
    circulation, meeting, on_roster, roster, opened = _circulation(session, circulation_id, state, person_id)
    rows = _items(session, circulation_id)
    before = _earlier(session, circulation_id, state.id)
    said = said_by(state.id).where(Response.circulation_id == circulation_id)
    answers = grouped(session.execute(said), lambda response: response.version_id)
    prepared = prepared_by(state.id).where(ResponseDraft.circulation_id == circulation_id)
    drafts = {draft.version_id: Prepared(draft, name) for draft, name in session.execute(prepared)}
    files = attachments(session, [row[1].id for row in rows])
    items = tuple(
        AskedItem(
            entry=row[0],
            version=row[1],
            item=row[2],
            document=row[3],
            successor=row[4],
            successor_circulation=row[5],
            in_force=_in_force(row[1], before[row[1].item_id]),
            answered_before=_answered_before(before[row[1].item_id]),
            files=tuple(files[row[1].id]),
            answers=tuple(answers[row[1].id]),
            prepared=drafts.get(row[1].id),
        )
        for row in rows
    )
    return Asked(circulation, meeting, state, on_roster, roster, opened, items)


def _circulation(session: Session, key: int, state: State, person_id: int) -> Any:
    roster = (
        select(func.count())
        .select_from(RosterState)
        .where(RosterState.circulation_id == key)
        .scalar_subquery()
    )
    opened = (
        select(func.count())
        .select_from(ServiceEvidence)
        .where(
            ServiceEvidence.circulation_id == key,
            ServiceEvidence.person_id == person_id,
            ServiceEvidence.kind == EvidenceKind.ACKNOWLEDGED,
        )
        .scalar_subquery()
    )
    row = session.execute(
        select(Circulation, Meeting, RosterState.id, roster, opened)
        .outerjoin(Meeting, Meeting.id == Circulation.authority_meeting_id)
        .outerjoin(
            RosterState, (RosterState.circulation_id == Circulation.id) & (RosterState.state_id == state.id)
        )
        .where(Circulation.id == key, Circulation.body_id == state.body_id, Circulation.status.is_not(None))
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such circulation.", remedy="Choose one from your first page.")
    return row[0], row[1], row[2] is not None, row[3], row[4] > 0


def _items(session: Session, key: int) -> Sequence[Any]:
    return session.execute(_ITEMS, {"circulation": key}).all()


def _earlier(session: Session, key: int, state_id: int) -> dict[int, list[tuple[Version, bool]]]:
    """Return, by item, the versions before those circulated, and whether the State spoke on them."""
    found: dict[int, list[tuple[Version, bool]]] = defaultdict(list)
    for version, times in session.execute(_EARLIER, {"circulation": key, "state": state_id}):
        found[version.item_id].append((version, times > 0))
    return found


def _in_force(version: Version, earlier: list[tuple[Version, bool]]) -> Version | None:
    found = [
        one
        for one, _ in earlier
        if one.status is Status.ENDORSED
        # Replaced by this very version when it was endorsed.
        or (one.superseded_by_id == version.id and one.decided_at is not None)
    ]
    return found[-1] if found else None


def _answered_before(earlier: list[tuple[Version, bool]]) -> Version | None:
    spoken = [one for one, spoke in earlier if spoke]
    return spoken[-1] if spoken else None
