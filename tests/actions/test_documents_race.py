"""A draft rewritten while it is dispatched: what the States get is what the log says (rules 2, 30)."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.actions.rounds import DEADLINE
from tests.factories import World, new_version, world
from tests.settable_clock import MORNING
from workflow.actions import closing, dispatching, documents, preparing
from workflow.actions.preparing import Plan
from workflow.db import Database
from workflow.domain.errors import StaleVersion
from workflow.domain.terms import Status
from workflow.models.audit import AuditEntry
from workflow.models.document import Version

RACES = 8
SECONDS = 30


def prepared(session: Session, small: World, version: Version) -> int:
    """Prepare one draft and return the preparation's id."""
    plan = Plan(
        title="One item",
        version_ids=(version.id,),
        meeting_id=small.meetings["20"].id,
        deadline=DEADLINE,
    )
    by = small.actor("lead_shepherd")
    return preparing.prepare(session, by=by, now=MORNING, body=small.body, plan=plan).id


def dispatch(database: Database, small: World, circulation_id: int, barrier: Barrier) -> None:
    """Dispatch the preparation."""
    barrier.wait(SECONDS)
    with database.writing() as session:
        circulation, now = closing.settled(session, circulation_id)
        dispatching.dispatch(session, circulation, by=small.actor("lead_shepherd"), now=now)


def rewrite(database: Database, small: World, barrier: Barrier) -> bool:
    """Rewrite the draft; tell whether it still was one."""
    barrier.wait(SECONDS)
    try:
        with database.writing() as session:
            documents.revise(
                session,
                small.items[0].id,
                by=small.actor("programme"),
                now=MORNING,
                edition=1,
                title="Rewritten",
                points=[],
                texts={"status": "Rewritten"},
            )
    except StaleVersion:
        return False
    return True


def moved_hash(session: Session) -> str:
    """Return the hash that the newest dispatch wrote into the log."""
    newest = select(AuditEntry.entry).where(AuditEntry.type == "circulation.dispatched")
    entry = json.loads(session.scalars(newest.order_by(AuditEntry.seq.desc())).first() or "{}")
    return str(entry["versions"][0]["version_sha256"])


def test_draft_is_never_rewritten_under_the_hands_of_a_dispatch(fresh_database: Database) -> None:
    fresh_database.info.update(
        base_url="https://adref.example", reply_to="x@example.org", mail_domain="x.example"
    )
    with fresh_database.writing() as session:
        small = world(session)
    draft = small.versions[0].id
    for number in range(2, RACES + 2):
        with fresh_database.writing() as session:
            circulation_id = prepared(session, small, session.get_one(Version, draft))
        barrier = Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            dispatched = pool.submit(dispatch, fresh_database, small, circulation_id, barrier)
            rewritten = pool.submit(rewrite, fresh_database, small, barrier)
            dispatched.result(SECONDS)
            came_first = rewritten.result(SECONDS)
        with fresh_database.writing() as session:
            version = session.get_one(Version, draft)
            assert version.status is not Status.DRAFT
            assert (version.title == "Rewritten") == came_first
            assert moved_hash(session) == version.sha256
            successor = new_version(small.items[0], f"Draft {number}", number=number)
            session.add(successor)
            session.flush()
            draft = successor.id
