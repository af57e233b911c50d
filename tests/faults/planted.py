"""Mistakes planted into the locks and the clock, each of which every hunt for races must find.

Each is what a tired hand might write; `plant` puts one in place for one test.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from workflow import db
from workflow.actions import authority, closing, people
from workflow.domain import positions
from workflow.domain.terms import CirculationStatus

Plant = Callable[[pytest.MonkeyPatch], None]


def no_lock(patch: pytest.MonkeyPatch) -> None:
    """Read the circulation without its lock."""

    def unlocked(session: Session, table: Any, key: int) -> Any:
        # For who steps through the locks: here it would have been.
        session.execute(text("SELECT 1 FROM circulation WHERE false /* without its FOR UPDATE */"))
        return session.get_one(table, key, populate_existing=True), db.now(session)

    patch.setattr(closing, "locked", unlocked)


def stale_reading(patch: pytest.MonkeyPatch) -> None:
    """Lock the circulation, but go on with what was read before."""

    def locked(session: Session, table: Any, key: int) -> Any:
        query = select(table).where(table.id == key).with_for_update(key_share=True)
        return session.scalars(query).one(), db.now(session)

    patch.setattr(closing, "locked", locked)


def clock_before_the_lock(patch: pytest.MonkeyPatch) -> None:
    """Read the clock, then wait for the locks, and do not look again where the log is newer."""
    locked, actor_for = db.locked, authority.actor_for

    def asked(session: Session, person: Any, key: int | None, now: datetime, **more: Any) -> Any:
        session.info["asked"] = now
        return actor_for(session, person, key, now, **more)

    def early(session: Session, table: Any, key: int) -> Any:
        instant = session.info.get("asked") or db.now(session)
        return locked(session, table, key)[0], instant

    patch.setattr(authority, "actor_for", asked)
    patch.setattr(closing, "locked", early)
    patch.setattr(closing, "newest_at", lambda *_: None)


def deadline_included(patch: pytest.MonkeyPatch) -> None:
    """Let what comes exactly at the deadline be in time, and the clock owe nothing before it has passed."""
    catch_up = closing.catch_up

    def lenient(at: datetime, deadline: datetime | None) -> bool:
        return deadline is None or at <= deadline

    def later(session: Session, circulation: Any, now: datetime) -> None:
        if now != circulation.deadline:
            catch_up(session, circulation, now)

    patch.setattr(positions, "in_time", lenient)
    patch.setattr(closing, "catch_up", later)


def authority_not_held(patch: pytest.MonkeyPatch) -> None:
    """Look at the appointment, but let it end meanwhile."""

    def unheld(session: Session, person: Any, key: int | None, now: datetime, **more: Any) -> Any:
        with session.no_autoflush:
            plain = _Plain(session)
        return actor_for(plain, person, key, now, **more)

    actor_for = authority.actor_for
    patch.setattr(authority, "actor_for", unheld)


class _Plain:
    """A session that reads without locks: it takes FOR SHARE off every query."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def execute(self, query: Any) -> Any:
        return self.session.execute(_without_lock(query))

    def scalars(self, query: Any) -> Any:
        return self.session.scalars(_without_lock(query))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.session, name)


def _without_lock(query: Any) -> Any:
    bare = query._generate()
    bare._for_update_arg = None
    return bare


def second_close(patch: pytest.MonkeyPatch) -> None:
    """Close again what is closed, whoever asks."""
    catch_up = closing.catch_up

    def again(session: Session, circulation: Any, now: datetime) -> None:
        if circulation.status is CirculationStatus.CLOSED:
            with session.no_autoflush:
                circulation.status, circulation.outcome = CirculationStatus.OPEN, None
        catch_up(session, circulation, now)

    patch.setattr(closing, "catch_up", again)


def dismissal_dated_before_its_lock(patch: pytest.MonkeyPatch) -> None:
    """Date the end of an appointment when it was asked for, not when its lock was had."""
    patch.setattr(people, "now_waited", lambda _session, asked: asked)


PLANTED: dict[str, Plant] = {
    plant.__name__: plant
    for plant in (
        no_lock,
        stale_reading,
        clock_before_the_lock,
        deadline_included,
        authority_not_held,
        second_close,
        dismissal_dated_before_its_lock,
    )
}
#: What SQLite's one write lock does not hide: nobody reads there between another's lock and commit.
ON_BOTH = frozenset({"deadline_included", "second_close"})
