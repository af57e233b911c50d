"""Instants and local times: gaps, folds, unknown zones, the ends of the calendar (rule 10)."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.domain.errors import AmbiguousTime, Invalid, NoSuchTime
from workflow.domain.spelled import clock
from workflow.domain.zones import instant, local, utc, zone_exists

ZONES = ["Asia/Jakarta", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def naive(*parts: int) -> datetime:
    return at(*parts).replace(tzinfo=None)


def test_instant_jakarta_has_seven_hours():
    assert instant(naive(2020, 10, 9, 17), "Asia/Jakarta") == at(2020, 10, 9, 10)


def test_instant_is_in_utc():
    assert instant(naive(2020, 10, 9, 17), "Asia/Jakarta").tzinfo is UTC


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("America/New_York", naive(2021, 3, 14, 1, 59), naive(2021, 3, 14, 3)),
        ("Australia/Lord_Howe", naive(2021, 10, 3, 1, 59), naive(2021, 10, 3, 2, 30)),
    ],
)
def test_instant_at_the_edges_of_a_gap_is_taken(zone, before, after):
    assert instant(after, zone) - instant(before, zone) == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("zone", "skipped"),
    [
        ("America/New_York", naive(2021, 3, 14, 2)),
        ("America/New_York", naive(2021, 3, 14, 2, 59, 59)),
        ("Australia/Lord_Howe", naive(2021, 10, 3, 2)),
        ("Australia/Lord_Howe", naive(2021, 10, 3, 2, 29)),
        ("Pacific/Apia", naive(2011, 12, 30, 12)),
    ],
)
def test_instant_in_a_gap_is_refused(zone, skipped):
    with pytest.raises(NoSuchTime) as refused:
        instant(skipped, zone)
    assert refused.value.field == "deadline"
    assert refused.value.details == {"local": skipped.isoformat(), "zone": zone}


@pytest.mark.parametrize(
    ("zone", "doubled"),
    [
        ("America/New_York", naive(2021, 11, 7, 1)),
        ("America/New_York", naive(2021, 11, 7, 1, 59, 59)),
        ("Australia/Lord_Howe", naive(2021, 4, 4, 1, 30)),
        ("Australia/Lord_Howe", naive(2021, 4, 4, 1, 59)),
    ],
)
def test_instant_that_comes_twice_is_refused(zone, doubled):
    with pytest.raises(AmbiguousTime):
        instant(doubled, zone)
    with pytest.raises(AmbiguousTime):
        instant(doubled.replace(fold=1), zone)


@pytest.mark.parametrize(
    ("zone", "single"),
    [
        ("America/New_York", naive(2021, 11, 7, 2)),
        ("America/New_York", naive(2021, 11, 7, 0, 59)),
        ("Australia/Lord_Howe", naive(2021, 4, 4, 2)),
        ("Australia/Lord_Howe", naive(2021, 4, 4, 1, 29)),
    ],
)
def test_instant_at_the_edges_of_a_fold_is_taken(zone, single):
    assert local(instant(single, zone), zone).replace(tzinfo=None) == single


def test_instant_refusal_names_time_zone_and_remedy():
    with pytest.raises(NoSuchTime) as refused:
        instant(naive(2021, 3, 14, 2, 30), "America/New_York", field="hour")
    assert refused.value.message == (
        "14 March 2021, 02:30 does not exist in America/New_York: the clocks go forward over it."
    )
    assert refused.value.remedy == "Choose another hour."
    assert refused.value.field == "hour"


def test_instant_twice_names_time_and_zone():
    with pytest.raises(AmbiguousTime) as refused:
        instant(naive(2021, 11, 7, 1, 30), "America/New_York")
    assert str(refused.value) == (
        "7 November 2021, 01:30 comes twice in America/New_York: the clocks go back over it. "
        "Choose another hour."
    )


@pytest.mark.parametrize(
    "zone", ["Asia/Atlantis", "", "Asia", "../etc/passwd", "Asia/\0", "\ud800", "x" * 5000]
)
def test_zone_that_does_not_exist_is_refused(zone):
    assert zone_exists(zone) is False
    with pytest.raises(Invalid) as refused:
        instant(naive(2020, 10, 9, 17), zone)
    assert refused.value.field == "zone"
    with pytest.raises(Invalid):
        local(at(2020, 10, 9, 10), zone)


@pytest.mark.parametrize("zone", [*ZONES, "UTC"])
def test_zone_that_exists_is_known(zone):
    assert zone_exists(zone) is True


def test_instant_of_an_aware_time_is_a_mistake():
    with pytest.raises(ValueError, match="naive"):
        instant(at(2020, 10, 9, 17), "Asia/Jakarta")


def test_local_of_a_naive_time_is_a_mistake():
    with pytest.raises(ValueError, match="timezone-aware"):
        local(naive(2020, 10, 9, 10), "Asia/Jakarta")


def test_utc_keeps_the_instant():
    eastern = datetime(2020, 10, 9, 17, tzinfo=timezone(timedelta(hours=7)))
    assert utc(eastern) == at(2020, 10, 9, 10)
    assert utc(eastern).tzinfo is UTC


def test_local_shows_the_hour_of_the_capital():
    shown = local(at(2020, 11, 3, 10), "Asia/Yangon")
    assert shown.isoformat() == "2020-11-03T16:30:00+06:30"


def test_instant_out_of_reach_is_refused():
    with pytest.raises(Invalid):
        instant(naive(9999, 12, 31, 23, 59), "America/New_York")
    with pytest.raises(Invalid):
        instant(naive(1, 1, 1, 0, 0), "Asia/Jakarta")
    with pytest.raises(Invalid):
        local(at(9999, 12, 31, 23, 59), "Asia/Jakarta")


def test_written_names_the_month():
    assert clock(at(2020, 10, 9, 17, 5)) == "9 October 2020, 17:05"


@settings(derandomize=True, deadline=None, max_examples=300)
@given(
    st.datetimes(naive(1990, 1, 1), naive(2090, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(ZONES),
)
def test_instant_undoes_local_or_refuses_a_fold(moment, zone):
    shown = local(moment, zone).replace(tzinfo=None)
    try:
        assert instant(shown, zone) == moment
    except AmbiguousTime:
        other = moment + timedelta(hours=1)
        assert local(other, zone).utcoffset() != local(moment - timedelta(hours=1), zone).utcoffset()
