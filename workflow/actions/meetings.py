"""Meetings: adding and dating them, noting outcomes, endorsing what was broken or deferred (rules 31, 38).

Sending an item to the next meeting is in `deferring`; what awaits a meeting is read in `queries/agenda.py`.
"""

import re
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.actions.closing import supersede_in_force
from workflow.actions.moving import move
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.domain import spelled
from workflow.domain.errors import Invalid, NotFound, WrongStatus, says
from workflow.domain.lifecycle import Subject, advance
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.terms import CirculationStatus, Trigger
from workflow.domain.texts import one_line
from workflow.domain.zones import local
from workflow.models.body import Body, Meeting
from workflow.models.circulation import Circulation, Noting
from workflow.queries.cases import ItemRow, load

#: How long a meeting lasts at most, from its first day: what is dated later is no act of that meeting.
LASTS_AT_MOST = timedelta(days=7)
_NUMBER = re.compile(r"\d+")
_NOT_IN_CODES = re.compile(r"[^a-z0-9]+")


def add_meeting(
    session: Session, *, by: Actor, now: datetime, body: Body, name: str, held_on: date | None
) -> Meeting:
    """Add a meeting of the body; `held_on` is its first day, None while that is not known.

    Effects: the meeting with a code made from its name, one entry. Raises Invalid naming `name` where the
    body has a meeting of that name.
    """
    require(by, Act.MANAGE_MEETINGS, body=body.id)
    name = one_line(name, "name", required=True, longest=200)
    meeting = Meeting(body_id=body.id, code=_code(session, body, name), name=name, held_on=held_on)
    session.add(meeting)
    session.flush()
    told: dict[str, Any] = {"meeting": meeting.code, "called": meeting.name, "held_on": held_on}
    record(session, Entry.MEETING_ADDED, by=by, at=now, body=body.id, **told)
    return meeting


def date_meeting(session: Session, meeting_id: int, *, by: Actor, now: datetime, held_on: date) -> Meeting:
    """Enter the first day of a meeting that had none.

    Effects: the day, one entry. Raises NotFound, WrongStatus where the meeting has its day: acts rest on it.
    """
    meeting = _meeting(session, by, Act.MANAGE_MEETINGS, meeting_id)
    session.refresh(meeting, with_for_update={"key_share": True})
    if meeting.held_on is not None:
        raise WrongStatus(
            "This meeting has its day, and acts may rest on it.",
            remedy="If the day is wrong, add the meeting again under its full name.",
        )
    meeting.held_on = held_on
    record(
        session,
        Entry.MEETING_DATED,
        by=by,
        at=now,
        body=meeting.body_id,
        meeting=meeting.code,
        held_on=held_on,
    )
    return meeting


def note(
    session: Session,
    circulation: Circulation,
    *,
    by: Actor,
    now: datetime,
    meeting_id: int,
    noted_on: date,
    reference: str,
) -> Noting:
    """Record that a later meeting noted the outcome: a separate, dated act that changes nothing (rule 38).

    Effects: one row, one entry. Raises WrongStatus unless closed or where that meeting noted it before,
    Invalid for a day before the close, after today, or not of that meeting; days are those of the
    circulation's zone.
    """
    require(by, Act.NOTE_OUTCOME, body=circulation.body_id)
    _require_closed(circulation)
    assert circulation.closed_at is not None
    meeting = _meeting(session, by, Act.NOTE_OUTCOME, meeting_id)
    closed_on = local(circulation.closed_at, circulation.zone).date()
    _require_day(meeting, noted_on, closed_on, local(now, circulation.zone).date(), "noted_on")
    _require_not_noted(session, circulation, meeting)
    noting = Noting(
        body_id=circulation.body_id,
        circulation_id=circulation.id,
        meeting_id=meeting.id,
        noted_on=noted_on,
        reference=one_line(reference, "reference", required=True),
        at=now,
        by=by.public_id,
    )
    session.add(noting)
    record(
        session,
        Entry.NOTED,
        by=by,
        at=now,
        circulation=circulation,
        meeting=meeting.code,
        noted_on=noted_on,
        reference=noting.reference,
    )
    return noting


