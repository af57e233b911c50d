"""Receipts as proofs: in the answer to what was recorded, and as files that any program can check.

The page that shows them in words is in `receipts`; their form is in `workflow/audit/proofs.py`.
"""

from collections.abc import Iterable, Sequence

from flask import Response, g, redirect
from werkzeug.wrappers import Response as AnyResponse

from workflow.audit import receipts
from workflow.audit.proofs import Receipt
from workflow.domain.errors import NotFound, WrongStatus
from workflow.domain.mandates import Act
from workflow.models.response import Response as Recorded
from workflow.queries.own_responses import OwnResponse, lodged, one
from workflow.web.doors import Later, permits
from workflow.web.focal_point.blueprint import blueprint
from workflow.web.visitors import database, signer


def recorded(location: str, responses: Sequence[Recorded]) -> Later:
    """Return an answer that leads to the page of receipts and carries the receipts itself.

    A program that follows no redirection has them all the same, and so has whoever loses the line now.
    """
    seqs = [one.entry_seq for one in responses]

    def answer() -> AnyResponse:
        response = redirect(location)
        found = signed(seqs)
        if found:
            response.data = b"\n".join(found[seq].encode() for seq in sorted(found))
            response.mimetype = "text/plain"
        return response

    return Later(answer)


def signed(seqs: Iterable[int]) -> dict[int, Receipt]:
    """Return the receipts of these entries; what was not signed when it was committed is signed now.

    One that cannot be signed at present is absent: what the log holds counts, and the receipt follows.
    """
    wanted = set(seqs)
    found = receipts.receipts(g.session, g.body.id, wanted)
    missing = wanted.difference(found)
    if missing and not g.log_fault:
        # This request only reads: it lets go of its snapshot, so that it can see what is signed now.
        g.session.commit()
        signer().catch_up(database(), g.body.id, [seq + 1 for seq in missing])
        found = receipts.receipts(g.session, g.body.id, wanted)
    return found


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
