"""The log's public key, the verifier, and the page that says in plain words what the log protects from.

The secretariat's page of entries is in `workflow/web/secretariat/log.py`.
"""

from flask import Response, g, render_template, url_for

from workflow.audit import receipts
from workflow.web.doors import public
from workflow.web.log.blueprint import blueprint


@blueprint.get("/.well-known/adref-log-key")
@public
def key() -> Response:
    """Give the public keys of the logs kept here, one a line, as `log-key.txt` holds them."""
    return Response(receipts.keys(g.session), mimetype="text/plain")


@blueprint.get("/log/verify.py")
@public
def verifier() -> Response:
    """Give the program that checks receipts and logs; it shares no code with this one."""
    return Response(
        receipts.VERIFIER.read_bytes(),
        mimetype="text/x-python",
        headers={"Content-Disposition": 'attachment; filename="verify.py"'},
    )


@blueprint.get("/log/protection")
@public
def protection() -> str:
    """Show how the log protects a State, with a drawing, and how a receipt is checked."""
    return render_template(
        "log/protection.html",
        keys=receipts.keys(g.session).splitlines(),
        key_url=url_for("log.key"),
        verifier_url=url_for("log.verifier"),
    )
