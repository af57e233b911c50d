"""Importing a paper that was read: its documents, items in order, and a version of each (rule 43).

Reading a paper is in `workflow/papers/`; nothing of the paper is corrected here or there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.actions import drafting
from workflow.actions.drafting import Text
from workflow.actions.making import free_code, record_created
from workflow.domain.errors import says
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.terms import Source, Status
from workflow.models.body import Body, Meeting
from workflow.models.document import Document, Item, Version
from workflow.papers.paper import Level, Paper, PaperBroken, PaperDocument, PaperRow, PaperSection, Remark

#: Level of a flag that only keeps words of the paper which no column holds.
KEPT = "kept"


@dataclass(frozen=True)
class _Import:
    """What is the same for the whole paper: who imports it, when, into which body, and with what right."""

    body: Body
    by: Actor
    now: datetime
    is_endorsed: bool


def import_paper(
    session: Session, paper: Paper, *, by: Actor, now: datetime, body: Body, endorsed_on_paper: bool = False
) -> list[Document]:
    """Make the paper's documents, their items in its order, and a version of each: all or nothing.

    The versions are drafts; with `endorsed_on_paper` they are endorsed as of `now` by source `document`,
    with no deadline or response invented and no trigger recorded (rule 43). What the reader flagged is
    kept on the document or the version. Effects: one entry a document, one a version. Raises PaperBroken,
    which names the line, and NotAllowed: only the Lead Shepherd's office says that a paper was endorsed.
    """
    require(by, Act.IMPORT_ENDORSED if endorsed_on_paper else Act.IMPORT_DOCUMENT, body=body.id)
    drafting.hold_papers(session, by)
    for document in paper.documents:
        check_rows(document)
    meetings = list(session.scalars(select(Meeting).where(Meeting.body_id == body.id)))
    how = _Import(body, by, now, endorsed_on_paper)
    return [_document(session, how, paper, one, meetings) for one in paper.documents]


def check_rows(document: PaperDocument) -> None:
    """Raise PaperBroken for a row that would be lost or could not be kept: it names the line."""
    before: PaperSection | None = None
    names: list[str] = []
    for row in document.table:
        if len(row.title) > drafting.LONGEST_TITLE:
            message = says(
                "The title has {count:,} characters; {longest_title} are possible.",
                count=len(row.title),
                longest_title=drafting.LONGEST_TITLE,
            )
            remedy = says("Shorten the title; put the rest into the next column.")
            raise PaperBroken(row.line, message, remedy, row.place)
        if isinstance(row, PaperRow):
            before = None
            continue
        if before is not None:
            raise _empty_section(before)
        if row.title in names:
            message = says("The section row “{title}” stands in this table already.", title=row.title)
            raise PaperBroken(row.line, message, "Give each section a title of its own.", row.place)
        names.append(row.title)
        before = row
    if before is not None:
        raise _empty_section(before)


def _empty_section(section: PaperSection) -> PaperBroken:
    message = says("The section row “{title}” has no item under it.", title=section.title)
    remedy = says(
        "Remove the row, or write its items under it. "
        "If it is an item, fill another of its cells, as with “–”."
    )
    return PaperBroken(section.line, message, remedy, section.place)


def _document(
    session: Session, how: _Import, paper: Paper, read: PaperDocument, meetings: Sequence[Meeting]
) -> Document:
    meeting = meeting_of(read, meetings)
    document = Document(
        body_id=how.body.id,
        code=free_code(session, how.body, read.kind, read.period_from, read.period_until),
        kind=read.kind,
        title=read.title,
        paper_title=paper.title,
        section_number=read.section_number,
        period_from=read.period_from,
        period_until=read.period_until,
        columns=list(read.columns),
        meeting_id=meeting.id if meeting is not None else None,
        flags=_document_flags(paper, read, meetings),
        created_at=how.now,
    )
    session.add(document)
    session.flush()
    record_created(session, document, how.by, how.now)
    items = _items(session, document, read.rows)
    versions = [_version(how, item, row) for item, row in zip(items, read.rows, strict=True)]
    session.add_all(versions)
    session.flush()
    for item, version in zip(items, versions, strict=True):
        drafting.record_imported(session, item, version, by=how.by, now=how.now)
    return document


def _document_flags(
    paper: Paper, read: PaperDocument, meetings: Sequence[Meeting]
) -> list[dict[str, object]]:
    flags = [_flag(remark) for remark in document_remarks(paper, read, meetings)]
    if read.heading == read.title:
        return flags
    return [_kept(read.line, "The heading over the table.", read.heading), *flags]


def meeting_of(read: PaperDocument, meetings: Sequence[Meeting]) -> Meeting | None:
    """Return the meeting a paper's document was drafted for, found by its name; None where it is unknown."""
    wanted = _plain(read.drafted_for or "")
    return next((meeting for meeting in meetings if _plain(meeting.name) == wanted), None)


def document_remarks(paper: Paper, read: PaperDocument, meetings: Sequence[Meeting]) -> list[Remark]:
    """Return what is kept with a document: the remarks on its part of the paper, and on the whole of it."""
    starts = sorted(one.line for one in paper.documents)
    end = next((line for line in starts if line > read.line), None)
    found = [
        remark
        for remark in paper.warnings
        if remark.line < starts[0] or (remark.line >= read.line and (end is None or remark.line < end))
    ]
    if read.drafted_for and meeting_of(read, meetings) is None:
        message = says(
            "“{drafted_for}” is no meeting of the body; the document is drafted for none.",
            drafted_for=read.drafted_for,
        )
        found.append(Remark(read.line, Level.WARNING, message))
    return found


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _items(session: Session, document: Document, rows: Sequence[PaperRow]) -> list[Item]:
    first = drafting.next_key(session, document, ())
    prefix = first.rpartition("-")[0]
    items = [
        Item(
            body_id=document.body_id,
            document_id=document.id,
            key=f"{prefix}-{number}",
            position=number,
            section=row.section,
        )
        for number, row in enumerate(rows, 1)
    ]
    session.add_all(items)
    session.flush()
    return items


def _version(how: _Import, item: Item, row: PaperRow) -> Version:
    text = Text(row.title, tuple(row.points), dict(row.texts))
    version = drafting.new_version(
        item,
        text,
        by=how.by,
        now=how.now,
        status=Status.ENDORSED if how.is_endorsed else Status.DRAFT,
    )
    version.flags = [_flag(remark) for remark in row.flags]
    if how.is_endorsed:
        version.source, version.decided_at = Source.DOCUMENT, how.now
        version.decision_reference = row.action or None
    elif row.action:
        message = says("The paper’s last column; here it follows from the outcome.")
        version.flags = [*version.flags, _kept(row.line, message, row.action)]
    return version


def _kept(line: int, message: str, text: str) -> dict[str, object]:
    return {"line": line, "until": None, "level": KEPT, "message": message, "text": text}


def _flag(remark: Remark) -> dict[str, object]:
    return {
        "line": remark.line,
        "until": remark.until,
        "level": str(remark.level),
        "message": remark.message,
        "text": remark.text,
        **({"place": remark.place} if remark.place else {}),
    }
