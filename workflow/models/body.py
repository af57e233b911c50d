"""The body, its States, its meetings and the office that a State holds; the body is data, never code.

People are in `people`; the rules are one frozen value in `workflow/domain/rules.py`.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from workflow.db import Base, Instant, Key


class Body(Base):
    """A sectoral body with its rules in force, as plain data (`Rules.to_json`)."""

    __tablename__ = "body"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    short_name: Mapped[str]
    office_title: Mapped[str]
    secretariat_name: Mapped[str]
    programme_name: Mapped[str]
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    holiday_overrides: Mapped[dict[str, Any]] = mapped_column(JSON)
    wordings: Mapped[dict[str, Any]] = mapped_column(JSON)


def _plain_name(context: DefaultExecutionContext) -> str:
    return str(context.get_current_parameters()["name"])


class State(Base):
    """A member State with dated membership (rule 32); `weekend` holds weekdays, Monday is 0.

    `name` is for lists and headings, `in_text` for the middle of a sentence: "the Philippines".
    """

    __tablename__ = "state"
    __table_args__ = (
        UniqueConstraint("body_id", "code"),
        CheckConstraint(
            "member_until IS NULL OR member_until >= member_from", name="membership_runs_forward"
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    code: Mapped[str]
    name: Mapped[str]
    in_text: Mapped[str] = mapped_column(default=_plain_name, server_default="")
    capital: Mapped[str]
    zone: Mapped[str]
    weekend: Mapped[list[int]] = mapped_column(JSON)
    calendar: Mapped[str]
    member_from: Mapped[date]
    member_until: Mapped[date | None]

    @property
    def leading(self) -> str:
        """Return how a sentence begins with the State: "The Philippines"."""
        return self.in_text[:1].upper() + self.in_text[1:]

    def is_member(self, day: date) -> bool:
        """Tell whether the State is a member on this calendar day of the circulation's zone (rule 32)."""
        return self.member_from <= day and (self.member_until is None or day <= self.member_until)


class Meeting(Base):
    """A meeting of the body; `printed` is what a paper says of its date where that cannot be right (43)."""

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("body_id", "code"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    code: Mapped[str]
    name: Mapped[str]
    held_on: Mapped[date | None]
    printed: Mapped[str | None]


class OfficeTerm(Base):
    """A term during which one State holds the office of the Lead Shepherd; the open term has no end."""

    __tablename__ = "office_term"
    __table_args__ = (CheckConstraint("until IS NULL OR until > since", name="term_runs_forward"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    state_id: Mapped[int] = mapped_column(ForeignKey("state.id"))
    since: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime | None] = mapped_column(Instant)
