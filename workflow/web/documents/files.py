"""The files of a draft: attached, taken off; and any file of a version as a download, never shown inline.

What a file may be is decided in `workflow/actions/files.py`.
"""

from flask import Response, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from workflow.actions import files
from workflow.domain.mandates import Act
from workflow.models.document import Attachment
from workflow.queries import items
from workflow.web.documents.blueprint import blueprint
from workflow.web.documents.forms import AttachForm
from workflow.web.documents.life import frame
from workflow.web.documents.writing import require_draft
from workflow.web.doors import permits
from workflow.web.downloads import stored_file
from workflow.web.forms import refusals


@blueprint.get("/items/<key>/files")
@permits(Act.WRITE_DRAFT)
def draft_files(key: str) -> str:
    """List the files of an item's draft, with the form to attach one."""
    return _page(AttachForm(), key)


@blueprint.post("/items/<key>/files")
@permits(Act.WRITE_DRAFT)
def attach(key: str) -> AnyResponse | tuple[str, int]:
    """Attach a file to an item's draft."""
    form, life = AttachForm(), items.life(g.session, g.body.id, key)
    stage = require_draft(life)
    if form.validate():
        with refusals(form) as attempt:
            attachment = _attached(stage.version.id)
        if attempt:
            flash(gettext("“%(name)s” is attached.", name=attachment.filename), "success")
            return redirect(url_for("documents.draft_files", key=key))
    return _page(form, key), form.status


@blueprint.post("/items/<key>/files/<int:attachment_id>/off")
@permits(Act.WRITE_DRAFT)
def detach(key: str, attachment_id: int) -> AnyResponse | tuple[str, int]:
    """Take a file off an item's draft."""
    form = AttachForm()
    with refusals(form) as attempt:
        files.detach(g.session, attachment_id, by=g.actor, now=g.now)
    if attempt:
        flash(gettext("The file is taken off."), "success")
        return redirect(url_for("documents.draft_files", key=key))
    return _page(form, key), form.status


@blueprint.get("/files/<int:attachment_id>")
@permits(Act.READ_DOCUMENTS)
def download(attachment_id: int) -> Response:
    """Give a file out: to be saved, never to be shown."""
    found = items.attachment(g.session, attachment_id, g.body)
    return stored_file(found.filename, found.content, found.media_type)


def _attached(version_id: int) -> Attachment:
    # Not the field: a form can also carry a text under the name of a file.
    sent = request.files.get("file")
    return files.attach(
        g.session,
        version_id,
        by=g.actor,
        now=g.now,
        filename=(sent.filename or "") if sent else "",
        content=sent.read() if sent else b"",
        types=current_app.config["ATTACHMENT_TYPES"],
        largest=current_app.config["ATTACHMENT_BYTES"],
    )


def _page(form: AttachForm, key: str) -> str:
    life = items.life(g.session, g.body.id, key)
    return render_template(
        "documents/files.html",
        **frame(life),
        form=form,
        stage=require_draft(life),
        types=current_app.config["ATTACHMENT_TYPES"],
        largest=current_app.config["ATTACHMENT_BYTES"],
    )
