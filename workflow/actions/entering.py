"""Responses on paper or by plain e-mail, entered by the secretariat on behalf of a State (rule 26).

What a State records itself is in `responses`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from workflow.actions.admitting import BREAKING, GONE, Answer, received, text_of
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


@dataclass(frozen=True)
class Paper:
    """What was received: of which State, when it says it arrived (UTC), and what shows it."""

    state: State
    claimed_at: datetime
    evidence: str


def enter_on_behalf(
    session: Session,
    circulation: Circulation,
    *,
    by: Actor,
    now: datetime,
    state_code: str,
    answers: Sequence[Answer],
    claimed_at: datetime,
    evidence: str,
) -> list[Response]:
    """Enter what a State wrote outside Adref; the secretariat records, it does not speak (rule 26).

    A blocker counts from `claimed_at` (UTC), every other kind from its entry; nothing so entered lifts or
    replaces a blocker. After the close it opens disputes and rewrites nothing. `by.idem` is the key of the
    submission. Effects: one response and entry each, the State served, silence broken, letters; a hold
    that nothing depends on any more closes. Raises Invalid for a claimed receipt before the dispatch or
    after the entry, and for no answer at all.
    """
    require(by, Act.ENTER_ON_BEHALF, body=circulation.body_id)
    evidence = clean(evidence, "evidence", required=True)
    given = [replace(one.cleaned(), replaces=None, names=()) for one in answers]
    loaded = load(session, circulation.id)
    paper = Paper(loaded.state(state_code), claimed_at, evidence)
    before = _entered_before(loaded, by)
    if before:
        _require_same(before, given, paper)
        return before
    _check(loaded, given, claimed_at, now)
    lagging = all(one.kind in BREAKING for one in given)
    now = received(session, circulation, now, lagging=lagging)
    responses = _store(session, loaded, given, paper, by, now, lagging)
    loaded = load(session, circulation.id)
    resettle(session, loaded, by=by, now=now, clock_may_lag=lagging)
    _tell(session, loaded, responses, now, lagging)
    _follow(session, circulation, responses, by, now)
    return responses


def on_the_whole(loaded: Loaded, answer: Answer) -> list[Answer]:
    """Return the answer as given on each item still in the circulation (rule 28); its item is not looked at.

    Raises Invalid naming `item` where none is left, and `passage`, which is of one text only.
    """
    if answer.passage:
        raise Invalid(
            "A passage belongs to one text, not to the whole paper.",
            remedy="Leave it empty, or enter the items one by one.",
            field="passage",
        )
    left = [row.version.id for row in loaded.items if row.version.status not in GONE]
    if not left:
        raise Invalid(
            "No item is in this circulation any more.", remedy="See what replaced its items.", field="item"
        )
    return [replace(answer, version_id=key) for key in left]


def _check(loaded: Loaded, given: Sequence[Answer], claimed_at: datetime, now: datetime) -> None:
    if not given:
        raise Invalid("No item is answered.", remedy="Choose the item.", field="item")
    for answer in given:
        text_of(loaded, answer.version_id)
    dispatched = loaded.circulation.dispatched_at
    if dispatched is None or not dispatched <= claimed_at <= now:
        raise Invalid(
            "The claimed receipt must lie between the dispatch and now.",
            remedy="Enter when the letter or message reached the secretariat.",
            field="claimed_at",
        )


def _entered_before(loaded: Loaded, by: Actor) -> list[Response]:
    if not by.idem:
        raise Invalid(
            "The form carries no key of its own.", remedy="Open the page again and send it from there."
        )
    return [one for one in loaded.responses if one.lodging == by.idem]


def _require_same(before: Sequence[Response], given: Sequence[Answer], paper: Paper) -> None:
    """Refuse a form that was recorded before and now says something else: nothing is swallowed."""
    recorded = {(one.version_id, one.kind, one.reasons, one.passage, one.cure) for one in before}
    sent = {(one.version_id, one.kind, one.reasons, one.passage, one.cure) for one in given}
    papers = {(one.state_id, one.claimed_at, one.evidence) for one in before}
    if sent - recorded or papers != {(paper.state.id, paper.claimed_at, paper.evidence)}:
        raise StaleVersion(
            "This form was recorded before, with other words.",
            remedy="Open a new form to enter another answer.",
        )


def _store(
    session: Session,
    loaded: Loaded,
    given: Sequence[Answer],
    paper: Paper,
    by: Actor,
    now: datetime,
    lagging: bool,
) -> list[Response]:
    state, claimed_at, evidence = paper.state, paper.claimed_at, paper.evidence
    close = responded(session, loaded.circulation, state.id, by, now)
    responses = []
    for answer in given:
        counts_at = claimed_at if answer.kind in BREAKING else now
        seq = record_lodged(
            session,
            loaded,
            answer,
            by,
            now,
            state.code,
            close,
            counts_at,
            claimed_at,
            evidence,
            lagging=lagging,
        )
        told = {"counts_at": counts_at, "claimed_at": claimed_at, "evidence": evidence, "entry_seq": seq}
        responses.append(new_response(loaded, answer, by, now, state.id, on_behalf=True, **told))
    session.add_all(responses)
    session.flush()
    return responses


def _tell(session: Session, loaded: Loaded, responses: list[Response], now: datetime, lagging: bool) -> None:
    blockers = [one for one in responses if one.kind in BREAKING]
    if blockers:
        letters.blocker(session, loaded, blockers, now=now)
    for response in blockers:
        if response.kind is ResponseKind.OBJECTION and not response.reasons:
            request_reasons(session, loaded, response, now, lagging)
    letters.receipt(session, loaded, responses, now=now)


def _follow(
    session: Session, circulation: Circulation, responses: list[Response], by: Actor, now: datetime
) -> None:
    """Open a dispute for each entry after the close; else end a hold that waits for nothing any more."""
    if circulation.status is not CirculationStatus.CLOSED:
        release(session, circulation.id, by=by, now=now, cause="nothing_missing")
        return
    kind = DisputeKind.LATE_ENTRY
    for one in responses:
        open_dispute(session, circulation, kind, one.state_id, now, by, response=one.id, of=one.entry_seq)
