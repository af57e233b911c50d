"""Fills a circulation, or a body's documents, with as many items as are wanted, by SQL alone.

The rows are those that the acts would have written; what the log would tell of them is left out.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from tests.factories import World
from workflow.db import Database
from workflow.domain.canonical import version_sha256
from workflow.domain.terms import Source, Status
from workflow.models.circulation import CirculationItem
from workflow.models.document import Document, Item, Version

AT_ONCE = 10_000


def fill_circulation(database: Database, world: World, circulation: int, items: int, now: datetime) -> None:
    """Bring a running circulation to so many items, all of them under silence."""
    before, own = len(world.items), {"body_id": world.body.id, "circulation_id": circulation, "reason": ""}
    with database.writing() as session:
        for first in range(before, items, AT_ONCE):
            places = range(first, min(items, first + AT_ONCE))
            versions = add_items(session, world.document, places, Status.NO_OBJECTION_DEADLINE, now)
            rows = [
                own | {"version_id": key, "position": place + 1}
                for key, place in zip(versions, places, strict=True)
            ]
            session.execute(insert(CirculationItem), rows)
    gather_statistics(database)


def add_items(
    session: Session, document: Document, places: range, status: Status, now: datetime
) -> list[int]:
    """Write items of a document at these places, one version each, and return the keys of the versions."""
    common = {"body_id": document.body_id, "document_id": document.id}
    named = [f"bulk{document.id}-{place}" for place in places]
    session.execute(
        insert(Item),
        [common | {"key": key, "position": place + 1} for key, place in zip(named, places, strict=True)],
    )
    first = session.scalars(select(Item.id).where(Item.key == named[0])).one()
    points, texts = ["Bohol TIP Work Plan", "SOMTC support"], {"status": "Ongoing."}
    common = {
        "body_id": document.body_id,
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
    rows: list[dict[str, Any]] = []
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
