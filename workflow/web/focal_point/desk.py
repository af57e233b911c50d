"""The first page of a State's focal points: what is asked of the State, by when, and what silence means.

The answers are given in `answer`; the facts are read in `workflow/queries/desks.py`.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import g, render_template, url_for
from flask_babel import gettext, ngettext

from workflow.domain.mandates import Act, may
from workflow.domain.rules import Rules
from workflow.domain.terms import CirculationStatus, RemarkKind, ResponseKind
from workflow.queries.desks import OnDesk, on_desk
from workflow.queries.own_words import Answered
from workflow.web.doors import permits
from workflow.web.filters import at_zone, day, joined, number_word
from workflow.web.focal_point.blueprint import blueprint
from workflow.web.focal_point.sheets import is_late, working_days
from workflow.web.wording import word


@dataclass(frozen=True)
class Submission:
    """What the State lodged at once: each kind with the numbers of its items, and their receipts' key."""

    lodging: str
    at: datetime
    kinds: tuple[tuple[ResponseKind, list[int]], ...]
    number: int


@dataclass(frozen=True)
class Entry:
    """One circulation on the desk, in sentences; `calls` are what is asked besides: words and address."""

    on: OnDesk
    sentence: str
    is_late: bool
    is_waiting: bool
    working_days: int | None
    inputs_block: bool
    documents: str
    label: str
    calls: tuple[tuple[str, str], ...]
    submissions: tuple[Submission, ...]


@blueprint.get("/desk")
@permits(Act.READ_OWN_DESK)
def desk() -> str:
    """Show what awaits the State."""
    found = [_entry(one) for one in on_desk(g.session, g.capacity.state)]
    asked = [one for one in found if one.on.is_running and one.on.on_roster]
    waiting = [one for one in asked if one.is_waiting]
    return render_template(
        "focal_point/desk.html",
        state=g.capacity.state,
        title=_title(len(waiting), sum(len(one.calls) for one in asked if not one.is_late)),
        asked=[*waiting, *(one for one in asked if not one.is_waiting)],
        for_information=[one for one in found if one.on.is_running and not one.on.on_roster],
        over=[one for one in found if not one.on.is_running],
        may_speak=may(g.actor, Act.LODGE),
    )


def _entry(on: OnDesk) -> Entry:
    circulation = on.circulation
    late = is_late(circulation, g.now)
    titles = dict.fromkeys(item.document.title for item in on.items)
    return Entry(
        on,
        _sentence(on, late),
        late,
        not late and bool(on.unanswered),
        working_days(circulation, g.now),
        Rules.from_json(circulation.frozen["rules"]).inputs_block,
        joined(titles),
        _label(on, late),
        tuple(_calls(on)),
        tuple(_submissions(on)),
    )


def _submissions(on: OnDesk) -> list[Submission]:
    found: dict[str, list[Answered]] = {}
    for one in on.answers:
        found.setdefault(one.response.lodging, []).append(one)
    return [_submission(on, lodging, said) for lodging, said in found.items()]


def _submission(on: OnDesk, lodging: str, said: list[Answered]) -> Submission:
    kinds: dict[ResponseKind, list[int]] = {}
    for one in said:
        kinds.setdefault(one.response.kind, []).append(on.item(one.response.version_id).number)
    sorted_kinds = tuple((kind, sorted(items)) for kind, items in kinds.items())
    return Submission(lodging, said[0].response.received_at, sorted_kinds, len(said))


def _title(waiting: int, questions: int) -> str:
    """Say how many answers are asked for, or else how many questions on answers given are open."""
    name = g.capacity.state.in_text
    if not waiting and questions:
        return ngettext(
            "One question to %(state)s is open",
            "%(number)s questions to %(state)s are open",
            questions,
            number=number_word(questions).capitalize(),
            state=name,
        )
    if not waiting:
        return gettext("Nothing is waiting for %(state)s", state=name)
    return ngettext(
        "One answer is waiting for %(state)s",
        "%(number)s answers are waiting for %(state)s",
        waiting,
        number=number_word(waiting).capitalize(),
        state=name,
    )


