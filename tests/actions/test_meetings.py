"""Tests of meetings: adding and dating them, noting an outcome, endorsing what was broken or deferred."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from tests.actions.rounds import DEADLINE, Round
from tests.factories import World, new_version
from workflow.actions import deferring, meetings
from workflow.domain.errors import Invalid, NotAllowed, WrongStatus
from workflow.domain.terms import ResponseKind, Result, Status
from workflow.models.body import Meeting
from workflow.models.circulation import Circulation, Noting
from workflow.models.document import Version

LATER = datetime(2020, 11, 20, 3, 0, tzinfo=UTC)
HELD = date(2020, 11, 18)


@pytest.fixture
def closed(over: Round) -> Round:
    """Give a round in which Malaysia objected to item 4 and which closed at its deadline."""
    over.clock.now = LATER
    return over


def held(round_: Round, name: str = "21st SOMTC Retreat", day: date | None = HELD) -> Meeting:
    return meetings.add_meeting(
        round_.session,
        by=round_.world.actor("secretariat"),
        now=round_.clock(),
        body=round_.world.body,
        name=name,
        held_on=day,
    )


def endorse(round_: Round, item: int, meeting: Meeting, day: date = HELD, reference: str = "Para 12") -> None:
    circulation, now = round_.locked()
    meetings.endorse_at_meeting(
        round_.session,
        circulation,
        round_.world.versions[item - 1].id,
        by=round_.world.actor("secretariat"),
        now=now,
        meeting_id=meeting.id,
        decision_date=day,
        reference=reference,
    )


def note(round_: Round, meeting: Meeting, day: date = HELD) -> Noting:
    circulation, now = round_.locked()
    return meetings.note(
        round_.session,
        circulation,
        by=round_.world.actor("secretariat"),
        now=now,
        meeting_id=meeting.id,
        noted_on=day,
        reference="Report, paragraph 7",
    )


def test_meeting_gets_a_code_from_its_name(round_: Round) -> None:
    names = ("22nd SOMTC", "22nd SOMTC Working Group", "Réunion spéciale", "特別会合")
    assert [held(round_, name).code for name in names] == [
        "22",
        "22nd-somtc-working-group",
        "r-union-sp-ciale",
        "meeting",
    ]
    with pytest.raises(Invalid) as refused:
        held(round_, "22nd SOMTC")
    assert refused.value.field == "name"


def test_meeting_is_added_by_the_secretariat_alone(round_: Round) -> None:
    with pytest.raises(NotAllowed):
        meetings.add_meeting(
            round_.session,
            by=round_.world.actor("lead_shepherd"),
            now=round_.clock(),
            body=round_.world.body,
            name="Own",
            held_on=None,
        )


def test_meeting_is_dated_once(round_: Round) -> None:
    by, now = round_.world.actor("secretariat"), round_.clock()
    planned = round_.world.meetings["21"]
    assert meetings.date_meeting(round_.session, planned.id, by=by, now=now, held_on=HELD).held_on == HELD
    with pytest.raises(WrongStatus):
        meetings.date_meeting(round_.session, planned.id, by=by, now=now, held_on=date(2020, 11, 19))


def test_note_changes_nothing_but_itself(closed: Round) -> None:
    before = (closed.results(), closed.statuses())
    assert note(closed, held(closed)).noted_on == HELD
    assert (closed.results(), closed.statuses()) == before


@pytest.mark.parametrize(
    ("day", "meeting_day", "field"),
    [
        (date(2020, 10, 8), date(2020, 10, 8), "noted_on"),
        (date(2020, 11, 21), HELD, "noted_on"),
        (date(2020, 11, 17), HELD, "noted_on"),
        (date(2020, 11, 20), date(2020, 11, 13), "noted_on"),
        (HELD, None, "meeting"),
    ],
)
def test_note_of_an_impossible_day_is_refused(
    closed: Round, day: date, meeting_day: date | None, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        note(closed, held(closed, day=meeting_day), day)
    assert refused.value.field == field


def test_note_is_taken_once_a_meeting_and_after_the_close_only(closed: Round) -> None:
    meeting = held(closed)
    note(closed, meeting)
    with pytest.raises(WrongStatus):
        note(closed, meeting)


def test_note_of_a_running_circulation_is_refused(round_: Round) -> None:
    round_.dispatch()
    with pytest.raises(WrongStatus):
        note(round_, held(round_))


@pytest.mark.parametrize("deferred", [False, True])
def test_endorsement_at_a_meeting_leaves_the_results_of_the_close(closed: Round, deferred: bool) -> None:
    version = closed.world.versions[3]
    if deferred:
        circulation, now = closed.locked()
        shepherd = closed.world.actor("lead_shepherd")
        deferring.defer(closed.session, circulation, version.id, by=shepherd, now=now)
    endorse(closed, 4, held(closed))
    assert closed.results()[3] is Result.NOT_ENDORSED
    assert closed.statuses() == [Status.ENDORSED] * 6
    read = closed.session.get_one(Version, version.id)
    assert (read.decision_date, read.decision_reference, read.decided_at) == (HELD, "Para 12", LATER)


def test_endorsement_at_a_meeting_supersedes_the_version_in_force(session: Session, round_: Round) -> None:
    world: World = round_.world
    world.versions[3].number = 2
    session.flush()
    before = new_version(world.items[3], "Before", status=Status.ENDORSED)
    session.add(before)
    round_.dispatch()
    round_.serve()
    round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4)
    round_.at(DEADLINE)
    round_.clock.now = LATER
    endorse(round_, 4, held(round_))
    session.expire_all()
    old = session.get_one(Version, before.id)
    assert (old.status, old.superseded_by_id) == (Status.SUPERSEDED, world.versions[3].id)


@pytest.mark.parametrize(
    ("day", "meeting_day", "reference", "field"),
    [
        (date(2020, 10, 8), date(2020, 10, 8), "Para 12", "decision_date"),
        (date(2020, 11, 21), HELD, "Para 12", "decision_date"),
        (HELD, HELD, " ", "reference"),
        (HELD, None, "Para 12", "meeting"),
    ],
)
def test_endorsement_at_a_meeting_needs_day_and_reference(
    closed: Round, day: date, meeting_day: date | None, reference: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        endorse(closed, 4, held(closed, day=meeting_day), day, reference)
    assert refused.value.field == field
    assert closed.statuses()[3] is Status.SILENCE_BROKEN


def test_endorsement_at_a_meeting_on_the_day_of_the_deadline_is_taken(closed: Round) -> None:
    endorse(closed, 4, held(closed, day=date(2020, 10, 9)), date(2020, 10, 9))
    assert closed.statuses()[3] is Status.ENDORSED


def test_endorsement_at_a_meeting_of_an_endorsed_item_is_refused(closed: Round) -> None:
    with pytest.raises(WrongStatus) as refused:
        endorse(closed, 1, held(closed))
    assert refused.value.details["status"] == "endorsed"
    assert closed.statuses()[0] is Status.ENDORSED


def test_endorsement_at_a_meeting_before_the_close_is_refused(round_: Round) -> None:
    round_.dispatch()
    round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4)
    with pytest.raises(WrongStatus):
        endorse(round_, 4, held(round_, day=date(2020, 9, 25)), date(2020, 9, 25))
    assert round_.session.get_one(Circulation, round_.circulation.id).outcome is None
