"""Tests that every act on a circulation leaves its entries, with exactly their keys (rule 39)."""

from collections.abc import Callable

import pytest

from tests.actions.rounds import DAY, DEADLINE, Round
from tests.settable_clock import MORNING
from workflow.actions import (
    answering,
    course,
    deferring,
    drafts,
    lifting,
    overriding,
    serving,
    withdrawing,
)
from workflow.audit.entries import COMMON, KEYS, PRIVATE, Entry
from workflow.domain.terms import ResponseKind
from workflow.models.audit import PrivateText

OBJECTION, INPUT = ResponseKind.OBJECTION, ResponseKind.INPUT
REASON = "A reason nobody outside may read"
OVERRIDE = {"state_code": "MY", "served_from": MORNING, "evidence": REASON}
BROKEN, RESTORED = "versions.moved:break_silence", "versions.moved:restore_silence"

Walk = Callable[[Round], object]


def version(round_: Round, number: int = 4) -> int:
    """Return the id of an item's version."""
    return round_.world.versions[number - 1].id


def newest(round_: Round) -> int:
    """Return the id of the newest response."""
    return round_.loaded.responses[-1].id


def objected(round_: Round) -> None:
    """Let Malaysia object to item 4."""
    round_.lodge("MY contact_point", OBJECTION, 4, reasons=REASON)


def answered(round_: Round) -> None:
    """Let Malaysia's objection be answered."""
    objected(round_)
    round_.act(answering.answer, newest(round_), text=REASON)


def suspended(round_: Round) -> None:
    """Let time stand still for a day."""
    round_.act(course.suspend, reason=REASON)
    round_.clock.advance(DAY)


def drafted(round_: Round) -> None:
    """Let Malaysia prepare an answer."""
    round_.act(drafts.save, [drafts.DraftAnswer(version(round_), OBJECTION, REASON)], by="MY drafter")


def closed(round_: Round) -> None:
    """Close the round with item 4 broken."""
    objected(round_)
    round_.at(DEADLINE)


def unserved(round_: Round) -> None:
    """Hold the round for Malaysia, which was served and bounced."""
    for notice in [one for one in round_.notices() if one.state_id == round_.world.states["MY"].id]:
        round_.act(serving.record_bounce, notice.id, by="secretariat", detail=REASON)
    round_.at(DEADLINE)


def overridden(round_: Round) -> None:
    """Hold the round for Malaysia, with the first record of an override."""
    unserved(round_)
    round_.act(overriding.override, **OVERRIDE)


def nothing(_round: Round) -> None:
    """Leave a round whose silence runs."""


#: What goes before, the act, and the entries it leaves, in order.
ACTS: dict[str, tuple[Walk, Walk, list[str]]] = {
    "objecting": (nothing, objected, ["response.lodged", BROKEN]),
    "objecting without reasons": (
        nothing,
        lambda round_: round_.lodge("MY contact_point", OBJECTION, 4, reasons=""),
        ["response.lodged", BROKEN, "reasons.requested"],
    ),
    "commenting on two items": (
        nothing,
        lambda round_: round_.lodge("MY contact_point", ResponseKind.COMMENT, 1, 2),
        ["response.lodged"] * 2,
    ),
    "entering on behalf": (
        nothing,
        lambda round_: round_.enter("MY", INPUT, 4, evidence=REASON),
        ["response.lodged", BROKEN],
    ),
    "entering after the close": (
        closed,
        lambda round_: round_.enter("SG", INPUT, 1),
        ["response.lodged", "dispute.opened"],
    ),
    "replacing": (
        objected,
        lambda round_: round_.lodge(
            "MY contact_point", ResponseKind.NO_OBJECTION, 4, replaces=newest(round_)
        ),
        ["response.lodged", "response.lifted", RESTORED],
    ),
    "lifting": (
        objected,
        lambda round_: round_.act(lifting.lift, newest(round_), by="MY contact_point", text=REASON),
        ["response.lifted", RESTORED],
    ),
    "answering": (
        objected,
        lambda round_: round_.act(answering.answer, newest(round_), text=REASON),
        ["response.answered"],
    ),
    "accepting": (
        answered,
        lambda round_: round_.act(lifting.accept_answer, newest(round_), by="MY contact_point"),
        ["answer.accepted", RESTORED],
    ),
    "proposing a kind": (
        objected,
        lambda round_: round_.act(answering.propose_kind, newest(round_), kind=INPUT, text=REASON),
        ["kind.proposed"],
    ),
    "drafting": (nothing, drafted, ["draft.saved"]),
    "discarding": (
        drafted,
        lambda round_: round_.act(drafts.discard, by="MY drafter"),
        ["draft.discarded"],
    ),
    "asking for time": (
        nothing,
        lambda round_: round_.act(course.ask_for_time, by="MY alternate", reasons=REASON),
        ["time.asked"],
    ),
    "acknowledging": (
        nothing,
        lambda round_: round_.act(serving.acknowledge, by="MY alternate"),
        ["service.acknowledged"],
    ),
    "serving again": (
        nothing,
        lambda round_: round_.act(serving.reserve, "MY"),
        ["service.again"],
    ),
    "bouncing and holding": (
        nothing,
        unserved,
        ["service.bounced", "service.bounced", "circulation.held"],
    ),
    "proposing an override": (
        unserved,
        lambda round_: round_.act(overriding.override, **OVERRIDE),
        ["override.proposed"],
    ),
    "overriding": (
        overridden,
        lambda round_: round_.act(overriding.override, by="secretariat", **OVERRIDE),
        ["override.made", "versions.moved:endorse", "circulation.closed"],
    ),
    "extending": (
        nothing,
        lambda round_: round_.act(course.extend, deadline=DEADLINE + 3 * DAY, reason=REASON),
        ["deadline.extended"],
    ),
    "suspending": (nothing, suspended, ["circulation.suspended"]),
    "resuming": (suspended, lambda round_: round_.act(course.resume), ["circulation.resumed"]),
    "closing": (
        objected,
        lambda round_: round_.at(DEADLINE),
        ["versions.moved:endorse", "circulation.closed"],
    ),
    "deferring": (
        closed,
        lambda round_: round_.act(deferring.defer, version(round_), reason=REASON),
        ["versions.moved:defer"],
    ),
    "referring": (
        unserved,
        lambda round_: round_.act(deferring.refer, reason=REASON),
        ["versions.moved:defer", "circulation.closed"],
    ),
    "withdrawing an item": (
        nothing,
        lambda round_: round_.act(withdrawing.withdraw_item, version(round_), reason=REASON),
        ["versions.moved:withdraw", "item.withdrawn"],
    ),
    "withdrawing all": (
        nothing,
        lambda round_: round_.act(withdrawing.withdraw_circulation, reason=REASON),
        ["versions.moved:withdraw", "circulation.withdrawn"],
    ),
    "dispatching a successor": (
        closed,
        lambda round_: round_.dispatch(versions=round_.redraft(4), deadline=DEADLINE + 35 * DAY),
        [
            "preparation.written",
            "versions.moved:supersede",
            "versions.moved:circulate",
            "circulation.dispatched",
        ],
    ),
}


