"""Writing the index of the search anew, from the tables it follows: after an upgrade, and after erasing.

Every other change keeps the index in step by itself (`workflow/models/search.py`).
"""

from typing import Any

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from workflow.models.body import Body
from workflow.models.circulation import Circulation, Correction, DeadlineMove, Dispute, Noting, Override
from workflow.models.circulation import Suspension as Suspended
from workflow.models.document import Progress, Version
from workflow.models.library import LibraryEntry
from workflow.models.response import ExtensionRequest, Response, ResponseRemark
from workflow.models.search import Searchable, row_of

#: Every table whose texts are found.
SEARCHED: tuple[Any, ...] = (
    Version,
    Progress,
    Circulation,
    DeadlineMove,
    Suspended,
    Override,
    Dispute,
    Correction,
    Noting,
    Response,
    ResponseRemark,
    ExtensionRequest,
    LibraryEntry,
)
_AT_ONCE = 500


def index_anew(session: Session, body_id: int) -> int:
    """Write the index of a body anew and return how many texts can be found.

    On SQLite the trigrams of what is gone are dropped with it; the pages they lay on are written over by
    `workflow.scrubbing`.
    """
    session.flush()
    session.execute(delete(Searchable).where(Searchable.body_id == body_id))
    written = sum(_index(session, table, body_id) for table in SEARCHED)
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("INSERT INTO search_index (search_index) VALUES ('rebuild')"))
        session.execute(text("INSERT INTO search_index (search_index) VALUES ('optimize')"))
    return written


def index_if_missing(session: Session) -> int:
    """Write the index where there is none yet, as after an upgrade; return how many texts were indexed."""
    if session.scalars(select(Searchable.id).limit(1)).first() is not None:
        return 0
    return sum(index_anew(session, body) for body in session.scalars(select(Body.id)).all())


def _index(session: Session, table: Any, body_id: int) -> int:
    query = select(table).where(table.body_id == body_id).order_by(table.id)
    # Erasing changed the rows past the objects that this session holds.
    query = query.execution_options(populate_existing=True)
    written = 0
    for some in session.scalars(query).partitions(_AT_ONCE):
        rows = [row for one in some if (row := row_of(session, one)) is not None]
        if rows:
            session.execute(insert(Searchable), rows)
        written += len(rows)
    return written
