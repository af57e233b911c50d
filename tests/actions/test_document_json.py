"""Tests of a document as JSON: exported, imported into an empty body and exported again it is equal."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.actions.rounds import DEADLINE, Round
from tests.factories import World
from workflow.actions import (
    amending,
    files,
    founding,
    importing_json,
    indicators,
    introducing,
    progress,
    relating,
    reporting,
)
from workflow.actions.exporting_json import document_data
from workflow.actions.indicators import Counting
from workflow.audit import tying
from workflow.body_file import read_body
from workflow.domain.errors import NotAllowed
from workflow.domain.mandates import Actor
from workflow.domain.terms import ResponseKind, Role, Source, Status
from workflow.models.body import Body
from workflow.models.document import Document, Item, Version
from workflow.papers.document_json import read, schema, written
from workflow.papers.json_schema import faults

ASEAN = Path(__file__).resolve().parents[2] / "config" / "asean.toml"
PDF = b"%PDF-1.4\n%\xe2\xe3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def lived(round_: Round) -> Round:
    """Give a plan with texts in force, a broken one, an amended one with a file, and reports of progress."""
    world = round_.world
    round_.dispatch()
    round_.serve()
    round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4, reasons="Who decides?")
    round_.at(DEADLINE)
    [draft] = round_.redraft(1)
    shepherd = world.actor("lead_shepherd")
    bounds: dict[str, Any] = {"types": ("pdf",), "largest": 1000}
    now = DEADLINE
    files.attach(
        round_.session, draft.id, by=shepherd, now=now, filename="Kế hoạch.pdf", content=PDF, **bounds
    )
    for day, status in ((date(2020, 9, 1), "Begun"), (date(2020, 10, 1), "367 officials trained")):
        item = world.items[0].id
        more = {"scheduled": "June 2021", "links": ["https://example.org/minutes"]}
        progress.report(round_.session, item, by=shepherd, now=now, as_of=day, status=status, **more)
    reported_and_related(round_.session, world, shepherd)
    round_.session.flush()
    return round_


def reported_and_related(session: Session, world: World, by: Actor) -> None:
    """Report figures on the plan, name what it succeeds and who else endorsed it, and what an item serves."""
    document, who = world.document, {"by": by, "now": DEADLINE}
    days = {"first_day": date(2020, 1, 1), "last_day": date(2020, 12, 31), "due_on": date(2021, 1, 31)}
    period = reporting.plan_period(session, document, **days, **who)
    what = Counting("Officials trained", "officials", parts=["women", "men"], item_key=world.items[1].key)
    indicator = indicators.add_indicator(session, document, what, **who)
    counted, fields = {indicator.id: (367, [161, 206])}, {indicator.id: {"": "", "women": "", "men": ""}}
    reporting.report_figures(session, period.id, counted, fields, **who)
    reporting.write_highlights(session, period.id, text="A good year.", **who)
    introducing.write_introduction(session, document.id, text="Why we write.", **who)
    relating.name_predecessor(session, document, title="An older paper", **who)
    ministers = {"endorsed_by": "Ministers", "endorsed_on": date(2020, 9, 1)}
    relating.record_endorsement(session, document, **ministers, **who)
    bound = {"instrument": "The convention", "place": "Article 5", "words": "In a few words."}
    relating.add_obligation(session, body=world.body, **bound, **who)
    relating.serve(session, world.items[0].id, [1], **who)
    amending.drop_item(session, world.items[2].id, reason="It is done.", **who)


def twin(session: Session) -> tuple[Body, Actor]:
    """Found a second, empty body of the same file, and return it with its Lead Shepherd's office."""
    body = founding.found_body(session, replace(read_body(ASEAN), code="twin"), DEADLINE)
    return body, Actor("shepherd-of-the-twin", Role.LEAD_SHEPHERD, body=body.id)


def imported(session: Session, content: bytes, body: Body, actor: Actor) -> Document:
    return importing_json.import_document(
        session, read(content), by=actor, now=DEADLINE, body=body, types=("pdf",), largest=1000
    )


def without_history(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"history": [], "body": ""}


def test_export_is_as_its_schema_says(lived: Round) -> None:
    data = document_data(lived.session, lived.world.body, lived.world.document)
    assert list(faults(data, schema(), schema())) == []
    assert read(written(data)) == data
    assert [bool(item["in_force"]) for item in data["items"]] == [True, True, True, False, True, True]
    assert [bool(item["draft"]) for item in data["items"]] == [True, False, True, True, False, False]
    assert [one["result"] for one in data["history"]].count("endorsed") == 5
    assert "Malaysia" not in written(data).decode()


def test_imported_into_an_empty_body_and_exported_it_is_equal(lived: Round) -> None:
    session, world = lived.session, lived.world
    first = document_data(session, world.body, world.document)
    body, actor = twin(session)
    document = imported(session, written(first), body, actor)
    session.flush()
    again = document_data(session, body, document)
    assert without_history(again) == without_history(first)
    assert again["history"] == []
    third, other = founding.found_body(session, replace(read_body(ASEAN), code="third"), DEADLINE), actor
    once_more = imported(session, written(again), third, replace(other, body=third.id))
    session.flush()
    assert without_history(document_data(session, third, once_more)) == without_history(first)


def test_import_invents_nothing_and_the_log_tells_it(lived: Round) -> None:
    session = lived.session
    content = written(document_data(session, lived.world.body, lived.world.document))
    body, actor = twin(session)
    document = imported(session, content, body, actor)
    session.flush()
    versions = session.scalars(
        select(Version).join(Item).where(Item.document_id == document.id).order_by(Version.id)
    ).all()
    assert {(one.status, one.source) for one in versions} == {
        (Status.ENDORSED, Source.DOCUMENT),
        (Status.DRAFT, Source.PROCEDURE),
    }
    assert list(tying.differences(session, body.id)) == []


def test_import_where_names_are_taken_takes_others(lived: Round) -> None:
    session, world = lived.session, lived.world
    content = written(document_data(session, world.body, world.document))
    document = imported(session, content, world.body, world.actor("lead_shepherd"))
    assert document.code != world.document.code
    count = select(func.count()).select_from(Item).where(Item.document_id == document.id)
    assert session.scalar(count) == 6


def test_only_the_office_imports_what_is_in_force(lived: Round) -> None:
    content = written(document_data(lived.session, lived.world.body, lived.world.document))
    with pytest.raises(NotAllowed):
        imported(lived.session, content, lived.world.body, lived.world.actor("programme"))
