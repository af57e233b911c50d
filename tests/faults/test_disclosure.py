"""Every page, read for what its reader may not know: drafts, silent assent, requests for time, addresses.

Who may see what is said by rules 23 and 33a: an objection is open to all States, and so is what the office
answers to it. Reaching for what is another State's is in
test_authority_routes.py.
"""

import pytest
from flask import Flask

from tests.databases import RolledBack
from tests.factories import World
from tests.faults.reach import hidden
from tests.faults.reaching import HIDDEN, Reaching
from tests.settable_clock import MORNING, SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit, app, app_settings, visit, world
from workflow.domain.terms import Role
from workflow.queries import asked, own_words

__all__ = ["app", "app_settings", "visit", "world"]

SPEAKERS = {"contact_point": Role.CONTACT_POINT, "alternate": Role.ALTERNATE, "drafter": Role.DRAFTER}


@pytest.fixture
def reaching(
    app: Flask, database: RolledBack, visit: Visit, world: World, outspoken: Stage, clock: SettableClock
) -> Reaching:
    """Give the people of all States before the round in which each has spoken, at that instant."""
    clock.now = MORNING
    assert outspoken.circulation is not None
    return Reaching(app, database, visit, world, outspoken.circulation)


def told_to_a_state(reaching: Reaching, code: str, rank: str) -> list[str]:
    """Return what pages tell somebody of a State that only another State may know."""
    others = reaching.others(code)
    secrets = list(reaching.secrets(*others))
    return reaching.read(f"{code} {rank}", SPEAKERS[rank], secrets, others[0])


@pytest.mark.parametrize(("code", "rank"), [("MY", "contact_point"), ("PH", "alternate"), ("VN", "drafter")])
def test_no_page_tells_a_state_what_another_keeps(reaching: Reaching, code: str, rank: str) -> None:
    assert told_to_a_state(reaching, code, rank) == []


@pytest.mark.torture
@pytest.mark.parametrize("rank", SPEAKERS)
def test_no_page_tells_any_state_what_another_keeps(reaching: Reaching, rank: str) -> None:
    for code in [state.code for state in reaching.world.members]:
        assert told_to_a_state(reaching, code, rank) == []


def test_own_pages_tell_a_state_its_own(reaching: Reaching) -> None:
    """What the others are not told is there to be told: else nothing could be found."""
    found = reaching.read("MY contact_point", Role.CONTACT_POINT, list(reaching.secrets("MY")), "MY")
    told = {one.partition(": ")[2] for one in found}
    assert {hidden("MY", what)[1:-1] for what in HIDDEN} <= told


@pytest.mark.parametrize("office", [Role.LEAD_SHEPHERD, Role.SECRETARIAT])
def test_no_page_tells_an_office_what_a_state_prepares(reaching: Reaching, office: Role) -> None:
    secrets = [hidden(state.code, "draft")[1:-1] for state in reaching.world.members]
    assert reaching.read(str(office), office, secrets, "MY") == []


def test_no_page_tells_the_programme_what_states_say(reaching: Reaching) -> None:
    codes = [state.code for state in reaching.world.members]
    secrets = [*reaching.secrets(*codes), *(f"Objection of {code}" for code in codes)]
    assert reaching.read("programme", Role.PROGRAMME, secrets, "MY") == []


def test_desk_that_asks_not_whose_drafts_they_are_is_found(
    reaching: Reaching, monkeypatch: pytest.MonkeyPatch
) -> None:
    singapore = reaching.world.states["SG"].id
    monkeypatch.setattr(asked, "prepared_by", lambda _state: own_words.prepared_by(singapore))
    found = told_to_a_state(reaching, "MY", "contact_point")
    assert f"/desk/{reaching.circulation} tells MY contact_point: SG: hidden draft" in found
