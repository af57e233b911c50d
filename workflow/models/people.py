"""People, their appointments and the single-use links they are sent.

Which act an appointment carries is in `workflow/domain/mandates.py`; signing in is in `workflow/web/auth`.
"""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.db import Base, Instant, Key, stored
from workflow.domain.terms import Role


class Person(Base, UserMixin):
    """Somebody who signs in; `public_id` is the pseudonym in the log, `epoch` ends older sessions."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("body_id", "email"), UniqueConstraint("public_id"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    public_id: Mapped[str]
    name: Mapped[str]
    email: Mapped[str]
    password_hash: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    epoch: Mapped[int] = mapped_column(default=0)
    locale: Mapped[str] = mapped_column(default="en")
    created_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def is_active(self) -> bool:
        """Tell flask-login whether the account is open."""
        return self.active

    def get_id(self) -> str:
        """Return what the session cookie carries: it goes stale when the epoch moves on."""
        return f"{self.id}.{self.epoch}"


class Appointment(Base):
    """A capacity a person holds from `since` until `until` (UTC; rule 23).

    Focal points and the Lead Shepherd's staff carry a State, secretariat and programme staff none.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", name="appointment_runs_forward"),
        CheckConstraint(
            "(role IN ('secretariat', 'programme')) = (state_id IS NULL)", name="state_fits_role"
        ),
        Index("ix_appointment_body_role", "body_id", "role"),
        Index("ix_appointment_person", "person_id"),
        Index("ix_appointment_state", "state_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(stored(Role))
    state_id: Mapped[int | None] = mapped_column(ForeignKey("state.id"))
    since: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime | None] = mapped_column(Instant)


class AccountLink(Base):
    """A single-use link for an invitation or a password reset; only the SHA-256 of its secret is kept."""

    __tablename__ = "account_link"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[str]
    secret_sha256: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
