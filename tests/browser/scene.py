"""Who acts on what, without a browser: each act as a door calls it, in a transaction of its own.

Which situations come of the acts is in situations.py.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.demo.setting_up import acting
from tests.browser.installed import Installed
from workflow import db
from workflow.actions import closing, dispatching, documents, making, preparing
from workflow.actions.preparing import Plan
from workflow.audit.posted import record_ended
from workflow.domain.terms import DocumentKind, Role, Service
from workflow.models.body import Body, Meeting, State
from workflow.models.circulation import Circulation
from workflow.models.document import Item, Version
from workflow.models.notice import Notice
from workflow.notices.endings import finish

Who = tuple[Role, str | None]
SHEPHERD: Who = (Role.LEAD_SHEPHERD, None)
SECRETARIAT: Who = (Role.SECRETARIAT, None)
#: The earliest lawful deadline of what is dispatched on the clock's first morning.
DEADLINE = datetime(2020, 10, 9, 10, 0, tzinfo=UTC)
SECOND_MORNING = datetime(2020, 10, 12, 2, 0, tzinfo=UTC)
SECOND_DEADLINE = datetime(2020, 10, 27, 10, 0, tzinfo=UTC)
MESSAGE = "Please read it: ສະບາຍດີ, សូមអាន, ကျေးဇူးပြု၍ ဖတ်ပါ, xin đọc."


class Scene:
    """Who acts, on what; every act is a transaction of its own."""

    def __init__(self, product: Installed) -> None:
        self.clock, self.database = product.clock, product.database

    def drafts(self, prefix: str) -> list[int]:
        """Return the drafts of the items whose keys begin so, by version id, in order."""
        with self.database.reading() as session:
            query = select(Version.id).join(Item, Item.id == Version.item_id).order_by(Item.position)
            return list(session.scalars(query.where(Item.key.startswith(prefix))))

    def write(self, title: str, items: dict[str, str]) -> list[int]:
        """Write a document of these items and texts; returns their drafts."""
        with self.database.writing() as session:
            who = {"by": acting(session, Role.LEAD_SHEPHERD), "now": db.now(session)}
            made = making.create_document(
                session,
                **who,
                body=body(session),
                kind=DocumentKind.WORK_PLAN,
                title=title,
                period_from=2021,
                period_until=2022,
            )
            return [
                documents.add_item(session, made, **who, title=item, points=[], texts={"status": text}).id
                for item, text in items.items()
            ]

    def prepare(self, title: str, versions: list[int], **plan: Any) -> int:
        """Prepare a circulation of these drafts; returns its id."""
        with self.database.writing() as session:
            held = select(Meeting.id).where(Meeting.held_on.is_not(None)).order_by(Meeting.held_on.desc())
            settings: dict[str, Any] = {
                "title": title,
                "version_ids": tuple(versions),
                "message": MESSAGE,
                "meeting_id": session.scalars(held).first(),
                "authority_note": "Paragraph 12.",
                "deadline": DEADLINE if self.clock.now < DEADLINE else SECOND_DEADLINE,
            }
            who = {"by": acting(session, Role.LEAD_SHEPHERD), "now": db.now(session)}
            made = preparing.prepare(session, **who, body=body(session), plan=Plan(**(settings | plan)))
            return made.id

    def dispatch(self, title: str, versions: list[int]) -> int:
        """Prepare and dispatch these drafts; returns the circulation's id."""
        key = self.prepare(title, versions)
        with self.database.writing() as session:
            prepared, instant = db.locked(session, Circulation, key)
            dispatching.dispatch(session, prepared, by=acting(session, Role.LEAD_SHEPHERD), now=instant)
        return key

    def act(self, action: Callable[..., Any], key: int, *given: Any, by: Who, **more: Any) -> Any:
        """Let somebody act on a dispatched circulation; returns the id of what came of it, if it has one."""
        with self.database.writing() as session:
            circulation, instant = closing.settled(session, key)
            actor = acting(session, *by, idem=str(uuid4()))
            done = action(session, circulation, *given, by=actor, now=instant, **more)
            return [one.id for one in done] if isinstance(done, list) else getattr(done, "id", None)

    def lose_letters(self, key: int, state: str) -> None:
        """Let nobody know whether a State's letters arrived."""
        with self.database.writing() as session:
            code = select(State.id).where(State.code == state).scalar_subquery()
            lost = select(Notice).where(Notice.circulation_id == key, Notice.state_id == code)
            for notice in session.scalars(lost):
                finish(notice, Service.UNKNOWN, "The connection broke.", notice.written_at)
                record_ended(session, notice, now=notice.written_at)


def body(session: Session) -> Body:
    """Return the one body there is."""
    return session.scalars(select(Body)).one()
