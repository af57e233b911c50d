"""The steps in the life of an item, in words: drafted, circulated, objected to, decided, noted, replaced.

The facts are in `workflow/queries/items.py`; the page is in `life`, the drawing in `lifeline`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from flask import g, url_for
from flask_babel import gettext

from workflow.domain.mandates import Act, may
from workflow.domain.positions import Lodged, Remark, blocks, in_time
from workflow.domain.rules import Rules
from workflow.domain.terms import CirculationStatus, RemarkKind, ResponseKind, Result, Source, Status
from workflow.models.circulation import Circulation
from workflow.queries.deferrals import Deferral
from workflow.queries.items import Life, Stage
from workflow.web.wording import word, wording

#: What a version is after its circulation, as its line is drawn on.
_AFTER = {Result.ENDORSED: "force", Result.NOT_ENDORSED: "stopped", Result.DEFERRED: "deferred"}


@dataclass(frozen=True)
class Step:
    """One thing that happened: when, in words, to which version, and how we know.

    `at` is an instant (UTC) or a calendar day; `known_by` names the evidence, `url` leads to it if it can.
    `leads_to` is what the version's line is drawn as from here on: draft, before, stopped, deferred, force,
    or "" where it ends; None leaves it as it was. `colour` and `mark` are those of the step's number.
    """

    at: datetime | date
    what: str
    version: int
    known_by: str = ""
    url: str | None = None
    leads_to: str | None = None
    colour: str = "rest"
    mark: str = ""


def steps(life: Life) -> list[Step]:
    """Return what happened to an item, the earliest first."""
    found = [step for stage in life.stages for step in _of_stage(stage)]
    return sorted(found, key=lambda step: (_order(step.at), step.version))


def circulation_url(circulation: Circulation) -> str | None:
    """Return the address of a circulation's page, None for a reader who has none."""
    if not may(g.actor, Act.READ_CIRCULATION):
        return None
    return url_for("auth.circulation", year=circulation.year, number=circulation.number)


def position_url(stage: Stage, state: str) -> str | None:
    """Return the address of what one State said of a version, None for a reader who has none."""
    if stage.circulation is None or not may(g.actor, Act.READ_CIRCULATION):
        return None
    return url_for(
        "shepherd.position",
        circulation_id=stage.circulation.id,
        version_id=stage.version.id,
        state_code=state,
    )


def _order(at: datetime | date) -> datetime:
    return at if isinstance(at, datetime) else datetime.combine(at, time.max, UTC)


def _of_stage(stage: Stage) -> Iterator[Step]:
    version, circulation = stage.version, stage.circulation
    yield _beginning(stage)
    if circulation is not None and circulation.dispatched_at is not None:
        what, url = gettext("Circulated to the States"), circulation_url(circulation)
        at, symbol = circulation.dispatched_at, circulation.symbol or ""
        yield Step(at, what, version.number, symbol, url, "before", "run", "running")
        if may(g.actor, Act.READ_CIRCULATION):
            yield from _said(stage, circulation)
        # A referral is the close of the circulation and the deferral of the item in one (rule 31).
        referred = stage.result is Result.DEFERRED and stage.deferral is not None
        if (
            stage.is_closed
            and circulation.closed_at is not None
            and stage.result is not None
            and not referred
        ):
            yield _close(stage, stage.result, circulation.closed_at, circulation)
    if stage.deferral is not None:
        yield _deferred(stage, stage.deferral)
    yield from _decisions(stage)


def _close(stage: Stage, result: Result, at: datetime, circulation: Circulation) -> Step:
    symbol, shown = circulation.symbol or "", wording(result)
    known = gettext("%(symbol)s, log %(seq)s", symbol=symbol, seq=circulation.closed_seq)
    url = url_for("records.record", circulation_id=circulation.id)
    leads_to = _AFTER.get(result, "")
    return Step(at, word(result), stage.version.number, known, url, leads_to, shown.colour, shown.mark)


def _deferred(stage: Stage, deferral: Deferral) -> Step:
    circulation, shown = stage.circulation, wording(Status.DEFERRED)
    known = gettext(
        "%(symbol)s, log %(seq)s", symbol=circulation.symbol if circulation else "", seq=deferral.seq
    )
    what = gettext("Deferred to the next meeting")
    if deferral.by:
        what = gettext("Deferred to the next meeting by %(name)s", name=deferral.by)
    url = url_for("records.record", circulation_id=circulation.id) if circulation else None
    return Step(deferral.at, what, stage.version.number, known, url, "deferred", shown.colour, shown.mark)


