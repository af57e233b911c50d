"""Tests of what a State prepares before it speaks, inside that State only (rule 23)."""

import pytest

from tests.actions.rounds import DEADLINE, HOUR, Round
from tests.settable_clock import MORNING
from workflow.actions import drafts, reminding
from workflow.actions.drafts import DraftAnswer
from workflow.audit.entries import Entry
from workflow.domain.errors import Invalid, NotAllowed, VersionReplaced
from workflow.domain.terms import Letter, ResponseKind, Status
from workflow.models.response import ResponseDraft

OBJECTION = ResponseKind.OBJECTION


def save(round_: Round, *answers: DraftAnswer, by: str = "MY drafter") -> None:
    """Let somebody keep a draft."""
    round_.act(drafts.save, list(answers), by=by)


def answer(
    round_: Round, item: int = 4, kind: ResponseKind | None = OBJECTION, reasons: str = ""
) -> DraftAnswer:
    """Return what is prepared on an item."""
    return DraftAnswer(round_.world.versions[item - 1].id, kind, reasons)


def kept(round_: Round) -> list[tuple[int, str | None, str]]:
    """Return the drafts that are kept, as (State, kind, reasons)."""
    rows = round_.session.query(ResponseDraft).order_by(ResponseDraft.version_id, ResponseDraft.state_id)
    return [(one.state_id, one.kind, one.reasons) for one in rows]


@pytest.mark.parametrize("by", ["MY contact_point", "MY alternate", "MY drafter"])
def test_every_focal_point_prepares(running: Round, by: str) -> None:
    save(running, answer(running, reasons="Who decides?"), by=by)
    assert kept(running) == [(running.world.states["MY"].id, OBJECTION, "Who decides?")]


@pytest.mark.parametrize("by", ["lead_shepherd", "secretariat", "programme", "TL drafter"])
def test_nobody_else_prepares(running: Round, by: str) -> None:
    with running.refused(NotAllowed):
        save(running, answer(running), by=by)


def test_a_draft_is_no_response(running: Round) -> None:
    save(running, answer(running, reasons="No."))
    assert running.loaded.responses == []
    assert running.loaded.evidence == [one for one in running.loaded.evidence if one.kind == "accepted"]
    assert running.statuses()[3] is Status.NO_OBJECTION_DEADLINE
    assert running.at(DEADLINE).outcome == "endorsed"


def test_a_state_has_one_draft_an_item_and_only_its_own(running: Round) -> None:
    save(running, answer(running, reasons="First."))
    save(running, answer(running, reasons="Theirs."), by="SG drafter")
    save(running, answer(running, kind=None, reasons="Second."), by="MY contact_point")
    malaysia, singapore = (running.world.states[code].id for code in ("MY", "SG"))
    assert kept(running) == [(malaysia, None, "Second."), (singapore, OBJECTION, "Theirs.")]
    row = running.session.query(ResponseDraft).filter_by(state_id=malaysia).one()
    assert row.person_id == running.world.people["MY contact_point"].id


def test_saving_the_same_again_keeps_its_author(running: Round) -> None:
    save(running, answer(running, reasons="First."))
    running.at(MORNING + 2 * HOUR)
    save(running, answer(running, reasons="First."), by="MY contact_point")
    row = running.session.query(ResponseDraft).one()
    assert (row.person_id, row.saved_at) == (running.world.people["MY drafter"].id, MORNING + HOUR)


def test_an_empty_draft_is_removed(running: Round) -> None:
    save(running, answer(running, 3), answer(running, 4))
    save(running, answer(running, 4, kind=None))
    assert len(kept(running)) == 1


def test_discarding_removes_the_drafts_of_one_state(running: Round) -> None:
    save(running, answer(running, 3), answer(running, 4))
    save(running, answer(running, 4), by="SG drafter")
    running.act(drafts.discard, by="MY contact_point")
    assert [state for state, _, _ in kept(running)] == [running.world.states["SG"].id]
    assert [one["on_behalf_of"] for one in running.entries(Entry.DRAFT_DISCARDED)] == ["MY"]


def test_the_log_tells_of_a_draft_without_its_text(running: Round) -> None:
    save(running, answer(running, reasons="A secret thought."))
    [entry] = running.entries(Entry.DRAFT_SAVED)
    keys = {"v", "seq", "body", "at", "type", "actor", "auth", "circulation", "on_behalf_of", "words"}
    assert (set(entry), len(entry["words"])) == (keys, 1)
    assert "secret" not in str(running.entries())


def test_a_draft_on_a_text_that_is_gone_is_refused(running: Round) -> None:
    first, [draft] = running.circulation, running.redraft(4)
    running.dispatch(versions=[draft], deadline=DEADLINE)
    running.circulation = first
    with running.refused(VersionReplaced):
        save(running, answer(running))


def test_a_draft_that_cannot_be_kept_names_its_field(running: Round) -> None:
    with running.refused(Invalid) as refused:
        save(running, answer(running, reasons="a\x00b"))
    assert refused.value.field == f"reasons-{running.world.versions[3].id}"


def test_an_unsent_draft_is_warned_of_before_the_deadline(running: Round) -> None:
    save(running, answer(running))
    circulation, now = running.locked()
    assert reminding.remind(running.session, circulation, now=now) is False
    running.clock.now = DEADLINE - HOUR
    circulation, now = running.locked()
    assert reminding.remind(running.session, circulation, now=now) is True
    assert running.told(Letter.DRAFT_WAITING) == {"MY": 2}
