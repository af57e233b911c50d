"""Receipts: what was recorded for the State, when, in time or late, at which position of the log.

Recording is in `lodging`; what the State said over the years is in `history`.
"""

from collections.abc import Sequence

from flask import g, render_template
from flask_babel import gettext, ngettext

from workflow.audit.receipts import is_signed
from workflow.domain.errors import NotFound
from workflow.domain.mandates import Act
from workflow.domain.rules import Rules
from workflow.domain.terms import RUNNING, ResponseKind, Role
from workflow.queries.own_responses import OwnResponse, lodged, one
from workflow.web.doors import permits
from workflow.web.filters import joined, number_word, possessive
from workflow.web.focal_point.blueprint import blueprint
from workflow.web.focal_point.sheets import is_late
from workflow.web.wording import word


@blueprint.get("/receipts/<int:response_id>")
@permits(Act.READ_RECEIPT)
def receipt(response_id: int) -> str:
    """Show the receipt of one response of the State."""
    return _page(one(g.session, g.actor.state_id, response_id))


@blueprint.get("/receipts/of/<lodging>")
@permits(Act.READ_RECEIPT)
def receipts(lodging: str) -> str:
    """Show the receipts of one submission of the State."""
    return _page(lodged(g.session, g.actor.state_id, lodging) if "\0" not in lodging else ())


def _page(found: Sequence[OwnResponse]) -> str:
    state = g.capacity.state
    if not found:
        # Another State's receipt is as unknown as one that does not exist: who answered is not told.
        raise NotFound(
            gettext("%(state)s has no such receipt.", state=state.leading),
            remedy="Choose one from the history of your State.",
        )
    circulation = found[0].circulation
    return render_template(
        "focal_point/receipts.html",
        found=found,
        first=found[0],
        circulation=circulation,
        state=state,
        title=_title(found),
        role=word(Role(found[0].response.role)),
        groups=_groups(found),
        positions=_positions(found),
        is_running=circulation.status in RUNNING,
        may_change=circulation.status in RUNNING and not is_late(circulation, g.now),
        objections=_standing(found, ResponseKind.OBJECTION),
        inputs=_standing(found, ResponseKind.INPUT)
        if Rules.from_json(circulation.frozen["rules"]).inputs_block
        else [],
        signed=is_signed(g.session, g.body.id, [row.response.entry_seq for row in found]),
    )


def _title(found: Sequence[OwnResponse]) -> str:
    if len(found) == 1 and found[0].ended_by is not None:
        named = {"whose": possessive(g.capacity.state.leading)}
        if found[0].response.kind is ResponseKind.OBJECTION:
            return gettext("%(whose)s objection is lifted", **named)
        return gettext("%(whose)s input is settled", **named)
    return ngettext(
        "%(whose)s answer is recorded",
        "%(whose)s %(number)s answers are recorded",
        len(found),
        whose=possessive(g.capacity.state.leading),
        number=number_word(len(found)),
    )


def _groups(found: Sequence[OwnResponse]) -> list[tuple[ResponseKind, str]]:
    """Return each kind with the numbers of its items, those that stop an item first."""
    kinds: dict[ResponseKind, list[int]] = {}
    for row in found:
        kinds.setdefault(row.response.kind, []).append(row.entry.position)
    first = [ResponseKind.OBJECTION, ResponseKind.INPUT]
    ordered = sorted(kinds, key=lambda kind: (kind not in first, list(ResponseKind).index(kind)))
    return [
        (
            kind,
            ngettext("on item %(items)s", "on items %(items)s", len(kinds[kind]), items=joined(kinds[kind])),
        )
        for kind in ordered
    ]


def _positions(found: Sequence[OwnResponse]) -> str:
    """Say at which positions of the log the answers stand."""
    places = sorted(row.response.entry_seq for row in found)
    return gettext("answers at positions %(places)s", places=joined(places)) if len(places) > 1 else ""


def _standing(found: Sequence[OwnResponse], kind: ResponseKind) -> list[int]:
    """Return the numbers of the items on which an answer of this kind came in time and still stands."""
    return [
        row.entry.position
        for row in found
        if row.response.kind is kind and not row.is_late and row.ended_by is None
    ]