def _sentence(on: OnDesk, late: bool) -> str:
    status, circulation = on.circulation.status, on.circulation
    if status is CirculationStatus.SUSPENDED and circulation.suspended_at is not None:
        since = day(circulation.suspended_at, circulation.zone)
        stands = gettext("Time stands still since %(day)s; answers are still taken.", day=since)
        return f"{_asked(on)} {stands}"
    if status is CirculationStatus.HELD:
        return gettext(
            "The deadline has passed, and the circulation is held: a State was not served in time. "
            "What is said now is late, unless the deadline is extended."
        )
    if late:
        return gettext("The deadline has passed. What it decides is being written down.")
    return f"{_asked(on)} {_by_when(on)}"


def _asked(on: OnDesk) -> str:
    name, left, total = g.capacity.state.leading, len(on.unanswered), len(on.open_items)
    if not left:
        return ngettext(
            "%(state)s has answered the item of %(title)s.",
            "%(state)s has answered all %(number)s items of %(title)s.",
            total,
            state=name,
            number=number_word(total),
            title=on.circulation.title,
        )
    if left < total:
        return gettext(
            "%(state)s has answered %(done)s of %(total)s items of %(title)s; %(left)s are open.",
            state=name,
            done=number_word(total - left),
            total=number_word(total),
            left=number_word(left),
            title=on.circulation.title,
        )
    return ngettext(
        "%(state)s is asked whether it objects to one item of %(title)s.",
        "%(state)s is asked whether it objects to %(number)s items of %(title)s.",
        total,
        state=name,
        number=number_word(total),
        title=on.circulation.title,
    )


def _by_when(on: OnDesk) -> str:
    state, deadline = g.capacity.state, on.circulation.deadline
    assert deadline is not None
    when = at_zone(deadline, state.zone)
    if on.unanswered:
        return gettext("Please answer before %(when)s in %(place)s.", when=when, place=state.capital)
    return gettext("It can change this before %(when)s in %(place)s.", when=when, place=state.capital)


def _label(on: OnDesk, late: bool) -> str:
    """Name what the button leads to."""
    total = len(on.open_items)
    if late:
        return gettext("Read the items, or make a late statement")
    if not on.unanswered:
        return gettext("Read the items, or change an answer")
    number = number_word(total)
    if may(g.actor, Act.LODGE):
        return ngettext(
            "Read and answer the item", "Read and answer the %(number)s items", total, number=number
        )
    return ngettext("Read the item, prepare an answer", "Read the %(number)s items, prepare answers", total,
                    number=number)  # fmt: skip


def _calls(on: OnDesk) -> list[tuple[str, str]]:
    """Return what the Lead Shepherd asks of the State on its own answers: words and address."""
    told = {
        RemarkKind.ANSWERED: gettext("the Lead Shepherd answered it. Accept the answer, or let it stand."),
        RemarkKind.KIND_PROPOSED: gettext(
            "the Lead Shepherd proposes another kind. Only your State decides."
        ),
        RemarkKind.REASONS_REQUESTED: gettext("reasons are asked for. It counts without them too."),
    }
    calls = []
    for one in on.answers:
        newest = next((remark for remark in reversed(one.remarks) if remark.kind in told), None)
        if newest is None or not one.stands or one.response.version_id not in _open(on):
            continue
        has_followed = on.said_later(one)
        if newest.kind is RemarkKind.REASONS_REQUESTED and has_followed:
            continue
        number = on.item(one.response.version_id).number
        asked = told[newest.kind]
        if newest.kind is RemarkKind.KIND_PROPOSED and has_followed:
            asked = gettext("it stands beside what was said later. Withdraw it if that takes its place.")
        what = gettext("%(kind)s on item %(number)s:", kind=word(one.response.kind), number=number)
        url = url_for("focal_point.circulation", circulation_id=on.circulation.id, _anchor=f"item-{number}")
        calls.append((f"{what} {asked}", url))
    return calls


def _open(on: OnDesk) -> set[int]:
    return {item.version_id for item in on.open_items}
