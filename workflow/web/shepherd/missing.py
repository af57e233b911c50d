"""What is missing in a running circulation: States not served, then what stops an item, each with its act.

Whether something stops an item is judged in `workflow/domain/outcome.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from flask import url_for
from flask_babel import gettext, ngettext

from workflow.domain.mandates import Act, may
from workflow.domain.outcome import Cause, needs_silence
from workflow.domain.positions import Lodged, Place
from workflow.domain.terms import CirculationStatus, EvidenceKind, RemarkKind, ResponseKind
from workflow.models.body import State
from workflow.queries.cases import ItemRow
from workflow.queries.happenings import Happened, Happening
from workflow.web.moments import moment
from workflow.web.rounds import Round

#: How long letters may wait for their first try before somebody is asked to help.
PATIENCE = timedelta(minutes=10)


@dataclass(frozen=True)
class Doing:
    """One act that helps: a link, or with `posts` a form of one button."""

    label: str
    url: str
    posts: bool = False
    main: bool = False


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: its word, the State, on which item, what is known of it, what helps."""

    word: Place | Cause
    state: State
    where: str
    details: tuple[str, ...]
    acts: tuple[Doing, ...]


def found(seen: Round, around: list[Happening]) -> list[Missing]:
    """Return what is missing, unserved States first; nothing once it is over."""
    if not seen.is_running:
        return []
    unserved = list(_unserved(seen, around)) if seen.shows_all else []
    return [*unserved, *_blockers(seen)]


def sending(seen: Round, around: list[Happening]) -> tuple[int, int] | None:
    """Return to how many States all circulation letters have left, and of how many; None once all have.

    Only the offices are told: service is theirs to see to.
    """
    waiting = {one.state_id for one in around if one.what is Happened.WAITING}
    total = len(seen.loaded.states)
    return (total - len(waiting), total) if waiting and seen.shows_all else None


def leaving(seen: Round, around: list[Happening]) -> list[State]:
    """Return the unserved States whose letters were just written and not tried yet: nothing helps but time.

    What waits longer than PATIENCE is missing like everything else.
    """
    fresh = {one.state_id for one in around if _leaves_now(seen, one)}
    overridden = {one.state_id for one in around if one.what is Happened.OVERRIDDEN}
    begun = overridden | {one.state_id for one in seen.loaded.evidence}
    return [
        state
        for state in seen.loaded.states
        if seen.shows_all
        and state.id in fresh - begun
        and seen.services[state.code].since is None
        and state.code not in seen.loaded.holding
    ]


def _leaves_now(seen: Round, one: Happening) -> bool:
    return one.what is Happened.WAITING and not one.text and seen.now - one.at < PATIENCE


def _unserved(seen: Round, around: list[Happening]) -> Iterable[Missing]:
    needed = needs_silence(seen.loaded.case())
    on_their_way = leaving(seen, around)
    for state in (one for one in seen.loaded.states if one not in on_their_way):
        service = seen.services[state.code]
        lacking = service.since is None or state.code in seen.verdict.missing
        if state.code in seen.loaded.holding or (lacking and state.code in needed):
            details = [*_letters(seen, state, around), *_period(seen, state)]
            details += _overrides(seen, state, around)
            cause = Cause.UNSERVED if service.since is None else Cause.PERIOD_SHORT
            yield Missing(cause, state, "", tuple(details), tuple(_serving_acts(seen, state)))


def _letters(seen: Round, state: State, around: list[Happening]) -> Iterable[str]:
    """Say what became of the letters to a State that is not served."""
    if seen.services[state.code].since is not None:
        return
    zone = seen.circulation.zone
    bounces = [
        one for one in seen.loaded.evidence if one.state_id == state.id and one.kind is EvidenceKind.BOUNCED
    ]
    if bounces:
        last = bounces[-1]
        yield gettext(
            "A letter to %(address)s failed on %(moment)s: “%(reply)s”.",
            address=last.address,
            moment=moment(last.at, zone),
            reply=last.detail,
        )
        yield gettext("Nobody of %(state)s has opened the paper since.", state=state.in_text)
    for one in around:
        if one.what is Happened.WAITING and one.state_id == state.id:
            yield ngettext(
                "%(num)d letter waits to be sent.", "%(num)d letters wait to be sent.", one.number or 0
            )
            if one.text:
                yield gettext("The mail server last said: “%(reply)s”.", reply=one.text)


