"""Tests of how an entry is written: its keys, its number, its bytes, its private texts (rule 39)."""

import hashlib
import hmac
import json
from datetime import date, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.actions.rounds import HOUR, INSTANT, Round
from tests.factories import World
from tests.settable_clock import MORNING, SettableClock
from workflow.actions import course
from workflow.audit.entries import Entry
from workflow.audit.record import newest_at, record
from workflow.domain.canonical import canonical
from workflow.domain.errors import ClockBehind, Invalid, NotFound
from workflow.domain.mandates import CLOCK, OPERATOR
from workflow.domain.terms import ResponseKind, Status
from workflow.models.audit import AuditEntry, LogHead, PrivateText

TEXT = "Qui décide? ใครตัดสินใจ \U0001f600\n“Line two”"


def lines(session: Session) -> list[str]:
    """Return the log as it is stored."""
    return list(session.scalars(select(AuditEntry.entry).order_by(AuditEntry.seq)))


def pass_office(session: Session, world: World, at: datetime = MORNING, **more: object) -> int:
    """Write one small entry."""
    given = {"office": "MY"} | more
    return record(session, Entry.OFFICE_PASSED, by=OPERATOR, at=at, body=world.body.id, **given)


@pytest.mark.parametrize("keys", [{}, {"office": "MY", "state": "MY"}])
def test_an_entry_has_exactly_the_keys_of_its_type(
    session: Session, world: World, keys: dict[str, str]
) -> None:
    before = lines(session)
    with pytest.raises(ValueError, match=r"the keys of office\.passed are not its own"):
        record(session, Entry.OFFICE_PASSED, by=OPERATOR, at=MORNING, body=world.body.id, **keys)
    assert lines(session) == before


def test_an_entry_belongs_to_a_body(session: Session, world: World) -> None:
    with pytest.raises(ValueError, match="belongs to a body"):
        record(session, Entry.OFFICE_PASSED, by=OPERATOR, at=MORNING, office="MY")
    with pytest.raises(NotFound):
        record(session, Entry.OFFICE_PASSED, by=OPERATOR, at=MORNING, body=99999, office="MY")
    assert world.body.id != 99999


def test_an_entry_is_these_bytes(session: Session, world: World) -> None:
    seq = pass_office(session, world, MORNING + INSTANT)
    assert lines(session)[-1] == (
        '{"actor":"operator","at":"2020-09-25T02:00:00.000001Z","auth":"console","body":"SOMTC",'
        f'"office":"MY","seq":{seq},"type":"office.passed","v":1}}'
    )


def test_the_columns_copy_the_entry(session: Session, world: World) -> None:
    seq = pass_office(session, world)
    row = session.get_one(AuditEntry, (world.body.id, seq))
    assert (row.type, row.at, row.circulation_id) == ("office.passed", MORNING, None)


def test_numbers_run_without_a_gap(session: Session, world: World) -> None:
    first = pass_office(session, world)
    assert [pass_office(session, world), pass_office(session, world)] == [first + 1, first + 2]
    assert [json.loads(line)["seq"] for line in lines(session)] == list(range(first + 3))
    assert session.get_one(LogHead, world.body.id).size == first + 3


def test_an_act_that_is_rolled_back_leaves_no_gap(round_: Round) -> None:
    round_.dispatch()
    before = lines(round_.session)
    texts = round_.session.query(PrivateText).count()
    with round_.refused(Invalid):
        round_.act(course.extend, deadline=MORNING + 20 * 24 * HOUR, reason="Written before it failed.")
        raise Invalid("Something after the act failed.")
    assert lines(round_.session) == before
    assert round_.session.query(PrivateText).count() == texts
    round_.lodge("MY contact_point", ResponseKind.COMMENT, 1)
    seqs = [json.loads(line)["seq"] for line in lines(round_.session)]
    assert seqs == list(range(len(seqs)))


