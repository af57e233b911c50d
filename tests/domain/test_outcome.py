"""What the deadline does: endorsed, not endorsed or held, and why (rules 9, 13, 19, 27, 34)."""

import pytest

from tests.domain.rounds import (
    DEADLINE,
    DISPATCHED,
    FIRST,
    INSTANT,
    SECOND,
    STATES,
    accepted,
    bounced,
    case,
    hours,
    lifted,
    said,
)
from workflow.domain.outcome import Cause, Reason, Would, judge, needs_silence, outcome, silence_start
from workflow.domain.positions import Place
from workflow.domain.serving import Evidence
from workflow.domain.terms import EvidenceKind, Outcome, RemarkKind, Result
from workflow.domain.terms import ResponseKind as Kind

ALL_SERVED = tuple(accepted(state) for state in STATES)


def fate(judged):
    """Return what happens to each version."""
    return [item.would for item in judged.items]


def test_silence_of_every_served_state_endorses_every_item():
    judged = judge(case())
    assert fate(judged) == [Would.ENDORSE, Would.ENDORSE]
    assert judged.missing == ()
    assert {position.place for position in judged.positions.values()} == {Place.SILENT}


@pytest.mark.parametrize("kind", [Kind.OBJECTION, Kind.INPUT])
def test_blocker_stops_its_item_alone(kind):
    judged = judge(case(lodged=(said(1, "MY", kind, hours(1)),)))
    assert fate(judged) == [Would.NOT_ENDORSE, Would.ENDORSE]
    assert judged.items[0].reasons == (Reason(Cause.BLOCKED, "MY"),)


@pytest.mark.parametrize("kind", [Kind.NO_OBJECTION, Kind.COMMENT, Kind.RESERVATION, Kind.ABSTENTION])
def test_other_kinds_stop_nothing(kind):
    assert fate(judge(case(lodged=(said(1, "MY", kind, hours(1)),)))) == [Would.ENDORSE, Would.ENDORSE]


def test_input_does_not_block_where_the_body_says_so():
    judged = judge(case(lodged=(said(1, "MY", Kind.INPUT, hours(1)),), inputs_block=False))
    assert fate(judged) == [Would.ENDORSE, Would.ENDORSE]
    assert judged.positions[FIRST, "MY"].place is Place.INPUT_OUTSTANDING


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (DEADLINE - INSTANT, Would.NOT_ENDORSE),
        (DEADLINE, Would.ENDORSE),
        (DEADLINE + INSTANT, Would.ENDORSE),
    ],
)
def test_objection_counts_strictly_before_the_deadline(at, expected):
    judged = judge(case(lodged=(said(1, "MY", Kind.OBJECTION, at),)))
    assert judged.items[0].would is expected


@pytest.mark.parametrize(
    ("at", "expected"), [(DEADLINE - INSTANT, Would.ENDORSE), (DEADLINE, Would.NOT_ENDORSE)]
)
def test_lifting_counts_strictly_before_the_deadline(at, expected):
    judged = judge(case(lodged=(said(1, "MY", Kind.OBJECTION, hours(1)),), remarks=(lifted(1, at),)))
    assert judged.items[0].would is expected


def test_answered_input_blocks_until_the_state_accepts():
    lodged = (said(1, "MY", Kind.INPUT, hours(1)),)
    answered = judge(case(lodged=lodged, remarks=(lifted(1, hours(2), RemarkKind.ANSWERED),)))
    accepted_too = judge(case(lodged=lodged, remarks=(lifted(1, hours(2), RemarkKind.ACCEPTED),)))
    assert answered.items[0].would is Would.NOT_ENDORSE
    assert accepted_too.items[0].would is Would.ENDORSE


def test_unserved_state_holds_every_unblocked_item():
    judged = judge(case(evidence=ALL_SERVED[1:], lodged=(said(1, "MY", Kind.OBJECTION, hours(1)),)))
    assert fate(judged) == [Would.NOT_ENDORSE, Would.HOLD]
    assert judged.missing == ("BN",)


def test_explicit_answer_needs_no_service():
    lodged = tuple(
        said(number, "BN", Kind.NO_OBJECTION, hours(200), version)
        for number, version in ((1, FIRST), (2, SECOND))
    )
    assert fate(judge(case(evidence=ALL_SERVED[1:], lodged=lodged))) == [Would.ENDORSE, Would.ENDORSE]


def test_explicit_answer_on_one_item_leaves_the_other_to_silence():
    judged = judge(case(evidence=ALL_SERVED[1:], lodged=(said(1, "BN", Kind.NO_OBJECTION, hours(1)),)))
    assert fate(judged) == [Would.HOLD, Would.HOLD]
    assert judged.items[0].reasons == (Reason(Cause.HELD_BY_OTHERS),)
    assert judged.items[1].reasons == (Reason(Cause.UNSERVED, "BN"),)


def test_comment_is_no_explicit_answer():
    lodged = tuple(
        said(number, "BN", Kind.COMMENT, hours(200), version) for number, version in ((1, FIRST), (2, SECOND))
    )
    responded = Evidence("BN", EvidenceKind.RESPONDED, hours(200))
    judged = judge(case(evidence=(*ALL_SERVED[1:], responded), lodged=lodged))
    assert [item.reasons for item in judged.items] == [(Reason(Cause.PERIOD_SHORT, "BN"),)] * 2


def test_state_served_a_day_late_holds_at_the_first_deadline():
    late = (accepted("BN", hours(24 * 3)), *ALL_SERVED[1:])
    judged = judge(case(evidence=late))
    assert judged.missing == ("BN",)
    assert judged.items[0].reasons == (Reason(Cause.PERIOD_SHORT, "BN"),)


