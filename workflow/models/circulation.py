"""Circulations with their items and roster, and what happens to them: suspensions, overrides, disputes.

Positions are in `response`, letters and service evidence in `notice`.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflow.db import Base, Instant, Key, stored
from workflow.domain.terms import Audience, CirculationStatus, DisputeKind, Outcome, Result
from workflow.models.search import Searched


class Circulation(Searched, Base):
    """A preparation (no status) or, from dispatch, a circulation with its one deadline in force.

    `frozen` keeps the rules, calendars and addressees of the dispatch (rule 2). `closed_at` is the
    instant as at which it closed, `recorded_at` when that was written down (rule 34).
    """

    __tablename__ = "circulation"
    searched = ("symbol", "title", "message", "authority_note", "urgent_reasons", "withdrawal_reason")
    said_at = "created_at"
    __table_args__ = (
        UniqueConstraint("body_id", "year", "number"),
        UniqueConstraint("body_id", "symbol"),
        CheckConstraint("(status IS NULL) = (dispatched_at IS NULL)", name="status_from_dispatch"),
        CheckConstraint("(status IS NULL) = (symbol IS NULL)", name="symbol_from_dispatch"),
        CheckConstraint("status IS NULL OR deadline IS NOT NULL", name="dispatched_has_deadline"),
        CheckConstraint(
            "status IS NULL OR (status = 'suspended') = (suspended_at IS NOT NULL)", name="suspended_since"
        ),
        CheckConstraint(
            "status IS NULL OR (status = 'closed') = (outcome IS NOT NULL)", name="closed_has_outcome"
        ),
        CheckConstraint("status IS NULL OR status <> 'held' OR held_at IS NOT NULL", name="held_since"),
        CheckConstraint("NOT urgent OR urgent_reasons <> ''", name="urgent_has_reasons"),
        Index("ix_circulation_body_status", "body_id", "status"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    year: Mapped[int | None]
    number: Mapped[int | None]
    symbol: Mapped[str | None]
    title: Mapped[str]
    message: Mapped[str] = mapped_column(default="")
    authority_meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    authority_note: Mapped[str] = mapped_column(default="")
    urgent: Mapped[bool] = mapped_column(default=False)
    urgent_reasons: Mapped[str] = mapped_column(default="")
    package: Mapped[bool] = mapped_column(default=False)
    zone: Mapped[str]
    window_end: Mapped[datetime | None] = mapped_column(Instant)
    deadline: Mapped[datetime | None] = mapped_column(Instant)
    first_deadline: Mapped[datetime | None] = mapped_column(Instant)
    status: Mapped[CirculationStatus | None] = mapped_column(stored(CirculationStatus))
    frozen: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[str]
    dispatched_at: Mapped[datetime | None] = mapped_column(Instant)
    dispatched_by: Mapped[str | None]
    silence_started_at: Mapped[datetime | None] = mapped_column(Instant)
    suspended_at: Mapped[datetime | None] = mapped_column(Instant)
    held_at: Mapped[datetime | None] = mapped_column(Instant)
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    recorded_at: Mapped[datetime | None] = mapped_column(Instant)
    close_cause: Mapped[str | None]
    closed_seq: Mapped[int | None]
    outcome: Mapped[Outcome | None] = mapped_column(stored(Outcome))
    withdrawal_reason: Mapped[str | None]

    def about(self, _session: Session) -> dict[str, Any]:
        """Return the circulation itself, and when the States were told of it."""
        return {"circulation_id": self.id, "at": self.dispatched_at or self.created_at}


class CirculationItem(Base):
    """One version before the States in one circulation; `result` is frozen when the item leaves it."""

    __tablename__ = "circulation_item"
    __table_args__ = (
        UniqueConstraint("circulation_id", "version_id"),
        UniqueConstraint("circulation_id", "position"),
        CheckConstraint("(result IS NULL) = (left_at IS NULL)", name="result_has_instant"),
        Index("ix_circulation_item_version", "version_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    circulation_id: Mapped[int] = mapped_column(ForeignKey("circulation.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    position: Mapped[int]
    result: Mapped[Result | None] = mapped_column(stored(Result))
    left_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(default="")


class RosterState(Base):
    """A State entitled to speak in one circulation, frozen at dispatch (rule 2).

    `holds` tells that its missing silence held the circulation at the deadline (rules 9, 34).
    """

    __tablename__ = "roster_state"
    __table_args__ = (UniqueConstraint("circulation_id", "state_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    circulation_id: Mapped[int] = mapped_column(ForeignKey("circulation.id"))
    state_id: Mapped[int] = mapped_column(ForeignKey("state.id"))
    holds: Mapped[bool] = mapped_column(default=False)


class DeadlineMove(Searched, Base):
    """A deadline that moved: by an extension or by a resumption (rules 16, 17)."""

    __tablename__ = "deadline_move"
    searched = ("reason",)
    __table_args__ = (Index("ix_deadline_move_circulation", "circulation_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    circulation_id: Mapped[int] = mapped_column(ForeignKey("circulation.id"))
    cause: Mapped[str]
    before: Mapped[datetime] = mapped_column(Instant)
    after: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[str]


class Suspension(Searched, Base):
    """A time during which deadline and window stood still (rule 17)."""

    __tablename__ = "suspension"
    searched = ("reason",)
    said_at = "since"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", name="suspension_runs_forward"),
        Index("ix_suspension_circulation", "circulation_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    circulation_id: Mapped[int] = mapped_column(ForeignKey("circulation.id"))
    since: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str]


class Override(Searched, Base):
    """A State treated as served from `served_from`; it takes effect with a second person (rule 9)."""

    __tablename__ = "override"
    searched = ("evidence",)
    said_at = "first_at"
    __table_args__ = (
        CheckConstraint("(second_person_id IS NULL) = (second_at IS NULL)", name="second_has_instant"),
        CheckConstraint(
            "second_person_id IS NULL OR second_person_id <> first_person_id", name="two_persons"
        ),
        CheckConstraint("second_role IS NULL OR second_role <> first_role", name="two_offices"),
        Index("ix_override_circulation", "circulation_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    circulation_id: Mapped[int] = mapped_column(ForeignKey("circulation.id"))
    state_id: Mapped[int] = mapped_column(ForeignKey("state.id"))
    served_from: Mapped[datetime] = mapped_column(Instant)
    evidence: Mapped[str]
    first_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    first_role: Mapped[str]
    first_at: Mapped[datetime] = mapped_column(Instant)
    second_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    second_role: Mapped[str | None]
    second_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def audience(self) -> Audience:
        """Return who may find it: the two offices."""
        return Audience.OFFICES


class Dispute(Searched, Base):
    """A fact that came after the close and doubts it; printed with the record for good."""

    __tablename__ = "dispute"
    searched = ("settlement",)
    said_at = "opened_at"
    __table_args__ = (Index("ix_dispute_circulation", "circulation_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    circulation_id: Mapped[int] = mapped_column(ForeignKey("circulation.id"))
    state_id: Mapped[int] = mapped_column(ForeignKey("state.id"))
    kind: Mapped[DisputeKind] = mapped_column(stored(DisputeKind))
    response_id: Mapped[int | None] = mapped_column(ForeignKey("response.id"))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    settlement: Mapped[str | None]


class Correction(Searched, Base):
    """A correction entry to the record of a closed circulation, which is never reopened (rule 37)."""

    __tablename__ = "correction"
    searched = ("text",)
    __table_args__ = (Index("ix_correction_circulation", "circulation_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    circulation_id: Mapped[int] = mapped_column(ForeignKey("circulation.id"))
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[str]


class Noting(Searched, Base):
    """A meeting noting the outcome of a circulation: a separate, dated act (rule 38)."""

    __tablename__ = "noting"
    searched = ("reference",)
    __table_args__ = (UniqueConstraint("circulation_id", "meeting_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    circulation_id: Mapped[int] = mapped_column(ForeignKey("circulation.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    noted_on: Mapped[date]
    reference: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[str]
