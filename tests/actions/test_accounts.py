"""Tests of asking for a new password: what the log keeps of it, and that a refusal tells of nobody."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import World
from tests.settable_clock import MORNING, SettableClock
from workflow.actions import accounts
from workflow.audit.entries import COMMON, KEYS, Entry
from workflow.domain.errors import ClockBehind
from workflow.models.audit import AuditEntry
from workflow.models.notice import Notice

LATER = MORNING + timedelta(minutes=5)


def asked(session: Session) -> list[dict[str, Any]]:
    query = select(AuditEntry.entry).where(AuditEntry.type == str(Entry.RESET_ASKED))
    return [json.loads(entry) for entry in session.scalars(query.order_by(AuditEntry.seq))]


def test_asking_for_a_new_password_leaves_an_entry_of_anybody(session: Session, world: World) -> None:
    person = world.people["MY alternate"]
    accounts.ask_reset(session, f" {person.email.upper()} ", now=LATER)
    [entry] = asked(session)
    assert set(entry) == COMMON | KEYS[Entry.RESET_ASKED]
    assert (entry["actor"], entry["auth"], entry["person"]) == ("anybody", "none", person.public_id)
    assert "@" not in str(entry)


def test_asking_for_who_has_no_open_account_leaves_nothing(session: Session, world: World) -> None:
    world.people["MY alternate"].active = False
    for email in (world.people["MY alternate"].email, "nobody@example.org"):
        accounts.ask_reset(session, email, now=LATER)
    assert asked(session) == []
    assert session.scalars(select(Notice)).all() == []


@pytest.mark.parametrize("email", ["my.alternate@example.org", "nobody@example.org"])
def test_a_clock_that_stands_behind_refuses_whoever_is_asked_for(
    session: Session, world: World, clock: SettableClock, email: str
) -> None:
    clock.advance(-timedelta(hours=1))
    with pytest.raises(ClockBehind):
        accounts.ask_reset(session, email, now=clock())
    assert session.scalars(select(Notice)).all() == []
