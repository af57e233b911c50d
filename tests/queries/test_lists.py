"""Tests of the secretariat's lists: letters, entries, people, what waits, what awaits a meeting."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.actions.rounds import DEADLINE, Round
from tests.factories import World, plan
from tests.queries.conftest import Counting
from tests.settable_clock import MORNING
from workflow.actions import deferring, meetings, overriding
from workflow.domain.errors import Invalid, NotFound
from workflow.domain.formula import Stopper
from workflow.domain.terms import Letter, ResponseKind, Role, Service
from workflow.models.audit import AuditEntry
from workflow.models.body import Meeting
from workflow.models.notice import Notice
from workflow.models.people import Person
from workflow.queries import agenda, appointments, attention, letters_sent, log_entries


def dispatched(round_: Round, items: int = 6) -> None:
    """Dispatch as many items, serve all but Brunei, and let Viet Nam lodge an input on the first."""
    _, _, versions = plan(round_.session, round_.world.body, count=items)
    round_.world.versions = versions
    round_.dispatch(versions=versions)
    round_.serve_all_but("BN")
    round_.lodge("VN contact_point", ResponseKind.INPUT, 1, reasons="Add a date.")


def test_letters_are_paged_by_key_and_narrowed(session: Session, round_: Round) -> None:
    dispatched(round_)
    body = round_.world.body.id
    total = session.scalar(select(func.count()).select_from(Notice))
    seen: list[int] = []
    before = None
    while True:
        page = letters_sent.letters(session, body, letters_sent.Filter(), before=before, limit=7)
        seen += [row.notice.id for row in page.rows]
        before = page.older
        if before is None:
            break
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == total
    wanted = letters_sent.Filter(circulation_id=round_.circulation.id, state="MY", letter=Letter.CIRCULATION)
    assert [row.state.code for row in letters_sent.letters(session, body, wanted).rows if row.state] == [
        "MY",
        "MY",
    ]
    none = letters_sent.Filter(status=Service.BOUNCED)
    assert letters_sent.letters(session, body, none).rows == ()


def test_letter_shows_its_attempts_and_keeps_what_is_sealed(session: Session, round_: Round) -> None:
    dispatched(round_)
    body = round_.world.body.id
    key = session.scalars(select(Notice.id).where(Notice.letter == Letter.CIRCULATION)).first()
    assert key is not None
    one = letters_sent.letter(session, body, key)
    assert one.listed.notice.text.startswith("Does ")
    assert one.circulation == round_.circulation
    with pytest.raises(NotFound):
        letters_sent.letter(session, body, key, frozenset({Letter.CIRCULATION}))
    with pytest.raises(NotFound):
        letters_sent.letter(session, body + 1, key)


def test_entries_are_paged_by_key_and_narrowed(session: Session, round_: Round) -> None:
    dispatched(round_)
    body = round_.world.body.id
    page = log_entries.entries(session, body, limit=5)
    assert [row.entry.seq for row in page.rows] == list(range(page.size - 1, page.size - 6, -1))
    following = log_entries.entries(session, body, before=page.older, limit=5)
    assert following.rows[0].entry.seq == page.rows[-1].entry.seq - 1
    lodged = log_entries.entries(session, body, kind="response.lodged", circulation_id=round_.circulation.id)
    assert [row.entry.type for row in lodged.rows] == ["response.lodged"]
    one = log_entries.entry(session, body, lodged.rows[0].entry.seq)
    assert one.texts == (("text", "Add a date."),)
    assert one.actor == "VN contact_point"
    with pytest.raises(NotFound):
        log_entries.entry(session, body, page.size)


def test_first_entry_has_no_entry_before_and_the_last_none_after(session: Session, round_: Round) -> None:
    dispatched(round_)
    last = session.scalar(select(func.max(AuditEntry.seq)))
    assert last is not None
    assert log_entries.entry(session, round_.world.body.id, last).has_next is False
    assert log_entries.entry(session, round_.world.body.id, 0).has_next is True


def test_people_are_paged_by_name_and_narrowed(session: Session, round_: Round) -> None:
    body, now = round_.world.body.id, round_.clock()
    names: list[str] = []
    after: int | None = None
    while True:
        page = appointments.people(session, body, appointments.Filter(), now, after=after, limit=8)
        names += [row.person.name for row in page.rows]
        if page.later is None:
            break
        after = appointments.key_of(page.later)
    assert names == sorted(person.name for person in round_.world.people.values())
    wanted = appointments.Filter(state="MY", role=Role.ALTERNATE)
    found = appointments.people(session, body, wanted, now).rows
    assert [row.person.name for row in found] == ["MY alternate"]
    with pytest.raises(NotFound):
        appointments.one_person(session, body + 1, found[0].person.id, now)


@pytest.mark.parametrize("text", ["x", "-1", "1" * 30, "١"])
def test_key_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        appointments.key_of(text)


def test_attention_names_what_waits(session: Session, round_: Round) -> None:
    dispatched(round_)
    circulation, now = round_.locked()
    overriding.override(
        session,
        circulation,
        by=round_.world.actor("lead_shepherd"),
        now=now,
        state_code="BN",
        served_from=now,
        evidence="Handed over.",
    )
    refused = round_.notices()[0]
    refused.status, refused.due_at = Service.REFUSED, None
    session.flush()
    read = attention.attention(session, round_.world.body.id, now)
    assert [one.circulation.id for one in read.running] == [circulation.id]
    assert [(one.state.code, one.first) for one in read.waiting] == [("BN", "lead_shepherd")]
    assert [notice.id for notice, _, _ in read.failed] == [refused.id]
    assert (read.disputes, read.not_noted, read.failed_more) == ((), 0, False)


def test_attention_names_appointments_that_end_soon(session: Session, world: World) -> None:
    lone = world.states["BN"].id
    for name, days in (
        ("BN contact_point", 20),
        ("BN alternate", 10),
        ("MY contact_point", 5),
        ("VN drafter", 40),
    ):
        world.appointments[name].until = MORNING + timedelta(days=days)
    session.flush()
    read = attention.attention(session, world.body.id, MORNING)
    told = [(one.person.name, one.state.code if one.state else "", one.is_last) for one in read.ending]
    names = [world.people[name].name for name in ("MY contact_point", "BN alternate", "BN contact_point")]
    assert told == [(names[0], "MY", False), (names[1], "BN", False), (names[2], "BN", True)]
    assert read.ending[-1].state is not None
    assert read.ending[-1].state.id == lone
    later = attention.attention(session, world.body.id, MORNING + timedelta(days=15))
    assert [one.person.name for one in later.ending] == [names[2], world.people["VN drafter"].name]


def test_agenda_lists_broken_and_deferred_items_until_a_meeting_decides(round_: Round) -> None:
    session, world = round_.session, round_.world
    round_.dispatch()
    round_.serve()
    round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4, 5)
    assert agenda.agenda(session, world.body.id).rows == ()
    round_.at(DEADLINE)
    circulation, now = round_.locked()
    shepherd = world.actor("lead_shepherd")
    deferring.defer(session, circulation, world.versions[4].id, by=shepherd, now=now)
    listed = agenda.agenda(session, world.body.id).rows
    assert [(one.row.entry.position, str(one.row.version.status)) for one in listed] == [
        (4, "silence_broken"),
        (5, "deferred"),
    ]
    assert listed[0].decided.stoppers == (Stopper(ResponseKind.OBJECTION, "Malaysia"),)
    first = agenda.agenda(session, world.body.id, limit=1)
    assert first.later is not None
    rest = agenda.agenda(session, world.body.id, after=first.later).rows
    assert [one.row.entry.position for one in rest] == [5]
    assert [one.id for one in agenda.not_noted(session, world.body.id)] == [circulation.id]
    note_it(round_)
    assert agenda.not_noted(session, world.body.id) == []


def note_it(round_: Round) -> None:
    """Let a meeting note the outcome a month later."""
    round_.clock.now = datetime(2020, 11, 20, 3, 0, tzinfo=UTC)
    by, now = round_.world.actor("secretariat"), round_.clock()
    held = date(2020, 11, 18)
    made: Meeting = meetings.add_meeting(
        round_.session, by=by, now=now, body=round_.world.body, name="Special session", held_on=held
    )
    circulation, now = round_.locked()
    meetings.note(
        round_.session,
        circulation,
        by=by,
        now=now,
        meeting_id=made.id,
        noted_on=held,
        reference="Paragraph 1",
    )
    rows, _ = agenda.meetings(round_.session, round_.world.body.id, limit=1)
    assert [(row.meeting.name, row.noted, row.endorsed) for row in rows] == [("Special session", 1, 0)]


@pytest.mark.parametrize("items", [1, 3, 30])
def test_lists_take_as_many_statements_for_any_number_of_items(
    session: Session, world: World, round_: Round, counted: Counting, items: int
) -> None:
    dispatched(round_, items)
    body, now = world.body.id, round_.clock()
    person = session.scalars(select(Person.id)).first() or 0
    costs = []
    for read in (
        lambda: attention.attention(session, body, now),
        lambda: letters_sent.letters(session, body, letters_sent.Filter(), limit=items),
        lambda: log_entries.entries(session, body, limit=items),
        lambda: appointments.people(session, body, appointments.Filter(), now, limit=items),
        lambda: appointments.one_person(session, body, person, now),
    ):
        with counted() as sent:
            read()
        costs.append(len(sent))
    assert costs == [17, 1, 2, 3, 3]


@pytest.mark.parametrize("items", [1, 3, 30])
def test_agenda_takes_as_many_statements_for_any_number_of_items(
    session: Session, world: World, round_: Round, counted: Counting, items: int
) -> None:
    _, _, versions = plan(session, world.body, count=items)
    world.versions = versions
    round_.dispatch(versions=versions)
    round_.serve()
    round_.lodge("MY contact_point", ResponseKind.OBJECTION)
    round_.at(DEADLINE)
    body = world.body.id
    with counted() as sent:
        page = agenda.agenda(session, body, limit=50)
    assert len(page.rows) == items
    assert len(sent) == 7