def test_everything_blocked_closes_without_a_hold():
    lodged = (said(1, "MY", Kind.OBJECTION, hours(1)), said(2, "PH", Kind.INPUT, hours(1), SECOND))
    judged = judge(case(evidence=(), lodged=lodged))
    assert fate(judged) == [Would.NOT_ENDORSE, Would.NOT_ENDORSE]
    assert not judged.holds


def test_package_breaks_whole():
    judged = judge(case(package=True, lodged=(said(1, "MY", Kind.OBJECTION, hours(1)),)))
    assert fate(judged) == [Would.NOT_ENDORSE, Would.NOT_ENDORSE]
    assert judged.items[1].reasons == (Reason(Cause.PACKAGE),)


def test_bounce_voids_earlier_acceptances_at_its_address_only():
    other = accepted("BN", address="alternate@example.org")
    assert judge(case(evidence=(*ALL_SERVED, bounced("BN", hours(5))))).missing == ("BN",)
    assert judge(case(evidence=(*ALL_SERVED, other, bounced("BN", hours(5))))).missing == ()


def test_bounce_after_the_deadline_changes_no_outcome():
    evidence = (*ALL_SERVED, bounced("BN", DEADLINE + INSTANT))
    assert judge(case(evidence=evidence)).missing == ()


def test_bounce_found_in_a_hold_counts_as_now_known():
    evidence = (*ALL_SERVED, bounced("BN", DEADLINE + INSTANT))
    held = case(evidence=evidence, is_held=True, held_states=frozenset({"MY"}))
    assert set(judge(held).missing) == {"BN", "MY"}


def test_service_after_the_deadline_does_not_release_a_hold():
    evidence = (*ALL_SERVED[1:], accepted("BN", DEADLINE + INSTANT))
    assert judge(case(evidence=evidence, is_held=True, held_states=frozenset({"BN"}))).missing == ("BN",)


def test_override_releases_the_state_it_names():
    made = Evidence("BN", EvidenceKind.OVERRIDE, DISPATCHED)
    held = case(evidence=(*ALL_SERVED[1:], made), is_held=True, held_states=frozenset({"BN"}))
    assert fate(judge(held)) == [Would.ENDORSE, Would.ENDORSE]


def test_override_from_an_instant_too_late_releases_nothing():
    made = Evidence("BN", EvidenceKind.OVERRIDE, hours(24 * 4))
    held = case(evidence=(*ALL_SERVED[1:], made), is_held=True, held_states=frozenset({"BN"}))
    assert judge(held).missing == ("BN",)


def test_a_late_objection_of_a_state_that_needs_no_override_changes_nothing():
    made = Evidence("MY", EvidenceKind.OVERRIDE, hours(0))
    late = (said(1, "MY", Kind.OBJECTION, DEADLINE + INSTANT),)
    released = Evidence("BN", EvidenceKind.OVERRIDE, hours(0))
    evidence = (*ALL_SERVED[1:], made, released)
    held = case(evidence=evidence, lodged=late, is_held=True, held_states=frozenset({"BN"}))
    assert not judge(held).holds


def test_override_never_overrides_what_the_state_itself_lodged_late():
    made = Evidence("BN", EvidenceKind.OVERRIDE, DISPATCHED)
    late = (said(1, "BN", Kind.OBJECTION, DEADLINE + INSTANT),)
    held = case(evidence=(*ALL_SERVED[1:], made), lodged=late, is_held=True, held_states=frozenset({"BN"}))
    assert judge(held).items[0].reasons == (Reason(Cause.BLOCKED, "BN"),)
    assert judge(held).holds


def test_suspended_circulation_decides_nothing():
    judged = judge(case(deadline=None))
    assert fate(judged) == [Would.HOLD, Would.HOLD]
    assert judged.items[0].reasons == (Reason(Cause.SUSPENDED),)


def test_silence_starts_with_the_last_state_served():
    evidence = (accepted("BN", hours(1)), accepted("MY", hours(3)), accepted("PH"))
    assert silence_start(case(evidence=evidence), at=hours(2)) is None
    assert silence_start(case(evidence=evidence), at=hours(4)) == hours(3)


def test_silence_does_not_wait_for_a_state_whose_silence_nobody_needs():
    lodged = tuple(
        said(number, "BN", Kind.ABSTENTION, hours(1), version)
        for number, version in ((1, FIRST), (2, SECOND))
    )
    assert silence_start(case(evidence=ALL_SERVED[1:], lodged=lodged), at=hours(2)) == DISPATCHED
    assert needs_silence(case(lodged=lodged)) == {"MY": (FIRST, SECOND), "PH": (FIRST, SECOND)}


def test_silence_starts_at_the_end_of_the_window():
    round_ = case(window_end=hours(48))
    assert silence_start(round_, at=hours(47)) is None
    assert silence_start(round_, at=hours(48)) == hours(48)


def test_silence_before_the_end_of_the_window_does_not_count():
    assert set(judge(case(window_end=hours(24 * 4))).missing) == set(STATES)


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([Result.ENDORSED, Result.ENDORSED], Outcome.ENDORSED),
        ([Result.ENDORSED, Result.NOT_ENDORSED], Outcome.PARTIALLY_ENDORSED),
        ([Result.DEFERRED, Result.NOT_ENDORSED], Outcome.NOT_ENDORSED),
    ],
)
def test_outcome_follows_from_the_results(results, expected):
    assert outcome(results) is expected
