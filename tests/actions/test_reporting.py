"""Tests of reporting on a document: periods, figures, highlights, and the report drafted in one act."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import update

from tests.actions.rounds import Round
from tests.factories import World
from tests.settable_clock import SettableClock
from workflow.actions import annual_reports, progress, reporting
from workflow.actions.exporting_papers import whole_paper
from workflow.audit import kept_of_reports, tying
from workflow.audit.kept import Names
from workflow.domain.errors import Invalid, WrongStatus
from workflow.domain.terms import Status
from workflow.models.reporting import Figure, Indicator, ReportingPeriod
from workflow.queries.documents import lines
from workflow.queries.reporting import find_period

DUE = date(2021, 1, 31)


def who(round_: Round) -> dict[str, Any]:
    return {"by": round_.world.actor("programme"), "now": round_.clock.now}


def planned(round_: Round) -> ReportingPeriod:
    document = round_.world.document
    days = {"first_day": date(2020, 1, 1), "last_day": date(2020, 12, 31), "due_on": DUE}
    return reporting.plan_period(round_.session, document, **days, **who(round_))


def counted(round_: Round, **more: Any) -> Indicator:
    told = {"name": "Officials trained", "unit": "officials", "target": 400, "parts": ["women", "men"]} | more
    return reporting.add_indicator(round_.session, round_.world.document, **told, **who(round_))


def figure(round_: Round, period: ReportingPeriod, one: Indicator, whole: int, *parts: int) -> int:
    names = {"": "whole", "women": "women", "men": "men"}
    numbers = {one.id: (whole, parts)}
    return reporting.report_figures(round_.session, period.id, numbers, {one.id: names}, **who(round_))


def test_report_is_drafted_from_all_that_was_reported(over: Round) -> None:
    session, item = over.session, over.world.items[0]
    period, indicator = planned(over), counted(over)
    assert figure(over, period, indicator, 300, 150, 150) == 1
    assert figure(over, period, indicator, 367, 161, 206) == 1
    assert figure(over, period, indicator, 367, 161, 206) == 0
    told = {"as_of": date(2020, 9, 30), "status": "Two meetings were held.", "scheduled": "June 2021"}
    progress.report(session, item.id, **told, links=["https://example.org/a"], **who(over))
    reporting.write_highlights(session, period.id, text="A good year.", **who(over))
    paper = whole_paper(
        session, over.world.body, over.world.document, for_actor=over.world.actor("programme")
    )
    assert paper.highlights[0].words.splitlines() == [
        "A good year.",
        "Officials trained: 367 officials of 400 (women 161, men 206)",
    ]
    report = annual_reports.draft_report(session, period.id, **who(over))
    rows = lines(session, report)
    assert [row.shown.version.title for row in rows][:3] == [
        "Highlights",
        "Figures",
        over.world.versions[0].title,
    ]
    assert [row.shown.version.texts["status"] for row in rows][:3] == [
        "A good year.",
        "Officials trained: 367 officials of 400 (women 161, men 206)",
        "As of 30 September 2020: Two meetings were held.\nEvidence: https://example.org/a",
    ]
    assert rows[2].shown.version.texts["scheduled"] == "June 2021"
    assert rows[3].shown.version.texts["status"] == annual_reports.NOTHING
    # Five of the six items are in force.
    assert (len(rows), {row.shown.version.status for row in rows}) == (7, {Status.DRAFT})
    assert report.meeting_id == over.world.meetings["21"].id
    with pytest.raises(WrongStatus, match="drafted already"):
        annual_reports.draft_report(session, period.id, **who(over))
    replay = tying.ReportsReplay()
    own = tying.AuditEntry.type.in_([str(one) for one in tying.REPORT_TYPES])
    assert list(tying._replayed(session, replay, own)) == []
    kept = kept_of_reports.facts(session, over.world.body.id, Names(session, over.world.body.id))
    salts = tying._salts(session, own)
    assert list(tying._compared(replay.facts, kept, salts, frozenset())) == []
    session.execute(update(Figure).values(whole=368))
    session.execute(update(ReportingPeriod).values(highlights="A bad year."))
    session.expire_all()
    kept = kept_of_reports.facts(session, over.world.body.id, Names(session, over.world.body.id))
    found = "\n".join(tying._compared(replay.facts, kept, salts, frozenset()))
    assert found.count("the whole of figure of indicator 1") == 2
    assert "the highlights of period of" in found


def test_what_is_missing_is_known(over: Round) -> None:
    period, _ = planned(over), counted(over)
    found, _ = find_period(over.session, over.world.body.id, period.id)
    assert (len(found.missing_items), len(found.missing_figures), found.is_complete) == (5, 1, False)
    assert (found.is_overdue(DUE), found.is_overdue(date(2021, 2, 1))) == (False, True)


def test_years_are_planned_once(over: Round) -> None:
    planned(over)
    made = reporting.plan_years(over.session, over.world.document, last_year=2023, **who(over))
    assert [one.first_day.year for one in made] == [2021, 2022, 2023]
    with pytest.raises(WrongStatus, match="Every year"):
        reporting.plan_years(over.session, over.world.document, last_year=2023, **who(over))
    with pytest.raises(Invalid, match="overlaps"):
        planned(over)


def test_figures_are_refused_by_row_and_field(over: Round, clock: SettableClock, world: World) -> None:
    period, indicator = planned(over), counted(over)
    with pytest.raises(Invalid, match="Officials trained, men: the parts make 407") as refusal:
        figure(over, period, indicator, 367, 161, 246)
    assert refusal.value.field == "men"
    clock.now = datetime(2019, 12, 31, 4, 0, tzinfo=UTC)
    with pytest.raises(WrongStatus, match="begins on 1 January 2020"):
        figure(over, period, indicator, 1, 0, 0)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"unit": ""}, "unit"),
        ({"parts": ["men", "Men"]}, "parts"),
        ({"target": -1}, "target"),
        ({"item_key": "none"}, "item"),
    ],
)
def test_indicator_names_the_wrong_field(over: Round, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        counted(over, **wrong)
    assert refusal.value.field == field


def test_link_that_is_none_is_named_by_its_line(over: Round) -> None:
    told = {"as_of": date(2020, 9, 30), "status": "Done.", "links": ["https://example.org", "javascript:1"]}
    with pytest.raises(Invalid, match="Line 2 is no link") as refusal:
        progress.report(over.session, over.world.items[0].id, **told, **who(over))
    assert refusal.value.field == "links"
