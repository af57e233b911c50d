"""Long exports: asking for one, watching it with a progress bar, downloading it.

Short papers are given out at once: see `exports`. What writes files is `workflow/actions/long_exports.py`.
"""

from flask import Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from workflow.actions import long_exports
from workflow.domain.errors import NotFound
from workflow.domain.mandates import Act
from workflow.queries.documents import find
from workflow.web.documents.blueprint import blueprint
from workflow.web.doors import permits
from workflow.web.downloads import MEDIA_TYPES, Format, file_response

#: Seconds after which a browser asks again how far a file has come.
_AGAIN = "3"


@blueprint.post("/<code>/exports")
@permits(Act.READ_DOCUMENTS)
def ask_export(code: str) -> AnyResponse:
    """Ask for the whole paper as a file that is written beside the pages."""
    found, _ = find(g.session, g.body.id, code)
    ending = request.form.get("ending", "")
    job = long_exports.ask(g.session, found, ending, by=g.actor, now=g.now)
    return redirect(url_for("documents.export", job_id=job.id))


@blueprint.get("/exports/<int:job_id>")
@permits(Act.READ_DOCUMENTS)
def export(job_id: int) -> Response:
    """Show how far a file has come; until it is there the page asks again by itself."""
    job, document = long_exports.find(g.session, job_id, g.actor)
    page = render_template("documents/export.html", job=job, document=document, days=long_exports.KEPT.days)
    response = make_response(page)
    if job.ended_at is None:
        response.headers["Refresh"] = _AGAIN
    return response


@blueprint.get("/exports/<int:job_id>/file")
@permits(Act.READ_DOCUMENTS)
def export_file(job_id: int) -> Response:
    """Give the file out, to who asked for it alone."""
    job, document = long_exports.find(g.session, job_id, g.actor)
    if job.content is None:
        raise NotFound("This file is not written yet.", remedy="Open its page and see how far it has come.")
    ending = Format(job.ending)
    return file_response(f"{document.code}-paper.{ending}", job.content, MEDIA_TYPES[ending])
