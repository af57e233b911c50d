"""The words that introduce a document where it is printed as a paper.

They are no text that the States endorse: those are its items, written in `documents`.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from workflow.actions import drafting
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.db import locked
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.texts import clean
from workflow.models.document import Document


def write_introduction(
    session: Session, document_id: int, *, by: Actor, now: datetime, text: str, opened: str | None = None
) -> None:
    """Write the introduction of a document over the one that stood there; empty takes it away.

    Effects: the words, one entry, whose text the log keeps; none where they stood there already. Raises
    Invalid naming `text`, StaleVersion where others stand there than the words of `opened` (`drafting`).
    """
    require(by, Act.WRITE_DRAFT)
    drafting.hold_papers(session, by)
    document, _ = locked(session, Document, document_id)
    require(by, Act.WRITE_DRAFT, body=document.body_id)
    text = clean(text, "text")
    drafting.require_as_opened(document.introduction, text, opened)
    if text == document.introduction:
        return
    document.introduction, document.introduced_at = text, now
    session.flush()
    body, code = document.body_id, document.code
    record(session, Entry.INTRODUCTION_WRITTEN, by=by, at=now, body=body, document=code, text=text)
