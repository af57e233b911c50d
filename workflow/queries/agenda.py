"""What the next meeting finds before it: broken and deferred items, outcomes to be noted (rules 31, 38).

What the meeting then does is in `workflow/actions/meetings.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.domain.formula import Decided
from workflow.domain.terms import CirculationStatus, Status
from workflow.models.body import Meeting
from workflow.models.circulation import Circulation, CirculationItem, Noting
from workflow.models.document import Version
from workflow.queries.cases import ItemRow, Loaded
from workflow.queries.circulations import load_many
from workflow.queries.record_items import decided

#: How many rows one page of these lists shows.
PAGE = 20


@dataclass(frozen=True)
class OnAgenda:
    """A broken or deferred item of a closed circulation, with what stopped it."""

    circulation: Circulation
    row: ItemRow
    decided: Decided


@dataclass(frozen=True)
class AgendaPage:
    """One page of items, oldest first; `later` is the key of the next page, or None on the last."""

    rows: tuple[OnAgenda, ...]
    later: int | None


@dataclass(frozen=True)
class MeetingListed:
    """A meeting with how many outcomes it noted and how many items it endorsed."""

    meeting: Meeting
    noted: int
    endorsed: int


def agenda(session: Session, body_id: int, *, after: int = 0, limit: int = PAGE) -> AgendaPage:
    """Read what awaits the next meeting: eight statements however many rows, one for none."""
    entries = session.execute(
        select(CirculationItem.id, CirculationItem.version_id, Circulation)
        .join(Version, Version.id == CirculationItem.version_id)
        .join(Circulation, Circulation.id == CirculationItem.circulation_id)
        .where(
            CirculationItem.body_id == body_id,
            CirculationItem.id > after,
            Circulation.status == CirculationStatus.CLOSED,
            Version.status.in_([Status.SILENCE_BROKEN, Status.DEFERRED]),
        )
        .order_by(CirculationItem.id)
        .limit(limit + 1)
    ).all()
    shown = entries[:limit]
    loaded = load_many(session, list({row[2].id: row[2] for row in shown}.values())) if shown else {}
    rows = tuple(_on_agenda(loaded[row[2].id], row.version_id) for row in shown)
    return AgendaPage(rows, shown[-1].id if len(entries) > limit else None)


def not_noted(session: Session, body_id: int, *, limit: int | None = PAGE) -> Sequence[Circulation]:
    """Return the closed circulations that no meeting has noted, oldest first: one statement."""
    noted = select(Noting.id).where(Noting.circulation_id == Circulation.id)
    return session.scalars(
        select(Circulation)
        .where(
            Circulation.body_id == body_id, Circulation.status == CirculationStatus.CLOSED, ~noted.exists()
        )
        .order_by(Circulation.id)
        .limit(limit)
    ).all()


def meetings(
    session: Session, body_id: int, *, before: int | None = None, limit: int = PAGE
) -> tuple[list[MeetingListed], int | None]:
    """Read one page of a body's meetings, the last added first, and the key of the next: one statement."""
    noted = select(func.count()).where(Noting.meeting_id == Meeting.id).scalar_subquery()
    endorsed = (
        select(func.count())
        .where(Version.meeting_id == Meeting.id, Version.decision_date.is_not(None))
        .scalar_subquery()
    )
    query = select(Meeting, noted, endorsed).where(Meeting.body_id == body_id)
    if before is not None:
        query = query.where(Meeting.id < before)
    found = session.execute(query.order_by(Meeting.id.desc()).limit(limit + 1)).all()
    rows = [MeetingListed(*row) for row in found[:limit]]
    return rows, rows[-1].meeting.id if len(found) > limit else None


def _on_agenda(loaded: Loaded, version_id: int) -> OnAgenda:
    positions = loaded.case([row.version.id for row in loaded.items]).positions()
    row = loaded.row(version_id)
    return OnAgenda(loaded.circulation, row, decided(loaded, row, positions))
