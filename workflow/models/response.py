"""What States say: responses by append, remarks on them, drafts inside a State, requests for more time.

How they fold into one position per State is in `workflow/domain/positions.py`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflow.db import Base, Instant, Key, stored
from workflow.domain.terms import Audience, RemarkKind, ResponseKind
from workflow.models.search import Searched

#: What all States read as it comes (rule 33a).
_OPEN = (ResponseKind.OBJECTION, ResponseKind.INPUT, ResponseKind.COMMENT, ResponseKind.RESERVATION)
_TOLD = (RemarkKind.LIFTED, RemarkKind.REPLACED, RemarkKind.ACCEPTED, RemarkKind.ANSWERED)


class Response(Searched, Base):
    """One State on one version, pinned to its hash (rule 18); never changed, never deleted.

    `counts_at` is the instant that decides whether it came in time: the receipt, or for a blocker entered
    on behalf its claimed receipt (rule 26). `lodging` is the idempotency key of the submission.
    """

    __tablename__ = "response"
    searched = ("reasons", "passage", "cure")
    said_at = "received_at"
    __table_args__ = (
        UniqueConstraint("lodging", "version_id", "state_id"),
        CheckConstraint("on_behalf = (claimed_at IS NOT NULL)", name="on_behalf_has_claim"),
        CheckConstraint("NOT on_behalf OR evidence <> ''", name="on_behalf_has_evidence"),
        CheckConstraint("counts_at <= received_at", name="counts_not_after_receipt"),
        Index("ix_response_circulation", "circulation_id", "version_id", "state_id"),
        Index("ix_response_state", "state_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    circulation_id: Mapped[int] = mapped_column(ForeignKey("circulation.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    version_sha256: Mapped[str]
    state_id: Mapped[int] = mapped_column(ForeignKey("state.id"))
    kind: Mapped[ResponseKind] = mapped_column(stored(ResponseKind))
    reasons: Mapped[str] = mapped_column(default="")
    passage: Mapped[str] = mapped_column(default="")
    cure: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime] = mapped_column(Instant)
    counts_at: Mapped[datetime] = mapped_column(Instant)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("response.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str]
    lodging: Mapped[str]
    on_behalf: Mapped[bool] = mapped_column(default=False)
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    evidence: Mapped[str] = mapped_column(default="")
    entry_seq: Mapped[int]

    @property
    def audience(self) -> Audience:
        """Return who may find it: what stops or is written openly all States, else after the close."""
        return Audience.STATES if self.kind in _OPEN else Audience.CLOSE


class ResponseRemark(Searched, Base):
    """What happened to a response: lifted, replaced, answered, accepted, … (rules 18-21, 29)."""

    __tablename__ = "response_remark"
    searched = ("text",)
    __table_args__ = (Index("ix_response_remark_circulation", "circulation_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    circulation_id: Mapped[int] = mapped_column(ForeignKey("circulation.id"))
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"))
    kind: Mapped[RemarkKind] = mapped_column(stored(RemarkKind))
    text: Mapped[str] = mapped_column(default="")
    proposed_kind: Mapped[ResponseKind | None] = mapped_column(stored(ResponseKind))
    at: Mapped[datetime] = mapped_column(Instant)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entry_seq: Mapped[int]

    @property
    def audience(self) -> Audience:
        """Return who may find it: what ends or answers a response all States."""
        return Audience.STATES if self.kind in _TOLD else Audience.OFFICES

    def about(self, session: Session) -> dict[str, Any]:
        """Return what the response is about."""
        query = select(Response.version_id, Response.state_id).where(Response.id == self.response_id)
        version, state = session.connection().execute(query).one()
        return {"version_id": version, "state_id": state}


class ResponseDraft(Base):
    """What a State's office prepares on one version; only that State sees it (rule 23)."""

    __tablename__ = "response_draft"
    __table_args__ = (UniqueConstraint("circulation_id", "version_id", "state_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    circulation_id: Mapped[int] = mapped_column(ForeignKey("circulation.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    state_id: Mapped[int] = mapped_column(ForeignKey("state.id"))
    kind: Mapped[ResponseKind | None] = mapped_column(stored(ResponseKind))
    reasons: Mapped[str] = mapped_column(default="")
    passage: Mapped[str] = mapped_column(default="")
    cure: Mapped[str] = mapped_column(default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime] = mapped_column(Instant)


class ExtensionRequest(Searched, Base):
    """A State asking for more time; it neither objects nor stops the clock (rule 16)."""

    __tablename__ = "extension_request"
    searched = ("reasons",)
    __table_args__ = (Index("ix_extension_request_circulation", "circulation_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    circulation_id: Mapped[int] = mapped_column(ForeignKey("circulation.id"))
    state_id: Mapped[int] = mapped_column(ForeignKey("state.id"))
    reasons: Mapped[str]
    until: Mapped[datetime | None] = mapped_column(Instant)
    at: Mapped[datetime] = mapped_column(Instant)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    @property
    def audience(self) -> Audience:
        """Return who may find it: the State that asked."""
        return Audience.OWN
