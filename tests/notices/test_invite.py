"""The calendar entry of a deadline, read by a calendar library (RFC 5545)."""

from datetime import timedelta

import pytest
from icalendar import Calendar, Event
from sqlalchemy.orm import Session

from tests.notices.rounds import DEADLINE, Round, dispatched
from tests.settable_clock import MORNING
from workflow.domain.terms import Letter
from workflow.models.circulation import DeadlineMove
from workflow.notices import letters

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def entry(given: Round, letter: Letter) -> tuple[str, Event]:
    """Return the method and the event of the newest letter of a kind to Malaysia's contact point."""
    calendar = Calendar.from_ical(given.letter(letter, "MY contact_point").invite or "")
    [event] = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event


def test_the_entry_stands_at_the_deadline_and_warns_a_day_before(session: Session) -> None:
    method, event = entry(dispatched(session), Letter.CIRCULATION)
    assert method == "REQUEST"
    assert event["DTSTART"].dt == DEADLINE
    assert event["SEQUENCE"] == 0
    assert [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")] == [timedelta(days=-1)]
    assert event["ATTENDEE"] == "mailto:my.contact_point@example.org"
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"
    assert event["SUMMARY"] == "Deadline SOMTC/2020/1: Malaysia answers before this time"


def test_the_entry_moves_under_one_name_with_growing_sequence(session: Session) -> None:
    given = dispatched(session)
    now = MORNING + timedelta(days=1)
    given.circulation.deadline = DEADLINE + timedelta(days=3)
    move = DeadlineMove(before=DEADLINE, after=given.circulation.deadline, reason="asked", at=now)
    letters.extension(session, given.loaded, move, now=now)
    letters.suspension(session, given.loaded, now=now, reason="A typhoon.")
    letters.resumption(session, given.loaded, move, now=now)
    found = [
        entry(given, kind)
        for kind in (Letter.CIRCULATION, Letter.EXTENSION, Letter.SUSPENSION, Letter.RESUMPTION)
    ]
    assert [method for method, _ in found] == ["REQUEST", "REQUEST", "CANCEL", "REQUEST"]
    assert [event["SEQUENCE"] for _, event in found] == [0, 1, 2, 3]
    assert [event["STATUS"] for _, event in found] == ["CONFIRMED", "CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert len({event["UID"] for _, event in found}) == 1
    assert found[1][1]["DTSTART"].dt == DEADLINE + timedelta(days=3)


def test_each_person_has_an_entry_of_their_own(session: Session) -> None:
    given = dispatched(session)
    sent = [Calendar.from_ical(one.invite or "") for one in given.letters(Letter.CIRCULATION)]
    assert len({calendar.walk("VEVENT")[0]["UID"] for calendar in sent}) == 20
