"""Time after a suspension: deadlines, windows, and the close of a late-served State (rules 9, 17)."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from workflow.domain.calendars import NEVER, Calendar, WorkingTime, national, resumed_window
from workflow.domain.errors import AmbiguousTime, NoSuchTime
from workflow.domain.rules import Rules, Span
from workflow.domain.zones import instant, local

JAKARTA = "Asia/Jakarta"
FIRST, LAST = date(2020, 1, 1), date(2023, 12, 31)
INDONESIA = national("ID", {5, 6}, FIRST, LAST)
BRUNEI = national("BN", {4, 6}, FIRST, LAST)
EPOCH = datetime(2020, 2, 1, tzinfo=UTC)


def working_time(*calendars: Calendar, urgent: bool = False, **rules) -> WorkingTime:
    return WorkingTime(Rules(**{"zone": JAKARTA, **rules}), calendars or (INDONESIA,), urgent)


def jakarta(text: str) -> datetime:
    return instant(datetime.fromisoformat(text), JAKARTA)


@pytest.mark.parametrize(
    ("suspended", "resumed", "deadline"),
    [
        # Eight working days remained; the day of resumption is not counted.
        ("2020-09-29T12:00", "2020-10-05T09:00", "2020-10-15T17:00"),
        # One hour later the same count holds, and elapsed time decides.
        ("2020-10-08T12:00", "2020-10-08T13:00", "2020-10-12T17:00"),
        # On its last day no working day remains: the elapsed time alone moves it.
        ("2020-10-09T09:00", "2020-10-12T08:00", "2020-10-12T17:00"),
        ("2020-10-09T09:00", "2020-10-12T10:00", "2020-10-13T17:00"),
        ("2020-10-09T09:00", "2020-10-10T08:00", "2020-10-12T17:00"),
        # Over a holiday, and over the new year.
        ("2020-10-08T09:00", "2020-10-28T09:00", "2020-10-30T17:00"),
        ("2020-10-07T09:00", "2020-12-30T09:00", "2021-01-04T17:00"),
    ],
)
def test_resumed_leaves_no_fewer_days_and_no_less_time(suspended, resumed, deadline):
    moved = working_time().resumed(jakarta("2020-10-09T17:00"), jakarta(suspended), jakarta(resumed))
    assert moved == jakarta(deadline)


def test_resumed_in_seconds_keeps_the_elapsed_time():
    seconds = working_time(minimum=Span(seconds=60), floor_seconds=1)
    begin, finish = EPOCH + timedelta(seconds=20), EPOCH + timedelta(seconds=500)
    assert seconds.resumed(EPOCH + timedelta(seconds=60), begin, finish) == EPOCH + timedelta(seconds=540)


def test_resumed_urgent_deadline_keeps_the_working_day_rule():
    urgent = working_time(urgent=True)
    moved = urgent.resumed(
        jakarta("2020-09-27T09:30"), jakarta("2020-09-25T09:30"), jakarta("2020-09-25T10:30")
    )
    assert moved == jakarta("2020-09-28T17:00")


def test_resumed_gives_a_full_period_after_an_unfinished_window():
    counted = working_time(minimum=Span(working_days=2), floor_seconds=0)
    window_end = jakarta("2020-09-28T10:00")
    begin, finish = jakarta("2020-09-25T10:00"), jakarta("2020-09-30T10:00")
    deadline = counted.period_end(window_end)
    assert resumed_window(window_end, begin, finish) == jakarta("2020-10-03T10:00")
    # Two days from Saturday 3 October end later than three days from Wednesday 30 September.
    moved = counted.resumed(deadline, begin, finish, window_end=window_end)
    assert moved == counted.period_end(jakarta("2020-10-03T10:00")) == jakarta("2020-10-06T17:00")
    assert counted.resumed(deadline, begin, finish) == jakarta("2020-10-05T17:00")


def test_resumed_ignores_a_window_that_was_over():
    window_end = jakarta("2020-09-28T10:00")
    begin, finish = jakarta("2020-09-29T12:00"), jakarta("2020-10-05T09:00")
    assert resumed_window(window_end, begin, finish) == window_end
    moved = working_time().resumed(jakarta("2020-10-09T17:00"), begin, finish, window_end=window_end)
    assert moved == jakarta("2020-10-15T17:00")


def test_lawful_close_runs_from_service():
    assert working_time().lawful_close(jakarta("2020-09-25T09:30"), None, ()) == jakarta("2020-10-09T17:00")


def test_lawful_close_runs_from_the_window_at_the_earliest():
    window_end = jakarta("2020-09-30T17:00")
    counted = working_time()
    expected = jakarta("2020-10-14T17:00")
    assert counted.lawful_close(jakarta("2020-09-25T09:30"), window_end, ()) == expected
    assert counted.lawful_close(jakarta("2020-10-05T09:30"), window_end, ()) == jakarta("2020-10-19T17:00")


def test_lawful_close_begins_after_the_suspension_it_would_begin_in():
    pauses = [
        (jakarta("2020-10-05T09:00"), jakarta("2020-10-06T09:00")),
        (jakarta("2020-09-24T09:00"), jakarta("2020-10-05T09:00")),
    ]
    close = working_time().lawful_close(jakarta("2020-09-25T09:30"), None, pauses)
    assert close == working_time().period_end(jakarta("2020-10-06T09:00"))


def test_lawful_close_moves_with_each_suspension_before_it():
    counted = working_time()
    first = (jakarta("2020-09-29T12:00"), jakarta("2020-10-05T09:00"))
    second = (jakarta("2020-10-15T09:00"), jakarta("2020-10-16T09:00"))
    late = (jakarta("2020-11-15T09:00"), jakarta("2020-11-16T09:00"))
    served = jakarta("2020-09-25T09:30")
    assert counted.lawful_close(served, None, [first]) == jakarta("2020-10-15T17:00")
    assert counted.lawful_close(served, None, [late, second, first]) == jakarta("2020-10-16T17:00")
    assert counted.lawful_close(jakarta("2020-10-16T09:00"), None, [first]) == jakarta("2020-11-02T17:00")


def test_lawful_close_is_at_most_a_full_period_after_the_suspension():
    counted = working_time()
    pause = (jakarta("2020-09-25T10:00"), jakarta("2020-09-25T10:15"))
    before, within = jakarta("2020-09-25T09:30"), jakarta("2020-09-25T10:10")
    assert counted.resumed(jakarta("2020-10-09T17:00"), *pause) == jakarta("2020-10-12T17:00")
    assert counted.lawful_close(before, None, [pause]) == jakarta("2020-10-09T17:00")
    assert counted.lawful_close(within, None, [pause]) == jakarta("2020-10-09T17:00")


def test_lawful_close_that_was_reached_does_not_move():
    pause = (jakarta("2020-10-09T17:00"), jakarta("2020-10-20T09:00"))
    close = working_time().lawful_close(jakarta("2020-09-25T09:30"), None, [pause])
    assert close == jakarta("2020-10-09T17:00")


def test_lawful_close_urgent_moves_by_the_elapsed_time():
    pause = (jakarta("2020-09-25T10:30"), jakarta("2020-09-29T10:31"))
    close = working_time(urgent=True).lawful_close(jakarta("2020-09-25T09:30"), None, [pause])
    assert close == jakarta("2020-10-02T09:31")


def test_lawful_close_beyond_the_calendars_is_never():
    pause = (jakarta("2023-12-20T09:00"), jakarta("2023-12-29T09:00"))
    assert working_time().lawful_close(jakarta("2023-12-19T09:30"), None, [pause]) == NEVER
    assert working_time().lawful_close(jakarta("2023-12-27T09:30"), None, ()) == NEVER


HOURS = st.integers(0, 24 * 200).map(lambda hours: timedelta(hours=hours / 4))
LENGTHS = st.one_of(st.just(timedelta()), HOURS)
RULES = st.sampled_from(
    [
        {},
        {"minimum": Span(working_days=2)},
        {"minimum": Span(working_days=0), "floor_seconds": 0},
        {"minimum": Span(working_days=1), "floor_seconds": 6 * 24 * 3600},
        {"minimum": Span(seconds=200_000), "floor_seconds": 10},
        {"zone": "America/New_York", "minimum": Span(working_days=3), "floor_seconds": 3600},
        {"zone": "America/New_York", "deadline_hour": "02:30", "minimum": Span(working_days=3)},
    ]
)
WORKING = st.builds(
    lambda rules, calendars, urgent: working_time(*calendars, urgent=urgent, **rules),
    RULES,
    st.sampled_from([(INDONESIA,), (BRUNEI,), (INDONESIA, BRUNEI)]),
    st.booleans(),
)
many = settings(derandomize=True, deadline=None, max_examples=400)


def closes(counted: WorkingTime, start: datetime, end: datetime) -> list[datetime]:
    """Return the deadline hour of every working day between two instants, by plain enumeration."""
    hour, zone = time.fromisoformat(counted.rules.deadline_hour), counted.rules.zone
    found, day = [], local(start, zone).date()
    while day <= local(end, zone).date():
        if counted.is_working(day):
            with suppress(NoSuchTime, AmbiguousTime):
                found.append(instant(datetime.combine(day, hour), zone))
        day += timedelta(days=1)
    return found


@many
@given(WORKING, HOURS, HOURS, HOURS, LENGTHS)
def test_resumed_keeps_what_remained_and_is_the_first_such_close(counted, dispatched, extra, until, length):
    start = EPOCH + dispatched
    deadline = counted.period_end(start) + extra
    begin = min(start + until, deadline)
    finish = begin + length
    moved = counted.resumed(deadline, begin, finish)
    assert moved - finish >= deadline - begin
    if counted.rules.minimum.working_days is None:
        assert moved - finish == deadline - begin
    else:
        remaining = counted.working_days_between(begin, deadline)

        def enough(close: datetime) -> bool:
            days_left = counted.working_days_between(finish, close)
            return days_left >= remaining and close - finish >= deadline - begin

        assert [earlier for earlier in closes(counted, finish, moved) if enough(earlier)] == [moved]


@many
@given(WORKING, HOURS, HOURS, HOURS, LENGTHS)
def test_resumed_is_monotone_in_the_deadline(counted, until, first, more, length):
    begin = EPOCH + until
    finish = begin + length
    earlier = counted.resumed(begin + first, begin, finish)
    later = counted.resumed(begin + first + more, begin, finish)
    assert earlier <= later


@many
@given(
    WORKING,
    st.lists(st.tuples(HOURS, LENGTHS), min_size=1, max_size=3),
    st.one_of(st.none(), HOURS),
    HOURS,
    st.lists(HOURS, min_size=1, max_size=4),
)
def test_lawful_close_never_passes_the_deadline_by_a_suspension(counted, pauses, window, extra, service):
    """Walk suspensions in order: a close lawful for the deadline before one is so after it."""
    window_end = None if window is None else EPOCH + window
    deadline = counted.period_end(window_end or EPOCH) + extra
    ended: list[tuple[datetime, datetime]] = []
    last = EPOCH
    for gap, length in pauses:
        begin = last + gap
        if begin >= deadline:
            break
        before = [counted.lawful_close(EPOCH + served, window_end, ended) <= deadline for served in service]
        last = begin + length
        deadline = counted.resumed(deadline, begin, last, window_end=window_end)
        window_end = window_end and resumed_window(window_end, begin, last)
        ended.append((begin, last))
        after = [counted.lawful_close(EPOCH + served, window_end, ended) <= deadline for served in service]
        assert [late for early, late in zip(before, after, strict=True) if early and not late] == []
    assume(ended)


@many
@given(WORKING, st.lists(st.tuples(HOURS, LENGTHS), max_size=3), HOURS, HOURS)
def test_lawful_close_is_no_earlier_for_later_service(counted, pauses, served, later):
    ended, last = [], EPOCH
    for gap, length in pauses:
        ended.append((last + gap, last + gap + length))
        last = ended[-1][1]
    first = counted.lawful_close(EPOCH + served, None, ended)
    assert first <= counted.lawful_close(EPOCH + served + later, None, ended)
    assert first >= counted.period_end(EPOCH + served)
