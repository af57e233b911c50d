"""The course of a circulation as a list of what happened and what is planned, in the order of time.

What still stands between it and its close is in `missing`; the log itself is the secretariat's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext, ngettext

from workflow.domain.terms import (
    CirculationStatus,
    EvidenceKind,
    Outcome,
    RemarkKind,
    ResponseKind,
    Result,
)
from workflow.queries.happenings import Happened, Happening
from workflow.web.moments import moment
from workflow.web.rounds import Round
from workflow.web.wording import word

_COLOURS = {Happened.MOVED: "run", Happened.DISPUTED: "hold", Happened.CORRECTED: "hold"}


@dataclass(frozen=True)
class Event:
    """One thing that happened at `at` (UTC), or is planned then; its number is drawn in `colour`."""

    at: datetime
    what: str
    is_planned: bool = False
    colour: str = "run"


def told(seen: Round, around: list[Happening]) -> list[Event]:
    """Return the course of a circulation as the reader may see it (rule 33a)."""
    events = [*_own(seen), *_served(seen), *_said(seen), *_ended(seen), *_items(seen), *_planned(seen)]
    for one in around:
        what = _happened(seen, one)
        if what:
            events.append(Event(one.at, what, colour=_COLOURS.get(one.what, "rest")))
    return sorted(events, key=lambda event: event.at)


def _own(seen: Round) -> Iterable[Event]:
    circulation = seen.circulation
    states = len(seen.loaded.states)
    if circulation.dispatched_at is not None:
        words = ngettext("Dispatched to %(num)d State.", "Dispatched to %(num)d States.", states)
        yield Event(circulation.dispatched_at, words)
    if circulation.silence_started_at is not None:
        yield Event(circulation.silence_started_at, gettext("Silence began."))
    for one in seen.loaded.suspensions:
        yield Event(one.since, gettext("Suspended: “%(reason)s”", reason=one.reason), colour="later")
    if circulation.held_at is not None:
        yield Event(circulation.held_at, gettext("Held at the deadline."), colour="hold")
    if circulation.closed_at is not None:
        ended = "ok" if circulation.outcome is Outcome.ENDORSED else "rest"
        yield Event(circulation.closed_at, _closed(seen), colour=ended)


def _closed(seen: Round) -> str:
    circulation = seen.circulation
    if circulation.outcome is not None:
        return gettext("Closed: %(outcome)s.", outcome=word(circulation.outcome))
    return gettext("Withdrawn: “%(reason)s”", reason=circulation.withdrawal_reason)


def _served(seen: Round) -> Iterable[Event]:
    instants = [service.since for service in seen.services.values() if service.since is not None]
    if seen.shows_all and instants and len(instants) == len(seen.services):
        yield Event(max(instants), gettext("Every State is served."), colour="ok")


def _said(seen: Round) -> Iterable[Event]:
    for one in seen.loaded.responses:
        words = {
            ResponseKind.OBJECTION: gettext("%(state)s objects to item %(item)s."),
            ResponseKind.INPUT: gettext("%(state)s lodges an input on item %(item)s."),
        }.get(one.kind)
        if words is not None:
            state = seen.loaded.state(seen.loaded.code_by_id[one.state_id])
            item = seen.loaded.row(one.version_id).entry.position
            colour = "stop" if one.kind is ResponseKind.OBJECTION else "hold"
            yield Event(one.received_at, words % {"state": state.leading, "item": item}, colour=colour)


def _ended(seen: Round) -> Iterable[Event]:
    for one in seen.loaded.remarks:
        response = seen.loaded.response(one.response_id)
        words = {
            RemarkKind.LIFTED: gettext("%(state)s lifts what stopped item %(item)s."),
            RemarkKind.REPLACED: gettext("%(state)s replaces what stopped item %(item)s."),
            RemarkKind.ACCEPTED: gettext("%(state)s accepts the answer on item %(item)s."),
            RemarkKind.ANSWERED: gettext("The Lead Shepherd answers %(state)s on item %(item)s."),
        }.get(one.kind)
        if words is not None:
            state = seen.loaded.state(seen.loaded.code_by_id[response.state_id])
            item = seen.loaded.row(response.version_id).entry.position
            name = state.in_text if one.kind is RemarkKind.ANSWERED else state.leading
            colour = "rest" if one.kind is RemarkKind.ANSWERED else "ok"
            yield Event(one.at, words % {"state": name, "item": item}, colour=colour)


def _items(seen: Round) -> Iterable[Event]:
    gone = {Result.WITHDRAWN, Result.SUPERSEDED}
    for row in seen.loaded.items:
        if row.entry.result in gone and row.entry.left_at is not None:
            what = gettext(
                "Item %(item)s: %(result)s.", item=row.entry.position, result=word(row.entry.result)
            )
            yield Event(row.entry.left_at, what, colour="rest")


def _planned(seen: Round) -> Iterable[Event]:
    circulation = seen.circulation
    if circulation.deadline is None or circulation.status is CirculationStatus.SUSPENDED:
        return
    yield Event(circulation.deadline, gettext("Deadline."), circulation.deadline > seen.now)
    if circulation.window_end is not None:
        what = gettext("The consultation window ends; then silence can begin.")
        yield Event(circulation.window_end, what, circulation.window_end > seen.now)
    if circulation.status is CirculationStatus.OPEN and circulation.dispatched_at is not None:
        for at in seen.loaded.working_time.reminders(circulation.deadline, circulation.dispatched_at):
            if at > seen.now:
                yield Event(at, gettext("Reminder to States that have not answered every item."), True)


def _happened(seen: Round, one: Happening) -> str:
    if one.what is Happened.MOVED:
        return _moved(seen, one)
    if one.what is Happened.CORRECTED:
        return gettext("Correction: “%(text)s”", text=one.text)
    if not seen.shows_all:
        return ""
    if one.what is Happened.REMINDED:
        return ngettext("Reminder to %(num)d State.", "Reminder to %(num)d States.", one.number or 0)
    if one.what is Happened.OVERRIDDEN:
        return _overridden(seen, one)
    words = {
        Happened.ASKED_FOR_TIME: gettext("%(state)s asks for more time."),
        Happened.DISPUTED: gettext("A dispute about %(state)s was opened."),
    }.get(one.what, "")
    told = words % {"state": _name(seen, one)} if words else ""
    return told[:1].upper() + told[1:]


def _overridden(seen: Round, one: Happening) -> str:
    """Quote the evidence: the first office's alone while the other is waited for, then both."""
    if one.before is None:
        return ""
    words = (
        gettext("One office records that %(state)s had the paper since %(at)s: “%(first)s”")
        if one.after is None
        else gettext("Both offices treat %(state)s as served since %(at)s: “%(first)s” and “%(second)s”")
    )
    second = [
        fact.detail
        for fact in seen.loaded.evidence
        if fact.kind is EvidenceKind.OVERRIDE and fact.state_id == one.state_id and fact.at == one.before
    ]
    at = moment(one.before, seen.circulation.zone, seconds=True)
    told = {"first": one.text, "second": second[0] if second else ""}
    return words % {"state": _name(seen, one), "at": at, **told}


def _moved(seen: Round, one: Happening) -> str:
    zone = seen.circulation.zone
    if one.after is None:
        return ""
    after = moment(one.after, zone)
    if one.detail == "extension":
        return gettext("Deadline moved to %(after)s: “%(reason)s”", after=after, reason=one.text)
    return gettext("Time runs again; the new deadline is %(after)s.", after=after)


def _name(seen: Round, one: Happening) -> str:
    code = seen.loaded.code_by_id.get(one.state_id or 0)
    return seen.loaded.state(code).in_text if code is not None else gettext("a State")
