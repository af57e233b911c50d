"""A document's table as it goes out: section rows, items in order, what was done *ad referendum*.

How a table is written into a file is in `workflow/papers/`; the way in is `importing`.
"""

from sqlalchemy.orm import Session

from workflow.models.body import Body
from workflow.models.document import Document
from workflow.papers.tables import TableRow
from workflow.queries.documents import actions_taken, by_section, hear, lines


def table_rows(session: Session, body: Body, document: Document) -> list[TableRow]:
    """Return the rows of a document: of each item that was not dropped the words of `ItemLine.shown`.

    Four statements however many items there are.
    """
    rows: list[TableRow] = []
    found = [line for line in lines(session, document) if not line.is_dropped]
    hear(session, found)
    for section, group in by_section(found):
        if section is not None:
            rows.append(TableRow(section, is_section=True))
        for line in group:
            version = line.shown.version
            action = actions_taken(body, document, line)
            rows.append(TableRow(version.title, False, version.points, version.texts, action))
    return rows
