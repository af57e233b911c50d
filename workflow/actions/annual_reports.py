"""The report of a period, drafted in one act from all that was reported: a document for the next meeting.

What it is drafted from is written in `progress` and `reporting`; it is circulated like any other document.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.actions import documents, drafting, reporting
from workflow.actions.drafting import Text
from workflow.actions.making import create_document
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.domain import spelled
from workflow.domain.errors import WrongStatus, says
from workflow.domain.mandates import Act, Actor
from workflow.domain.terms import DocumentKind
from workflow.domain.zones import local
from workflow.models.body import Body, Meeting
from workflow.models.document import Document
from workflow.models.reporting import ReportingPeriod
from workflow.queries.reporting import Reported, find_period

#: What the report says of an item of which nothing was reported in the period.
NOTHING = "No progress was reported in this period."
_HIGHLIGHTS, _FIGURES = "Highlights", "Figures"


def draft_report(session: Session, period_id: int, *, by: Actor, now: datetime) -> Document:
    """Draft the report of a period to the next meeting: highlights, figures, and how each item stands.

    Effects: a progress report whose items are drafts, with their entries; the period names it, one entry.
    Raises WrongStatus where it was drafted already or the period has not begun.
    """
    period, document = reporting.locked_period(session, period_id, by, Act.WRITE_DRAFT)
    body = session.get_one(Body, document.body_id)
    today = local(now, str(body.rules["zone"])).date()
    _require_open(session, period, today)
    found, _ = find_period(session, body.id, period.id)
    report = create_document(
        session,
        by=by,
        now=now,
        body=body,
        kind=DocumentKind.PROGRESS_REPORT,
        title=_title(document, period),
        period_from=period.first_day.year,
        period_until=period.last_day.year,
        meeting_id=_next_meeting(session, body, today),
    )
    documents.add_items(session, report, _rows(found), by=by, now=now)
    period.report_id = report.id
    session.flush()
    told: dict[str, Any] = {"document": document.code, "first_day": period.first_day, "report": report.code}
    record(session, Entry.REPORT_DRAFTED, by=by, at=now, body=body.id, **told)
    return report


def _title(document: Document, period: ReportingPeriod) -> str:
    days = f"{spelled.day(period.first_day)} to {spelled.day(period.last_day)}"
    return f"Progress Report on the {document.short_title}, {days}"


def _rows(found: Reported) -> list[tuple[Text, str | None]]:
    rows: list[tuple[Text, str | None]] = []
    if found.period.highlights:
        rows.append((_text(_HIGHLIGHTS, found.period.highlights), None))
    figures = [f"{one.indicator.name}: {one.words}" for one in found.counted if one.figure is not None]
    if figures:
        rows.append((_text(_FIGURES, "\n".join(figures)), None))
    for line, progress in found.items:
        scheduled = line.shown.version.texts.get("scheduled", "")
        status = NOTHING
        if progress is not None:
            scheduled = progress.scheduled or scheduled
            links = [f"Evidence: {link}" for link in progress.links]
            status = "\n".join([f"As of {spelled.day(progress.as_of)}: {progress.status}", *links])
        rows.append((_text(line.shown.version.title, status, scheduled), line.item.section))
    return rows


def _text(title: str, status: str, scheduled: str = "") -> Text:
    return drafting.cleaned(
        DocumentKind.PROGRESS_REPORT, title, (), {"scheduled": scheduled, "status": status}
    )


def _next_meeting(session: Session, body: Body, today: date) -> int | None:
    """Return the earliest meeting that is still to come; one without a day counts after those with one.

    Meetings are numbered in their order: one without a day is over once a later one was held.
    """
    known = session.scalars(select(Meeting).where(Meeting.body_id == body.id)).all()
    held = max((_number(one) for one in known if one.held_on and one.held_on < today), default=0)
    undated = [one for one in known if one.held_on is None and not 0 < _number(one) <= held]
    coming = [*undated, *(one for one in known if one.held_on and one.held_on >= today)]
    found = sorted(coming, key=lambda one: (one.held_on or date.max, one.id))
    return found[0].id if found else None


def _number(meeting: Meeting) -> int:
    return int(meeting.code) if meeting.code.isdecimal() else 0


def _require_open(session: Session, period: ReportingPeriod, today: date) -> None:
    if period.report_id is not None:
        report = session.get_one(Document, period.report_id)
        raise WrongStatus(
            says("The report of this period was drafted already: {title}.", title=report.title),
            remedy="Open that document and write on in its drafts.",
        )
    if today < period.first_day:
        raise WrongStatus(
            says("This period begins on {first}.", first=spelled.day(period.first_day)),
            remedy="Draft the report once something was reported.",
        )
