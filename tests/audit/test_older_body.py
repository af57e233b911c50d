"""Tests of a body that was founded before entries told all that its tables hold."""

import pytest
from sqlalchemy.orm import Session

from tests.actions.test_preparing import BODY
from tests.factories import World
from tests.settable_clock import MORNING
from workflow.audit import tying
from workflow.audit.entries import KEYS, Entry
from workflow.audit.record import record
from workflow.domain.mandates import OPERATOR
from workflow.models.audit import LogHead
from workflow.models.body import Body

TOLD_THEN = {"states": ["BN", "PH"], "office": "PH"}
TOLD_SINCE = {"settings_sha256": "0" * 64, "rules": {}, "memberships": [], "meetings": []}


@pytest.fixture
def empty(session: Session, world: World) -> Body:
    """Give a body whose log holds nothing yet."""
    body = Body(**{name: getattr(world.body, name) for name in BODY} | {"code": "OTHER"})
    session.add(body)
    session.flush()
    session.add(LogHead(body_id=body.id, origin="adref/other", size=0))
    session.flush()
    return body


def found(session: Session, body: Body, **told: object) -> None:
    """Write a founding entry."""
    record(session, Entry.BODY_FOUNDED, by=OPERATOR, at=MORNING, body=body.id, **told)


def test_a_body_founded_before_is_known_by_its_founding_entry(
    session: Session, empty: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not tying.is_older(session, empty.id)
    with monkeypatch.context() as then:
        # The keys the entry had then: what an older version of this program wrote.
        then.setitem(KEYS, Entry.BODY_FOUNDED, frozenset(TOLD_THEN))
        found(session, empty, **TOLD_THEN)
    assert tying.is_older(session, empty.id)
    # A later entry makes no older body a new one.
    found(session, empty, **TOLD_THEN, **TOLD_SINCE)
    assert tying.is_older(session, empty.id)


def test_a_body_founded_with_all_it_holds_is_compared(session: Session, empty: Body) -> None:
    found(session, empty, **TOLD_THEN, **TOLD_SINCE)
    assert not tying.is_older(session, empty.id)
