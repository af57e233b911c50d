"""A State speaks: lodging its responses, one, several or on all items (rules 18-24, 28).

What the responses add up to is in `workflow/domain/positions.py`; ending a blocker is in `lifting`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.actions.admitting import (
    BREAKING,
    GONE,
    Answer,
    about_own,
    admit,
    received,
    require_on_roster,
)
from workflow.actions.disputing import open_dispute
from workflow.actions.moving import resettle
from workflow.actions.remarks import remark_on, request_reasons
from workflow.actions.serving import responded
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.domain.errors import Invalid
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.positions import in_time
from workflow.domain.terms import EXPLICIT, DisputeKind, RemarkKind, ResponseKind
from workflow.models.circulation import Circulation
from workflow.models.response import Response, ResponseDraft
from workflow.notices import letters
from workflow.queries.cases import Loaded, load


def lodge(
    session: Session, circulation: Circulation, answers: Sequence[Answer], *, by: Actor, now: datetime
) -> list[Response]:
    """Record what the actor's State answers, all of it or nothing (rules 18-24, 28).

    `by.idem` is the idempotency key of the submission: the same key again returns the same responses.
    Effects: one response and one entry each, what they replace, silence broken or restored, the State
    served, its drafts on these items gone, letters. Late responses are stored and change nothing else
    (rule 13); one that meets a closed circulation while the clock stands behind opens a dispute. Raises
    NotAllowed, Invalid, StaleVersion (a colleague answered meanwhile; rule 24) and VersionReplaced (rule
    18); ClockBehind for anything but an objection or input (rule 12).
    """
    require(by, Act.LODGE, body=circulation.body_id, state=by.state)
    before = _lodged_before(session, circulation, by)
    if before:
        return before
    _require_one_each(answers)
    loaded = load(session, circulation.id)
    require_on_roster(loaded, by)
    lagging = all(answer.kind in BREAKING for answer in answers)
    read, now = now, received(session, circulation, now, lagging=lagging)
    responses: list[Response] = []
    replaced: list[Response] = []
    assert by.state_id is not None
    close = responded(session, circulation, by.state_id, by, now)
    for answer in [about_own(loaded, one.cleaned(), str(by.state)) for one in answers]:
        named = admit(loaded, answer, str(by.state))
        responses.append(_store(session, loaded, answer, by, now, close, lagging))
        replaced += _replace(session, loaded, answer, named, by, now, lagging)
    _forget_drafts(session, circulation, by, [answer.version_id for answer in answers])
    session.flush()
    loaded = load(session, circulation.id)
    resettle(session, loaded, by=by, now=now, clock_may_lag=lagging)
    _tell(session, loaded, responses, replaced, now, lagging)
    if read < now:
        _doubt(session, circulation, responses, by, now)
    return responses


def _doubt(
    session: Session, circulation: Circulation, responses: list[Response], by: Actor, now: datetime
) -> None:
    """Open disputes: no clock can tell when these came, only that the log held the close before them."""
    kind = DisputeKind.LATE_ENTRY
    for one in responses:
        open_dispute(session, circulation, kind, one.state_id, now, by, response=one.id, of=one.entry_seq)


def _require_one_each(answers: Sequence[Answer]) -> None:
    if not answers:
        raise Invalid(
            "No item is answered.", remedy="Choose an answer for at least one item.", field="answers"
        )
    if len({answer.version_id for answer in answers}) < len(answers):
        raise Invalid("One item is answered twice.", remedy="Answer each item once.", field="answers")


def object_to_all(loaded: Loaded, state: str, reasons: str, cure: str = "") -> list[Answer]:
    """Return an objection to each item still there to speak about, late or not (rules 18, 28)."""
    latest = {one.version_id: one.id for one in loaded.responses if loaded.code_by_id[one.state_id] == state}
    return [
        Answer(
            row.version.id, ResponseKind.OBJECTION, reasons, cure=cure, replaces=latest.get(row.version.id)
        )
        for row in loaded.items
        if row.version.status not in GONE
    ]


def _lodged_before(session: Session, circulation: Circulation, by: Actor) -> list[Response]:
    if not by.idem:
        raise Invalid(
            "The form carries no key of its own.", remedy="Open the page again and send it from there."
        )
    query = select(Response).where(
        Response.lodging == by.idem,
        Response.circulation_id == circulation.id,
        Response.state_id == by.state_id,
    )
    return list(session.scalars(query.order_by(Response.id)))


def new_response(
    loaded: Loaded, answer: Answer, by: Actor, now: datetime, state_id: int | None, **values: Any
) -> Response:
    """Return the row of one answer, pinned to its version's hash (rule 18); `values` come on top."""
    version = loaded.row(answer.version_id).version
    fields = {
        "body_id": loaded.circulation.body_id,
        "circulation_id": loaded.circulation.id,
        "version_id": version.id,
        "version_sha256": version.sha256,
        "state_id": state_id,
        "kind": answer.kind,
        "reasons": answer.reasons,
        "passage": answer.passage,
        "cure": answer.cure,
        "received_at": now,
        "counts_at": now,
        "person_id": by.person,
        "role": str(by.role),
        "lodging": by.idem,
    }
    return Response(**(fields | values))


