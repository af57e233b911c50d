"""Tests of the column that says what was done ad referendum: outcomes, in the words of the body."""

import pytest
from sqlalchemy.orm import Session

from tests.actions.rounds import DEADLINE, Round
from tests.queries.conftest import Counting
from workflow.actions import deferring, meetings
from workflow.actions.exporting import table_rows
from workflow.domain.terms import ResponseKind

PLAN = "Work Plan 2020-2023"
WORDINGS = {
    "endorsed": "Endorsed in the {document}",
    "reserved": "Endorsed in the {document}, reserved",
    "endorsed_at_meeting": "Endorsed at the {meeting} in the {document}",
    "objected": "Objected to",
    "not_endorsed": "Not endorsed",
    "deferred": "Deferred",
}


def actions(round_: Round) -> list[str | None]:
    world = round_.world
    world.body.wordings = WORDINGS
    round_.session.flush()
    rows = table_rows(round_.session, world.body, world.document)
    return [row.action for row in rows if not row.is_section]


@pytest.fixture
def closed(round_: Round) -> Round:
    """Give a closed round: objected to item 4, an input outstanding on 5, a reservation to 6."""
    round_.dispatch()
    round_.serve()
    round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4)
    round_.lodge("TH contact_point", ResponseKind.INPUT, 5)
    round_.lodge("ID contact_point", ResponseKind.RESERVATION, 6)
    assert actions(round_) == [""] * 6
    round_.at(DEADLINE)
    return round_


def test_column_tells_each_outcome_in_the_words_of_the_body(closed: Round) -> None:
    endorsed = [f"Endorsed in the {PLAN}"] * 3
    assert actions(closed) == [*endorsed, "Objected to", "Not endorsed", f"Endorsed in the {PLAN}, reserved"]


def test_column_follows_to_the_meeting(closed: Round) -> None:
    fourth = closed.world.versions[3]
    closed.act(deferring.defer, fourth.id)
    assert actions(closed)[3:5] == ["Deferred", "Not endorsed"]
    meeting, day = closed.world.meetings["21"], DEADLINE.date()
    meeting.held_on = day
    closed.act(
        meetings.endorse_at_meeting,
        fourth.id,
        by="secretariat",
        meeting_id=meeting.id,
        decision_date=day,
        reference="Report of the meeting, paragraph 12",
    )
    assert actions(closed)[3] == f"Endorsed at the {meeting.name} in the {PLAN}"


def test_column_takes_as_many_statements_for_any_number_of_items(
    closed: Round, session: Session, counted: Counting
) -> None:
    body, document = closed.world.body, closed.world.document
    session.refresh(body)
    session.refresh(document)
    with counted() as sent:
        table_rows(session, body, document)
    assert len(sent) == 3
