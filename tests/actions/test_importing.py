"""Importing a paper: everything in its order and to the letter, or nothing (rule 43).

How a paper is read is in tests/papers/.
"""

import json
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import World, world
from tests.settable_clock import MORNING
from workflow.actions.exporting import table_rows
from workflow.actions.importing import import_paper
from workflow.domain.errors import NotAllowed
from workflow.domain.mandates import Actor
from workflow.domain.terms import DocumentKind, Source, Status
from workflow.models.audit import AuditEntry
from workflow.models.body import Body, Meeting
from workflow.models.document import Document, Item, Version
from workflow.papers.paper import PaperBroken
from workflow.papers.plan_text import read
from workflow.papers.tables import rows_of, section_table

PLAN = Path(__file__).parent.parent.parent / "config" / "demo" / "plan.txt"
SMALL = """**WORK PLAN 2024 – 2025**

4 Work Plan 2024 – 2025

Project\tStatus\tActions taken ad referendum
First\tOngoing\tAgreed by letter
<i>Other</i>\t\t
Second\tPlanned\tAgreed by letter
"""


@pytest.fixture
def small(session: Session) -> World:
    """Give a body with its people."""
    return world(session)


@pytest.fixture
def body(small: World) -> Body:
    """Give the body."""
    return small.body


@pytest.fixture
def programme(small: World) -> Actor:
    """Give the programme, who drafts."""
    return small.actor("programme")


@pytest.fixture
def shepherd(small: World) -> Actor:
    """Give the Lead Shepherd's office."""
    return small.actor("lead_shepherd")


def imported(session: Session, body: Body, by: Actor, text: str, *, endorsed: bool = False) -> list[Document]:
    """Import a text."""
    return import_paper(session, read(text), by=by, now=MORNING, body=body, endorsed_on_paper=endorsed)


def versions_of(session: Session, *documents: Document) -> list[Version]:
    """Return the versions of these documents' items in order."""
    ids = [one.id for one in documents]
    query = select(Version).join(Item, Item.id == Version.item_id).where(Item.document_id.in_(ids))
    return list(session.scalars(query.order_by(Version.id)))


def test_paper_becomes_its_documents_items_and_drafts(session: Session, body: Body, programme: Actor) -> None:
    documents = imported(session, body, programme, PLAN.read_text(encoding="utf-8"))
    assert [(one.kind, one.code) for one in documents] == [
        (DocumentKind.PROGRESS_REPORT, "progress-report-2019-2020"),
        (DocumentKind.WORK_PLAN, "work-plan-2020-2023"),
    ]
    ids = [one.id for one in documents]
    keys = session.scalars(select(Item.key).where(Item.document_id.in_(ids)).order_by(Item.id)).all()
    assert keys == [f"{prefix}-{number}" for prefix in ("pr", "wp") for number in range(1, 7)]
    assert {one.status for one in versions_of(session, *documents)} == {Status.DRAFT}


def test_tables_go_out_as_they_came_in(session: Session, body: Body, shepherd: Actor) -> None:
    text = PLAN.read_text(encoding="utf-8")
    documents = imported(session, body, shepherd, text, endorsed=True)
    for document, paper in zip(documents, read(text).documents, strict=True):
        rows = table_rows(session, body, document)
        assert section_table(document.kind, rows) == section_table(paper.kind, rows_of(paper))


def test_endorsed_on_paper_has_its_source_and_no_trigger(
    session: Session, body: Body, shepherd: Actor
) -> None:
    (document,) = imported(session, body, shepherd, SMALL, endorsed=True)
    version = versions_of(session, document)[0]
    assert (version.status, version.source, version.decided_at) == (
        Status.ENDORSED,
        Source.DOCUMENT,
        MORNING,
    )
    assert version.decision_reference == "Agreed by letter"
    found = session.scalars(select(AuditEntry.entry).order_by(AuditEntry.seq))
    types = [json.loads(line)["type"] for line in found]
    assert types == ["body.founded", "document.created", "version.imported", "version.imported"]


def test_programme_does_not_say_that_a_paper_was_endorsed(
    session: Session, body: Body, programme: Actor
) -> None:
    with pytest.raises(NotAllowed):
        imported(session, body, programme, SMALL, endorsed=True)


def test_drafts_keep_the_printed_action_as_a_flag_only(
    session: Session, body: Body, programme: Actor
) -> None:
    (document,) = imported(session, body, programme, SMALL)
    version = versions_of(session, document)[0]
    assert [flag["text"] for flag in version.flags] == ["Agreed by letter"]
    assert [row.action for row in table_rows(session, body, document) if not row.is_section] == ["", ""]


def test_meeting_is_matched_by_its_name(session: Session, body: Body, programme: Actor) -> None:
    text = SMALL.replace("\tStatus\t", "\tStatus as at time of 20 th SOMTC\t")
    (document,) = imported(session, body, programme, text)
    meeting = session.scalars(select(Meeting).where(Meeting.code == "20")).one()
    assert document.meeting_id == meeting.id
    (unknown,) = imported(session, body, programme, text.replace("20 th", "18 th"))
    assert unknown.meeting_id is None
    assert "“18th SOMTC” is no meeting" in json.dumps(unknown.flags, ensure_ascii=False)


def test_flags_are_kept_with_what_they_speak_of(session: Session, body: Body, programme: Actor) -> None:
    documents = imported(session, body, programme, PLAN.read_text(encoding="utf-8"))
    for document in documents:
        assert "July 2010" in json.dumps(document.flags)


def test_second_import_takes_keys_and_codes_of_its_own(
    session: Session, body: Body, programme: Actor
) -> None:
    imported(session, body, programme, SMALL)
    (second,) = imported(session, body, programme, SMALL)
    assert second.code == "work-plan-2024-2025-2"
    of_second = select(Item.key).where(Item.document_id == second.id)
    keys = session.scalars(of_second.order_by(Item.position)).all()
    assert keys == ["wp-2024-1", "wp-2024-2"]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("Second\tPlanned\tAgreed by letter\n", "", 7),
        ("<i>Other</i>\t\t\n", "<i>Other</i>\t\t\n<i>More</i>\t\t\n", 7),
        ("Second\tPlanned\tAgreed by letter\n", "Second\tA\tB\n<i>Other</i>\t\t\nThird\tA\tB\n", 9),
        ("First", "F" * 501, 6),
    ],
)
def test_row_that_would_be_lost_is_refused_by_line(
    session: Session, small: World, programme: Actor, old: str, new: str, line: int
) -> None:
    with pytest.raises(PaperBroken) as refusal:
        imported(session, small.body, programme, SMALL.replace(old, new))
    assert refusal.value.line == line
    assert session.scalars(select(Document.title)).all() == [small.document.title]


@pytest.mark.parametrize("name", ["secretariat", "MY contact_point"])
def test_paper_is_imported_by_those_who_draft(session: Session, small: World, name: str) -> None:
    with pytest.raises(NotAllowed):
        imported(session, small.body, small.actor(name), SMALL)
