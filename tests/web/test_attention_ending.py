"""Tests of appointments that end on a known day: given on the form, shown in time on the first page."""

import csv
import io
from datetime import timedelta

from tests.factories import World
from tests.settable_clock import MORNING
from tests.web.conftest import Visit
from tests.web.preparations import words
from workflow.db import Database
from workflow.models.people import Appointment


def test_first_page_names_who_leaves_and_where_nobody_speaks_then(
    visit: Visit, database: Database, world: World
) -> None:
    with database.writing() as session:
        for name in ("BN contact_point", "BN alternate"):
            held = session.get_one(Appointment, world.appointments[name].id)
            held.until = MORNING + timedelta(days=3 if name.endswith("alternate") else 5)
    client = visit("secretariat")
    told = words(client.get("/secretariat/attention"))
    assert "Two things wait." in told
    assert told.count("Nobody else speaks for Brunei Darussalam then.") == 1
    assert "until 30 September 2020, 02:00 UTC" in told
    file = client.get("/secretariat/attention.csv").text.lstrip("\ufeff")
    rows = [row for row in csv.DictReader(io.StringIO(file)) if row["what"] == "appointment_ends"]
    assert [(row["state"], row["details"].rpartition(", ")[2]) for row in rows] == [
        ("BN", "alternate"),
        ("BN", "contact point"),
    ]


def test_last_day_is_given_on_the_form_in_the_zone_of_the_body(
    visit: Visit, database: Database, world: World
) -> None:
    client = visit("secretariat")
    new = {"name": "New", "email": "new@example.org", "role": "alternate", "state": "MY"}
    late = client.post("/secretariat/people/appoint", data={**new, "until": "2020-09-24"})
    assert late.status_code == 422
    assert "This appointment would be over before it begins." in words(late)
    assert client.post("/secretariat/people/appoint", data={**new, "until": "2020-10-31"}).status_code == 302
    with database.reading() as session:
        made = session.query(Appointment).order_by(Appointment.id.desc()).first()
        assert made is not None
        # The last day is whole, in Jakarta.
        assert made.until is not None
        assert made.until.isoformat() == "2020-10-31T17:00:00+00:00"
