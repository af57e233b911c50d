"""What a document is reported on by: periods with their highlights, indicators, and their figures.

How one item stands is a `Progress` in `document`; what must hold of all this is in `domain/reporting.py`.
"""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.db import Base, Instant, Key


class ReportingPeriod(Base):
    """The days one report covers, when it is due, its highlights, and the document drafted from it.

    `reminders` counts the letters that fell due: 1 before the day, 2 after it.
    """

    __tablename__ = "reporting_period"
    __table_args__ = (
        UniqueConstraint("document_id", "first_day"),
        CheckConstraint("last_day >= first_day AND due_on >= last_day", name="days_in_order"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    due_on: Mapped[date]
    highlights: Mapped[str] = mapped_column(default="")
    report_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    reminders: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[str]


class Indicator(Base):
    """What is counted of a document or one of its items: its unit, its target, and how it is told apart."""

    __tablename__ = "indicator"
    __table_args__ = (
        UniqueConstraint("document_id", "number"),
        CheckConstraint("target IS NULL OR target >= 0", name="target_is_count"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    number: Mapped[int]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    name: Mapped[str]
    unit: Mapped[str]
    target: Mapped[int | None]
    parts: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[str]


class Figure(Base):
    """What was counted of an indicator in a period; the newest of several counts.

    `parts` has the number of each part of the indicator, in their order.
    """

    __tablename__ = "figure"
    __table_args__ = (
        CheckConstraint("whole >= 0", name="whole_is_count"),
        Index("ix_figure_period", "period_id", "indicator_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    period_id: Mapped[int] = mapped_column(ForeignKey("reporting_period.id"))
    whole: Mapped[int] = mapped_column(Key)
    parts: Mapped[list[int]] = mapped_column(JSON, default=list)
    reported_at: Mapped[datetime] = mapped_column(Instant)
    reported_by: Mapped[str]
