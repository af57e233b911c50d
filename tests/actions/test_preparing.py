"""Tests of a preparation: it has no status, promises nothing and can be thrown away."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.actions.rounds import DEADLINE, Round
from tests.settable_clock import MORNING
from workflow.actions import course, documents, drafts, preparing, responses, withdrawing
from workflow.actions.admitting import Answer
from workflow.actions.preparing import Plan
from workflow.audit.entries import Entry
from workflow.domain.errors import Invalid, NotAllowed, NotFound, Refused, StaleVersion, WrongStatus
from workflow.domain.terms import Letter, ResponseKind, Status
from workflow.models.body import Body, Meeting
from workflow.models.circulation import Circulation, CirculationItem
from workflow.models.notice import Notice

OBJECTION = ResponseKind.OBJECTION
#: What another body takes over from the world's.
BODY = (
    "name",
    "short_name",
    "office_title",
    "secretariat_name",
    "programme_name",
    "rules",
    "holiday_overrides",
    "wordings",
)


def plan_of(round_: Round, *items: int, **more: object) -> Plan:
    """Return a plan with these items."""
    versions = tuple(round_.world.versions[item - 1].id for item in items)
    return replace(Plan(title="Work Plan", version_ids=versions, deadline=DEADLINE), **more)


def change(round_: Round, circulation: Circulation, plan: Plan, by: str = "lead_shepherd") -> None:
    """Let somebody change a preparation."""
    preparing.change(round_.session, circulation, by=round_.world.actor(by), now=MORNING, plan=plan)


def test_a_preparation_has_no_status_and_moves_nothing(round_: Round) -> None:
    circulation = round_.prepare()
    assert (circulation.status, circulation.symbol, circulation.dispatched_at) == (None, None, None)
    assert set(round_.statuses()) == {Status.DRAFT}
    assert round_.session.query(Notice).count() == 0
    [entry] = round_.entries(Entry.PREPARATION_WRITTEN)
    assert entry["preparation"] == circulation.id
    assert entry["versions"] == sorted(version.id for version in round_.world.versions)


def test_a_preparation_is_changed_until_its_dispatch(round_: Round) -> None:
    circulation = round_.prepare()
    change(round_, circulation, plan_of(round_, 3, 1, title="Two items"))
    chosen = round_.session.query(CirculationItem).order_by(CirculationItem.position)
    assert [one.version_id for one in chosen] == [round_.world.versions[place].id for place in (2, 0)]
    assert circulation.title == "Two items"
    assert len(round_.entries(Entry.PREPARATION_WRITTEN)) == 2


def test_a_dispatched_circulation_is_prepared_no_more(round_: Round) -> None:
    circulation = round_.dispatch()
    shepherd = round_.world.actor("lead_shepherd")
    with round_.refused(StaleVersion):
        change(round_, circulation, plan_of(round_, 1))
    with round_.refused(StaleVersion):
        preparing.discard(round_.session, circulation, by=shepherd, now=MORNING)
    with round_.refused(StaleVersion):
        preparing.test_letter(round_.session, circulation, by=shepherd, now=MORNING)


@pytest.mark.parametrize("by", ["secretariat", "programme", "PH contact_point"])
def test_only_the_lead_shepherd_prepares(round_: Round, by: str) -> None:
    circulation = round_.prepare()
    with round_.refused(NotAllowed):
        change(round_, circulation, plan_of(round_, 1), by)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "Two\nlines"}, "title"),
        ({"zone": "Asia/Nowhere"}, "zone"),
        ({"urgent": True}, "urgent_reasons"),
        ({"meeting_id": 99999}, "meeting"),
        ({"message": "a\x00b"}, "message"),
    ],
)
def test_a_plan_that_cannot_be_names_its_field(round_: Round, given: dict[str, object], field: str) -> None:
    circulation = round_.prepare()
    with round_.refused(Invalid) as refused:
        change(round_, circulation, plan_of(round_, 1, **given))
    assert refused.value.field == field


def test_a_meeting_of_another_body_gives_no_authority(round_: Round) -> None:
    other = Body(**{name: getattr(round_.world.body, name) for name in BODY} | {"code": "OTHER"})
    round_.session.add(other)
    round_.session.flush()
    meeting = Meeting(body_id=other.id, code="1", name="Another meeting", held_on=MORNING.date())
    round_.session.add(meeting)
    round_.session.flush()
    with round_.refused(Invalid) as refused:
        round_.prepare(meeting_id=meeting.id)
    assert refused.value.field == "meeting"


def test_what_is_no_draft_is_not_chosen(round_: Round) -> None:
    first = round_.dispatch(versions=round_.world.versions[:1])
    with round_.refused(Invalid) as refused:
        round_.prepare()
    assert refused.value.field == "items"
    assert refused.value.details == {"versions": [round_.world.versions[0].id]}
    assert first.id is not None


def test_a_discarded_preparation_leaves_its_drafts(round_: Round) -> None:
    circulation = round_.prepare()
    key = circulation.id
    preparing.discard(round_.session, circulation, by=round_.world.actor("lead_shepherd"), now=MORNING)
    round_.session.flush()
    assert round_.session.query(Circulation).count() == 0
    assert round_.session.query(CirculationItem).count() == 0
    assert set(round_.statuses()) == {Status.DRAFT}
    assert [one["preparation"] for one in round_.entries(Entry.PREPARATION_DISCARDED)] == [key]


def test_a_test_letter_goes_to_oneself_and_serves_nobody(round_: Round) -> None:
    circulation = round_.prepare()
    shepherd = round_.world.actor("lead_shepherd")
    preparing.test_letter(round_.session, circulation, by=shepherd, now=MORNING)
    letter = round_.session.query(Notice).one()
    assert (letter.letter, letter.person_id, letter.state_id) == (Letter.TEST, shepherd.person, None)
    assert letter.proves_service is False
    assert circulation.status is None


def test_a_preparation_with_a_test_letter_can_be_discarded(round_: Round) -> None:
    circulation = round_.prepare()
    shepherd = round_.world.actor("lead_shepherd")
    preparing.test_letter(round_.session, circulation, by=shepherd, now=MORNING)
    preparing.discard(round_.session, circulation, by=shepherd, now=MORNING)
    round_.session.flush()
    assert round_.session.query(Notice).one().circulation_id is None


@pytest.mark.parametrize(("given", "field"), [({"deadline": None}, "deadline"), ({"versions": []}, "items")])
def test_a_test_letter_needs_a_deadline_and_items(
    round_: Round, given: dict[str, object], field: str
) -> None:
    circulation = round_.prepare(**given)
    with round_.refused(Invalid) as refused:
        preparing.test_letter(
            round_.session, circulation, by=round_.world.actor("lead_shepherd"), now=MORNING
        )
    assert refused.value.field == field


ON_A_PREPARATION: dict[str, tuple[type[Refused], Callable[[Round], object]]] = {
    "lodge": (
        NotFound,
        lambda round_: round_.act(
            responses.lodge, [Answer(round_.world.versions[0].id, OBJECTION)], by="MY contact_point"
        ),
    ),
    "draft": (NotFound, lambda round_: round_.act(drafts.save, [], by="MY drafter")),
    "discard": (NotFound, lambda round_: round_.act(drafts.discard, by="MY drafter")),
    "ask": (NotFound, lambda round_: round_.act(course.ask_for_time, by="MY alternate", reasons="Time.")),
    "enter": (NotFound, lambda round_: round_.enter("MY", OBJECTION, 1)),
    "resume": (WrongStatus, lambda round_: round_.act(course.resume)),
    "withdraw": (WrongStatus, lambda round_: round_.act(withdrawing.withdraw_circulation, reason="No.")),
}


@pytest.mark.parametrize("items", [(), (1, 2)])
@pytest.mark.parametrize("name", ON_A_PREPARATION)
def test_nothing_happens_to_a_preparation_but_its_preparing(
    round_: Round, name: str, items: tuple[int, ...]
) -> None:
    versions = [round_.world.versions[item - 1] for item in items]
    round_.circulation = round_.prepare(versions=versions)
    before = round_.entries()
    error, act = ON_A_PREPARATION[name]
    with round_.refused(error):
        act(round_)
    assert (round_.status, round_.entries()) == (None, before)


def test_withdrawn_draft_leaves_its_preparations_and_the_others_close_up(round_: Round) -> None:
    session, (first, second, third) = round_.session, round_.world.versions[:3]
    chosen = round_.prepare(versions=[first, second, third])
    alone = round_.prepare(versions=[second])
    other = round_.prepare(versions=[first])
    before = len(round_.entries(Entry.PREPARATION_WRITTEN))
    by = round_.world.actor("programme")
    documents.withdraw_draft(session, second.id, by=by, now=MORNING, reason="Not now.")

    def items(circulation: Circulation) -> list[tuple[int, int]]:
        rows = session.query(CirculationItem).filter_by(circulation_id=circulation.id)
        return [(row.position, row.version_id) for row in rows.order_by(CirculationItem.position)]

    assert [items(one) for one in (chosen, alone, other)] == [
        [(1, first.id), (2, third.id)],
        [],
        [(1, first.id)],
    ]
    written = round_.entries(Entry.PREPARATION_WRITTEN)[before:]
    assert [(one["preparation"], one["versions"]) for one in written] == [
        (chosen.id, [first.id, third.id]),
        (alone.id, []),
    ]
