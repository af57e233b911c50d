"""A deadline in every capital: hours, working days and days lost (rules 10, 11)."""

from datetime import UTC, date, datetime

import pytest

from workflow.domain.calendars import days_grid, national, preview
from workflow.domain.errors import Invalid

FIRST, LAST = date(2020, 1, 1), date(2020, 12, 31)
ZONES = {
    "BN": "Asia/Brunei",
    "KH": "Asia/Phnom_Penh",
    "ID": "Asia/Jakarta",
    "LA": "Asia/Vientiane",
    "MY": "Asia/Kuala_Lumpur",
    "MM": "Asia/Yangon",
    "PH": "Asia/Manila",
    "SG": "Asia/Singapore",
    "TH": "Asia/Bangkok",
    "VN": "Asia/Ho_Chi_Minh",
}
CALENDARS = {code: national(code, {4, 6} if code == "BN" else {5, 6}, FIRST, LAST) for code in ZONES}
STATES = [(code, zone, CALENDARS[code]) for code, zone in ZONES.items()]
DISPATCHED = datetime(2020, 10, 19, 2, 30, tzinfo=UTC)
DEADLINE = datetime(2020, 11, 3, 10, tzinfo=UTC)


def test_preview_shows_each_capital_its_hour_and_days():
    views = preview(DEADLINE, DISPATCHED, STATES, "Asia/Jakarta")
    assert [(view.code, f"{view.deadline_local:%H:%M}", view.working_days) for view in views] == [
        ("BN", "18:00", 10),
        ("KH", "17:00", 9),
        ("ID", "17:00", 10),
        ("LA", "17:00", 11),
        ("MY", "18:00", 10),
        ("MM", "16:30", 10),
        ("PH", "18:00", 10),
        ("SG", "18:00", 11),
        ("TH", "17:00", 10),
        ("VN", "17:00", 11),
    ]


def test_preview_names_the_days_each_state_loses():
    views = preview(DEADLINE, DISPATCHED, STATES, "Asia/Jakarta")
    lost = {view.code: [day.isoformat() for day, _ in view.lost] for view in views if view.lost}
    assert lost == {
        "BN": ["2020-10-29"],
        "KH": ["2020-10-29", "2020-10-30"],
        "ID": ["2020-10-29"],
        "MY": ["2020-10-29"],
        "MM": ["2020-10-30"],
        "PH": ["2020-11-02"],
        "TH": ["2020-10-23"],
    }
    assert views[1].lost[1] == (date(2020, 10, 30), "Water Festival")


def test_preview_counts_the_days_of_the_announced_zone():
    # 18:00 UTC is already the next day in Jakarta, which is then the day not counted.
    start = datetime(2020, 10, 19, 18, tzinfo=UTC)
    (view,) = preview(DEADLINE, start, STATES[:1], "Asia/Jakarta")
    assert view.working_days == 9


def test_preview_outside_a_calendar_is_refused():
    with pytest.raises(Invalid) as refused:
        preview(datetime(9998, 1, 1, tzinfo=UTC), DISPATCHED, STATES, "Asia/Jakarta")
    message = "The calendar of BN covers 1 January 2020 to 31 December 2020, not 1 January 9998."
    assert (refused.value.field, refused.value.message) == ("deadline", message)


def test_grid_leaves_out_the_day_of_dispatch_and_ends_on_the_deadline():
    grid = days_grid(DISPATCHED, DEADLINE, CALENDARS["ID"], "Asia/Jakarta")
    assert (grid[0], grid[-1], len(grid)) == (
        (date(2020, 10, 20), "work", ""),
        (date(2020, 11, 3), "work", ""),
        15,
    )


def test_grid_shows_weekend_before_holiday():
    grid = days_grid(DISPATCHED, DEADLINE, CALENDARS["KH"], "Asia/Jakarta")
    assert grid[9:13] == [
        (date(2020, 10, 29), "holiday", "HM King Norodom Sihamoni's Coronation Day"),
        (date(2020, 10, 30), "holiday", "Water Festival"),
        (date(2020, 10, 31), "weekend", ""),
        (date(2020, 11, 1), "weekend", ""),
    ]


def test_grid_of_a_deadline_before_dispatch_is_empty():
    assert days_grid(DEADLINE, DISPATCHED, CALENDARS["ID"], "Asia/Jakarta") == []
    assert days_grid(DISPATCHED, DISPATCHED, CALENDARS["ID"], "Asia/Jakarta") == []
