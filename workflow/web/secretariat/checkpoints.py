"""A State's checkpoint compared with the log, and the whole log as files to check without us.

The list of entries is in `log`; what a checkpoint proves is in `workflow/audit/`.
"""

import io
import tempfile
import zipfile
from pathlib import Path

from flask import Response, g, render_template

from workflow.audit import comparing
from workflow.audit.export import export
from workflow.domain.mandates import Act
from workflow.web.doors import permits
from workflow.web.forms import refusals
from workflow.web.secretariat.blueprint import blueprint
from workflow.web.secretariat.forms import CheckpointForm


@blueprint.get("/secretariat/log/checkpoint")
@permits(Act.READ_AUDIT)
def checkpoint() -> str:
    """Show where a checkpoint that somebody kept can be compared with the log."""
    return render_template("secretariat/checkpoint.html", form=CheckpointForm(), kept=None, fits=None)


@blueprint.post("/secretariat/log/checkpoint")
@permits(Act.READ_AUDIT, writes=False)
def compare_checkpoint() -> str | tuple[str, int]:
    """Compare it, and say whether the log still begins with what was signed then; nothing is recorded."""
    form = CheckpointForm()
    kept = fits = left = None
    if form.validate():
        with refusals(form) as attempt:
            kept = comparing.checkpoint_in(g.session, g.body.id, form.text.data or "")
            fits = comparing.is_consistent(g.session, g.body.id, kept)
            left = comparing.restarted_at(g.session, g.body.id, kept)
        if attempt:
            return render_template("secretariat/checkpoint.html", form=form, kept=kept, fits=fits, left=left)
    return render_template("secretariat/checkpoint.html", form=form, kept=None, fits=None), form.status


@blueprint.get("/secretariat/log/export.zip")
@permits(Act.READ_AUDIT)
def log_export() -> Response:
    """Give the log, its checkpoints, its keys and the program that checks them."""
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="adref-log-") as scratch:
        export(g.session, g.body.id, Path(scratch))
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(Path(scratch).iterdir()):
                archive.write(path, f"log/{path.name}")
    return Response(
        packed.getvalue(),
        mimetype="application/zip",
        headers={"Content-Disposition": 'attachment; filename="log.zip"'},
    )
