"""Making a document without items, for a period of years and a meeting.

Its items are written in `documents`; papers are read in by `importing`.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.actions import drafting
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.audit.rows import document_sha256
from workflow.domain.errors import Invalid, StaleVersion, says
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.terms import DocumentKind
from workflow.domain.texts import one_line
from workflow.models.body import Body, Meeting
from workflow.models.document import Document

#: Years a document can speak of.
FIRST_YEAR, LAST_YEAR = 1900, 2200
_COLUMNS = {
    DocumentKind.WORK_PLAN: ["Project", "Status", "Actions taken ad referendum"],
    DocumentKind.PROGRESS_REPORT: ["Activity", "Scheduled for completion", "Status"],
}


def create_document(
    session: Session,
    *,
    by: Actor,
    now: datetime,
    body: Body,
    kind: DocumentKind,
    title: str,
    period_from: int,
    period_until: int,
    meeting_id: int | None = None,
) -> Document:
    """Make a document without items, for a period of years, drafted for a meeting or for none.

    The same form sent again (`by.idem`) returns what it made before. Effects: one entry. Raises Invalid
    naming `title`, `period_from`, `period_until` or `meeting_id`, StaleVersion for a form sent again with
    other words.
    """
    require(by, Act.WRITE_DRAFT, body=body.id)
    drafting.hold_papers(session, by)
    wanted = (kind, one_line(title, "title", required=True, longest=drafting.LONGEST_TITLE))
    before = _made_before(session, by, (*wanted, period_from, period_until, meeting_id))
    if before is not None:
        return before
    _check_period(period_from, period_until)
    if meeting_id is not None:
        _check_meeting(session, body, meeting_id)
    document = Document(
        body_id=body.id,
        code=free_code(session, body, kind, period_from, period_until),
        kind=kind,
        title=wanted[1],
        period_from=period_from,
        period_until=period_until,
        columns=list(_COLUMNS[kind]),
        meeting_id=meeting_id,
        created_at=now,
        form_key=by.idem,
    )
    session.add(document)
    session.flush()
    record_created(session, document, by, now)
    return document


def _made_before(session: Session, by: Actor, wanted: tuple[object, ...]) -> Document | None:
    """Return what this form made before; raises StaleVersion where it says something else by now."""
    if by.idem is None:
        return None
    query = select(Document).where(Document.body_id == by.body, Document.form_key == by.idem)
    found = session.scalar(query)
    if found is None:
        return None
    if wanted != (found.kind, found.title, found.period_from, found.period_until, found.meeting_id):
        raise StaleVersion(
            says("This form made the document “{title}” before.", title=found.title),
            remedy="Open a new form to make another one.",
        )
    return found


def record_created(session: Session, document: Document, by: Actor, now: datetime) -> None:
    """Write the entry of a document that was made (rule 39)."""
    record(
        session,
        Entry.DOCUMENT_CREATED,
        by=by,
        at=now,
        body=document.body_id,
        document=document.code,
        kind=document.kind,
        period_from=document.period_from,
        period_until=document.period_until,
        document_sha256=document_sha256(document),
    )


def free_code(session: Session, body: Body, kind: DocumentKind, first: int, last: int) -> str:
    """Return the code of a new document, such as “work-plan-2020-2023”, with a number where it is taken."""
    plain = f"{str(kind).replace('_', '-')}-{first}-{last}"
    query = select(Document.code).where(Document.body_id == body.id, Document.code.startswith(plain))
    taken = set(session.scalars(query))
    number = 2
    code = plain
    while code in taken:
        code, number = f"{plain}-{number}", number + 1
    return code


def _check_period(first: int, last: int) -> None:
    for name, year in (("period_from", first), ("period_until", last)):
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise Invalid(
                says("{year} is no year of a period.", year=year),
                remedy="Write it with four figures.",
                field=name,
            )
    if last < first:
        raise Invalid(
            says("The period ends in {last}, before it begins in {first}.", last=last, first=first),
            remedy="Write the later year here.",
            field="period_until",
        )


def _check_meeting(session: Session, body: Body, meeting_id: int) -> None:
    meeting = session.get(Meeting, meeting_id)
    if meeting is None or meeting.body_id != body.id:
        raise Invalid("There is no such meeting.", remedy="Choose one from the list.", field="meeting_id")
