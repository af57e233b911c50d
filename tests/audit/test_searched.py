"""Tests that the index of the search is held against its tables: each change of it is named, and no story."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.actions.rounds import Round
from tests.audit.scenarios import SCENARIOS
from tests.factories import MORNING, World
from tests.settable_clock import SettableClock
from tests.stages import INSTALLATION
from workflow.audit import searched
from workflow.domain.terms import Audience, LibraryKind
from workflow.models.library import LibraryEntry

#: What is changed behind the program's back, and what is said of it.
CHANGES = {
    "UPDATE searchable SET words = 'Another' WHERE source = 'version' AND source_id = {version}": [
        "The search has other words of row {version} of version than that row."
    ],
    "UPDATE searchable SET folded = 'another' WHERE source = 'version' AND source_id = {version}": [
        "The search has other folded of row {version} of version than that row."
    ],
    "UPDATE searchable SET audience = 'everyone' WHERE source = 'response' AND source_id = {response}": [
        "The search says audience everyone of row {response} of response, but that makes it states."
    ],
    "UPDATE searchable SET state_id = NULL WHERE source = 'response' AND source_id = {response}": [
        "The search says state_id None of row {response} of response, but that makes it {state}."
    ],
    "DELETE FROM searchable WHERE source = 'version' AND source_id = {version}": [
        "The search finds nothing of row {version} of version, which has words."
    ],
    "UPDATE searchable SET source_id = 9000 WHERE source = 'response' AND source_id = {response}": [
        "The search finds nothing of row {response} of response, which has words.",
        "The search finds words of row 9000 of response, where there are none.",
    ],
    "UPDATE searchable SET source = 'person' WHERE source = 'response' AND source_id = {response}": [
        "The search finds nothing of row {response} of response, which has words.",
        "The search finds row {response} of person, which is no table that it looks in.",
    ],
    "UPDATE library_entry SET size = 7": ["Library entry 1 says its file has 7 bytes, but it has 2."],
    "UPDATE library_entry SET words = 'Another'": [
        "The search has other words of row {entry} of library_entry than that row.",
        "The search has other folded of row {entry} of library_entry than that row.",
    ],
}


@pytest.fixture
def keys(session: Session, world: World, clock: SettableClock) -> dict[str, int]:
    """Give the keys of a text, an objection and a library entry that are found."""
    session.info.update(INSTALLATION)
    round_ = Round(session, world, clock)
    SCENARIOS["objected"](round_)
    told = {"title": "Guide", "subject": "Victims", "filed_at": MORNING, "filed_by": "x", "words": "a file"}
    file = {"content": b"MZ", "sha256": "ab", "size": 2, "salt": b"s"}
    entry = LibraryEntry(
        body_id=world.body.id,
        number=1,
        kind=LibraryKind.TOOLKIT,
        audience_of=Audience.EVERYONE,
        **told,
        **file,
    )
    session.add(entry)
    session.flush()
    row = session.execute(
        text("SELECT id, state_id FROM response WHERE kind = 'objection' ORDER BY id")
    ).first()
    assert row is not None
    return {"version": world.versions[2].id, "response": row[0], "state": row[1], "entry": entry.id}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_the_index_is_named(
    session: Session, world: World, keys: dict[str, int], change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = world.body.id
    # Pieces so small that they end within every table.
    monkeypatch.setattr(searched, "_AT_ONCE", 2)
    read: list[int] = []
    assert list(searched.differences(session, body, read.append)) == []
    assert sum(read) == searched.size_of(session, body) > 8
    session.execute(text(change.format(**keys)))
    assert list(searched.differences(session, body)) == [one.format(**keys) for one in CHANGES[change]]
