"""Long exports: asked for on a page, written by the clock, told by a letter, deleted after some days.

How a paper is read and written is in `exporting_papers` and `workflow/papers/`; when, in `workflow/clock.py`.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from workflow.actions.authority import actor_for
from workflow.actions.exporting_papers import whole_paper
from workflow.db import Database, locked
from workflow.db import now as read_now
from workflow.domain.errors import Invalid, NotAllowed, NotFound, Refused, says
from workflow.domain.mandates import Act, Actor, require
from workflow.models.body import Body
from workflow.models.document import Document
from workflow.models.export import ExportJob
from workflow.models.people import Person
from workflow.notices import letters
from workflow.papers.whole_paper_print import printed

#: From how many items on a paper is written beside the pages.
LONG = 200
#: How long a written file is kept.
KEPT = timedelta(days=7)
ENDINGS = ("docx", "pdf")
#: Taken up, read, set, written.
_STEPS = 4
#: After this a process that took a job up is taken for dead.
_DEAD_AFTER = timedelta(minutes=10)


def ask(session: Session, document: Document, ending: str, *, by: Actor, now: datetime) -> ExportJob:
    """Ask for the whole paper of a document as a file; who asks again meanwhile gets the same job.

    Raises Invalid naming `ending`.
    """
    require(by, Act.READ_DOCUMENTS, body=document.body_id)
    if ending not in ENDINGS:
        raise Invalid(
            says("“{ending}” is no format of a paper.", ending=ending), remedy="Choose one.", field="ending"
        )
    asked: dict[str, Any] = {
        "person_id": by.person,
        "appointment_id": by.appointment,
        "document_id": document.id,
    }
    asked |= {"ending": ending}
    waiting = select(ExportJob).filter_by(**asked).where(ExportJob.ended_at.is_(None))
    job = session.scalars(waiting.limit(1)).first()
    if job is None:
        job = ExportJob(body_id=document.body_id, total=_STEPS, asked_at=now, **asked)
        session.add(job)
        session.flush()
    return job


def find(session: Session, job_id: int, by: Actor) -> tuple[ExportJob, Document]:
    """Return a job of the person who acts, with its document; raises NotFound for anybody else's."""
    job = session.get(ExportJob, job_id)
    if job is None or job.person_id != by.person or job.appointment_id != by.appointment:
        raise NotFound("There is no such export.", remedy="Ask for it on the document’s page.")
    return job, session.get_one(Document, job.document_id)


def owed(session: Session, now: datetime) -> list[int]:
    """Return the ids of the jobs that nobody has taken up, or whose process seems dead."""
    free = or_(ExportJob.taken_at.is_(None), ExportJob.taken_at < now - _DEAD_AFTER)
    query = select(ExportJob.id).where(ExportJob.ended_at.is_(None), free)
    return list(session.scalars(query.order_by(ExportJob.id)))


def write(database: Database, job_id: int) -> bool:
    """Write the file of a job, telling how far it has come; returns whether there was anything to do.

    Nothing is locked while the paper is read and set. Effects: the file, one letter to who asked; where the
    capacity has ended meanwhile, the fault instead.
    """
    if not _taken(database, job_id):
        return False
    try:
        content = _content(database, job_id)
    except Refused as refusal:
        _ended(database, job_id, fault=str(refusal.message))
        return True
    _ended(database, job_id, content=content)
    return True


def forget_old(session: Session, now: datetime) -> None:
    """Delete the files that have been kept long enough."""
    session.execute(delete(ExportJob).where(ExportJob.ended_at < now - KEPT))


def _taken(database: Database, job_id: int) -> bool:
    with database.writing() as session:
        if job_id not in owed(session, read_now(session)):
            return False
        job, now = locked(session, ExportJob, job_id)
        job.taken_at, job.done = now, 1
        return True


def _content(database: Database, job_id: int) -> bytes:
    # Their libraries take half a second to load.
    from workflow.papers import docx_file, pdf_file

    with database.reading() as session:
        job = session.get_one(ExportJob, job_id)
        document, ending = session.get_one(Document, job.document_id), job.ending
        actor = _actor(session, job)
        paper = whole_paper(session, session.get_one(Body, job.body_id), document, for_actor=actor)
    _step(database, job_id, 2)
    made = printed(paper)
    _step(database, job_id, 3)
    return docx_file.docx_bytes(made) if ending == "docx" else pdf_file.pdf_bytes(made)


def _actor(session: Session, job: ExportJob) -> Actor:
    person = session.get_one(Person, job.person_id)
    if not person.active:
        raise NotAllowed("The account of who asked is closed.", remedy="Nothing is written.")
    return actor_for(session, person, job.appointment_id, read_now(session))


def _step(database: Database, job_id: int, done: int) -> None:
    with database.writing() as session:
        job, _ = locked(session, ExportJob, job_id)
        job.done = done


def _ended(database: Database, job_id: int, *, content: bytes | None = None, fault: str = "") -> None:
    with database.writing() as session:
        job, now = locked(session, ExportJob, job_id)
        job.content, job.fault, job.ended_at = content, fault, now
        if content is not None:
            job.done = job.total
            document = session.get_one(Document, job.document_id)
            person = session.get_one(Person, job.person_id)
            letters.export_ready(session, job, document, person, now=now, days=KEPT.days)
