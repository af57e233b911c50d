"""Importing the tables of a file: columns are matched, a preview shown, then all or nothing is written.

A paper in plain text of the house's own form needs no matching: see `papers`.
"""

from collections.abc import Sequence
from dataclasses import replace

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from workflow.actions import importing, matching_columns
from workflow.actions.renewing import renew
from workflow.domain.errors import Invalid, StaleVersion
from workflow.domain.mandates import Act, may
from workflow.models.document import Document
from workflow.papers.editions import sharing
from workflow.papers.grid_fields import Field
from workflow.papers.grid_paper import Choice, Proposal, propose
from workflow.papers.grid_rows import FoundTable, FoundTables, find_tables, titles_of
from workflow.papers.grids import Reading
from workflow.papers.reading import read_file
from workflow.queries.documents import titles_by_document
from workflow.web.documents.blueprint import blueprint
from workflow.web.documents.foreseeing import Preview, fate_words, foresee
from workflow.web.documents.forms import PaperForm
from workflow.web.documents.matching_forms import MatchForm, form_for, proposed, sealed, unsealed
from workflow.web.doors import permits
from workflow.web.forms import refusals
from workflow.web.sentences import translated

Answer = str | tuple[str, int] | Response
IMPORT = "import"
#: Tables of one file that a form can ask about.
MOST_TABLES = 30
_MOST_TOLD = 50


def begin(form: PaperForm, filename: str, content: bytes) -> Answer:
    """Show the tables of a file that was just sent, each column with what it seems to hold."""
    with refusals(form) as attempt:
        reading = read_file(filename, content)
        found = find_tables(reading)
        _require_tables(found)
    if not attempt:
        return render_template("documents/import.html", form=form), form.status
    documents = _documents()
    proposals = [_remembered(found, number) for number in range(len(found.tables))]
    proposals = [_known(one, found.tables[number], documents) for number, one in enumerate(proposals)]
    into = [_twin(one, documents) for one in proposals]
    shown = form_for(found, documents)(formdata=None, data=proposed(proposals, into, sealed(reading)))
    return _page(shown, found, _foreseen(shown, found, reading, documents))


@blueprint.post("/import/tables")
@permits(Act.IMPORT_DOCUMENT)
def match_columns() -> Answer:
    """Show what the tables become with their columns matched so; import them once that was confirmed."""
    reading = unsealed(request.form.get("reading", ""))
    if reading is None:
        form = PaperForm(formdata=None)
        form.form_errors = [gettext("The file is no longer here. Choose it again.")]
        return render_template("documents/import.html", form=form), form.status
    found, documents = find_tables(reading), _documents()
    shown = form_for(found, documents)()
    preview = _foreseen(shown, found, reading, documents) if shown.validate() else None
    if IMPORT not in request.form or preview is None or shown.errors or shown.form_errors:
        return _page(shown, found, preview), shown.status if preview is None or shown.form_errors else 200
    with refusals(shown) as attempt:
        last = _imported(shown, preview)
        _remember(shown, found)
    if not attempt:
        return _page(shown, found, preview), shown.status
    message = ngettext("%(num)d item is imported.", "%(num)d items are imported.", preview.writes)
    flash(message, "success")
    return redirect(url_for("documents.document", code=last.code))


def _imported(form: MatchForm, preview: Preview) -> Document:
    if form.seen.data != preview.fingerprint:
        raise StaleVersion(
            "Something changed since you saw the preview: what you chose, or the documents.",
            remedy="Nothing was imported. Look at the preview below, then import.",
        )
    fresh = [one for one in preview.tables if one.into is None]
    paper = replace(preview.read.paper, documents=[one.read for one in fresh])
    made = importing.import_paper(
        g.session,
        paper,
        by=g.actor,
        now=g.now,
        body=g.body,
        endorsed_on_paper=bool(form.endorsed_on_paper.data),
    )
    for one in preview.tables:
        if one.into is not None:
            renew(g.session, one.into, one.read, one.matched, by=g.actor, now=g.now)
            made.append(one.into)
    return made[-1]


def _foreseen(
    form: MatchForm, found: FoundTables, reading: Reading, documents: Sequence[Document]
) -> Preview | None:
    """Return what the form leads to, None where it cannot be told; mistakes are put on the form."""
    choices: list[Choice | None] = []
    for number, table in enumerate(found.tables):
        try:
            choices.append(form.choice(number, table.width))
        except Invalid as error:
            form.refuse(error)
    if len(choices) < len(found.tables):
        return None
    by_code = {one.code: one for one in documents}
    into = [by_code.get(form[f"into_{number}"].data) for number in range(len(choices))]
    preview = foresee(found, reading, choices, into, documents=documents, said=request.form)
    wrong = [f"{translated(one.message)} {translated(one.remedy)}" for one in preview.read.wrong[:_MOST_TOLD]]
    if not preview.tables:
        wrong.append(gettext("Every table is left out. Say of one at least what it is."))
    form.form_errors = [*form.form_errors, *wrong]
    return preview


def _require_tables(found: FoundTables) -> None:
    if not found.tables:
        raise Invalid(
            "The file has no table.", remedy="Choose a file whose items stand in a table.", field="file"
        )
    if len(found.tables) > MOST_TABLES:
        raise Invalid("The file has too many tables.", remedy="Import it in parts.", field="file")


def _remembered(found: FoundTables, number: int) -> Proposal:
    table = found.tables[number]
    proposal = propose(found, table)
    fields = matching_columns.remembered(g.session, g.body.id, table.headings)
    if fields is None or len(fields) != len(proposal.fields):
        return proposal
    return replace(proposal, fields=tuple(fields))


def _remember(form: MatchForm, found: FoundTables) -> None:
    for number, table in enumerate(found.tables):
        choice = form.choice(number, table.width)
        if choice is not None:
            matching_columns.remember(g.session, table.headings, choice.fields, by=g.actor, now=g.now)


def _documents() -> list[Document]:
    query = select(Document).where(Document.body_id == g.body.id).order_by(Document.id.desc()).limit(200)
    return list(g.session.scalars(query))


def _known(proposal: Proposal, table: FoundTable, documents: Sequence[Document]) -> Proposal:
    """Return what a table seems to be that names no years, once a document has the titles of its rows."""
    if proposal.period_from is not None or Field.TITLE not in proposal.fields or not documents:
        return proposal
    titles = titles_of(table.rows, proposal.fields.index(Field.TITLE))
    code = sharing(titles, titles_by_document(g.session, documents))
    found = next((one for one in documents if one.code == code), None)
    if found is None:
        return proposal
    first, last = found.period_from, found.period_until
    return replace(proposal, kind=found.kind, title=found.title, period_from=first, period_until=last)


def _twin(proposal: Proposal, documents: Sequence[Document]) -> Document | None:
    wanted = (proposal.kind, proposal.period_from, proposal.period_until)
    return next((one for one in documents if (one.kind, one.period_from, one.period_until) == wanted), None)


def _page(form: MatchForm, found: FoundTables, preview: Preview | None) -> str:
    if preview is not None:
        form.seen.data, form.seen.raw_data = preview.fingerprint, None
    return render_template(
        "documents/match.html",
        form=form,
        found=found,
        preview=preview,
        fate_words=fate_words,
        may_endorse=may(g.actor, Act.IMPORT_ENDORSED),
    )
