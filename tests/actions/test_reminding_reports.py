"""Tests of the reminders of reports: whom they reach, when, and that each is written once."""

from datetime import UTC, date, datetime

from sqlalchemy import select

from tests.actions.rounds import Round
from workflow.actions import annual_reports, reminding_reports, reporting
from workflow.domain.terms import Letter
from workflow.models.notice import Notice
from workflow.models.reporting import ReportingPeriod
from workflow.notices.withholding import withhold


def planned(round_: Round) -> ReportingPeriod:
    days = {"first_day": date(2020, 1, 1), "last_day": date(2020, 12, 31), "due_on": date(2021, 1, 31)}
    who = {"by": round_.world.actor("programme"), "now": round_.clock.now}
    return reporting.plan_period(round_.session, round_.world.document, **days, **who)


def reminded(round_: Round, period: ReportingPeriod, month: int, day: int) -> bool:
    """Let the clock look on this day of 2021; returns whether it reminded of anything."""
    round_.clock.now = datetime(2021, month, day, 2, 0, tzinfo=UTC)
    owed = reminding_reports.due(round_.session, round_.clock.now)
    assert owed in ([], [period.id])
    return bool(owed) and reminding_reports.remind(round_.session, period.id)


def test_report_is_reminded_of_before_its_day_and_after_it(over: Round) -> None:
    period = planned(over)
    days = [(1, 16), (1, 17), (1, 18), (1, 31), (2, 1), (2, 2)]
    found = [reminded(over, period, *one) for one in days]
    assert found == [False, True, False, False, True, False]
    written = over.session.scalars(
        select(Notice).where(Notice.letter == Letter.REPORT_DUE).order_by(Notice.id)
    ).all()
    readers = ["lead_shepherd@example.org", "programme@example.org"]
    assert [one.address for one in written] == readers * 2
    assert withhold(over.session, written, over.clock.now) == written
    assert "is due on 31 January 2021" in written[0].subject
    assert "the status of 5 items" in written[0].text
    assert "was due on 31 January 2021" in written[-1].subject


def test_drafted_report_is_not_reminded_of(over: Round) -> None:
    period = planned(over)
    who = {"by": over.world.actor("lead_shepherd"), "now": over.clock.now}
    annual_reports.draft_report(over.session, period.id, **who)
    assert not reminded(over, period, 2, 1)
