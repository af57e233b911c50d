"""What the columns of a document's table are called, and the day by which its readers count.

What stands in the columns is in `workflow/queries/documents.py`.
"""

from flask import g
from flask_babel import gettext

from workflow.actions.drafting import text_names
from workflow.domain.mandates import Act, may
from workflow.domain.terms import LIVE, RUNNING, Status
from workflow.models.circulation import Circulation
from workflow.models.document import Document, Version
from workflow.papers.grid_fields import FIELDS_OF, Field
from workflow.papers.paper import PaperDocument
from workflow.papers.plan_tables import COLUMNS

Tabled = Document | PaperDocument


def labels(document: Tabled) -> dict[str, str]:
    """Return what each text of an item is called: its column's heading, as the document has it."""
    found = {name: name for name in text_names(document.kind)}
    for heading in document.columns[1:]:
        plain = " ".join(heading.casefold().split())
        for words, name in COLUMNS[document.kind].items():
            if name in found and plain.startswith(words):
                found[name] = heading
    # Headings in other words stand in the order of their kind: see `grid_paper`.
    placed = dict(zip(FIELDS_OF[document.kind], document.columns, strict=False))
    return {name: placed.get(Field(name), name) if said == name else said for name, said in found.items()}


def first_heading(document: Tabled) -> str:
    """Return the heading of the titles' column."""
    return document.columns[0] if document.columns else gettext("Title")


def action_heading(document: Tabled) -> str | None:
    """Return the heading of the column that says what was done, None where the table has none."""
    known = [words for words, name in COLUMNS[document.kind].items() if name == "action"]
    for heading in document.columns[1:]:
        if any(" ".join(heading.casefold().split()).startswith(words) for words in known):
            return heading
    fields = FIELDS_OF[document.kind]
    is_whole = Field.ACTION in fields and len(document.columns) == len(fields)
    return document.columns[-1] if is_whole else None


def zone() -> str:
    """Return the zone whose days the reader counts: the capital's, else the body's."""
    state = g.capacity.state
    return str(state.zone if state is not None else g.body.rules["zone"])


def status_shown(version: Version, circulation: Circulation | None) -> Status:
    """Return the status of a version as this reader may see it.

    Who sees no circulation sees outcomes only: until the close a text is before the States (rule 33a).
    """
    hidden = version.status in LIVE and circulation is not None and circulation.status in RUNNING
    if hidden and not may(g.actor, Act.READ_CIRCULATION):
        return Status.CIRCULATED
    return version.status
