"""The reporting pages: a cycle planned, figures refused by row and field, a report drafted from the page."""

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.rounds_seen import Story
from workflow.db import Database
from workflow.models.document import Document
from workflow.models.reporting import Indicator, ReportingPeriod


@pytest.fixture
def story(database: Database, world: World, clock: SettableClock, settled: Stage) -> Story:
    """Give the round after its close: five of the six items are in force."""
    return Story(database, world, clock, settled)


def sent(client: FlaskClient, path: str, **data: Any) -> Any:
    """Send a form and follow where it leads."""
    return client.post(path, data=data, follow_redirects=True)


def test_programme_reports_on_a_plan_and_drafts_the_report(
    visit: Visit, world: World, story: Story, database: Database
) -> None:
    client, base = visit("programme"), f"/documents/{world.document.code}"
    days = {"first_day": "2020-01-01", "last_day": "2020-12-31", "due_on": "2021-01-31"}
    page = sent(client, f"{base}/reporting/new", **days).text
    assert "31 January 2021" in page
    assert "the status of 5 items" in page
    again = sent(client, f"{base}/reporting/new", **days)
    assert (again.status_code, "overlaps" in again.text) == (422, True)
    told = {"name": "Officials trained", "unit": "officials", "target": "400", "parts": "women\nmen"}
    assert "Officials trained" in sent(client, f"{base}/indicators/new", **told).text
    with database.reading() as session:
        period = session.scalars(select(ReportingPeriod)).one()
        key = session.scalars(select(Indicator.id)).one()
    path = f"{base}/reporting/{period.id}"
    wrong = sent(client, f"{path}/figures", **figures(key, 367, 161, 246))
    assert wrong.status_code == 422
    assert "Officials trained, men: the parts make 407, more than the whole of 367." in wrong.text
    for typed, said in (("3.5", "Write a whole number from 0"), ("", "Write the whole of these parts too.")):
        wrong = sent(client, f"{path}/figures", **figures(key, 367, 161, 206) | {f"whole_{key}": typed})
        assert (wrong.status_code, f"Officials trained: {said}" in wrong.text) == (422, True)
    twice = sent(client, f"{base}/indicators/new", **told)
    assert (twice.status_code, "is counted already" in twice.text) == (422, True)
    page = sent(client, f"{path}/figures", **figures(key, 367, 161, 206)).text
    assert "367 officials of 400 (women 161, men 206)" in page
    assert "A good year." in sent(client, f"{path}/highlights", text="A good year.").text
    refused = [client.post(f"{base}/indicators/1/off"), client.post(f"{path}/off")]
    assert [one.status_code for one in refused] == [409, 409]
    assert "Something was reported for this period" in refused[1].text
    parts = sent(client, f"{base}/indicators/1", **told | {"parts": "women"})
    assert (parts.status_code, "Something was counted by 2 parts already" in parts.text) == (422, True)
    assert "400" in client.get(f"{base}/indicators/1").text
    assert (
        "Officers trained" in sent(client, f"{base}/indicators/1", **told | {"name": "Officers trained"}).text
    )
    assert "30 January 2021" in sent(client, f"{path}/days", **days | {"due_on": "2021-01-30"}).text
    reader = visit("MY drafter")
    assert "A good year." in reader.get(path).text
    assert (reader.get(f"{path}/figures").status_code, reader.post(f"{path}/report").status_code) == (
        403,
        403,
    )
    assert reader.post(f"{path}/days", data=days).status_code == 403
    report = sent(client, f"{path}/report").text
    assert "Progress Report on the Work Plan 2020-2023, 1 January 2020 to 31 December 2020" in report
    assert "Seven items: seven in draft." in report
    with database.reading() as session:
        drafted = session.scalars(select(Document).order_by(Document.id.desc())).first()
        assert drafted is not None
        assert (drafted.code, drafted.period_from) == ("progress-report-2020-2020", 2020)
        assert session.scalars(select(ReportingPeriod.due_on)).one() == date(2021, 1, 30)


def figures(key: int, whole: int, women: int, men: int) -> dict[str, str]:
    """Return the row of an indicator as its form sends it."""
    return {f"whole_{key}": str(whole), f"part_{key}_0": str(women), f"part_{key}_1": str(men)}


def test_what_was_planned_by_mistake_is_taken_out(visit: Visit, world: World, database: Database) -> None:
    client, base = visit("lead_shepherd"), f"/documents/{world.document.code}"
    days = {"first_day": "2020-01-01", "last_day": "2020-12-31", "due_on": "2021-01-31"}
    sent(client, f"{base}/reporting/new", **days)
    sent(client, f"{base}/indicators/new", name="Officials trained", unit="officials")
    with database.reading() as session:
        period = session.scalars(select(ReportingPeriod.id)).one()
    assert "31 January 2021" not in sent(client, f"{base}/reporting/{period}/off").text
    assert "Nothing is counted yet." in sent(client, f"{base}/indicators/1/off").text
    assert client.get(f"{base}/indicators/1").status_code == 404


@pytest.mark.parametrize(
    "path", ["reporting/999", "reporting/999/figures", "reporting/999/highlights", "reporting/999/days"]
)
def test_period_that_is_not_there_answers_404(visit: Visit, world: World, path: str) -> None:
    assert visit("programme").get(f"/documents/{world.document.code}/{path}").status_code == 404
