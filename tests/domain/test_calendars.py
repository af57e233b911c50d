"""Periods in working time: minimum, floor, margin, urgent, reminders (rules 3, 6, 11)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.domain.calendars import Calendar, WorkingTime, national
from workflow.domain.errors import DeadlineTooEarly, Invalid
from workflow.domain.rules import Rules, Span
from workflow.domain.zones import instant

JAKARTA = "Asia/Jakarta"
FIRST, LAST = date(2019, 1, 1), date(2022, 12, 31)
INDONESIA = national("ID", {5, 6}, FIRST, LAST)
BRUNEI = national("BN", {4, 6}, FIRST, LAST)
PLAIN = Calendar("ZZ", frozenset({5, 6}), {}, FIRST, LAST, "none")
DISPATCHED = instant(datetime.fromisoformat("2020-09-25T09:30"), JAKARTA)


def working_time(*calendars: Calendar, urgent: bool = False, **rules) -> WorkingTime:
    return WorkingTime(Rules(**{"zone": JAKARTA, **rules}), calendars or (INDONESIA,), urgent)


def jakarta(text: str) -> datetime:
    return instant(datetime.fromisoformat(text), JAKARTA)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2020-09-25T09:30", "2020-10-09T17:00"),
        ("2020-10-19T09:30", "2020-11-03T17:00"),
        ("2020-09-25T00:00", "2020-10-09T17:00"),
        ("2020-09-25T23:59", "2020-10-09T17:00"),
        ("2020-09-26T00:00", "2020-10-09T17:00"),
        ("2020-09-28T00:00", "2020-10-12T17:00"),
        ("2020-12-21T09:30", "2021-01-06T17:00"),
        ("2020-02-14T09:30", "2020-02-28T17:00"),
        ("2020-02-17T09:30", "2020-03-02T17:00"),
    ],
)
def test_period_of_ten_working_days_ends(start, end):
    assert working_time().period_end(jakarta(start)) == jakarta(end)


def test_period_end_is_ten_hours_utc_for_jakarta():
    end = working_time().period_end(DISPATCHED)
    assert (end, end.tzinfo) == (utc("2020-10-09T10:00"), UTC)


def test_period_day_of_start_is_the_local_one():
    # 17:30 UTC on Friday is Saturday in Jakarta, 16:30 UTC is still Friday; neither is counted.
    assert working_time().period_end(utc("2020-09-27T17:30")) == jakarta("2020-10-12T17:00")
    assert working_time().period_end(utc("2020-09-27T16:30")) == jakarta("2020-10-09T17:00")


def test_period_counts_days_worked_in_every_calendar():
    both = working_time(INDONESIA, BRUNEI)
    assert both.is_working(date(2020, 10, 2)) is False
    assert both.is_working(date(2020, 10, 3)) is False
    assert both.period_end(DISPATCHED) == jakarta("2020-10-13T17:00")


def test_period_by_bruneis_weekend_counts_saturdays():
    assert working_time(BRUNEI).period_end(DISPATCHED) == jakarta("2020-10-08T17:00")


def test_period_floor_longer_than_days_ends_on_the_next_close():
    short = working_time(minimum=Span(working_days=1))
    assert short.period_end(jakarta("2020-09-21T09:30")) == jakarta("2020-09-24T17:00")
    assert short.period_end(jakarta("2020-09-21T17:00")) == jakarta("2020-09-24T17:00")
    assert short.period_end(jakarta("2020-09-21T17:01")) == jakarta("2020-09-25T17:00")
    assert short.period_end(jakarta("2020-09-22T17:01")) == jakarta("2020-09-28T17:00")


def test_period_of_no_days_is_the_floor():
    none = working_time(minimum=Span(working_days=0), floor_seconds=0)
    assert none.period_end(jakarta("2020-09-25T09:30")) == jakarta("2020-09-25T17:00")
    assert none.period_end(jakarta("2020-09-25T17:30")) == jakarta("2020-09-28T17:00")


def test_period_in_seconds_is_exact():
    seconds = working_time(minimum=Span(seconds=90), floor_seconds=5)
    assert seconds.period_end(DISPATCHED) == DISPATCHED + timedelta(seconds=90)


def test_period_in_seconds_is_never_below_the_floor():
    seconds = working_time(minimum=Span(seconds=90), floor_seconds=120)
    assert seconds.period_end(DISPATCHED) == DISPATCHED + timedelta(seconds=120)


def test_period_urgent_is_the_floor_exactly():
    urgent = working_time(urgent=True)
    assert urgent.period_end(DISPATCHED) == DISPATCHED + timedelta(hours=72)


def test_period_elapsed_time_ignores_clock_changes():
    urgent = WorkingTime(Rules(zone="America/New_York"), (PLAIN,), urgent=True)
    start = instant(datetime.fromisoformat("2021-03-12T12:00"), "America/New_York")
    expected = instant(datetime.fromisoformat("2021-03-15T13:00"), "America/New_York")
    assert urgent.period_end(start) == expected


def test_period_deadline_hour_follows_the_zones_clock():
    eastern = WorkingTime(Rules(zone="America/New_York"), (PLAIN,))
    start = utc("2021-03-04T15:00")
    assert eastern.period_end(start) == utc("2021-03-18T21:00")


@pytest.mark.parametrize(
    ("zone", "hour", "start", "end"),
    [
        ("America/New_York", "02:30", "2021-03-13T12:00", "2021-03-15T02:30"),
        ("America/New_York", "01:30", "2021-11-06T12:00", "2021-11-08T01:30"),
        ("Australia/Lord_Howe", "02:15", "2021-10-02T12:00", "2021-10-04T02:15"),
        ("Australia/Lord_Howe", "01:45", "2021-04-03T12:00", "2021-04-05T01:45"),
    ],
)
def test_period_passes_over_a_day_without_its_deadline_hour(zone, hour, start, end):
    always = Calendar("ZZ", frozenset(), {}, FIRST, LAST, "none")
    rules = Rules(zone=zone, deadline_hour=hour, minimum=Span(working_days=1), floor_seconds=0)
    ended = WorkingTime(rules, (always,)).period_end(instant(datetime.fromisoformat(start), zone))
    assert ended == instant(datetime.fromisoformat(end), zone)


def test_period_beyond_the_calendars_is_refused():
    with pytest.raises(Invalid) as refused:
        working_time().period_end(jakarta("2022-12-27T09:30"))
    message = "The calendar of ID covers 1 January 2019 to 31 December 2022, not 1 January 2023."
    assert (refused.value.field, refused.value.message) == ("deadline", message)


def test_period_of_a_naive_start_is_a_mistake():
    with pytest.raises(ValueError, match="timezone-aware"):
        working_time().period_end(DISPATCHED.replace(tzinfo=None))


def test_working_days_without_a_calendar_are_a_mistake():
    with pytest.raises(ValueError, match="at least one calendar"):
        WorkingTime(Rules(zone=JAKARTA), ())


def test_seconds_need_no_calendar():
    rules = Rules(zone=JAKARTA, minimum=Span(seconds=60), margin=Span(seconds=5), floor_seconds=1)
    assert WorkingTime(rules, ()).offered(DISPATCHED) == DISPATCHED + timedelta(seconds=65)


def test_offered_is_one_working_day_more():
    assert working_time().offered(DISPATCHED) == jakarta("2020-10-12T17:00")


def test_offered_after_a_longer_floor_keeps_its_margin():
    short = working_time(minimum=Span(working_days=1))
    assert short.offered(jakarta("2020-09-22T17:01")) == jakarta("2020-09-29T17:00")


def test_offered_with_a_margin_in_hours_falls_on_the_next_close():
    assert working_time(margin=Span(seconds=3600)).offered(DISPATCHED) == jakarta("2020-10-12T17:00")


def test_offered_urgent_is_the_next_close_after_the_floor():
    assert working_time(urgent=True).offered(DISPATCHED) == jakarta("2020-09-28T17:00")
    assert working_time(urgent=True).offered(jakarta("2020-09-24T09:30")) == jakarta("2020-09-28T17:00")


def test_check_takes_the_earliest_deadline_and_later_working_days():
    checked = working_time()
    assert checked.check(jakarta("2020-10-09T17:00"), DISPATCHED) is None
    assert checked.check(jakarta("2020-10-12T09:00"), DISPATCHED) is None


def test_check_refuses_one_second_less_and_names_the_earliest():
    with pytest.raises(DeadlineTooEarly) as refused:
        working_time().check(jakarta("2020-10-09T16:59:59"), DISPATCHED)
    assert refused.value.field == "deadline"
    assert refused.value.details == {"earliest": "2020-10-09T10:00:00+00:00"}
    assert refused.value.message == (
        "9 October 2020, 16:59 Asia/Jakarta (9 October 2020, 09:59 UTC) is too early: "
        "the minimum is 10 working days and at least 72 hours."
    )
    assert refused.value.remedy == (
        "The earliest lawful deadline is 9 October 2020, 17:00 Asia/Jakarta (9 October 2020, 10:00 UTC)."
    )


@pytest.mark.parametrize(
    ("deadline", "following"), [("2020-10-10T17:00", "2020-10-12"), ("2020-10-29T09:00", "2020-10-30")]
)
def test_check_refuses_a_day_off_and_names_the_next_close(deadline, following):
    with pytest.raises(Invalid) as refused:
        working_time().check(jakarta(deadline), DISPATCHED)
    assert (refused.value.code, refused.value.field) == ("invalid", "deadline")
    assert refused.value.details == {"next": f"{following}T10:00:00+00:00"}


def test_check_urgent_takes_a_day_off_but_not_less_than_the_floor():
    urgent = working_time(urgent=True)
    assert urgent.check(DISPATCHED + timedelta(hours=72), jakarta("2020-09-24T09:30")) is None
    assert urgent.check(jakarta("2020-09-27T09:30"), jakarta("2020-09-24T09:30")) is None
    with pytest.raises(DeadlineTooEarly, match="the minimum is 72 hours"):
        urgent.check(DISPATCHED + timedelta(hours=72, seconds=-1), DISPATCHED)


def test_check_in_seconds_takes_any_day():
    seconds = working_time(minimum=Span(seconds=90), floor_seconds=5)
    assert seconds.check(jakarta("2020-09-26T12:01:30"), jakarta("2020-09-26T12:00")) is None
    with pytest.raises(DeadlineTooEarly, match="the minimum is 90 seconds"):
        seconds.check(jakarta("2020-09-26T12:01:29"), jakarta("2020-09-26T12:00"))


@pytest.mark.parametrize("urgent", [True, False])
def test_check_refuses_a_deadline_beyond_the_calendars(urgent):
    with pytest.raises(Invalid, match="covers 1 January 2019 to 31 December 2022"):
        working_time(urgent=urgent).check(jakarta("2023-01-02T17:00"), DISPATCHED)


def test_working_days_between_leaves_out_the_first_day_and_counts_the_last():
    counted = working_time()
    assert counted.working_days_between(DISPATCHED, jakarta("2020-10-09T00:00")) == 10
    assert counted.working_days_between(DISPATCHED, jakarta("2020-09-25T23:00")) == 0
    assert counted.working_days_between(jakarta("2020-10-27T09:00"), jakarta("2020-11-01T09:00")) == 2


def test_reminders_lie_seven_three_and_one_working_days_before():
    assert working_time().reminders(jakarta("2020-11-03T17:00"), jakarta("2020-10-19T09:30")) == (
        jakarta("2020-10-22T17:00"),
        jakarta("2020-10-28T17:00"),
        jakarta("2020-11-02T17:00"),
    )


def test_reminders_in_seconds_and_outside_the_round_are_left_out():
    spans = (Span(seconds=0), Span(seconds=10), Span(seconds=60), Span(seconds=59), Span(seconds=10))
    seconds = working_time(minimum=Span(seconds=60), floor_seconds=1, reminders=spans)
    deadline = DISPATCHED + timedelta(seconds=60)
    assert seconds.reminders(deadline, DISPATCHED) == (
        DISPATCHED + timedelta(seconds=1),
        DISPATCHED + timedelta(seconds=50),
    )


def test_reminders_before_an_urgent_deadline_on_a_day_off():
    sunday = jakarta("2020-09-27T09:30")
    assert working_time(urgent=True).reminders(sunday, jakarta("2020-09-24T09:30")) == (
        jakarta("2020-09-25T17:00"),
    )


@pytest.mark.parametrize(
    ("deadline", "called"),
    [
        ("2020-10-09T17:00", "2020-10-08T17:00"),
        # A Monday's eve is the Friday, so that somebody is in office to read it.
        ("2020-10-12T09:00", "2020-10-09T17:00"),
    ],
)
def test_last_call_lies_one_working_day_before_the_deadline(deadline, called):
    assert working_time(reminders=()).last_call(jakarta(deadline), DISPATCHED) == jakarta(called)


def test_last_call_lies_a_day_before_an_urgent_deadline_or_one_in_seconds():
    urgent = working_time(urgent=True).last_call(jakarta("2020-09-28T09:30"), DISPATCHED)
    assert urgent == jakarta("2020-09-27T09:30")
    seconds = working_time(minimum=Span(seconds=60), floor_seconds=1)
    assert seconds.last_call(jakarta("2020-09-28T09:30"), DISPATCHED) == jakarta("2020-09-27T09:30")


def test_last_call_never_comes_before_the_middle_of_the_round():
    urgent = working_time(urgent=True, floor_seconds=3600)
    assert urgent.last_call(jakarta("2020-09-25T13:30"), DISPATCHED) == jakarta("2020-09-25T11:30")
    assert working_time().last_call(jakarta("2020-09-25T17:30"), DISPATCHED) == jakarta("2020-09-25T13:30")


@settings(derandomize=True, deadline=None, max_examples=150)
@given(
    st.datetimes(datetime(2019, 2, 1), datetime(2022, 10, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(0, 12),
    st.integers(0, 9 * 24 * 3600),
    st.sampled_from([(INDONESIA,), (BRUNEI,), (INDONESIA, BRUNEI)]),
    st.sampled_from([JAKARTA, "America/New_York"]),
)
def test_period_end_is_the_earliest_close_that_is_lawful(start, days, floor, calendars, zone):
    rules = Rules(zone=zone, minimum=Span(working_days=days), floor_seconds=floor)
    counted = WorkingTime(rules, calendars)
    end = counted.period_end(start)
    assert end - start >= timedelta(seconds=floor)
    assert counted.working_days_between(start, end) >= days
    assert counted.check(end, start) is None
    assert counted.check(counted.offered(start), start) is None
    assert counted.offered(start) > end
    with pytest.raises(DeadlineTooEarly):
        counted.check(end - timedelta(microseconds=1), start)
