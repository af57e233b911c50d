"""Documents and their drafts: made, written, rewritten, gone stale, withdrawn (rules 30, 40).

Words of all scripts are in test_documents_words.py, files in test_documents_files.py.
"""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import World, world
from tests.settable_clock import MORNING
from workflow.actions import documents, making
from workflow.actions.exporting import table_rows
from workflow.audit.rows import section_sha256
from workflow.domain.canonical import version_sha256
from workflow.domain.errors import Invalid, NotAllowed, NotFound, StaleVersion, WrongStatus
from workflow.domain.terms import DocumentKind, Status
from workflow.models.audit import AuditEntry, PrivateText
from workflow.models.document import Document, Item, Version
from workflow.queries.documents import lines

LATER = MORNING + timedelta(hours=1)
TEXTS = {"status": "Ongoing"}


@pytest.fixture
def small(session: Session) -> World:
    """Give the world of six drafts."""
    return world(session)


def new_document(session: Session, small: World, **changes: object) -> Document:
    """Make a work plan 2024-2025, or what `changes` say."""
    given = {"kind": DocumentKind.WORK_PLAN, "title": "Plan", "period_from": 2024, "period_until": 2025}
    return making.create_document(
        session,
        **({"by": small.actor("lead_shepherd"), "now": MORNING, "body": small.body} | given | changes),
    )


def add(
    session: Session, small: World, document: Document, title: str, section: str | None = None
) -> Version:
    """Add an item of two points."""
    return documents.add_item(
        session,
        document,
        by=small.actor("programme"),
        now=MORNING,
        title=title,
        points=["one", " two "],
        texts=TEXTS,
        section=section,
    )


def revise(session: Session, small: World, edition: int | None, title: str = "New title") -> Version:
    """Revise the first item of the plan."""
    return documents.revise(
        session,
        small.items[0].id,
        by=small.actor("lead_shepherd"),
        now=LATER,
        edition=edition,
        title=title,
        points=[],
        texts=TEXTS,
    )


def entries(session: Session) -> list[dict[str, object]]:
    """Return the log's entries in order."""
    found = session.scalars(select(AuditEntry.entry).order_by(AuditEntry.seq))
    return [json.loads(line) for line in found]


