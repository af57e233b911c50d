"""Long exports: what somebody asked for, how far it has come, and the file once it is written.

They prove nothing and are deleted after some days; what the log tells is the letter alone.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from workflow.db import Base, Instant, Key


class ExportJob(Base):
    """One file that is being written for a person, in the capacity of an appointment.

    `done` of `total` steps are behind; `taken_at` is when a process took it up, `fault` why it ended without
    a file.
    """

    __tablename__ = "export_job"
    __table_args__ = (CheckConstraint("done >= 0 AND done <= total", name="done_within_total"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    ending: Mapped[str]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int]
    asked_at: Mapped[datetime] = mapped_column(Instant)
    taken_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    fault: Mapped[str] = mapped_column(default="")
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
