"""The steps in the life of an item, in words: drafted, circulated, decided, replaced, withdrawn.

The facts are in `workflow/queries/items.py`; the page is in `life`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from flask import g, url_for
from flask_babel import gettext

from workflow.domain.mandates import Act, may
from workflow.domain.terms import Result, Source, Status
from workflow.models.circulation import Circulation
from workflow.queries.items import Life, Stage
from workflow.web.wording import word


@dataclass(frozen=True)
class Step:
    """One thing that happened: when, in words, to which version, and how we know.

    `at` is an instant (UTC) or a calendar day; `known_by` names the evidence, `url` leads to it if it can.
    """

    at: datetime | date
    what: str
    version: int
    known_by: str = ""
    url: str | None = None


def steps(life: Life) -> list[Step]:
    """Return what happened to an item, the earliest first."""
    found = [step for stage in life.stages for step in _of_stage(stage)]
    return sorted(found, key=lambda step: (_order(step.at), step.version))


def circulation_url(circulation: Circulation) -> str | None:
    """Return the address of a circulation's page, None for a reader who has none."""
    if not may(g.actor, Act.READ_CIRCULATION):
        return None
    return url_for("auth.circulation", year=circulation.year, number=circulation.number)


def _order(at: datetime | date) -> datetime:
    return at if isinstance(at, datetime) else datetime.combine(at, time.max, UTC)


def _of_stage(stage: Stage) -> Iterator[Step]:
    version = stage.version
    yield _beginning(stage)
    circulation = stage.circulation
    if circulation is not None and circulation.dispatched_at is not None:
        symbol, url = circulation.symbol or "", circulation_url(circulation)
        yield Step(
            circulation.dispatched_at, gettext("Circulated to the States"), version.number, symbol, url
        )
        if stage.is_closed and circulation.closed_at is not None and stage.result is not None:
            yield Step(circulation.closed_at, word(stage.result), version.number, symbol, url)
    yield from _decisions(stage)


def _beginning(stage: Stage) -> Step:
    version = stage.version
    if version.source is Source.DOCUMENT:
        known = version.decision_reference or gettext("the paper gives no words of its own")
        return Step(
            version.created_at,
            gettext("Imported as endorsed on paper; its dates are not in this system"),
            version.number,
            gettext("From a paper: “%(words)s”", words=known),
        )
    drafted = gettext("Drafted by %(name)s", name=stage.writer) if stage.writer else gettext("Drafted")
    return Step(version.created_at, drafted, version.number)


def _decisions(stage: Stage) -> Iterator[Step]:
    version = stage.version
    if version.decision_date is not None:
        meeting = stage.meeting.name if stage.meeting is not None else ""
        yield Step(
            version.decision_date,
            gettext("Endorsed at a meeting: %(meeting)s", meeting=meeting),
            version.number,
            version.decision_reference or "",
        )
    if version.status is Status.WITHDRAWN and version.decided_at is not None and stage.result is None:
        reason = version.reason or ""
        yield Step(version.decided_at, gettext("Withdrawn: %(reason)s", reason=reason), version.number)
    if version.status is Status.SUPERSEDED and version.ended_at is not None and _is_news(stage):
        yield Step(version.ended_at, gettext("Replaced by a later version"), version.number)


def _is_news(stage: Stage) -> bool:
    """Tell whether the circulation's own result does not already say that the text was replaced."""
    return stage.result is not Result.SUPERSEDED