def test_every_stored_line_is_canonical(round_: Round) -> None:
    round_.dispatch()
    round_.serve("MY", "SG")
    round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4, reasons=TEXT)
    for line in lines(round_.session):
        value = json.loads(line)
        assert canonical(value) == line.encode()
        # Nothing but sorted compact JSON: any language gives the same bytes.
        plain = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        assert plain == line


def test_values_are_written_plainly(session: Session, world: World) -> None:
    seven = timezone(timedelta(hours=7))
    record(
        session,
        Entry.APPOINTMENT_MADE,
        by=CLOCK,
        at=MORNING,
        body=world.body.id,
        person="x",
        role=Status.DRAFT,
        state=None,
        since=datetime(2020, 9, 25, 9, 0, tzinfo=seven),
        until=None,
        name=None,
        address=None,
    )
    entry = json.loads(lines(session)[-1])
    assert (entry["role"], entry["state"], entry["since"]) == ("draft", None, "2020-09-25T02:00:00.000000Z")
    told = {"meeting": "22", "called": "22nd SOMTC", "held_on": None}
    record(session, Entry.MEETING_ADDED, by=CLOCK, at=MORNING, body=world.body.id, **told)
    record(
        session,
        Entry.MEETING_DATED,
        by=CLOCK,
        at=MORNING,
        body=world.body.id,
        meeting="22",
        held_on=date(2021, 9, 1),
    )
    assert [json.loads(line)["held_on"] for line in lines(session)[-2:]] == [None, "2021-09-01"]


def test_a_value_without_a_canonical_form_is_refused(session: Session, world: World) -> None:
    with pytest.raises(ValueError, match="float has no canonical form"):
        pass_office(session, world, office=1.5)


def test_a_text_is_shown_as_an_hmac_that_its_salt_verifies(round_: Round) -> None:
    round_.dispatch()
    round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4, reasons=TEXT)
    [entry] = round_.entries(Entry.LODGED)
    [kept] = round_.session.query(PrivateText).filter_by(seq=entry["seq"], field="text")
    assert (kept.text, len(kept.salt)) == (TEXT, 32)
    digest = hmac.new(kept.salt, TEXT.encode(), hashlib.sha256).hexdigest()
    assert entry["text"] == f"hmac-sha256:{digest}"
    assert (entry["passage"], entry["cure"], entry["evidence"]) == (None, None, None)


def test_the_same_text_twice_has_salts_of_its_own(round_: Round) -> None:
    round_.dispatch()
    round_.lodge("MY contact_point", ResponseKind.COMMENT, 1, 2, reasons="The same.")
    first, second = round_.entries(Entry.LODGED)
    assert first["text"] != second["text"]
    salts = [one.salt for one in round_.session.query(PrivateText).filter_by(text="The same.")]
    assert len(set(salts)) == 2


def test_a_clock_behind_the_newest_entry_is_refused(
    session: Session, world: World, clock: SettableClock
) -> None:
    pass_office(session, world, MORNING + HOUR)
    assert newest_at(session, world.body.id) == MORNING + HOUR
    before = lines(session)
    with pytest.raises(ClockBehind):
        pass_office(session, world, MORNING + HOUR - INSTANT)
    assert lines(session) == before
    pass_office(session, world, MORNING + HOUR)
    assert clock() == MORNING


def test_an_instant_that_another_act_overtook_is_no_clock_behind(
    session: Session, world: World, clock: SettableClock
) -> None:
    clock.now = MORNING + 2 * HOUR
    pass_office(session, world, MORNING + HOUR)
    # Read before the log was locked; the clock itself stands ahead of the newest entry.
    pass_office(session, world, MORNING)
    assert newest_at(session, world.body.id) == MORNING + HOUR


def test_what_may_lag_leaves_the_newest_instant(session: Session, world: World) -> None:
    pass_office(session, world, MORNING + HOUR)
    seq = pass_office(session, world, MORNING, clock_may_lag=True)
    assert json.loads(lines(session)[-1])["seq"] == seq
    assert newest_at(session, world.body.id) == MORNING + HOUR