@pytest.mark.parametrize("name", ACTS)
def test_every_act_leaves_its_entries_and_no_word_of_its_texts(running: Round, name: str) -> None:
    before, act, expected = ACTS[name]
    before(running)
    known = len(running.entries())
    act(running)
    entries = running.entries()
    new = [f"{one['type']}:{one['trigger']}" if "trigger" in one else one["type"] for one in entries[known:]]
    assert new == expected
    entries = running.all_entries()
    assert [one["seq"] for one in entries] == list(range(len(entries)))
    for one in entries:
        assert set(one) == COMMON | KEYS[Entry(one["type"])]
        for key in PRIVATE & set(one):
            shown = one[key] if isinstance(one[key], list) else [one[key]]
            assert [text for text in shown if not (text is None or text.startswith("hmac-sha256:"))] == []
    assert REASON not in str(entries)
    assert "@" not in str(entries)


def test_opening_and_silence_leave_their_entries(round_: Round) -> None:
    known = len(round_.entries())
    round_.dispatch()
    round_.serve("MY")
    assert [one["type"] for one in round_.entries()[known:]] == [
        "preparation.written",
        "versions.moved",
        "circulation.dispatched",
        "service.accepted",
        "service.accepted",
    ]
    known = len(round_.entries())
    round_.serve()
    assert [one["type"] for one in round_.entries()[known:]][-2:] == ["versions.moved", "silence.started"]


def test_addresses_are_kept_apart_from_the_log(running: Round) -> None:
    kept = running.session.query(PrivateText).filter_by(field="address")
    assert {one.text for one in kept} <= {notice.address for notice in running.notices()}
    assert kept.count() > 0
    assert "example.org" not in str(running.all_entries())


def test_an_entry_says_who_acted_for_whom_when_and_from_what_to_what(running: Round) -> None:
    objected(running)
    lodged, moved = running.entries()[-2:]
    person = running.world.people["MY contact_point"].public_id
    assert (lodged["actor"], lodged["auth"], lodged["on_behalf_of"]) == (person, "password", "MY")
    assert lodged["at"] == lodged["received_at"] == "2020-09-25T03:00:00.000000Z"
    assert (moved["actor"], moved["from"], moved["to"]) == (
        person,
        "no_objection_deadline",
        "silence_broken",
    )
    assert moved["versions"] == [
        {
            "item": running.world.items[3].key,
            "version": 1,
            "version_sha256": running.world.versions[3].sha256,
        }
    ]


def test_every_type_has_its_keys_and_none_hides_a_common_one() -> None:
    assert set(KEYS) == set(Entry)
    assert [entry for entry, keys in KEYS.items() if keys & COMMON] == []
