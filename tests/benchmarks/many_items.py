"""Fills a circulation, or a body's documents, with as many items as are wanted, by SQL alone.

The rows are those that the acts would have written; what the log would tell of them is left out.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from tests.factories import World
from workflow.db import Database
from workflow.domain.canonical import version_sha256
from workflow.domain.terms import DocumentKind, Source, Status
from workflow.models.circulation import CirculationItem
from workflow.models.document import Document, Item, Version

AT_ONCE = 10_000


def fill_circulation(database: Database, world: World, circulation: int, items: int, now: datetime) -> None:
    """Bring a running circulation to so many items, all of them under silence."""
    before, own = len(world.items), {"body_id": world.body.id, "circulation_id": circulation, "reason": ""}
    with database.writing() as session:
        for first in range(before, items, AT_ONCE):
            places = range(first, min(items, first + AT_ONCE))
            homes = [world.document.id] * len(places)
            versions = add_items(session, world.body.id, homes, places, Status.NO_OBJECTION_DEADLINE, now)
            rows = [
                own | {"version_id": key, "position": place + 1}
                for key, place in zip(versions, places, strict=True)
            ]
            session.execute(insert(CirculationItem), rows)
    gather_statistics(database)


def fill_documents(database: Database, world: World, items: int, now: datetime, each: int = 20) -> None:
    """Give a body so many items, endorsed, in documents of `each`."""
    with database.writing() as session:
        pattern = {"body_id": world.body.id, "kind": DocumentKind.WORK_PLAN, "columns": [], "created_at": now}
        pattern |= {
            "period_from": 2020,
            "period_until": 2023,
            "paper_title": "",
            "section_number": "",
            "flags": [],
        }
        numbers = range(items // each)
        rows = [pattern | {"code": f"bulk-{one}", "title": f"Work plan {one}"} for one in numbers]
        session.execute(insert(Document), rows)
        found = session.scalars(select(Document.id).where(Document.code.startswith("bulk-"))).all()
        homes = [document for document in found for _ in range(each)]
        for first in range(0, len(homes), AT_ONCE):
            part = homes[first : first + AT_ONCE]
            places = range(first, first + len(part))
            add_items(session, world.body.id, part, places, Status.ENDORSED, now)
    gather_statistics(database)


def add_items(
    session: Session, body: int, documents: Sequence[int], places: range, status: Status, now: datetime
) -> list[int]:
    """Write an item at each place of the document named for it, with one version; return their keys."""
    named = [f"bulk{document}-{place}" for document, place in zip(documents, places, strict=True)]
    rows: list[dict[str, Any]] = [
        {"body_id": body, "document_id": document, "key": key, "position": place + 1}
        for document, key, place in zip(documents, named, places, strict=True)
    ]
    session.execute(insert(Item), rows)
    first = session.scalars(select(Item.id).where(Item.key == named[0])).one()
    points, texts = ["Bohol TIP Work Plan", "SOMTC support"], {"status": "Ongoing."}
    common = {
        "body_id": body,
        "number": 1,
        "status": status,
        "source": Source.PROCEDURE,
        "points": points,
        "texts": texts,
        "created_at": now,
        "changed_at": now,
        "changed_by": "measured",
        "decided_at": now if status is Status.ENDORSED else None,
    }
    rows = []
    for offset, place in enumerate(places):
        title = f"Project {place} on cooperation among agencies"
        own = {"item_id": first + offset, "title": title, "sha256": version_sha256(title, points, texts)}
        rows.append(common | own)
    session.execute(insert(Version), rows)
    newest = session.scalars(select(Version.id).where(Version.item_id == first)).one()
    return list(range(newest, newest + len(places)))


def gather_statistics(database: Database) -> None:
    """Let the database know how large its tables are, as it does by itself in time."""
    with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
