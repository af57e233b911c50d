"""Remembering what the columns of a source hold, and finding it again for its next file.

What is guessed without memory is in `workflow/papers/grid_fields.py`.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.domain.mandates import Act, Actor, require
from workflow.models.importing import ColumnChoice
from workflow.papers.grid_fields import Field, plain


def source_of(headings: Sequence[str]) -> str:
    """Return what names the source of a table: the SHA-256 of its headings."""
    return hashlib.sha256(json.dumps([plain(one) for one in headings]).encode()).hexdigest()


def remembered(session: Session, body_id: int, headings: Sequence[str]) -> list[Field] | None:
    """Return what the columns under these headings were said to hold last, None for an unknown source."""
    query = select(ColumnChoice.fields).where(
        ColumnChoice.body_id == body_id, ColumnChoice.source == source_of(headings)
    )
    fields = session.scalar(query)
    return [Field(one) for one in fields] if fields is not None else None


def remember(
    session: Session, headings: Sequence[str], fields: Sequence[Field], *, by: Actor, now: datetime
) -> None:
    """Keep what the columns under these headings hold. Effects: one row, no entry: it decides nothing."""
    require(by, Act.IMPORT_DOCUMENT)
    body = by.body
    source = source_of(headings)
    query = select(ColumnChoice).where(ColumnChoice.body_id == body, ColumnChoice.source == source)
    found = session.scalar(query)
    if found is None:
        found = ColumnChoice(body_id=body, source=source, fields=[], chosen_at=now)
        session.add(found)
    found.fields, found.chosen_at = [one.value for one in fields], now
    session.flush()