def _said(stage: Stage, circulation: Circulation) -> Iterator[Step]:
    """Yield what stopped the version and what ended that; what came too late leaves its line as it was."""
    inputs_block = Rules.from_json(circulation.frozen["rules"]).inputs_block
    suspended = circulation.status is CirculationStatus.SUSPENDED
    deadline = None if suspended else circulation.deadline
    told: list[tuple[datetime, Lodged, Remark | None]]
    told = [(one.counts_at, one, None) for one in stage.breaking]
    told += [(remark.at, one, remark) for one, remark in stage.endings]
    standing: set[int] = set()
    for at, lodged, remark in sorted(told, key=lambda one: (one[0], one[1].id)):
        timely = in_time(at, deadline)
        if timely and remark is not None:
            standing.discard(lodged.id)
        elif timely and blocks(lodged.kind, inputs_block):
            standing.add(lodged.id)
        step = _lodged(stage, lodged) if remark is None else _ended(stage, lodged, remark)
        what = step.what if timely else gettext("%(what)s, too late to count", what=step.what)
        leads_to = ("stopped" if standing else "before") if timely else None
        yield replace(step, at=at, what=what[:1].upper() + what[1:], leads_to=leads_to)


def _lodged(stage: Stage, lodged: Lodged) -> Step:
    objects = lodged.kind is ResponseKind.OBJECTION
    words = gettext("%(state)s objects") if objects else gettext("%(state)s lodges an input")
    return Step(
        at=lodged.counts_at,
        what=words % {"state": stage.names[lodged.state]},
        version=stage.version.number,
        known_by=gettext("its position, log %(seq)s", seq=stage.seqs[lodged.id]),
        url=position_url(stage, lodged.state),
        colour=wording(lodged.kind).colour,
        mark=wording(lodged.kind).mark,
    )


def _ended(stage: Stage, lodged: Lodged, remark: Remark) -> Step:
    words = {
        RemarkKind.LIFTED: gettext("%(state)s lifts what stopped it"),
        RemarkKind.REPLACED: gettext("%(state)s replaces what stopped it"),
        RemarkKind.ACCEPTED: gettext("%(state)s accepts the answer"),
    }[remark.kind]
    what = words % {"state": stage.names[lodged.state]}
    known, url = gettext("its position"), position_url(stage, lodged.state)
    return Step(remark.at, what, stage.version.number, known, url, mark="lifted")


def _beginning(stage: Stage) -> Step:
    version = stage.version
    if version.source is Source.DOCUMENT:
        known = version.decision_reference or gettext("the paper gives no words of its own")
        return Step(
            version.created_at,
            gettext("Imported as endorsed on paper; its dates are not in this system"),
            version.number,
            gettext("From a paper: “%(words)s”", words=known),
            None,
            "force",
            "ok",
            "paper",
        )
    drafted = gettext("Drafted by %(name)s", name=stage.writer) if stage.writer else gettext("Drafted")
    return Step(version.created_at, drafted, version.number, leads_to="draft", mark="draft")


def _decisions(stage: Stage) -> Iterator[Step]:
    version, number = stage.version, stage.version.number
    if version.decision_date is not None:
        meeting = stage.meeting.name if stage.meeting is not None else ""
        what = gettext("Endorsed at a meeting: %(meeting)s", meeting=meeting)
        known = version.decision_reference or ""
        yield Step(version.decision_date, what, number, known, None, "force", "ok", "endorsed")
    if version.status is Status.WITHDRAWN and version.decided_at is not None and stage.result is None:
        what = gettext("Withdrawn: %(reason)s", reason=version.reason or "")
        yield Step(version.decided_at, what, number, leads_to="", mark="withdrawn")
    for noting, noted_by in stage.noted:
        what = gettext("Outcome noted by a meeting: %(meeting)s", meeting=noted_by.name)
        yield Step(noting.noted_on, what, number, noting.reference, colour="run", mark="closed")
    if version.status is Status.SUPERSEDED and version.ended_at is not None and _is_news(stage):
        what = gettext("Replaced by a later version")
        yield Step(version.ended_at, what, number, leads_to="", mark="superseded")


def _is_news(stage: Stage) -> bool:
    """Tell whether the circulation's own result does not already say that the text was replaced."""
    return stage.result is not Result.SUPERSEDED