def test_document_is_made_with_a_code_of_its_kind_and_period(session: Session, small: World) -> None:
    document = new_document(session, small, meeting_id=small.meetings["20"].id)
    second = new_document(session, small)
    assert [document.code, second.code] == ["work-plan-2024-2025", "work-plan-2024-2025-2"]
    assert document.meeting_id == small.meetings["20"].id
    assert entries(session)[-1]["type"] == "document.created"
    assert entries(session)[-1]["document"] == "work-plan-2024-2025-2"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "two\nlines"}, "title"),
        ({"title": "nul\x00"}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"period_from": 24}, "period_from"),
        ({"period_until": 99999}, "period_until"),
        ({"period_until": 2023}, "period_until"),
        ({"meeting_id": 10**9}, "meeting_id"),
    ],
)
def test_document_refuses_naming_the_field(
    session: Session, small: World, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        new_document(session, small, **changes)
    assert refusal.value.field == field


def test_document_is_made_once_by_one_form(session: Session, small: World) -> None:
    by = small.actor("lead_shepherd", "one-key-of-one-form")
    first = new_document(session, small, by=by)
    assert new_document(session, small, by=by, title=" Plan ") is first
    with pytest.raises(StaleVersion):
        new_document(session, small, by=by, title="Another plan")
    assert new_document(session, small).code == "work-plan-2024-2025-2"


@pytest.mark.parametrize("name", ["MY contact_point", "secretariat", "PH drafter"])
def test_document_is_written_by_office_and_programme_only(session: Session, small: World, name: str) -> None:
    with pytest.raises(NotAllowed):
        making.create_document(
            session,
            by=small.actor(name),
            now=MORNING,
            body=small.body,
            kind=DocumentKind.WORK_PLAN,
            title="Plan",
            period_from=2024,
            period_until=2025,
        )
    with pytest.raises(NotAllowed):
        documents.revise(
            session,
            small.items[0].id,
            by=small.actor(name),
            now=MORNING,
            edition=1,
            title="Plan",
            points=[],
            texts=TEXTS,
        )


def test_item_keys_are_unique_in_the_body_and_take_the_period_in(session: Session, small: World) -> None:
    first, second = new_document(session, small), new_document(session, small)
    third = new_document(session, small, period_until=2026)
    fourth = new_document(session, small, period_until=2026)
    documents_in_order = (first, first, second, third, fourth)
    versions = [add(session, small, one, f"Title {place}") for place, one in enumerate(documents_in_order)]
    keys = [session.get_one(Item, version.item_id).key for version in versions]
    assert keys == ["wp-1", "wp-2", "wp-2024-1", "wp-2024-2026-1", f"wp-2024-{fourth.id}-1"]


def test_item_stands_behind_the_last_of_its_section(session: Session, small: World) -> None:
    document = new_document(session, small)
    for title, section in [
        ("A", None),
        ("X", "Other"),
        ("B", None),
        ("Z", "Last"),
        ("Y", "Other"),
        ("C", ""),
    ]:
        add(session, small, document, title, section)
    rows = table_rows(session, small.body, document)
    assert [row.title for row in rows] == ["A", "B", "C", "Other", "X", "Y", "Last", "Z"]
    assert [row.title for row in rows if row.is_section] == ["Other", "Last"]
    assert [line.item.position for line in lines(session, document)] == [1, 2, 3, 4, 5, 6]


def test_item_needs_a_title_of_its_own(session: Session, small: World) -> None:
    document = new_document(session, small)
    add(session, small, document, "Same")
    with pytest.raises(Invalid) as refusal:
        add(session, small, document, "SAME")
    assert refusal.value.field == "title"


def test_item_begins_as_a_draft_with_its_hash_and_entry(session: Session, small: World) -> None:
    document = new_document(session, small)
    version = add(session, small, document, "A")
    assert version.points == ["one", "two"]
    assert (version.status, version.number, version.edition) == (Status.DRAFT, 1, 1)
    assert version.sha256 == version_sha256("A", ["one", "two"], {"status": "Ongoing"})
    assert entries(session)[-1] | {"at": "", "actor": ""} == {
        "v": 1,
        "seq": entries(session)[-1]["seq"],
        "body": "SOMTC",
        "at": "",
        "actor": "",
        "auth": "password",
        "type": "version.written",
        "item": "wp-1",
        "version": 1,
        "version_sha256": version.sha256,
        "document": document.code,
        "position": 1,
        "section_sha256": section_sha256(None),
        "edition": 1,
    }


def test_item_of_a_progress_report_has_no_points(session: Session, small: World) -> None:
    document = new_document(session, small, kind=DocumentKind.PROGRESS_REPORT)
    with pytest.raises(Invalid) as refusal:
        add(session, small, document, "A")
    assert refusal.value.field == "points"


def test_draft_is_rewritten_in_place_and_audited(session: Session, small: World) -> None:
    version = revise(session, small, edition=1)
    assert (version.id, version.number, version.edition) == (small.versions[0].id, 1, 2)
    assert version.sha256 == version_sha256("New title", [], {"status": "Ongoing"})
    assert version.changed_at == LATER
    entry = entries(session)[-1]
    assert (entry["type"], entry["edition"]) == ("version.written", 2)


def test_draft_gone_stale_shows_the_colleagues_words(session: Session, small: World) -> None:
    revise(session, small, edition=1, title="The colleague's")
    with pytest.raises(StaleVersion) as refusal:
        revise(session, small, edition=1, title="Mine")
    assert refusal.value.details["title"] == "The colleague's"
    assert refusal.value.details["edition"] == 2
    assert session.get_one(Version, small.versions[0].id).title == "The colleague's"


def test_draft_is_withdrawn_with_a_reason_and_returns_as_the_next_number(
    session: Session, small: World
) -> None:
    documents.withdraw_draft(
        session, small.versions[0].id, by=small.actor("programme"), now=LATER, reason="Not now"
    )
    first = session.get_one(Version, small.versions[0].id, populate_existing=True)
    assert (first.status, first.reason, first.decided_at) == (Status.WITHDRAWN, "Not now", LATER)
    assert [entry["type"] for entry in entries(session)[-2:]] == ["versions.moved", "item.withdrawn"]
    assert entries(session)[-1]["circulation"] is None
    assert "Not now" in session.scalars(select(PrivateText.text)).all()
    with pytest.raises(StaleVersion):
        revise(session, small, edition=1)
    second = revise(session, small, edition=None)
    assert (second.number, second.status) == (2, Status.DRAFT)


def test_draft_is_withdrawn_once_and_never_without_a_reason(session: Session, small: World) -> None:
    key, by = small.versions[0].id, small.actor("lead_shepherd")
    with pytest.raises(Invalid) as refusal:
        documents.withdraw_draft(session, key, by=by, now=LATER, reason=" ")
    assert refusal.value.field == "reason"
    documents.withdraw_draft(session, key, by=by, now=LATER, reason="Not now")
    with pytest.raises(WrongStatus):
        documents.withdraw_draft(session, key, by=by, now=LATER, reason="Again")
    with pytest.raises(NotFound):
        documents.withdraw_draft(session, 10**9, by=by, now=LATER, reason="Nothing there")


def test_version_in_force_stays_while_its_successor_is_written(session: Session, small: World) -> None:
    session.delete(small.versions[0])
    session.flush()
    in_force = Version(
        body_id=small.body.id,
        item_id=small.items[0].id,
        number=3,
        status=Status.ENDORSED,
        title="Same",
        points=[],
        texts=dict(TEXTS),
        sha256=version_sha256("Same", [], TEXTS),
        created_at=MORNING,
        changed_at=MORNING,
        changed_by="test",
        decided_at=MORNING,
    )
    session.add(in_force)
    session.flush()
    draft = revise(session, small, edition=None, title="Same")
    assert (draft.number, draft.sha256 == in_force.sha256) == (4, True)
    assert in_force.status is Status.ENDORSED
    drafts = select(func.count()).where(Version.item_id == small.items[0].id, Version.status == Status.DRAFT)
    assert session.scalar(drafts) == 1
