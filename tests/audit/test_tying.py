"""Tests of the tie between the tables and the log: what is changed behind the program's back is named."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from config.demo.main_job import installation
from config.demo.setting_up import set_up
from tests.actions.rounds import Round
from tests.audit.changed_columns import TOGETHER
from tests.audit.scenarios import SCENARIOS
from tests.browser.installed import Installed
from tests.browser.situations import furnish
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import INSTALLATION
from tests.tampering import unguarded
from workflow.audit import tying
from workflow.db import Database

#: A change in SQL, and what must be said of it; each is made alone.
CHANGES = {
    "UPDATE circulation SET status = 'withdrawn' WHERE number = 3": "the status of circulation is withdrawn",
    "UPDATE circulation SET dispatched_at = deadline WHERE number = 3": "the dispatched_at of circulation",
    "DELETE FROM circulation_item WHERE position = 6 AND result IS NOT NULL": "the log tells of item",
    "DELETE FROM roster_state WHERE holds": "the log tells of roster row of LA",
    "UPDATE roster_state SET holds = NOT holds WHERE holds": "the holds of roster row of LA is False",
    "UPDATE roster_state SET state_id = (SELECT id FROM state WHERE code = 'TL') WHERE holds": "row of TL",
    "UPDATE response SET reasons = 'Fine.' WHERE kind = 'objection'": "the reasons of response of entry",
    "UPDATE response SET state_id = (SELECT id FROM state WHERE code = 'SG') WHERE kind = 'input'": (
        "the state"
    ),
    "DELETE FROM response WHERE kind = 'abstention'": "the log tells of response of entry",
    "DELETE FROM response_remark WHERE kind = 'answered'": "the log tells of remark of entry",
    "UPDATE response_remark SET text = 'Yes.' WHERE kind = 'answered'": "the text of remark of entry",
    "UPDATE service_evidence SET at = (SELECT min(created_at) FROM circulation) WHERE kind = 'bounced'": (
        "the at of evidence “bounced”"
    ),
    "UPDATE service_evidence SET address = 'x@example.org' WHERE kind = 'bounced'": "the address of evidence",
    "DELETE FROM service_evidence WHERE kind = 'bounced'": "the log tells of evidence “bounced”",
    "UPDATE service_evidence SET kind = 'accepted' WHERE kind = 'bounced'": "of which the log tells nothing",
    "UPDATE notice SET address = 'x@example.org' WHERE id IN (SELECT notice_id FROM service_evidence)": (
        "went to x@example.org"
    ),
    "UPDATE notice SET status = 'queued' WHERE id IN (SELECT notice_id FROM service_evidence)": "is queued",
    "UPDATE notice SET proves_service = NOT proves_service WHERE letter = 'receipt'": (
        "the proves_service of letter"
    ),
    "UPDATE notice SET proves_service = NOT proves_service": "does not carry the paper",
    "UPDATE notice SET state_id = (SELECT id FROM state WHERE code = 'SG') WHERE proves_service": (
        "has state_id"
    ),
    "UPDATE notice SET status = 'acknowledged' WHERE proves_service": "is acknowledged, but the log says",
    "UPDATE notice SET status = 'bounced' WHERE proves_service": "is bounced, but the log says",
    "UPDATE response_draft SET state_id = (SELECT id FROM state WHERE code = 'SG')": "saved it for SG",
    "DELETE FROM suspension": "the log tells of suspension 1",
    "DELETE FROM dispute": "the log tells of dispute 1",
    "DELETE FROM noting": "the log tells of noting 1",
    "UPDATE version SET status = 'draft', decided_at = NULL WHERE status = 'endorsed'": (
        "the status of version"
    ),
    "UPDATE progress SET status = 'Done.'": "the status of progress of item wp-4",
    "UPDATE person SET active = NOT active": "the active of person",
    "UPDATE office_term SET state_id = (SELECT id FROM state WHERE code = 'SG')": (
        "the state of term of office 1"
    ),
    "UPDATE private_text SET text = 'Another'": "is not the one whose fingerprint the entry shows",
    "DELETE FROM private_text": "is not the text whose fingerprint entry",
    "UPDATE circulation SET title = 'Another' WHERE number = 1": "the terms of circulation is",
    "UPDATE circulation SET frozen = CAST(replace(CAST(frozen AS text), '\"working_days\": 10', "
    "'\"working_days\": 3') AS {json})": "the terms of circulation is",
    "UPDATE meeting SET held_on = '2020-01-02' WHERE id = (SELECT authority_meeting_id FROM "
    "circulation WHERE number = 1)": ("the authority_date of circulation is 2020-01-02"),
    "DELETE FROM circulation_item WHERE circulation_id = (SELECT max(id) FROM circulation)": (
        "the versions of preparation"
    ),
    "UPDATE attachment SET content = CAST('Other' AS {bytes})": "the sha256 of file",
    "UPDATE person SET email = 'x' || email": "the email of person",
    "UPDATE person SET name = 'Another'": "the name of person",
    "UPDATE person SET epoch = epoch + 1": "the epoch of person",
    "DELETE FROM account_link": "the log tells of link of person",
    "UPDATE account_link SET purpose = 'reset'": "the purpose of link of person",
    "UPDATE account_link SET person_id = (SELECT min(id) FROM person)": "its table holds link of person",
}


@pytest.mark.timeout(300)
def test_every_change_behind_the_back_is_named(fresh_database: Database, clock: SettableClock) -> None:
    """On a body whose every row was made by the real acts: nothing differs, until somebody changes a row."""
    assert len(CHANGES) + sum(map(len, TOGETHER)) >= 40
    with installation(clock, fresh_database) as (app, _):
        set_up(app)
        furnish(Installed(app, clock, ""))
    with fresh_database.writing() as session:
        assert list(tying.differences(session, 1)) == []
    unnamed: dict[str, str] = {}
    for changes in [*({change: told} for change, told in CHANGES.items()), *TOGETHER]:
        with fresh_database.session(writing=True) as session:
            unguarded(session)
            done = {change: changed(session, change) for change in changes}
            found = list(tying.differences(session, 1))
            for change, told in changes.items():
                if not done[change] or not any(told in one for one in found):
                    unnamed[change] = f"{done[change]} rows: {found[:3]}"
            session.rollback()
    assert unnamed == {}


def changed(session: Session, change: str) -> int:
    """Make a change in SQL, and return how many rows it changed."""
    postgresql = session.get_bind().dialect.name == "postgresql"
    octets, tree = ("bytea", "json") if postgresql else ("blob", "text")
    # As text() reads it, what follows a colon would be a parameter.
    statement = text(change.format(bytes=octets, json=tree).replace(":", "\\:"))
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", SCENARIOS)
def test_real_acts_leave_what_their_entries_tell(
    session: Session, world: World, clock: SettableClock, name: str
) -> None:
    session.info.update(INSTALLATION)
    SCENARIOS[name](Round(session, world, clock))
    session.flush()
    # The people and the plan of these tests were never entered by an act: only the circulations count.
    found = [one for one in tying.differences(session, world.body.id) if one.startswith("Circulation")]
    assert found == []
