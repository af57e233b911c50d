"""Tests that a body all of whose people and papers were entered shows no difference after any story."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from tests.actions.rounds import Round
from tests.audit.scenarios import SCENARIOS
from tests.factories import World
from tests.settable_clock import MORNING, SettableClock
from tests.stages import INSTALLATION
from workflow.actions import accounts, drafting, making
from workflow.audit import searched, tying
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.domain.mandates import OPERATOR
from workflow.models.document import Item, Version

#: Who wrote the factories' versions.
WRITER = replace(OPERATOR, public_id="test")


class ToldRound(Round):
    """A round of a world whose people and drafts have their entries."""

    def __init__(self, session: Session, world: World, clock: SettableClock) -> None:
        super().__init__(session, world, clock)
        codes = {state.id: state.code for state in world.states.values()}
        for name, person in world.people.items():
            told = {"person": person.public_id, "role": world.appointments[name].role, "since": MORNING}
            told |= {"until": None, "name": person.name, "address": person.email}
            told["state"] = codes.get(world.appointments[name].state_id or 0)
            record(session, Entry.APPOINTMENT_MADE, by=OPERATOR, at=MORNING, body=world.body.id, **told)
            if person.password_hash is not None:
                accounts.keep(session, person, person.password_hash, by=OPERATOR, now=MORNING)
        making.record_created(session, world.document, WRITER, MORNING)
        for version in world.versions:
            self.tell(version, MORNING)

    def tell(self, version: Version, at: datetime) -> None:
        """Write the entry of a draft."""
        drafting.record_written(
            self.session, self.session.get_one(Item, version.item_id), version, WRITER, at
        )

    def redraft(self, *items: int) -> list[Version]:
        """Write the next draft of these items, with their entries."""
        drafts = super().redraft(*items)
        for draft in drafts:
            draft.created_at = draft.changed_at = self.clock.now
            self.tell(draft, self.clock.now)
        self.session.flush()
        return drafts


@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_differs_after_a_story(
    session: Session, world: World, clock: SettableClock, name: str
) -> None:
    session.info.update(INSTALLATION)
    SCENARIOS[name](ToldRound(session, world, clock))
    session.flush()
    assert list(tying.differences(session, world.body.id)) == []
    assert list(searched.differences(session, world.body.id)) == []
