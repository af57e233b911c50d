"""A document as a JSON file: given out, and brought in from another installation.

The schema is docs/document.schema.json; papers written by people come in by `papers`.
"""

from flask import Response, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from workflow.actions import importing_json
from workflow.actions.exporting_json import document_data
from workflow.domain.errors import Invalid
from workflow.domain.mandates import Act
from workflow.models.document import Document
from workflow.papers.document_json import read, written
from workflow.queries.documents import find
from workflow.web.documents.blueprint import blueprint
from workflow.web.documents.forms import JsonForm
from workflow.web.doors import permits
from workflow.web.downloads import file_response
from workflow.web.forms import refusals


@blueprint.get("/<code>/document.json")
@permits(Act.READ_DOCUMENTS)
def document_json(code: str) -> Response:
    """Give everything of a document as one file."""
    found, _ = find(g.session, g.body.id, code)
    content = written(document_data(g.session, g.body, found))
    return file_response(f"{found.code}.json", content, "application/json")


@blueprint.get("/import/json")
@permits(Act.IMPORT_DOCUMENT)
def choosing_json() -> str:
    """Ask for the file."""
    return render_template("documents/import_json.html", form=JsonForm())


@blueprint.post("/import/json")
@permits(Act.IMPORT_DOCUMENT)
def read_json() -> AnyResponse | tuple[str, int]:
    """Import the document of a file: all of it or nothing."""
    form = JsonForm()
    if form.validate():
        with refusals(form) as attempt:
            document = _imported()
        if attempt:
            flash(gettext("“%(title)s” is imported.", title=document.title), "success")
            return redirect(url_for("documents.document", code=document.code))
    return render_template("documents/import_json.html", form=form), form.status


def _imported() -> Document:
    sent = request.files.get("file")
    if not sent or not sent.filename:
        raise Invalid("No file was chosen.", remedy="Choose the document as a JSON file.", field="file")
    return importing_json.import_document(
        g.session,
        read(sent.read()),
        by=g.actor,
        now=g.now,
        body=g.body,
        types=current_app.config["ATTACHMENT_TYPES"],
        largest=current_app.config["ATTACHMENT_BYTES"],
    )
