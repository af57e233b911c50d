"""One current position per State per item, by append (rules 13, 18, 19, 35)."""

import pytest

from tests.domain.rounds import DEADLINE, FIRST, case, hours, lifted, said
from workflow.domain.positions import Place, in_time, strength
from workflow.domain.terms import RemarkKind
from workflow.domain.terms import ResponseKind as Kind


def place(*lodged, remarks=(), **changes):
    """Return the position of Malaysia on the first item."""
    return case(lodged=lodged, remarks=remarks, **changes).positions()[FIRST, "MY"]


def test_state_that_says_nothing_is_silent():
    position = place()
    assert (position.place, position.current, position.is_explicit) == (Place.SILENT, None, False)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind.NO_OBJECTION, Place.NO_OBJECTION),
        (Kind.COMMENT, Place.COMMENT),
        (Kind.INPUT, Place.INPUT_OUTSTANDING),
        (Kind.OBJECTION, Place.OBJECTION),
        (Kind.RESERVATION, Place.RESERVATION),
        (Kind.ABSTENTION, Place.ABSTENTION),
    ],
)
def test_kind_gives_the_place(kind, expected):
    assert place(said(1, "MY", kind, hours(1))).place is expected


def test_comment_never_replaces_a_standing_objection():
    position = place(said(1, "MY", Kind.OBJECTION, hours(1)), said(2, "MY", Kind.COMMENT, hours(2)))
    assert position.place is Place.OBJECTION
    assert [one.id for one in position.standing] == [1]


def test_unnamed_no_objection_leaves_the_objection_standing():
    position = place(said(1, "MY", Kind.OBJECTION, hours(1)), said(2, "MY", Kind.NO_OBJECTION, hours(2)))
    assert position.place is Place.OBJECTION


def test_replaced_objection_gives_way_and_is_kept_as_ended():
    position = place(
        said(1, "MY", Kind.OBJECTION, hours(1)),
        said(2, "MY", Kind.NO_OBJECTION, hours(2)),
        remarks=(lifted(1, hours(2), RemarkKind.REPLACED),),
    )
    assert (position.place, position.is_explicit) == (Place.NO_OBJECTION, True)
    assert [one.id for one in position.ended] == [1]


@pytest.mark.parametrize(
    ("kind", "expected"), [(Kind.OBJECTION, Place.LIFTED_OBJECTION), (Kind.INPUT, Place.INPUT_DISPOSED)]
)
def test_lifted_blocker_is_neither_silence_nor_no_objection(kind, expected):
    position = place(said(1, "MY", kind, hours(1)), remarks=(lifted(1, hours(2)),))
    assert (position.place, position.is_explicit, position.standing) == (expected, False, ())


def test_two_objections_of_one_state_need_two_liftings():
    lodged = (said(1, "MY", Kind.OBJECTION, hours(1)), said(2, "MY", Kind.OBJECTION, hours(2)))
    assert place(*lodged, remarks=(lifted(2, hours(3)),)).place is Place.OBJECTION
    assert place(*lodged, remarks=(lifted(2, hours(3)), lifted(1, hours(3)))).place is Place.LIFTED_OBJECTION


def test_late_response_is_kept_apart():
    position = place(said(1, "MY", Kind.OBJECTION, DEADLINE))
    assert (position.place, [one.id for one in position.late]) == (Place.SILENT, [1])


def test_nothing_is_late_while_suspended():
    position = place(said(1, "MY", Kind.OBJECTION, DEADLINE), deadline=None)
    assert position.place is Place.OBJECTION
    assert in_time(DEADLINE, None)


def test_one_state_does_not_move_another():
    assert place(said(1, "PH", Kind.OBJECTION, hours(1))).place is Place.SILENT


def test_strength_orders_objection_input_and_the_rest():
    others = {strength(kind) for kind in (Kind.NO_OBJECTION, Kind.COMMENT, Kind.RESERVATION, Kind.ABSTENTION)}
    assert (strength(Kind.OBJECTION), strength(Kind.INPUT), others) == (3, 2, {1})
    assert strength(Kind.OBJECTION, ended=True) == 0
