"""Answers that carry the receipts of what they recorded; whoever records an act that is signed uses them.

The files of a State's receipts are in `focal_point/proofs`; their form is in `workflow/audit/proofs.py`.
"""

from collections.abc import Collection

from flask import g, redirect
from werkzeug.wrappers import Response

from workflow.audit import receipts
from workflow.audit.proofs import Receipt
from workflow.web.doors import Later
from workflow.web.visitors import database, signer


def recorded(location: str, seqs: Collection[int]) -> Later:
    """Return an answer that leads to a page and carries the receipts of these entries itself.

    A program that follows no redirection has them all the same, and so has whoever loses the line now.
    """

    def answer() -> Response:
        response = redirect(location)
        found = signed(seqs)
        if found:
            response.data = b"\n".join(found[seq].encode() for seq in sorted(found))
            response.mimetype = "text/plain"
        return response

    return Later(answer)


def signed(seqs: Collection[int]) -> dict[int, Receipt]:
    """Return the receipts of these entries; what was not signed when it was committed is signed now.

    One that cannot be signed at present is absent: what the log holds counts, and the receipt follows.
    """
    found = receipts.receipts(g.session, g.body.id, seqs)
    missing = set(seqs).difference(found)
    if missing and not g.log_fault:
        # This request only reads: it lets go of its snapshot, so that it can see what is signed now.
        g.session.commit()
        signer().catch_up(database(), g.body.id, [seq + 1 for seq in missing])
        found = receipts.receipts(g.session, g.body.id, seqs)
    return found
