"""Tests that the verifier replays every outcome of the real actions, and refuses logs that lie about one."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.actions.rounds import Round
from tests.audit.logs_checked import VERIFY
from tests.audit.scenarios import SCENARIOS
from tests.databases import SQLite
from tests.factories import world
from tests.settable_clock import SettableClock
from tests.stages import INSTALLATION
from workflow.audit.entries import Entry
from workflow.models.audit import AuditEntry

Entries = list[dict[str, Any]]
Logs = Callable[[str], Entries]
IN_TIME, AT_DEADLINE = "2020-10-01T02:00:00.000000Z", "2020-10-09T10:00:00.000000Z"
LATER, MUCH_LATER = "2020-10-12T10:00:00.000000Z", "2020-12-31T10:00:00.000000Z"

#: What each scenario comes to: how many texts were endorsed.
ENDORSED = {
    "endorsed": 6,
    "objected": 4,
    "lifted": 5,
    "extended_from_hold": 5,
    "extended": 6,
    "overridden": 6,
    "spoken_in_hold": 0,
    "served_again": 6,
    "suspended": 6,
    "window": 6,
    "package": 0,
    "package_whole": 6,
    "on_behalf": 5,
    "referred": 0,
    "withdrawn": 5,
    "withdrawn_whole": 0,
    "met": 6,
    "succeeded": 7,
    "amended": 8,
    "unserved_but_explicit": 6,
}


@pytest.fixture(scope="module")
def log_of(sqlite: SQLite) -> Callable[[str], Entries]:
    """Give the entries of a scenario; each is driven once, on one database: a log is the same on all."""

    @cache
    def driven(name: str) -> list[str]:
        clock = SettableClock()
        with sqlite.rolled_back(clock) as database, database.session(writing=True) as session:
            session.info.update(INSTALLATION)
            SCENARIOS[name](Round(session, world(session), clock))
            session.flush()
            return list(session.scalars(select(AuditEntry.entry).order_by(AuditEntry.seq)))

    return lambda name: [json.loads(line) for line in driven(name)]


def replayed(folder: Path, entries: Entries) -> str:
    """Return what the verifier says of these entries; raises SystemExit with its refusal."""
    path = folder / "log.jsonl"
    lines = (
        json.dumps(one, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n" for one in entries
    )
    path.write_text("".join(lines), encoding="utf-8")
    said: str = VERIFY.decisions(str(path))
    return said


def of_type(entries: Entries, *kinds: Entry, state: str | None = None) -> Entries:
    """Return the entries of these types, of one State or of all."""
    return [one for one in entries if one["type"] in kinds and state in (None, one.get("on_behalf_of"))]


def void(entry: dict[str, Any]) -> None:
    """Make an entry say nothing, in its place."""
    kept = {key: entry[key] for key in ("v", "seq", "body", "at", "actor", "auth")}
    entry.clear()
    entry.update(kept, type="office.passed", office="PH")


def free_place(entries: Entries) -> dict[str, Any]:
    """Return an entry after the dispatch that can say something else: a second letter that was accepted."""
    return of_type(entries, Entry.SERVICE_ACCEPTED, state="SG")[1]


def plant_objection(entries: Entries, state: str = "VN", at: str = IN_TIME, **keys: object) -> None:
    """Let a State object to the first item."""
    place, [opened] = free_place(entries), of_type(entries, Entry.DISPATCHED)
    told = {key: place[key] for key in ("v", "seq", "body", "actor", "auth", "circulation")}
    text = {key: opened["versions"][0][key] for key in ("item", "version_sha256")}
    lodged = {"type": "response.lodged", "kind": "objection", "on_behalf_of": state, "claimed_at": None}
    times = {"at": at, "received_at": at, "counts_at": at, "earliest_close": AT_DEADLINE}
    place.clear()
    place.update(told | text | lodged | times | keys)


def set_result(entries: Entries, item: int, result: str) -> None:
    """Let the close, and the move of the texts, say something else of an item."""
    [closed] = of_type(entries, Entry.CLOSED)
    row = closed["results"][item - 1]
    row["result"] = result
    move = next(one for one in of_type(entries, Entry.VERSIONS_MOVED) if one["to"] == "endorsed")
    name = {key: row[key] for key in ("item", "version", "version_sha256")}
    move["versions"] = [one for one in move["versions"] if one != name]
    if result == "endorsed":
        move["versions"].append(name)


def unserve(entries: Entries, state: str) -> None:
    """Take away every fact of service of a State."""
    kinds = (Entry.SERVICE_ACCEPTED, Entry.SERVICE_ACKNOWLEDGED)
    for one in of_type(entries, *kinds, state=state):
        void(one)


def change(kind: Entry, number: int = -1, **keys: object) -> Callable[[Entries], None]:
    """Return a lie: an entry of this type says something else."""
    return lambda entries: of_type(entries, kind)[number].update(keys)


def silence(kind: Entry, number: int = -1) -> Callable[[Entries], None]:
    """Return a lie: an entry of this type was never written."""
    return lambda entries: void(of_type(entries, kind)[number])


def serve_late(entries: Entries) -> None:
    """Let the silence of Viet Nam count from after the deadline only."""
    for one in of_type(entries, Entry.SERVICE_ACCEPTED, state="VN"):
        one["earliest_close"] = LATER


def forget_a_state(entries: Entries) -> None:
    """Let a resumption leave one State its earlier close."""
    of_type(entries, Entry.RESUMED)[-1]["earliest_closes"].pop()


def dispatch_twice(entries: Entries) -> None:
    """Let the dispatch be told again, with an empty record."""
    [opened] = of_type(entries, Entry.DISPATCHED)
    place = free_place(entries)
    place.update({**opened, "seq": place["seq"]})


def rename_text(entries: Entries) -> None:
    """Let the close and the move name another text of the first item."""
    [closed] = of_type(entries, Entry.CLOSED)
    closed["results"][0]["version_sha256"] = "0" * 64
    for one in of_type(entries, Entry.VERSIONS_MOVED):
        if one["to"] == "endorsed":
            one["versions"][0]["version_sha256"] = "0" * 64


def close_without_hold(entries: Entries) -> None:
    """Let the hold never have been, and the close be that of the deadline."""
    silence(Entry.HELD)(entries)
    of_type(entries, Entry.CLOSED)[-1].update(cause="deadline", effective_at=AT_DEADLINE)


Lie = tuple[str, Callable[[Entries], None]]
#: The scenario, and what its log says wrongly.
LIES: dict[str, Lie] = {
    "an objection stood": ("endorsed", plant_objection),
    "an objection was entered on behalf": (
        "endorsed",
        lambda log: plant_objection(log, at=IN_TIME, claimed_at=IN_TIME),
    ),
    "an objection of the last instant": (
        "endorsed",
        lambda log: plant_objection(log, at="2020-10-09T09:59:59.999999Z"),
    ),
    "an objected item is endorsed": ("objected", lambda log: set_result(log, 4, "endorsed")),
    "an item is withheld": ("endorsed", lambda log: set_result(log, 3, "not_endorsed")),
    "one item of a broken package is endorsed": ("package", lambda log: set_result_of_package(log)),
    "an objection counts later than it came": ("objected", change(Entry.LODGED, 0, counts_at=LATER)),
    "the outcome is another": ("objected", change(Entry.CLOSED, outcome="endorsed")),
    "a silence ended below the floor": ("endorsed", change(Entry.DISPATCHED, floor_seconds=15 * 86400)),
    "a floor is no number": ("endorsed", change(Entry.DISPATCHED, floor_seconds="long")),
    "an objection is on another text": ("objected", change(Entry.LODGED, 0, version_sha256="0" * 64)),
    "another State lifts": ("lifted", change(Entry.LIFTED, 0, on_behalf_of="SG")),
    "nobody lifts": ("lifted", silence(Entry.LIFTED, 0)),
    "a lifting came too late": ("lifted", change(Entry.LIFTED, 0, at=AT_DEADLINE)),
    "an answer was not accepted": ("lifted", silence(Entry.ACCEPTED)),
    "a State was never served": ("endorsed", lambda log: unserve(log, "VN")),
    "a State that only comments was never served": ("on_behalf", lambda log: unserve(log, "VN")),
    "a State was served too late": ("endorsed", serve_late),
    "a State was unserved": ("endorsed", change(Entry.SERVICE_ACCEPTED, -1, earliest_close=None)),
    "a resumption forgets a State": ("suspended", forget_a_state),
    "time stood still": ("suspended", silence(Entry.RESUMED)),
    "the first deadline was too early": ("endorsed", change(Entry.DISPATCHED, earliest_close=LATER)),
    "the first deadline was another": ("endorsed", change(Entry.DISPATCHED, deadline=LATER)),
    "the close is early": ("endorsed", change(Entry.CLOSED, at=IN_TIME, effective_at=AT_DEADLINE)),
    "the close takes effect another time": ("endorsed", change(Entry.CLOSED, effective_at=IN_TIME)),
    "an extension begins elsewhere": ("extended", change(Entry.EXTENDED, 0, before=LATER)),
    "an extension shortens": ("extended", change(Entry.EXTENDED, deadline=AT_DEADLINE)),
    "an extension ends another time": ("extended", change(Entry.EXTENDED, deadline=MUCH_LATER)),
    "an extension was never made": ("extended", silence(Entry.EXTENDED, 0)),
    "an extension came after the deadline": ("extended", change(Entry.EXTENDED, 0, at=LATER)),
    "a hold got too little": ("extended_from_hold", change(Entry.EXTENDED, earliest_close=MUCH_LATER)),
    "nobody overrode": ("overridden", silence(Entry.OVERRIDE_MADE)),
    "one office overrode": ("overridden", change(Entry.OVERRIDE_MADE, role="lead_shepherd")),
    "nobody of the other office proposed it": ("overridden", silence(Entry.OVERRIDE_PROPOSED)),
    "both halves are of one office": ("overridden", change(Entry.OVERRIDE_PROPOSED, role="secretariat")),
    "the halves differ": ("overridden", change(Entry.OVERRIDE_PROPOSED, served_from=AT_DEADLINE)),
    "it was received at another instant": ("objected", change(Entry.LODGED, 0, received_at=LATER)),
    "one person overrode": ("overridden", lambda log: override_alone(log)),
    "another State was overridden": ("overridden", change(Entry.OVERRIDE_MADE, on_behalf_of="VN")),
    "the hold never was": ("overridden", close_without_hold),
    "the overridden State objected late": (
        "overridden",
        lambda log: plant_objection(log, "MY", at=AT_DEADLINE),
    ),
    "it was dispatched twice": ("endorsed", dispatch_twice),
    "it was never dispatched": ("endorsed", silence(Entry.DISPATCHED)),
    "it was never closed": ("endorsed", silence(Entry.CLOSED)),
    "nothing moved": ("endorsed", silence(Entry.VERSIONS_MOVED)),
    "another text was endorsed": ("endorsed", rename_text),
    "a withdrawn item is endorsed": ("withdrawn", lambda log: set_result(log, 4, "endorsed")),
    "no meeting endorsed": ("met", silence(Entry.ENDORSED_AT_MEETING)),
    "a meeting endorsed another text": ("met", change(Entry.ENDORSED_AT_MEETING, version_sha256="0" * 64)),
    "an entry lacks a key": ("endorsed", lambda log: of_type(log, Entry.DISPATCHED)[0].pop("roster")),
    "a list is a word": ("endorsed", change(Entry.CLOSED, results="endorsed")),
    "a list holds words": ("endorsed", change(Entry.VERSIONS_MOVED, versions=["first"])),
    "an instant is a number": ("endorsed", change(Entry.DISPATCHED, deadline=7)),
    "a key is a list": ("objected", change(Entry.LODGED, 0, on_behalf_of=["MY"])),
}


def set_result_of_package(entries: Entries) -> None:
    """Let one item of a package that fell be endorsed."""
    [closed] = of_type(entries, Entry.CLOSED)
    row = closed["results"][0]
    row["result"] = "endorsed"
    move = {"type": "versions.moved", "to": "endorsed", "trigger": "endorse"}
    free_place(entries).update(move, versions=[{key: row[key] for key in row if key != "result"}])


def override_alone(entries: Entries) -> None:
    """Let one person have acted for both offices."""
    [made] = of_type(entries, Entry.OVERRIDE_MADE)
    made["actor"] = made["first_actor"]


@pytest.mark.parametrize("name", SCENARIOS)
def test_outcomes_of_the_actions_are_replayed(log_of: Logs, name: str, tmp_path: Path) -> None:
    said = replayed(tmp_path, log_of(name))
    rounds = {"succeeded": 3, "amended": 2}.get(name, 1)
    assert said == f"{rounds} circulations; {ENDORSED[name]} endorsements follow from their entries."


@pytest.mark.parametrize("name", LIES)
def test_a_log_that_lies_is_refused_in_one_sentence(
    log_of: Callable[[str], Entries], name: str, tmp_path: Path
) -> None:
    scenario, lie = LIES[name]
    entries = log_of(scenario)
    lie(entries)
    with pytest.raises(SystemExit) as refused:
        replayed(tmp_path, entries)
    assert len(str(refused.value).splitlines()) == 1


def test_an_objection_at_the_deadline_is_late(log_of: Callable[[str], Entries], tmp_path: Path) -> None:
    entries = log_of("endorsed")
    plant_objection(entries, at=AT_DEADLINE)
    assert "6 endorsements" in replayed(tmp_path, entries)


def test_a_refusal_names_the_item_and_the_state(log_of: Callable[[str], Entries], tmp_path: Path) -> None:
    entries = log_of("endorsed")
    unserve(entries, "VN")
    [opened], [closed] = of_type(entries, Entry.DISPATCHED), of_type(entries, Entry.CLOSED)
    with pytest.raises(SystemExit) as refused:
        replayed(tmp_path, entries)
    item = min(one["item"] for one in opened["versions"])
    words = f"{item} has neither a position of VN nor a silence that counts"
    assert words in str(refused.value)
    assert f"Entry {closed['seq']}, 'circulation.closed'" in str(refused.value)


def test_a_paper_endorsed_before_is_no_decision_of_the_log(
    log_of: Callable[[str], Entries], tmp_path: Path
) -> None:
    entries = log_of("endorsed")
    place = entries[1]
    imported = {"type": "version.imported", "item": "x", "version": 1, "version_sha256": "0" * 64}
    place.update(imported, to="endorsed")
    assert "6 endorsements" in replayed(tmp_path, entries)
    place.update(type="versions.moved", versions=[{"item": "x", "version": 1, "version_sha256": "0" * 64}])
    with pytest.raises(SystemExit, match="What was endorsed is not what was decided"):
        replayed(tmp_path, entries)
