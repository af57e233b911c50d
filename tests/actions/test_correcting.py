"""Tests of corrections and disputes: the record gains words, the outcome never changes."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.actions.rounds import DEADLINE, Round
from tests.factories import new_version
from workflow.actions import correcting, entering
from workflow.actions.admitting import Answer
from workflow.domain.errors import Invalid, NotAllowed, NotFound, WrongStatus
from workflow.domain.terms import ResponseKind, Result
from workflow.models.audit import AuditEntry
from workflow.models.circulation import Dispute

LATER = datetime(2020, 10, 14, 3, 0, tzinfo=UTC)


@pytest.fixture
def disputed(round_: Round) -> Dispute:
    """Give the dispute that an objection on paper, entered after the close, opened."""
    round_.dispatch()
    round_.serve()
    round_.at(DEADLINE)
    round_.clock.now = LATER
    circulation, now = round_.locked()
    entering.enter_on_behalf(
        round_.session,
        circulation,
        by=round_.world.actor("secretariat", str(uuid4())),
        now=now,
        state_code="KH",
        answers=[Answer(round_.world.versions[0].id, ResponseKind.OBJECTION, "By letter.")],
        claimed_at=datetime(2020, 10, 8, 3, 0, tzinfo=UTC),
        evidence="Note verbale 44",
    )
    round_.session.flush()
    return round_.session.scalars(select(Dispute)).one()


def settle(round_: Round, key: int, text: str = "", symbol: str = "", name: str = "secretariat") -> Dispute:
    round_.locked()
    return correcting.settle(
        round_.session, key, by=round_.world.actor(name), now=round_.clock(), text=text, symbol=symbol
    )


def test_correction_is_added_to_a_closed_record(waiting: Round) -> None:
    by = waiting.world.actor("secretariat")
    with pytest.raises(WrongStatus):
        correcting.correct(waiting.session, waiting.circulation, by=by, now=waiting.clock(), text="Wrong.")
    waiting.serve()
    circulation = waiting.at(DEADLINE)
    correction = correcting.correct(waiting.session, circulation, by=by, now=DEADLINE, text=" The place. ")
    assert correction.text == "The place."
    with pytest.raises(Invalid):
        correcting.correct(waiting.session, circulation, by=by, now=DEADLINE, text=" ")
    with pytest.raises(NotAllowed):
        correcting.correct(
            waiting.session,
            circulation,
            by=waiting.world.actor("lead_shepherd"),
            now=DEADLINE,
            text="Wrong.",
        )


def test_dispute_is_settled_by_words_once(round_: Round, disputed: Dispute) -> None:
    assert round_.results()[0] is Result.ENDORSED
    settled = settle(round_, disputed.id, "The note arrived on 12 October; Cambodia confirmed this.")
    assert settled.settlement == "The note arrived on 12 October; Cambodia confirmed this."
    assert round_.results()[0] is Result.ENDORSED
    with pytest.raises(WrongStatus):
        settle(round_, disputed.id, "Again.")
    types = list(round_.session.scalars(select(AuditEntry.type).order_by(AuditEntry.seq)))
    assert types[-1] == "dispute.settled"


def test_dispute_is_settled_by_a_new_circulation(round_: Round, disputed: Dispute) -> None:
    first = round_.circulation.symbol
    fresh = new_version(round_.world.items[0], "Again", number=2)
    round_.session.add(fresh)
    round_.session.flush()
    round_.dispatch(versions=[fresh], deadline=datetime(2020, 11, 20, 10, 0, tzinfo=UTC))
    with pytest.raises(Invalid) as refused:
        settle(round_, disputed.id, symbol=str(first))
    assert refused.value.field == "symbol"
    settled = settle(round_, disputed.id, symbol=str(round_.circulation.symbol))
    assert settled.settlement == f"Settled by the new circulation {round_.circulation.symbol}."


def test_dispute_needs_words_or_a_circulation(round_: Round, disputed: Dispute) -> None:
    with pytest.raises(Invalid) as refused:
        settle(round_, disputed.id)
    assert refused.value.field == "text"
    with pytest.raises(NotAllowed):
        settle(round_, disputed.id, "Mine.", name="lead_shepherd")
    with pytest.raises(NotFound):
        settle(round_, disputed.id + 99, "None.")
