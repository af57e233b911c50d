"""National calendars: weekends, holidays, overrides, and what is frozen of them (rules 2, 11)."""

import json
from datetime import date, timedelta
from importlib.metadata import version

import pytest

from workflow.domain.errors import Invalid
from workflow.domain.national import Calendar, national

SATURDAY_SUNDAY = {5, 6}
FIRST, LAST = date(2020, 1, 1), date(2020, 12, 31)


def year_of(code: str, weekend=SATURDAY_SUNDAY, **options) -> Calendar:
    return national(code, weekend, FIRST, LAST, **options)


def test_national_names_holidays_in_english():
    assert year_of("ID").holidays[date(2020, 10, 29)] == "Prophet's Birthday"
    assert year_of("TH").holidays[date(2020, 10, 23)] == "HM King Chulalongkorn Memorial Day"


def test_national_names_do_not_follow_the_locale(monkeypatch):
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "th_TH.UTF-8")
    assert year_of("ID").holidays[date(2020, 10, 29)] == "Prophet's Birthday"
    assert year_of("NZ").holidays[date(2020, 12, 25)] == "Christmas Day"


def test_national_leaves_optional_leave_days_working():
    calendar = year_of("ID")
    joint_leave = [date(2020, 10, 28), date(2020, 10, 30)]
    assert [calendar.is_working(day) for day in joint_leave] == [True, True]
    assert calendar.is_working(date(2020, 10, 29)) is False


def test_national_weekend_is_the_given_one():
    brunei = year_of("BN", {4, 6})
    friday = date(2020, 10, 23)
    week = [brunei.is_working(friday + timedelta(days=count)) for count in range(3)]
    assert week == [False, True, False]


def test_national_holds_only_the_given_days():
    calendar = national("ID", SATURDAY_SUNDAY, date(2020, 10, 1), date(2021, 1, 1))
    assert [day.isoformat() for day in calendar.holidays] == [
        "2020-10-29",
        "2020-12-09",
        "2020-12-25",
        "2021-01-01",
    ]


def test_national_overrides_add_and_remove():
    overrides = {date(2020, 10, 28): "Joint leave", date(2020, 10, 29): None, date(2020, 10, 27): None}
    calendar = year_of("ID", overrides=overrides)
    assert calendar.is_working(date(2020, 10, 28)) is False
    assert calendar.holidays[date(2020, 10, 28)] == "Joint leave"
    assert calendar.is_working(date(2020, 10, 29)) is True
    assert calendar.version == f"holidays {version('holidays')} with 3 overridden"


def test_national_overrides_outside_its_days_are_left_out():
    overrides = {date(2021, 1, 4): "Proclaimed"}
    assert year_of("ID", overrides=overrides).holidays == year_of("ID").holidays


def test_national_version_names_its_source():
    assert year_of("ID").version == f"holidays {version('holidays')}"


@pytest.mark.parametrize("code", ["XX", "id", "IDN", "", "NYSE", "I\0", "🇮🇩"])
def test_national_unknown_country_is_refused(code):
    with pytest.raises(Invalid) as refused:
        year_of(code)
    assert refused.value.field == "calendars"
    assert code in refused.value.message


@pytest.mark.parametrize(
    ("first", "last"), [(date(2099, 1, 1), date(2101, 1, 1)), (date(1900, 1, 1), date(2020, 1, 1))]
)
def test_national_years_without_data_are_refused(first, last):
    with pytest.raises(Invalid) as refused:
        national("ID", SATURDAY_SUNDAY, first, last)
    assert refused.value.message == "The holidays of ID are known from 1946 to 2100."


@pytest.mark.parametrize("day", [FIRST - timedelta(days=1), LAST + timedelta(days=1)])
def test_calendar_outside_its_days_is_a_mistake(day):
    with pytest.raises(ValueError, match=f"not {day}"):
        year_of("ID").is_working(day)


def test_calendar_knows_its_first_and_last_day():
    calendar = year_of("ID")
    assert (calendar.is_working(FIRST), calendar.is_working(LAST)) == (False, True)


def test_calendar_returns_from_json_the_same():
    calendar = year_of("BN", {4, 6})
    plain = json.loads(json.dumps(calendar.to_json()))
    assert Calendar.from_json(plain) == calendar
    assert hash(Calendar.from_json(plain)) == hash(calendar)
    assert len(json.dumps(plain)) < 2000


@pytest.mark.parametrize(
    "broken",
    [{}, {"weekend": [5, 6]}, {"weekend": [5, 6], "holidays": {"soon": "New Year"}}],
)
def test_calendar_from_broken_json_is_refused(broken):
    with pytest.raises(ValueError):  # noqa: PT011 - each breach has its own words
        Calendar.from_json(broken)


def test_calendar_refuses_what_is_no_weekday():
    with pytest.raises(ValueError, match="weekdays"):
        year_of("ID", {5, 7})


def test_calendar_refuses_to_end_before_it_begins():
    with pytest.raises(ValueError, match="before it begins"):
        national("ID", SATURDAY_SUNDAY, LAST, FIRST)
