"""Tests of reporting on a document: periods, figures, highlights, and the report drafted in one act."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.actions.rounds import Round
from tests.factories import World
from tests.settable_clock import SettableClock
from workflow.actions import annual_reports, indicators, progress, reporting
from workflow.actions.exporting_papers import whole_paper
from workflow.actions.indicators import Counting
from workflow.audit import kept_of_reports, tying
from workflow.audit.kept import Names
from workflow.domain.errors import Invalid, WrongStatus
from workflow.domain.terms import Status
from workflow.models.audit import PrivateText
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
    return indicators.add_indicator(round_.session, round_.world.document, Counting(**told), **who(round_))


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
    assert differences(over) == []
    session.execute(update(Figure).values(whole=368))
    session.execute(update(ReportingPeriod).values(highlights="A bad year."))
    session.expire_all()
    found = "\n".join(differences(over))
    assert found.count("the whole of figure of indicator 1") == 2
    assert "the highlights of period of" in found


def corrected(round_: Round, period: ReportingPeriod, **more: date) -> None:
    days = {"first_day": date(2020, 1, 1), "last_day": date(2020, 12, 31), "due_on": DUE} | more
    reporting.change_period(round_.session, period.id, **days, **who(round_))


def reworded(round_: Round, **more: Any) -> None:
    told = {"name": "Officials trained", "unit": "officials", "parts": ["women", "men"]} | more
    document = round_.world.document
    indicators.change_indicator(round_.session, document, 1, Counting(**told), **who(round_))


def differences(round_: Round) -> list[str]:
    """Return where the tables of reporting differ from what the log tells of them."""
    session, body = round_.session, round_.world.body.id
    replay, own = tying.ReportsReplay(), tying.AuditEntry.type.in_([str(one) for one in tying.REPORT_TYPES])
    broken = list(tying._replayed(session, replay, own))
    kept = kept_of_reports.facts(session, body, Names(session, body))
    return broken + list(tying._compared(replay.facts, kept, tying._salts(session, own), frozenset()))


def test_report_is_for_no_meeting_that_is_over(over: Round) -> None:
    session, world = over.session, over.world
    # The day of the 20th is not known; a later one was held.
    world.meetings["20"].held_on, world.meetings["21"].held_on = None, date(2020, 10, 1)
    session.flush()
    report = annual_reports.draft_report(session, planned(over).id, **who(over))
    assert report.meeting_id is None
    paper = whole_paper(session, world.body, report, for_actor=world.actor("programme"))
    assert paper.introduction[-1] == "How the texts became final is told at the end."


def test_what_has_values_is_corrected_and_never_removed(over: Round) -> None:
    session, document = over.session, over.world.document
    period, indicator = planned(over), counted(over)
    figure(over, period, indicator, 300, 150, 150)
    corrected(over, period, first_day=date(2020, 7, 1), due_on=date(2021, 2, 28))
    figure(over, period, indicator, 367, 161, 206)
    reworded(over, name="Officers trained", parts=["female", "male"])
    assert (indicator.name, indicator.parts, indicator.target) == (
        "Officers trained",
        ["female", "male"],
        None,
    )
    said = session.scalars(select(PrivateText.text).order_by(PrivateText.id.desc())).first()
    assert said == "Officials trained\nofficials\n400\nwomen, men"
    with pytest.raises(Invalid, match="by 2 parts already; now there are 3"):
        reworded(over, parts=["women", "men", "others"])
    with pytest.raises(WrongStatus, match="begins on 1 January 2030"):
        corrected(
            over, period, first_day=date(2030, 1, 1), last_day=date(2030, 1, 2), due_on=date(2031, 1, 1)
        )
    session.expire(period)
    with pytest.raises(WrongStatus, match="was counted already"):
        indicators.remove_indicator(session, document, 1, **who(over))
    with pytest.raises(WrongStatus, match="was reported for this period"):
        reporting.remove_period(session, period.id, **who(over))
    assert differences(over) == []
    annual_reports.draft_report(session, period.id, **who(over))
    for act in (corrected, lambda *_: reporting.remove_period(session, period.id, **who(over))):
        with pytest.raises(WrongStatus, match="The report of this period was drafted"):
            act(over, period)


def test_what_has_no_values_is_removed(over: Round) -> None:
    period, _ = planned(over), counted(over)
    reworded(over, parts=[], target=400, item_key=over.world.items[1].key)
    assert differences(over) == []
    over.session.execute(update(Indicator).values(item_id=over.world.items[2].id))
    over.session.expire_all()
    [said] = differences(over)
    assert said.startswith("the item of indicator 1 of")
    reworded(over, parts=[], target=400)
    indicators.remove_indicator(over.session, over.world.document, 1, **who(over))
    reporting.remove_period(over.session, period.id, **who(over))
    assert over.session.scalars(select(Indicator)).all() == []
    planned(over), counted(over)
    assert differences(over) == []


def test_a_report_due_another_day_is_reminded_of_anew(over: Round) -> None:
    period = planned(over)
    period.reminders = 2
    corrected(over, period)
    assert period.reminders == 2
    corrected(over, period, due_on=date(2021, 3, 31))
    assert period.reminders == 0


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