def _store(
    session: Session,
    loaded: Loaded,
    answer: Answer,
    by: Actor,
    now: datetime,
    close: datetime | None,
    lagging: bool,
) -> Response:
    seq = record_lodged(session, loaded, answer, by, now, str(by.state), close, lagging=lagging)
    response = new_response(loaded, answer, by, now, by.state_id, replaces_id=answer.replaces, entry_seq=seq)
    session.add(response)
    session.flush()
    return response


def record_lodged(
    session: Session,
    loaded: Loaded,
    answer: Answer,
    by: Actor,
    now: datetime,
    state: str,
    close: datetime | None,
    counts_at: datetime | None = None,
    claimed_at: datetime | None = None,
    evidence: str | None = None,
    *,
    lagging: bool = False,
) -> int:
    """Write the entry of one response and return its position in the log.

    `close` is the State's earliest lawful close, now that it responded (rule 9).
    """
    row = loaded.row(answer.version_id)
    replaced = {one.id: one.entry_seq for one in loaded.responses}.get(answer.replaces or 0)
    return record(
        session,
        Entry.LODGED,
        by=by,
        at=now,
        circulation=loaded.circulation,
        clock_may_lag=lagging,
        item=row.item.key,
        version_sha256=row.version.sha256,
        on_behalf_of=state,
        role=str(by.role),
        kind=answer.kind,
        received_at=now,
        counts_at=counts_at or now,
        in_time=in_time(counts_at or now, loaded.case().deadline),
        replaces=replaced,
        text=answer.reasons,
        passage=answer.passage,
        cure=answer.cure,
        claimed_at=claimed_at,
        evidence=evidence,
        earliest_close=close,
        idem=by.idem,
    )


def _replace(
    session: Session,
    loaded: Loaded,
    answer: Answer,
    named: list[Response],
    by: Actor,
    now: datetime,
    lagging: bool,
) -> list[Response]:
    if answer.kind not in EXPLICIT:
        return []
    for response in named:
        remark_on(session, loaded, response, RemarkKind.REPLACED, by, now, answer.reasons, lagging=lagging)
    return named


def _forget_drafts(session: Session, circulation: Circulation, by: Actor, versions: list[int]) -> None:
    drafts = select(ResponseDraft).where(
        ResponseDraft.circulation_id == circulation.id,
        ResponseDraft.state_id == by.state_id,
        ResponseDraft.version_id.in_(versions),
    )
    for draft in session.scalars(drafts):
        session.delete(draft)


def _tell(
    session: Session,
    loaded: Loaded,
    responses: list[Response],
    replaced: list[Response],
    now: datetime,
    lagging: bool,
) -> None:
    blockers = [one for one in responses if one.kind in BREAKING]
    if blockers:
        letters.blocker(session, loaded, blockers, now=now)
    if replaced:
        letters.lifted(session, loaded, replaced, now=now)
    for response in blockers:
        if response.kind is ResponseKind.OBJECTION and not response.reasons:
            request_reasons(session, loaded, response, now, lagging)
    letters.receipt(session, loaded, responses, now=now)
