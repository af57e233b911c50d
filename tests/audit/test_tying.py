"""Tests of the tie between the tables and the log: what is changed behind the program's back is named."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from config.demo.main_job import installation
from config.demo.setting_up import set_up
from tests.actions.rounds import Round
from tests.audit.scenarios import SCENARIOS
from tests.browser.installed import Installed
from tests.browser.situations import furnish
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import INSTALLATION
from tests.tampering import unguarded
from workflow.audit import tying
from workflow.db import Database

#: A change in SQL, and what must be said of it.
CHANGES = {
    "UPDATE circulation SET status = 'withdrawn' WHERE number = 3": "the status of circulation is withdrawn",
    "UPDATE circulation SET deadline = dispatched_at WHERE number = 3": "the deadline of circulation is",
    "UPDATE circulation SET first_deadline = dispatched_at WHERE number = 3": "the first_deadline of",
    "UPDATE circulation SET window_end = deadline WHERE number = 3": "the window_end of circulation",
    "UPDATE circulation SET zone = 'Asia/Tokyo' WHERE number = 3": "the zone of circulation is Asia/Tokyo",
    "UPDATE circulation SET package = NOT package WHERE number = 3": "the package of circulation is True",
    "UPDATE circulation SET dispatched_at = deadline WHERE number = 3": "the dispatched_at of circulation",
    "UPDATE circulation SET dispatched_by = 'nobody' WHERE number = 3": "the dispatched_by of circulation",
    "UPDATE circulation SET silence_started_at = NULL WHERE number = 3": "the silence_started_at of",
    "UPDATE circulation SET suspended_at = deadline WHERE number = 4": "the suspended_at of circulation",
    "UPDATE circulation SET held_at = dispatched_at WHERE number = 2": "the held_at of circulation is",
    "UPDATE circulation SET closed_at = dispatched_at WHERE number = 1": "the closed_at of circulation is",
    "UPDATE circulation SET outcome = 'endorsed' WHERE number = 1": "the outcome of circulation is endorsed",
    "UPDATE circulation SET close_cause = 'override' WHERE number = 1": "the close_cause of circulation",
    "UPDATE circulation SET closed_seq = 1 WHERE number = 1": "the closed_seq of circulation is 1",
    "UPDATE circulation_item SET result = 'endorsed' WHERE result = 'not_endorsed'": (
        "the result of item wp-4"
    ),
    "UPDATE circulation_item SET position = 99 WHERE position = 6": "the position of item",
    "DELETE FROM circulation_item WHERE position = 6 AND result IS NOT NULL": "the log tells of item",
    "DELETE FROM roster_state WHERE holds": "the log tells of roster row of LA",
    "UPDATE roster_state SET holds = NOT holds WHERE holds": "the holds of roster row of LA is False",
    "UPDATE roster_state SET state_id = (SELECT id FROM state WHERE code = 'TL') WHERE holds": "row of TL",
    "UPDATE response SET kind = 'comment' WHERE kind = 'objection'": "the kind of response of entry",
    "UPDATE response SET reasons = 'Fine.' WHERE kind = 'objection'": "the reasons of response of entry",
    "UPDATE response SET passage = 'other' WHERE passage <> ''": "the passage of response of entry",
    "UPDATE response SET cure = '' WHERE cure <> ''": "the cure of response of entry",
    "UPDATE response SET received_at = (SELECT max(deadline) FROM circulation)": (
        "the received_at of response"
    ),
    "UPDATE response SET counts_at = (SELECT min(dispatched_at) FROM circulation) WHERE NOT on_behalf AND "
    "counts_at > (SELECT min(dispatched_at) FROM circulation)": "the counts_at of response of entry",
    "UPDATE response SET state_id = (SELECT id FROM state WHERE code = 'SG') WHERE kind = 'input'": (
        "the state"
    ),
    "UPDATE response SET version_sha256 = 'ab' WHERE kind = 'input'": "the version_sha256 of response",
    "UPDATE response SET evidence = 'None.' WHERE on_behalf": "the evidence of response of entry",
    "UPDATE response SET person_id = (SELECT min(id) FROM person)": "the person of response of entry",
    "UPDATE response SET lodging = 'another' WHERE kind = 'reservation'": "the lodging of response of entry",
    "DELETE FROM response WHERE kind = 'abstention'": "the log tells of response of entry",
    "DELETE FROM response_remark WHERE kind = 'answered'": "the log tells of remark of entry",
    "UPDATE response_remark SET kind = 'accepted' WHERE kind = 'answered'": "the kind of remark of entry",
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
        "is sent, but the log tells of no such acceptance"
    ),
    "UPDATE notice SET proves_service = NOT proves_service": "does not carry the paper",
    "UPDATE notice SET state_id = (SELECT id FROM state WHERE code = 'SG') WHERE proves_service": (
        "has state_id"
    ),
    "UPDATE notice SET status = 'acknowledged' WHERE proves_service": "is acknowledged, but the log tells of",
    "UPDATE notice SET status = 'bounced' WHERE proves_service": "is bounced, but the log tells of no such",
    "UPDATE response_draft SET saved_at = (SELECT min(dispatched_at) FROM circulation)": "draft row",
    "UPDATE response_draft SET state_id = (SELECT id FROM state WHERE code = 'SG')": "saved it for SG",
    "UPDATE override SET served_from = first_at": "the served_from of override for LA",
    "UPDATE override SET evidence = 'Telephone.'": "the evidence of override for LA",
    "DELETE FROM suspension": "the log tells of suspension 1",
    "UPDATE suspension SET reason = 'None.'": "the reason of suspension 1",
    "DELETE FROM dispute": "the log tells of dispute 1",
    "UPDATE dispute SET settled_at = opened_at": "the settled_at of dispute 1",
    "UPDATE correction SET text = 'No.'": "the text of correction 1",
    "DELETE FROM noting": "the log tells of noting 1",
    "UPDATE noting SET reference = 'Another'": "the reference of noting 1",
    "UPDATE extension_request SET reasons = 'None.'": "the reasons of request for time",
    "UPDATE version SET title = 'Another' WHERE status = 'endorsed'": "the sha256 of version 1 of item",
    "UPDATE version SET status = 'draft', decided_at = NULL WHERE status = 'endorsed'": (
        "the status of version"
    ),
    "UPDATE attachment SET sha256 = 'ab'": "the sha256 of version 2 of item wp-4",
    "UPDATE progress SET status = 'Done.'": "the status of progress of item wp-4",
    "UPDATE document SET period_until = 2030": "the period_until of document",
    "UPDATE appointment SET until = since WHERE role = 'secretariat'": "the until of appointment of person",
    "UPDATE appointment SET role = 'alternate' WHERE role = 'drafter'": "the role of appointment of person",
    "UPDATE person SET active = NOT active": "the active of person",
    "UPDATE office_term SET state_id = (SELECT id FROM state WHERE code = 'SG')": (
        "the state of term of office 1"
    ),
    "UPDATE private_text SET text = 'Another'": "is not the one whose fingerprint the entry shows",
    "DELETE FROM private_text": "is not the text whose fingerprint entry",
    "UPDATE circulation SET message = 'Another' WHERE number = 1": "the terms of circulation is",
    "UPDATE circulation SET title = 'Another' WHERE number = 1": "the terms of circulation is",
    "UPDATE circulation SET frozen = CAST(replace(CAST(frozen AS text), '\"working_days\": 10', "
    "'\"working_days\": 3') AS {json})": "the terms of circulation is",
    "UPDATE override SET first_role = 'programme'": "the first_role of override for LA",
    "UPDATE circulation SET symbol = 'SOMTC/2020/9' WHERE number = 1": "the symbol of circulation is 2020/9",
    "UPDATE circulation SET created_by = 'nobody' WHERE number = 1": "the created_by of preparation 1",
    "UPDATE meeting SET held_on = '2020-01-02' WHERE id = (SELECT authority_meeting_id FROM circulation "
    "WHERE number = 1)": "the authority_date of circulation is 2020-01-02",
    "DELETE FROM circulation_item WHERE circulation_id = (SELECT max(id) FROM circulation)": (
        "the versions of preparation"
    ),
    "UPDATE dispute SET response_id = (SELECT min(id) FROM response)": "the response of dispute 1",
    "UPDATE extension_request SET person_id = (SELECT min(id) FROM person)": "the person of request for time",
    "UPDATE noting SET by = 'nobody'": "the by of noting 1 is nobody",
    "UPDATE response_remark SET person_id = (SELECT max(id) FROM person)": "the person of remark of entry",
    "UPDATE attachment SET content = CAST('Other' AS {bytes})": "the sha256 of file",
    "UPDATE version SET edition = 7 WHERE status = 'endorsed'": "the edition of version 1 of item wp-",
    "UPDATE version SET decided_at = changed_at WHERE status = 'endorsed'": "the decided_at of version 1",
    "UPDATE version SET changed_by = 'nobody'": "the changed_by of version 1 of item wp-1 is nobody",
    "UPDATE version SET source = 'document'": "the source of version 1 of item wp-1 is document",
    "UPDATE version SET meeting_id = (SELECT min(id) FROM meeting)": "the meeting of version 1 of item wp-1",
    "UPDATE version SET reason = 'It was.' WHERE status = 'endorsed'": "the reason of version 1 of item",
    "UPDATE person SET email = 'x' || email": "the email of person",
    "UPDATE person SET name = 'Another'": "the name of person",
    "UPDATE person SET epoch = epoch + 1": "the epoch of person",
    "DELETE FROM account_link": "the log tells of link of person",
    "UPDATE account_link SET purpose = 'reset'": "the purpose of link of person",
    "UPDATE account_link SET person_id = (SELECT min(id) FROM person)": "its table holds link of person",
}


@pytest.mark.timeout(180)
def test_every_change_behind_the_back_is_named(fresh_database: Database, clock: SettableClock) -> None:
    """On a body whose every row was made by the real acts: nothing differs, until somebody changes a row."""
    assert len(CHANGES) >= 40
    with installation(clock, fresh_database) as (app, _):
        set_up(app)
        furnish(Installed(app, clock, ""))
    with fresh_database.writing() as session:
        assert list(tying.differences(session, 1)) == []
    unnamed = {}
    for change, told in CHANGES.items():
        with fresh_database.session(writing=True) as session:
            unguarded(session)
            postgresql = session.get_bind().dialect.name == "postgresql"
            octets, tree = ("bytea", "json") if postgresql else ("blob", "text")
            # As text() reads it, what follows a colon would be a parameter.
            statement = text(change.format(bytes=octets, json=tree).replace(":", "\\:"))
            changed = session.execute(statement).rowcount  # type: ignore[attr-defined]
            found = list(tying.differences(session, 1))
            if not changed or not any(told in one for one in found):
                unnamed[change] = (changed, found[:3])
            session.rollback()
    assert unnamed == {}


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
