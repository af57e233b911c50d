"""A newer edition of a document: drafts of what is new and changed, or nothing at all."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import World, world
from tests.papers.office_made import docx_of
from tests.settable_clock import MORNING
from workflow.actions import matching_columns
from workflow.actions.importing import import_paper
from workflow.actions.renewing import known_items, renew
from workflow.audit import tying
from workflow.domain.errors import Invalid, NotAllowed
from workflow.domain.mandates import Actor
from workflow.domain.terms import DocumentKind, Status
from workflow.models.document import Document, Item, Version
from workflow.papers.editions import Fate, propose_items
from workflow.papers.grid_fields import Field
from workflow.papers.grid_paper import Choice, paper_of
from workflow.papers.grid_rows import find_tables
from workflow.papers.paper import Paper, PaperBroken
from workflow.papers.reading_kinds import READERS

HEADER = ["Project", "Status", "Actions taken"]


@pytest.fixture
def small(session: Session) -> World:
    """Give a body with its people."""
    return world(session)


@pytest.fixture
def shepherd(small: World) -> Actor:
    """Give the Lead Shepherd's office."""
    return small.actor("lead_shepherd")


@pytest.fixture
def document(session: Session, small: World, shepherd: Actor) -> Document:
    """Give an endorsed plan of three items."""
    paper = read(
        ["Lakes", "Ongoing", "Agreed"], ["Rivers", "Planned", "Agreed"], ["Wind", "Planned", "Agreed"]
    )
    given = {"by": shepherd, "now": MORNING, "body": small.body}
    (made,) = import_paper(session, paper, endorsed_on_paper=True, **given)
    return made


def read(*rows: list[str]) -> Paper:
    """Return the paper of a table."""
    found = find_tables(READERS["docx"](docx_of([HEADER, *rows])))
    fields = (Field.TITLE, Field.STATUS, Field.ACTION)
    choice = Choice(DocumentKind.WORK_PLAN, "Work Plan 2024", 2024, 2025, fields)
    return paper_of(found, (), [choice], today=date(2024, 1, 1)).paper


def versions(session: Session, document: Document) -> list[tuple[str, int, Status, str]]:
    """Return the versions of a document's items in order."""
    query = select(Item.key, Version.number, Version.status, Version.texts["status"].as_string())
    query = query.join(Version, Version.item_id == Item.id).where(Item.document_id == document.id)
    return [tuple(row) for row in session.execute(query.order_by(Item.position, Version.number))]


def test_newer_edition_drafts_what_is_new_and_what_changed(
    session: Session, document: Document, shepherd: Actor
) -> None:
    (newer,) = read(["Lakes", "Done", ""], ["Rivers", "Planned", ""], ["Air", "New", ""]).documents
    matched = propose_items(newer.rows, known_items(session, document))
    keys = [one.key for one in known_items(session, document)]
    assert matched == {0: keys[0], 1: keys[1]}
    done = renew(session, document, newer, matched, by=shepherd, now=MORNING)
    assert done == {Fate.CHANGED: 1, Fate.SAME: 1, Fate.NEW: 1}
    prefix = keys[0].rpartition("-")[0]
    assert versions(session, document) == [
        (keys[0], 1, Status.ENDORSED, "Ongoing"),
        (keys[0], 2, Status.DRAFT, "Done"),
        (keys[1], 1, Status.ENDORSED, "Planned"),
        (keys[2], 1, Status.ENDORSED, "Planned"),
        (f"{prefix}-4", 1, Status.DRAFT, "New"),
    ]


def test_new_items_stand_behind_those_of_their_section(
    session: Session, document: Document, shepherd: Actor
) -> None:
    # The world of these tests is made without a log; what is imported here is told in full.
    untold = set(tying.differences(session, document.body_id))
    rows = [["Air", "New", ""], ["Other", "", ""], ["Soil", "New", ""], ["Sand", "New", ""]]
    (first,) = read(*rows).documents
    renew(session, document, first, {}, by=shepherd, now=MORNING)
    (second,) = read(["Sea", "New", ""], ["Ice", "New", ""], *rows[1:2], ["Mud", "New", ""]).documents
    held = list(session.scalars(select(Item).where(Item.document_id == document.id)))
    renew(session, document, second, {}, by=shepherd, now=MORNING)
    query = select(Item.position, Version.title).join(Version, Version.item_id == Item.id)
    rows_now = session.execute(query.where(Item.document_id == document.id).order_by(Item.position)).all()
    titles = ["Lakes", "Rivers", "Wind", "Air", "Sea", "Ice", "Soil", "Sand", "Mud"]
    assert [tuple(row) for row in rows_now] == list(enumerate(titles, 1))
    assert sorted(one.position for one in held) == [1, 2, 3, 4, 7, 8]
    assert set(tying.differences(session, document.body_id)) == untold


def test_same_edition_twice_changes_nothing_more(
    session: Session, document: Document, shepherd: Actor
) -> None:
    (newer,) = read(["Lakes", "Done", ""], ["Air", "New", ""]).documents
    for _ in range(2):
        matched = propose_items(newer.rows, known_items(session, document))
        done = renew(session, document, newer, matched, by=shepherd, now=MORNING)
    assert done == {Fate.SAME: 2}


def test_two_rows_that_claim_one_item_are_refused_by_row(
    session: Session, document: Document, shepherd: Actor
) -> None:
    (newer,) = read(["Lakes", "Done", ""], ["Air", "New", ""]).documents
    key = known_items(session, document)[0].key
    before = session.scalar(select(func.count(Version.id)))
    with pytest.raises(Invalid, match=f"Table 1, row 3 and Table 1, row 2 both claim the item {key}"):
        renew(session, document, newer, {0: key, 1: key}, by=shepherd, now=MORNING)
    with pytest.raises(Invalid, match="no item elsewhere-1"):
        renew(session, document, newer, {0: "elsewhere-1"}, by=shepherd, now=MORNING)
    assert session.scalar(select(func.count(Version.id))) == before


def test_row_that_cannot_be_kept_is_refused_by_its_place(
    session: Session, document: Document, shepherd: Actor
) -> None:
    (newer,) = read(["L" * 501, "Done", ""]).documents
    with pytest.raises(PaperBroken, match="Table 1, row 2: The title has 501 characters"):
        renew(session, document, newer, {}, by=shepherd, now=MORNING)


def test_editions_are_imported_by_those_who_draft(session: Session, small: World, document: Document) -> None:
    (newer,) = read(["Lakes", "Done", ""]).documents
    for name in ("secretariat", "MY contact_point"):
        with pytest.raises(NotAllowed):
            renew(session, document, newer, {}, by=small.actor(name), now=MORNING)


def test_columns_are_remembered_by_their_headings(session: Session, small: World, shepherd: Actor) -> None:
    headings, body = ["Kegiatan", "Kemajuan"], small.body.id
    assert matching_columns.remembered(session, body, headings) is None
    for fields in ([Field.TITLE, Field.LEFT_OUT], [Field.TITLE, Field.STATUS]):
        matching_columns.remember(session, headings, fields, by=shepherd, now=MORNING)
    assert matching_columns.remembered(session, body, ["KEGIATAN ", "Kemajuan"]) == fields
    assert matching_columns.remembered(session, body, headings[:1]) is None
