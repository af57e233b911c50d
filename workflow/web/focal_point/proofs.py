"""Receipts as files that any program can check.

The page that shows them in words is in `receipts`; the answer that carries them at once in `web/recorded`.
"""

from collections.abc import Sequence

from flask import Response, g

from workflow.audit import receipts
from workflow.domain.errors import NotFound, WrongStatus
from workflow.domain.mandates import Act
from workflow.queries.own_responses import OwnResponse, lodged, one
from workflow.web.doors import permits
from workflow.web.focal_point.blueprint import blueprint
from workflow.web.recorded import signed


@blueprint.get("/receipts/<int:response_id>/receipt.zip")
@permits(Act.READ_RECEIPT)
def receipt_file(response_id: int) -> Response:
    """Give the receipt of one response of the State, with what checks it."""
    return _file(one(g.session, g.actor.state_id, response_id))


@blueprint.get("/receipts/of/<lodging>/receipts.zip")
@permits(Act.READ_RECEIPT)
def receipts_file(lodging: str) -> Response:
    """Give the receipts of one submission of the State, with what checks them."""
    return _file(lodged(g.session, g.actor.state_id, lodging) if "\0" not in lodging else ())


def _file(rows: Sequence[OwnResponse]) -> Response:
    if not rows:
        raise NotFound("Your State has no such receipt.", remedy="Choose one from the history of your State.")
    seqs = [place for row in rows for place in positions(row)]
    found = signed(seqs)
    if len(found) < len(set(seqs)):
        raise WrongStatus(
            "The answer is recorded, but its receipt is not signed yet.",
            remedy="Come back in a few minutes; what the log holds counts meanwhile.",
        )
    name = f"receipt-{'-'.join(map(str, sorted(found)))}"[:60]
    return Response(
        receipts.bundle(found, receipts.keys(g.session, g.body.id)),
        mimetype="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}.zip"'},
    )


def positions(row: OwnResponse) -> list[int]:
    """Return where the response and what happened to it stand in the log."""
    return sorted({row.response.entry_seq, *(remark.entry_seq for remark in row.remarks)})