def endorse_at_meeting(
    session: Session,
    circulation: Circulation,
    version_id: int,
    *,
    by: Actor,
    now: datetime,
    meeting_id: int,
    decision_date: date,
    reference: str,
) -> None:
    """Endorse a broken or deferred item of a closed circulation by a meeting's decision (rules 29, 31).

    Effects: the version is endorsed from `now` with the decision's date and reference, its predecessor in
    force superseded (rule 30), entries. The results frozen at the close stay (rule 31a). Raises WrongStatus
    by the lifecycle, Invalid for a day before the deadline's or after today, or not of that meeting.
    """
    require(by, Act.ENDORSE_AT_MEETING, body=circulation.body_id)
    _require_closed(circulation)
    assert circulation.deadline is not None
    meeting = _meeting(session, by, Act.ENDORSE_AT_MEETING, meeting_id)
    reference = one_line(reference, "reference", required=True)
    row = load(session, circulation.id).row(version_id)
    first = local(circulation.deadline, circulation.zone).date()
    _require_day(meeting, decision_date, first, local(now, circulation.zone).date(), "decision_date")
    values = {
        "decided_at": now,
        "meeting_id": meeting.id,
        "decision_reference": reference,
        "decision_date": decision_date,
    }
    _endorse(session, circulation, row, by, now, values)
    record(
        session,
        Entry.ENDORSED_AT_MEETING,
        by=by,
        at=now,
        circulation=circulation,
        item=row.item.key,
        version_sha256=row.version.sha256,
        meeting=meeting.code,
        decided_on=decision_date,
        reference=reference,
    )


def _require_not_noted(session: Session, circulation: Circulation, meeting: Meeting) -> None:
    known = select(Noting.id).where(Noting.circulation_id == circulation.id, Noting.meeting_id == meeting.id)
    if session.scalar(known) is not None:
        raise WrongStatus(
            says("{name} has noted this outcome already.", name=meeting.name),
            remedy="There is nothing to do.",
        )


def _endorse(
    session: Session,
    circulation: Circulation,
    row: ItemRow,
    by: Actor,
    now: datetime,
    values: dict[str, object],
) -> None:
    facts = {
        "circulation_closed": True,
        "decision_referenced": True,
        "decision_dated_after_deadline": True,
    }
    # Asked before anything moves, so that a refusal names the status the reader knows.
    advance(Subject(row.version.status), Trigger.ENDORSE_AT_MEETING, **facts)
    # The one in force makes room first: no item has two.
    supersede_in_force(session, [row], by=by, now=now, as_at=now)
    move(
        session,
        circulation,
        [row],
        Trigger.ENDORSE_AT_MEETING,
        by=by,
        now=now,
        facts=facts,
        values=values,
    )


def _require_closed(circulation: Circulation) -> None:
    if circulation.status is not CirculationStatus.CLOSED:
        raise WrongStatus(
            "A meeting acts on a circulation only after its close.",
            remedy="Wait for the deadline, or see what holds the circulation.",
        )


def _require_day(meeting: Meeting, day: date, first: date, today: date, field: str) -> None:
    """Require a day of this meeting, from `first` to `today`."""
    if day < first:
        raise Invalid(
            says("A meeting acts after the circulation: on {day} at the earliest.", day=spelled.day(first)),
            remedy="Enter the day on which the meeting acted.",
            field=field,
        )
    if day > today:
        raise Invalid("This day has not come yet.", remedy="Enter it after the meeting.", field=field)
    if meeting.held_on is None:
        raise Invalid(
            says("{name} has no day yet.", name=meeting.name),
            remedy="Enter the day of the meeting first.",
            field="meeting",
        )
    if not meeting.held_on <= day < meeting.held_on + LASTS_AT_MOST:
        raise Invalid(
            says(
                "{name} began on {day}; this day is not one of its days.",
                name=meeting.name,
                day=spelled.day(meeting.held_on),
            ),
            remedy="Choose the meeting that acted, or correct the day.",
            field=field,
        )


def _meeting(session: Session, by: Actor, act: Act, meeting_id: int) -> Meeting:
    meeting = session.get(Meeting, meeting_id)
    if meeting is None:
        raise NotFound("There is no such meeting.", remedy="Choose it from the list of meetings.")
    require(by, act, body=meeting.body_id)
    return meeting


def _code(session: Session, body: Body, name: str) -> str:
    """Return a code for the log and addresses: the name's number, else its words."""
    rows = session.execute(select(Meeting.code, Meeting.name).where(Meeting.body_id == body.id))
    taken = {row.code: row.name for row in rows}
    if name in taken.values():
        raise Invalid(
            says("There is a meeting called {name} already.", name=name),
            remedy="Choose it from the list, or write the full name.",
            field="name",
        )
    number = _NUMBER.match(name)
    words = _NOT_IN_CODES.sub("-", name.lower()).strip("-")[:60] or "meeting"
    wanted = number.group() if number else words
    tried = [wanted, words, *(f"{words}-{count}" for count in range(2, len(taken) + 3))]
    return next(code for code in tried if code not in taken)
