"""The demonstration's plan gives the same database, whether it comes as text, from Word or from Excel."""

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import World, world
from tests.papers.plan_made import PLAN, plan_docx, plan_xlsx
from tests.settable_clock import MORNING
from workflow.actions.documents import add_item
from workflow.actions.exporting import table_rows
from workflow.actions.exporting_papers import whole_paper
from workflow.actions.importing import import_paper
from workflow.actions.renewing import known_items
from workflow.models.document import Document, Item, Version
from workflow.papers.csv_rows import csv_text
from workflow.papers.docx_file import docx_bytes
from workflow.papers.editions import Fate, fate, propose_items
from workflow.papers.grid_paper import Choice, paper_of, propose
from workflow.papers.grid_rows import find_tables
from workflow.papers.paper import Level, Paper
from workflow.papers.plan_text import read
from workflow.papers.reading import read_file
from workflow.papers.tables import HEADERS, section_table, tsv_text
from workflow.papers.whole_paper_print import printed
from workflow.papers.xlsx_file import Sheet, xlsx_bytes

#: What names a row or says where in its file it stood.
OWN = {"id", "body_id", "document_id", "item_id", "meeting_id", "flags", "form_key"}


def of_file(name: str, content: bytes) -> Paper:
    """Return the paper of a file with everything as it is guessed."""
    reading = read_file(name, content)
    found = find_tables(reading)
    choices = [
        Choice(one.kind, one.title, int(one.period_from or 0), int(one.period_until or 0), one.fields)
        for one in (propose(found, table) for table in found.tables)
    ]
    made = paper_of(found, reading.remarks, choices, today=date(2020, 10, 1))
    assert made.wrong == []
    return made.paper


def written(session: Session, small: World, paper: Paper) -> list[dict[str, Any]]:
    """Import a paper, return what its rows hold, and undo it."""
    undone = session.begin_nested()
    shepherd = small.actor("lead_shepherd")
    made = import_paper(session, paper, by=shepherd, now=MORNING, body=small.body, endorsed_on_paper=True)
    ids = [one.id for one in made]
    items = session.scalars(select(Item).where(Item.document_id.in_(ids)).order_by(Item.id)).all()
    versions = select(Version).where(Version.item_id.in_([one.id for one in items])).order_by(Version.id)
    rows: list[Any] = [*made, *items, *session.scalars(versions)]
    held = [
        {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key not in OWN}
        | {"flagged": flagged(row)}
        for row in rows
    ]
    undone.rollback()
    return held


def flagged(row: Any) -> list[tuple[str, str]]:
    """Return what cannot be right on a row, without the place where its file says so."""
    flags = row.flags if isinstance(row, Document | Version) else []
    return [(one["message"], one["text"]) for one in flags if one["level"] == Level.FLAG]


@pytest.mark.parametrize(("name", "make"), [("plan.docx", plan_docx), ("plan.xlsx", plan_xlsx)])
def test_plan_gives_the_same_database_from_every_format(session: Session, name: str, make: Any) -> None:
    small = world(session)
    from_text = written(session, small, read(PLAN.read_text(encoding="utf-8")))
    from_file = written(session, small, of_file(name, make()))
    assert len(from_text) == 2 + 12 + 12
    assert from_file == from_text
    assert "July 2010" in json.dumps([one["flagged"] for one in from_file])


def exported(session: Session, small: World, document: Document) -> dict[str, bytes]:
    """Return a document as the files of it that can be read again."""
    paper = whole_paper(session, small.body, document, for_actor=small.actor("lead_shepherd"))
    header, rows = (
        HEADERS[document.kind],
        section_table(document.kind, table_rows(session, small.body, document)),
    )
    return {
        "paper.docx": docx_bytes(printed(paper)),
        "table.xlsx": xlsx_bytes([Sheet("List", header, rows)]),
        "table.csv": csv_text(header, rows).encode(),
        "table.tsv": tsv_text(header, rows).encode(),
    }


@pytest.mark.parametrize("name", ["paper.docx", "table.xlsx", "table.csv", "table.tsv"])
def test_what_was_exported_is_read_again_as_the_same(session: Session, name: str) -> None:
    small = world(session)
    by = small.actor("lead_shepherd")
    paper = read(PLAN.read_text(encoding="utf-8"))
    _, plan = sorted(
        import_paper(session, paper, by=by, now=MORNING, body=small.body), key=lambda one: one.section_number
    )
    add_item(
        session, plan, by=by, now=MORNING, title="=1+1", points=["a; b", "c"], texts={"status": "-1\n\n+2"}
    )
    reading = read_file(name, exported(session, small, plan)[name])
    found = find_tables(reading)
    proposals = [propose(found, table) for table in found.tables]
    wanted = [one if one.kind is plan.kind else None for one in proposals]
    choices = [Choice(one.kind, one.title, 2020, 2023, one.fields) if one else None for one in wanted]
    made = paper_of(found, reading.remarks, choices, today=date(2020, 10, 1))
    assert made.wrong == []
    (again,) = made.paper.documents
    known = known_items(session, plan)
    matched = propose_items(again.rows, known)
    by_key = {one.key: one for one in known}
    assert len(again.rows) == len(known) == 7
    assert [fate(row, by_key[matched[row.position]]) for row in again.rows] == [Fate.SAME] * 7
    assert [one.title for one in again.sections] == ["Other activities"]
    if name == "paper.docx":
        assert made.paper.title == plan.paper_title