def _period(seen: Round, state: State) -> Iterable[str]:
    service, zone = seen.services[state.code], seen.circulation.zone
    if state.code in seen.loaded.holding:
        yield gettext(
            "It was not served in time: this holds the circulation. Serving it now does not end the hold."
        )
    elif service.since is not None and service.counts_from is not None:
        yield gettext(
            "Served since %(since)s. Its silence counts from %(counts)s: a deadline then or later helps.",
            since=moment(service.since, zone),
            counts=moment(service.counts_from, zone),
        )


def _overrides(seen: Round, state: State, around: list[Happening]) -> Iterable[str]:
    for one in waiting_overrides(around, state.id):
        if one.before is not None:
            yield gettext(
                "One office recorded that it had the paper since %(moment)s; the other must record the same.",
                moment=moment(one.before, seen.circulation.zone, seconds=True),
            )


def waiting_overrides(around: list[Happening], state_id: int) -> list[Happening]:
    """Return the overrides of a State that still wait for their second person."""
    return [
        one
        for one in around
        if one.what is Happened.OVERRIDDEN and one.state_id == state_id and one.after is None
    ]


def _serving_acts(seen: Round, state: State) -> Iterable[Doing]:
    key = seen.circulation.id
    late = seen.services[state.code].since is not None or state.code in seen.loaded.holding
    if late and may(seen.actor, Act.EXTEND) and seen.circulation.status is not CirculationStatus.SUSPENDED:
        yield Doing(
            gettext("Extend the deadline"), url_for("shepherd.extension", circulation_id=key), main=True
        )
    if seen.services[state.code].since is None and may(seen.actor, Act.RESERVE):
        label = gettext("Send to %(state)s again", state=state.in_text)
        url = url_for("shepherd.serve_again", circulation_id=key, state_code=state.code)
        yield Doing(label, url, posts=True, main=not late)
    if may(seen.actor, Act.OVERRIDE) and seen.circulation.status is not CirculationStatus.SUSPENDED:
        label = gettext("Record evidence that %(state)s was served", state=state.in_text)
        yield Doing(label, url_for("shepherd.overriding_form", circulation_id=key, state_code=state.code))


def _blockers(seen: Round) -> Iterable[Missing]:
    for row in seen.loaded.open_items:
        for state in seen.loaded.states:
            for one in seen.positions[row.version.id, state.code].blockers(seen.case.inputs_block):
                yield _blocker(seen, row, state, one)


def _blocker(seen: Round, row: ItemRow, state: State, lodged: Lodged) -> Missing:
    response = seen.loaded.response(lodged.id)
    at = moment(response.received_at, seen.circulation.zone)
    details = [
        gettext("Lodged %(moment)s, with wording that would settle it.", moment=at)
        if response.cure
        else gettext("Lodged %(moment)s.", moment=at)
    ]
    answers = [
        one for one in seen.loaded.remarks if one.response_id == lodged.id and one.kind is RemarkKind.ANSWERED
    ]
    if answers:
        at = moment(answers[-1].at, seen.circulation.zone)
        details.append(
            gettext(
                "Answered %(moment)s. Only %(state)s can accept the answer.", moment=at, state=state.in_text
            )
        )
    objects = lodged.kind is ResponseKind.OBJECTION
    return Missing(
        Place.OBJECTION if objects else Place.INPUT_OUTSTANDING,
        state,
        gettext("on item %(item)s", item=row.entry.position),
        tuple(details),
        (_reading(seen, row, state, answered=bool(answers)),),
    )


def _reading(seen: Round, row: ItemRow, state: State, *, answered: bool) -> Doing:
    url = url_for(
        "shepherd.position",
        circulation_id=seen.circulation.id,
        version_id=row.version.id,
        state_code=state.code,
    )
    if answered:
        return Doing(gettext("See the answer"), url)
    return Doing(gettext("Read and answer") if may(seen.actor, Act.ANSWER) else gettext("Read it"), url)
