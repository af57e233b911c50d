"""Founds a body from its file: its row, its States, meetings and first term of office, and its log.

Reading the file is in `workflow/body_file.py`; people are appointed in `people`.
"""

from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.audit.rows import meeting_told, membership, settings_sha256
from workflow.domain.body import BodyFile, MeetingEntry, StateEntry
from workflow.domain.mandates import OPERATOR
from workflow.models.audit import LogHead
from workflow.models.body import Body, Meeting, OfficeTerm, State


def found_body(session: Session, body_file: BodyFile, now: datetime) -> Body:
    """Write the body, its States, meetings, first term of office and log; a founded body is left as it is.

    Returns the body of the file's code. `now` is UTC; the operator acts, so there is no permission to
    check. What changes after the founding is an act of its own, with its own entry (rule 39).
    """
    founded = session.scalars(select(Body).where(Body.code == body_file.code)).one_or_none()
    if founded is not None:
        return founded
    body = _body(body_file)
    session.add(body)
    session.flush()
    states = {entry.code: _state(body.id, entry) for entry in body_file.states}
    session.add_all(states.values())
    meetings = [_meeting(body.id, entry) for entry in body_file.meetings]
    session.add_all(meetings)
    session.add(LogHead(body_id=body.id, origin=log_origin(session, body), size=0))
    session.flush()
    session.add(OfficeTerm(body_id=body.id, state_id=states[body_file.office.state].id, since=now))
    record(
        session,
        Entry.BODY_FOUNDED,
        by=OPERATOR,
        at=now,
        body=body.id,
        states=sorted(states),
        office=body_file.office.state,
        settings_sha256=settings_sha256(body),
        rules=body.rules,
        memberships=[membership(states[code]) for code in sorted(states)],
        meetings=[meeting_told(one) for one in meetings],
    )
    return body


def log_origin(session: Session, body: Body) -> str:
    """Return what a body's log is called in its checkpoints: where it is kept, and whose it is."""
    kept_at = urlsplit(session.info.get("base_url", "")).netloc or "adref"
    return f"{kept_at}/{body.code.lower()}"


def _body(body_file: BodyFile) -> Body:
    return Body(
        code=body_file.code,
        name=body_file.name,
        short_name=body_file.short,
        office_title=body_file.office.title,
        secretariat_name=body_file.secretariat,
        programme_name=body_file.programme,
        rules=body_file.rules.to_json(),
        holiday_overrides=_plain(body_file.holidays),
        wordings=dict(body_file.wordings),
    )


def _plain(holidays: Mapping[str, Mapping[date, str | None]]) -> dict[str, dict[str, str | None]]:
    return {
        calendar: {day.isoformat(): name for day, name in days.items()} for calendar, days in holidays.items()
    }


def _state(body: int, entry: StateEntry) -> State:
    return State(
        body_id=body,
        code=entry.code,
        name=entry.name,
        in_text=entry.in_text or entry.name,
        capital=entry.capital,
        zone=entry.zone,
        weekend=sorted(entry.weekend),
        calendar=entry.calendar,
        member_from=entry.member_from,
        member_until=entry.member_until,
    )


def _meeting(body: int, entry: MeetingEntry) -> Meeting:
    return Meeting(
        body_id=body,
        code=str(entry.number),
        name=entry.name,
        held_on=entry.held_on,
        printed=entry.printed or None,
    )
