"""What surrounds one circulation besides its positions, in one statement: moves, letters, requests, drafts.

The facts that decide it are read in `cases`; what they are called on pages is in `workflow/web/`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, String, cast, func, literal, null, select, union_all
from sqlalchemy.orm import Session, aliased

from workflow.db import Instant, Key
from workflow.domain.terms import Letter, Service, Status, Term
from workflow.models.circulation import CirculationItem, Correction, DeadlineMove, Dispute, Override
from workflow.models.document import Version
from workflow.models.notice import Notice
from workflow.models.response import ExtensionRequest


class Happened(Term):
    """What kind of thing happened."""

    MOVED = "moved"
    ASKED_FOR_TIME = "asked_for_time"
    OVERRIDDEN = "overridden"
    REMINDED = "reminded"
    WAITING = "waiting"
    DRAFTED = "drafted"
    DISPUTED = "disputed"
    CORRECTED = "corrected"


@dataclass(frozen=True)
class Happening:
    """One thing that happened; what is meant depends on `what`, all instants are UTC.

    MOVED: `text` the reason, `detail` the cause, `before` and `after` the deadlines.
    ASKED_FOR_TIME: `state_id`, `text` the reasons, `after` the wish. REMINDED: `number` of States written to.
    OVERRIDDEN: `state_id`, `text` the evidence, `detail` the first office, `before` the instant of service,
    `after` when the second person recorded it, `number` the first person.
    WAITING: `number` of circulation letters not sent yet to `state_id`, `text` the last reply.
    DRAFTED: `key` the draft, `number` the item, `detail` the title. DISPUTED: `state_id`, `text` the
    settlement, `detail` the kind, `after` its settlement. CORRECTED: `text`.
    """

    what: Happened
    key: int
    at: datetime
    state_id: int | None
    number: int | None
    text: str
    detail: str
    before: datetime | None
    after: datetime | None


def happenings(session: Session, circulation_id: int) -> list[Happening]:
    """Return what happened around a circulation, in the order of time: one statement."""
    parts = [
        _moves(circulation_id),
        _requests(circulation_id),
        _overrides(circulation_id),
        _reminders(circulation_id),
        _waiting(circulation_id),
        _drafts(circulation_id),
        _disputes(circulation_id),
        _corrections(circulation_id),
    ]
    rows = [Happening(Happened(row[0]), *row[1:]) for row in session.execute(union_all(*parts))]
    return sorted(rows, key=lambda row: (row.at, row.what, row.key))


def _row(what: Happened, key: Any, at: Any, **columns: Any) -> Select[Any]:
    """Return one part of the union: every part has the same columns of the same types."""
    return select(
        literal(str(what), String).label("what"),
        cast(key, Key).label("key"),
        at.label("at"),
        cast(columns.get("state_id", null()), Key).label("state_id"),
        cast(columns.get("number", null()), Integer).label("number"),
        cast(columns.get("text", literal("")), String).label("text"),
        cast(columns.get("detail", literal("")), String).label("detail"),
        columns["before"].label("before") if "before" in columns else cast(null(), Instant).label("before"),
        columns["after"].label("after") if "after" in columns else cast(null(), Instant).label("after"),
    )


def _moves(circulation: int) -> Select[Any]:
    move = DeadlineMove
    return _row(
        Happened.MOVED,
        move.id,
        move.at,
        text=move.reason,
        detail=move.cause,
        before=move.before,
        after=move.after,
    ).where(move.circulation_id == circulation)


def _requests(circulation: int) -> Select[Any]:
    asked = ExtensionRequest
    return _row(
        Happened.ASKED_FOR_TIME,
        asked.id,
        asked.at,
        state_id=asked.state_id,
        text=asked.reasons,
        after=asked.until,
    ).where(asked.circulation_id == circulation)


def _overrides(circulation: int) -> Select[Any]:
    made = Override
    return _row(
        Happened.OVERRIDDEN,
        made.id,
        made.first_at,
        state_id=made.state_id,
        number=made.first_person_id,
        text=made.evidence,
        detail=made.first_role,
        before=made.served_from,
        after=made.second_at,
    ).where(made.circulation_id == circulation)


def _reminders(circulation: int) -> Select[Any]:
    letter = Notice
    return (
        _row(
            Happened.REMINDED,
            func.min(letter.id),
            letter.written_at,
            number=func.count(letter.state_id.distinct()),
        )
        .where(letter.circulation_id == circulation, letter.letter == Letter.REMINDER)
        .group_by(letter.written_at)
    )


def _waiting(circulation: int) -> Select[Any]:
    letter = Notice
    return (
        _row(
            Happened.WAITING,
            func.min(letter.id),
            func.min(letter.written_at),
            state_id=letter.state_id,
            number=func.count(letter.id),
            text=func.max(letter.reply),
        )
        .where(
            letter.circulation_id == circulation,
            letter.letter == Letter.CIRCULATION,
            letter.status == Service.QUEUED,
        )
        .group_by(letter.state_id)
    )


def _drafts(circulation: int) -> Select[Any]:
    circulated = aliased(Version)
    return (
        _row(Happened.DRAFTED, Version.id, Version.changed_at, number=Version.item_id, detail=Version.title)
        .join(circulated, circulated.item_id == Version.item_id)
        .join(CirculationItem, CirculationItem.version_id == circulated.id)
        .where(CirculationItem.circulation_id == circulation, Version.status == Status.DRAFT)
    )


def _disputes(circulation: int) -> Select[Any]:
    dispute = Dispute
    return _row(
        Happened.DISPUTED,
        dispute.id,
        dispute.opened_at,
        state_id=dispute.state_id,
        text=func.coalesce(dispute.settlement, ""),
        detail=dispute.kind,
        after=dispute.settled_at,
    ).where(dispute.circulation_id == circulation)


def _corrections(circulation: int) -> Select[Any]:
    made = Correction
    return _row(Happened.CORRECTED, made.id, made.at, text=made.text).where(
        made.circulation_id == circulation
    )
