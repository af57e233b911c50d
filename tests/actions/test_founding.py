"""Tests of founding a body: what its file says is what stands in the tables, once."""

import json
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import body_file
from tests.settable_clock import MORNING
from workflow.actions.founding import found_body
from workflow.domain.rules import Rules
from workflow.models.audit import AuditEntry, LogHead
from workflow.models.body import Body, Meeting, State
from workflow.queries.people import office_holder


def test_founding_writes_all_that_the_file_says(session: Session) -> None:
    file = replace(
        body_file(), holidays={"ID": {date(2020, 10, 28): "Collective leave", date(2020, 8, 17): None}}
    )
    body = found_body(session, file, MORNING)
    assert (body.code, body.name, body.short_name) == (file.code, file.name, file.short)
    assert Rules.from_json(body.rules) == file.rules
    assert body.holiday_overrides == {"ID": {"2020-10-28": "Collective leave", "2020-08-17": None}}
    states = session.scalars(select(State).where(State.body_id == body.id)).all()
    assert {one.code for one in states} == {one.code for one in file.states}
    brunei = next(one for one in states if one.code == "BN")
    assert (brunei.weekend, brunei.zone) == ([4, 6], "Asia/Brunei")
    assert (brunei.in_text, brunei.leading) == ("Brunei Darussalam", "Brunei Darussalam")
    meetings = session.execute(select(Meeting.code, Meeting.held_on).where(Meeting.body_id == body.id)).all()
    assert sorted(meetings) == [("20", date(2020, 7, 8)), ("21", None)]
    assert office_holder(session, body.id).code == "PH"


def test_founding_keeps_how_a_state_is_named_in_a_sentence(session: Session) -> None:
    file = body_file()
    named = tuple(replace(one, in_text="the Philippines") if one.code == "PH" else one for one in file.states)
    body = found_body(session, replace(file, states=named), MORNING)
    query = select(State).where(State.body_id == body.id, State.code == "PH")
    state = session.scalars(query).one()
    assert (state.name, state.in_text, state.leading) == ("Philippines", "the Philippines", "The Philippines")


def test_founding_begins_the_log(session: Session) -> None:
    body = found_body(session, body_file(), MORNING)
    (line,) = session.scalars(select(AuditEntry.entry).where(AuditEntry.body_id == body.id))
    entry = json.loads(line)
    assert (entry["seq"], entry["type"], entry["actor"], entry["office"]) == (
        0,
        "body.founded",
        "operator",
        "PH",
    )
    assert len(entry["states"]) == 11
    assert session.get_one(LogHead, body.id).size == 1


def test_founding_again_changes_nothing(session: Session) -> None:
    body = found_body(session, body_file(), MORNING)
    session.flush()
    again = found_body(session, replace(body_file(), name="Renamed"), MORNING + timedelta(days=1))
    assert again is body
    assert body.name == body_file().name
    counts = [session.scalar(select(func.count()).select_from(table)) for table in (Body, State, AuditEntry)]
    assert counts == [1, 11, 1]
