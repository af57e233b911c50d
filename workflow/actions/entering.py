"""Responses on paper or by plain e-mail, entered by the secretariat on behalf of a State (rule 26).

What a State records itself is in `responses`.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from workflow.actions.admitting import BREAKING, Answer, received, text_of
from workflow.actions.closing import release
from workflow.actions.disputing import open_dispute
from workflow.actions.moving import resettle
from workflow.actions.remarks import request_reasons
from workflow.actions.responses import new_response, record_lodged
from workflow.actions.serving import responded
from workflow.domain.errors import Invalid, StaleVersion
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.terms import CirculationStatus, DisputeKind, ResponseKind
from workflow.domain.texts import clean
from workflow.models.body import State
from workflow.models.circulation import Circulation
from workflow.models.response import Response
from workflow.notices import letters
from workflow.queries.cases import Loaded, load


def enter_on_behalf(
    session: Session,
    circulation: Circulation,
    *,
    by: Actor,
    now: datetime,
    state_code: str,
    answer: Answer,
    claimed_at: datetime,
    evidence: str,
) -> Response:
    """Enter what a State wrote outside Adref; the secretariat records, it does not speak (rule 26).

    A blocker counts from `claimed_at` (UTC), every other kind from its entry; nothing so entered lifts or
    replaces a blocker. After the close it opens a dispute and rewrites nothing. `by.idem` is the key of
    the submission. Effects: one response and entry, the State served, silence broken, letters; a hold
    that nothing depends on any more closes. Raises Invalid for a claimed receipt before the dispatch or
    after the entry.
    """
    require(by, Act.ENTER_ON_BEHALF, body=circulation.body_id)
    evidence = clean(evidence, "evidence", required=True)
    answer = replace(answer.cleaned(), replaces=None, names=())
    loaded = load(session, circulation.id)
    state = loaded.state(state_code)
    before = _entered_before(loaded, by)
    if before is not None:
        _require_same(before, answer, state, claimed_at, evidence)
        return before
    text_of(loaded, answer.version_id)
    _check_claim(circulation, claimed_at, now)
    now = received(session, circulation, now, lagging=answer.kind in BREAKING)
    counts_at = claimed_at if answer.kind in BREAKING else now
    response = _store(session, loaded, answer, state, by, now, counts_at, claimed_at, evidence)
    session.flush()
    loaded = load(session, circulation.id)
    lagging = answer.kind in BREAKING
    resettle(session, loaded, by=by, now=now, clock_may_lag=lagging)
    _tell(session, loaded, response, now, lagging)
    if circulation.status is CirculationStatus.CLOSED:
        of, kind = response.entry_seq, DisputeKind.LATE_ENTRY
        open_dispute(session, circulation, kind, state.id, now, by, response=response.id, of=of)
    else:
        release(session, circulation.id, by=by, now=now, cause="nothing_missing")
    return response


def _check_claim(circulation: Circulation, claimed_at: datetime, now: datetime) -> None:
    if circulation.dispatched_at is None or not circulation.dispatched_at <= claimed_at <= now:
        raise Invalid(
            "The claimed receipt must lie between the dispatch and now.",
            remedy="Enter when the letter or message reached the secretariat.",
            field="claimed_at",
        )


def _entered_before(loaded: Loaded, by: Actor) -> Response | None:
    if not by.idem:
        raise Invalid(
            "The form carries no key of its own.", remedy="Open the page again and send it from there."
        )
    return next((one for one in loaded.responses if one.lodging == by.idem), None)


def _require_same(
    before: Response, answer: Answer, state: State, claimed_at: datetime, evidence: str
) -> None:
    """Refuse a form that was recorded before and now says something else: nothing is swallowed."""
    recorded = (before.state_id, before.version_id, before.kind, before.reasons, before.passage, before.cure)
    sent = (state.id, answer.version_id, answer.kind, answer.reasons, answer.passage, answer.cure)
    if recorded != sent or (before.claimed_at, before.evidence) != (claimed_at, evidence):
        raise StaleVersion(
            "This form was recorded before, with other words.",
            remedy="Open a new form to enter another answer.",
        )


def _store(
    session: Session,
    loaded: Loaded,
    answer: Answer,
    state: State,
    by: Actor,
    now: datetime,
    counts_at: datetime,
    claimed_at: datetime,
    evidence: str,
) -> Response:
    circulation = loaded.circulation
    lagging = answer.kind in BREAKING
    close = responded(session, circulation, state.id, by, now)
    seq = record_lodged(
        session, loaded, answer, by, now, state.code, close, counts_at, claimed_at, evidence, lagging=lagging
    )
    response = new_response(
        loaded,
        answer,
        by,
        now,
        state.id,
        counts_at=counts_at,
        claimed_at=claimed_at,
        evidence=evidence,
        on_behalf=True,
        entry_seq=seq,
    )
    session.add(response)
    return response


def _tell(session: Session, loaded: Loaded, response: Response, now: datetime, lagging: bool) -> None:
    if response.kind in BREAKING:
        letters.blocker(session, loaded, [response], now=now)
    if response.kind is ResponseKind.OBJECTION and not response.reasons:
        request_reasons(session, loaded, response, now, lagging)
    letters.receipt(session, loaded, [response], now=now)
