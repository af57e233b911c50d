"""A document as a JSON file: given out, and brought in from another installation.

The schema is docs/document.schema.json; papers written by people come in by `papers`.
"""

import json
from typing import Any

from flask import Response, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from workflow.actions.exporting_json import document_data
from workflow.domain.errors import Invalid, StaleVersion
from workflow.domain.mandates import Act
from workflow.papers.document_json import read, written
from workflow.queries.documents import find
from workflow.web.documents.blueprint import blueprint
from workflow.web.documents.foreseeing_json import Foreseen, foresee, import_file
from workflow.web.documents.forms import JsonForm
from workflow.web.doors import permits
from workflow.web.downloads import file_response
from workflow.web.forms import refusals

Answer = str | AnyResponse | tuple[str, int]
IMPORT = "import"
#: Bytes of a form besides the file it carries.
_BESIDE = 64 * 1024


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
def read_json() -> Answer:
    """Show what a file would become; import it once that was confirmed: all of it or nothing."""
    form = JsonForm()
    foreseen, is_right = None, form.validate()
    is_confirmed = is_right and IMPORT in request.form
    with refusals(form) as attempt:
        foreseen = foresee(_given(form))
        if is_confirmed:
            _require_as_seen(form, foreseen)
            document = import_file(foreseen.given)
    if not attempt or not is_right:
        return _page(form, foreseen), form.status
    if not is_confirmed:
        return _page(form, foreseen)
    flash(gettext("“%(title)s” is imported.", title=document.title), "success")
    return redirect(url_for("documents.document", code=document.code))


def _given(form: JsonForm) -> dict[str, Any]:
    sent = request.files.get("file")
    content = sent.read() if sent and sent.filename else (form.text.data or "").encode()
    if not content:
        raise Invalid("No file was chosen.", remedy="Choose the document as a JSON file.", field="file")
    return read(content)


def _require_as_seen(form: JsonForm, foreseen: Foreseen) -> None:
    if form.seen.data != foreseen.fingerprint:
        raise StaleVersion(
            "The file, or what is here, is not as it was when you saw the preview.",
            remedy="Nothing was imported. Look at the preview below, then import.",
        )


def _page(form: JsonForm, foreseen: Foreseen | None) -> str:
    if foreseen is None:
        return render_template("documents/import_json.html", form=form)
    form.seen.data, form.seen.raw_data = foreseen.fingerprint, None
    carried = json.dumps(foreseen.given, ensure_ascii=False, separators=(",", ":"))
    # What no form can carry is chosen once more; the fingerprint tells whether it is the same file.
    is_carried = len(carried.encode()) + _BESIDE <= current_app.config["MAX_FORM_MEMORY_SIZE"]
    form.text.data, form.text.raw_data = carried if is_carried else "", None
    return render_template("documents/preview_json.html", form=form, foreseen=foreseen, is_carried=is_carried)
