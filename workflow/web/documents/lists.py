"""The list of documents, also as a file, and making a new one.

What a document holds is in `tables`; importing a paper is in `papers`.
"""

from collections.abc import Iterator

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from workflow.actions.making import create_document
from workflow.domain.mandates import Act, may
from workflow.domain.terms import DocumentKind
from workflow.models.document import Document
from workflow.papers.csv_rows import Cell
from workflow.queries.documents import listing, meetings
from workflow.web.documents.blueprint import blueprint
from workflow.web.documents.forms import DocumentForm
from workflow.web.doors import permits
from workflow.web.forms import refusals
from workflow.web.keys import asked
from workflow.web.spreadsheets import csv_file

HEADER = (
    "code",
    "kind",
    "title",
    "period_from",
    "period_until",
    "items",
    "in_force",
    "before_states",
    "drafts",
)
#: How many rows are read at a time for a file.
_AT_ONCE = 200


@blueprint.get("")
@permits(Act.READ_DOCUMENTS)
def index() -> str:
    """List the documents, newest first."""
    before = asked("before")
    rows, older = listing(g.session, g.body.id, before)
    return render_template(
        "documents/index.html",
        rows=rows,
        older=older,
        is_first=before is None,
        may_write=may(g.actor, Act.WRITE_DRAFT),
    )


@blueprint.get("/index.csv")
@permits(Act.READ_DOCUMENTS)
def index_csv() -> Response:
    """Give the list of documents as a file."""
    return csv_file("documents", HEADER, _csv_rows())


@blueprint.get("/new")
@permits(Act.WRITE_DRAFT)
def beginning() -> str:
    """Show the form of a new document."""
    return _page(DocumentForm())


@blueprint.post("/new")
@permits(Act.WRITE_DRAFT)
def create() -> Response | tuple[str, int]:
    """Make a document without items."""
    form = DocumentForm()
    form.offer(meetings(g.session, g.body.id))
    if form.validate():
        with refusals(form) as attempt:
            document = _created(form)
        if attempt:
            flash(gettext("The document is made. Now write its first item."), "success")
            return redirect(url_for("documents.document", code=document.code))
    return _page(form), form.status


def _csv_rows() -> Iterator[list[Cell]]:
    before = None
    while True:
        rows, before = listing(g.session, g.body.id, before, limit=_AT_ONCE)
        for row in rows:
            one = row.document
            about: list[Cell] = [one.code, str(one.kind), one.title, one.period_from, one.period_until]
            yield [*about, row.items, row.in_force, row.before_states, row.drafts]
        if before is None:
            return


def _created(form: DocumentForm) -> Document:
    meeting, first, last = form.meeting_id.data, form.period_from.data, form.period_until.data
    assert first is not None
    assert last is not None
    return create_document(
        g.session,
        by=g.actor,
        now=g.now,
        body=g.body,
        kind=DocumentKind(form.kind.data),
        title=form.title.data or "",
        period_from=first,
        period_until=last,
        meeting_id=int(meeting) if meeting else None,
    )


def _page(form: DocumentForm) -> str:
    form.offer(meetings(g.session, g.body.id))
    return render_template("documents/new.html", form=form)
