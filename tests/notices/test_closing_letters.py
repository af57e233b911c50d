"""What is told at the deadline: the hold and the outcome, in the words of the formula (rules 9, 35, 38).

How both are decided is tested in tests/domain.
"""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.notices.rounds import DEADLINE, Round, dispatched
from tests.settable_clock import MORNING, SettableClock
from workflow.actions.closing import settled
from workflow.actions.lifting import lift
from workflow.actions.responses import Answer
from workflow.actions.serving import accepted
from workflow.domain.terms import Letter, ResponseKind

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
LATER = MORNING + timedelta(days=3)


def served(session: Session, *without: str) -> Round:
    """Dispatch a circulation whose letters were all accepted, but for those to these addresses."""
    given = dispatched(session)
    for notice in given.letters(Letter.CIRCULATION):
        if notice.address not in without:
            accepted(session, given.circulation, notice, now=MORNING, reply="250 OK")
    session.flush()
    return given


def closed(given: Round, clock: SettableClock) -> Round:
    """Let the deadline pass."""
    clock.now = DEADLINE
    settled(given.session, given.circulation.id)
    given.session.flush()
    return given


def flowing(text: str) -> str:
    """Return a text without its line breaks."""
    return " ".join(text.split())


def test_the_outcome_is_told_in_the_words_of_the_formula(session: Session, clock: SettableClock) -> None:
    given = served(session)
    objection = given.object("TH contact_point", LATER, item=1, reasons="No.")
    lifting = given.object("MY contact_point", LATER, reasons="Not yet.")
    lift(session, given.circulation, lifting.id, by=given.world.actor("MY contact_point"), now=LATER)
    reservation = Answer(given.world.versions[4].id, ResponseKind.RESERVATION, reasons="Subject to our law.")
    given.answer("SG contact_point", [reservation], LATER)
    assert objection.id != lifting.id
    told = closed(given, clock).letters(Letter.OUTCOME)
    assert len(told) == 20 + 3
    notice = given.letter(Letter.OUTCOME, "ID contact_point")
    assert notice.subject == (
        "[SOMTC/2020/1] Outcome, 5 of 6 items endorsed ad referendum: Work Plan 2020-2023"
    )
    text = flowing(notice.text)
    at = "Friday 9 October 2020, 17:00 in Jakarta (10:00 UTC)"
    assert text.count(f"No objection having been received by {at}, considered endorsed ad referendum.") == 4
    assert text.count(f"No objection standing at {at}, considered endorsed ad referendum.") == 1
    assert text.count("Not endorsed: an objection or an open input stood at the deadline.") == 1
    assert "Objection: Thailand Silent: Brunei Darussalam, Cambodia" in text
    assert "Reservation of Singapore Text: Subject to our law." in text
    assert "approved" not in text


def test_a_hold_names_the_states_and_how_it_ends(session: Session, clock: SettableClock) -> None:
    given = served(session, "bn.contact_point@example.org", "bn.alternate@example.org")
    closed(given, clock)
    notice = given.letter(Letter.HELD, "MY contact_point")
    assert notice.subject == "[SOMTC/2020/1] Held at the deadline, nothing endorsed: Work Plan 2020-2023"
    assert flowing(notice.text).startswith(
        "Held. The deadline has passed and nothing is endorsed: "
        "the silence of Brunei Darussalam does not count."
    )
    own = flowing(given.letter(Letter.HELD, "BN contact_point").text)
    assert "Please read the circulation now." in own
    assert given.letters(Letter.OUTCOME) == []
