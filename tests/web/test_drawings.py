"""Tests of what drawings share: places on a line, numbers that stand together, days that are named."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from workflow.web.drawings import Place, Point, Scale, places, ticks

FIRST = datetime(2020, 9, 25, 2, 0, tzinfo=UTC)
ROUND = Scale(FIRST, FIRST + timedelta(days=20))


def test_scale_lays_instants_between_its_ends() -> None:
    assert ROUND.at(FIRST) == 7.0
    assert ROUND.at(FIRST + timedelta(days=10)) == 50.0
    assert ROUND.at(FIRST + timedelta(days=20)) == 93.0


def test_scale_keeps_what_lies_beyond_at_its_ends() -> None:
    assert ROUND.at(FIRST - timedelta(days=3)) == 7.0
    assert ROUND.at(FIRST + timedelta(days=300)) == 93.0


def test_scale_without_length_has_one_place() -> None:
    assert Scale(FIRST, FIRST).at(FIRST) == 7.0


def test_numbers_far_apart_have_places_of_their_own() -> None:
    assert places([Point(10.0, 1, "run"), Point(40.0, 2, "stop")]) == [
        Place(10.0, "1", "run", False, 0),
        Place(40.0, "2", "stop", False, 0),
    ]


def test_near_numbers_share_a_place_in_the_strongest_colour() -> None:
    points = [Point(10.0, 1, "run"), Point(12.0, 2, "stop"), Point(14.0, 3, "ok")]
    assert places(points) == [Place(10.0, "1–3", "stop", False, 0)]


def test_numbers_out_of_row_are_listed() -> None:
    assert [one.label for one in places([Point(90.0, 4, "run"), Point(90.0, 9, "rest")])] == ["4,9"]


def test_close_places_stand_on_two_levels() -> None:
    points = [Point(at, number, "run") for number, at in enumerate((10.0, 20.0, 30.0, 60.0), 1)]
    assert [one.level for one in places(points)] == [0, 1, 0, 0]


def test_a_place_is_planned_only_if_all_of_it_is() -> None:
    mixed = [Point(10.0, 1, "run"), Point(11.0, 2, "run", True), Point(80.0, 3, "run", True)]
    assert [one.is_planned for one in places(mixed)] == [False, True]


def test_a_wide_label_has_a_wide_frame() -> None:
    assert Place(1.0, "3", "run", False, 0).width == 22
    assert Place(1.0, "10–12", "run", False, 0).width == 47


@pytest.mark.parametrize(
    ("days", "names"),
    [
        (5, ["26 Sept", "27 Sept", "28 Sept", "29 Sept", "30 Sept"]),
        (9, ["26 Sept", "28 Sept", "30 Sept", "2 Oct", "4 Oct"]),
        (20, ["28 Sept", "5 Oct", "12 Oct"]),
        (60, ["28 Sept", "12 Oct", "26 Oct", "9 Nov", "23 Nov"]),
        (900, ["Sept 2020", "May 2021", "Dec 2021", "Aug 2022", "Mar 2023"]),
    ],
)
def test_as_many_days_are_named_as_have_room(days: int, names: list[str]) -> None:
    found = ticks(Scale(FIRST, FIRST + timedelta(days=days)), "Asia/Jakarta")
    assert [one.name for one in found if one.name] == names
    named = [one.at for one in found if one.name]
    assert min(later - earlier for earlier, later in pairwise(named)) >= 17


def test_days_begin_at_midnight_of_the_zone() -> None:
    scale = Scale(FIRST, FIRST + timedelta(days=10))
    jakarta, utc = (ticks(scale, zone)[0].at for zone in ("Asia/Jakarta", "UTC"))
    assert jakarta == scale.at(datetime(2020, 9, 25, 17, 0, tzinfo=UTC))
    assert utc == scale.at(datetime(2020, 9, 26, 0, 0, tzinfo=UTC))


def test_names_at_the_ends_stay_within_the_drawing() -> None:
    found = ticks(Scale(FIRST, FIRST + timedelta(days=20)), "Asia/Jakarta")
    assert [one.anchor for one in found if one.at < 12] == ["start"]
    assert [one.anchor for one in found if one.at > 88] == ["end"]
    assert {one.anchor for one in found if 12 <= one.at <= 88} == {""}
