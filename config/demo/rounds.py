"""One circulation of the demonstration, each step an act of the product in a transaction of its own.

Which steps there are is in `main_job`; what must come of them in `checks`.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.demo.setting_up import acting
from workflow import worker
from workflow.actions import closing, dispatching, documents, preparing, responses
from workflow.actions.admitting import Answer
from workflow.actions.preparing import Plan
from workflow.db import Database
from workflow.domain.mandates import OPERATOR, Actor
from workflow.domain.rules import Rules
from workflow.domain.terms import DocumentKind, ResponseKind, Role, Status
from workflow.models.body import Body, Meeting
from workflow.models.document import Document, Item, Version
from workflow.notices.catcher import messages
from workflow.queries.cases import ItemRow, Loaded, load
from workflow.queries.records import Record, record_of
from workflow.queries.working_days import working_time

_WRITTEN = "%d %B %Y, %H:%M"


class Settable(Protocol):
    """A clock that can be set."""

    now: datetime


class Round:
    """A circulation and whoever acts on it, under a clock that is set, with the letters really sent."""

    def __init__(self, app: Flask, body: int, clock: Settable, letters: Path) -> None:
        self.app, self.body, self.clock, self.letters = app, body, clock, letters
        self.database: Database = app.extensions["adref"]
        self.circulation = 0
        self.silent: set[str] = set()

    def projects(self) -> list[int]:
        """Return the drafts of the work plan, in its order, by version id."""
        with self.database.reading() as session:
            query = (
                select(Version.id)
                .join(Item, Item.id == Version.item_id)
                .join(Document, Document.id == Item.document_id)
                .where(Document.kind == DocumentKind.WORK_PLAN, Version.status == Status.DRAFT)
            )
            return list(session.scalars(query.order_by(Item.position)))

    def dispatch(self, versions: Sequence[int], title: str) -> None:
        """Prepare and dispatch these drafts with the deadline the preview offers."""
        with self.database.writing() as session:
            shepherd = acting(session, Role.LEAD_SHEPHERD)
            body = session.get_one(Body, self.body)
            plan = self.plan(session, body, versions, title)
            circulation = preparing.prepare(session, by=shepherd, now=self.clock.now, body=body, plan=plan)
            dispatching.dispatch(session, circulation, by=shepherd, now=self.clock.now)
            self.circulation = circulation.id
        loaded = self.loaded()
        self.silent = {state.code for state in loaded.states}
        sizes = f"{len(loaded.items)} items dispatched to {len(loaded.states)} States"
        print(f"{loaded.circulation.symbol}: {sizes}.")
        print(f"  Dispatched {self.clock.now:{_WRITTEN}} UTC, deadline {plan.deadline:{_WRITTEN}} UTC.")

    def plan(self, session: Session, body: Body, versions: Sequence[int], title: str) -> Plan:
        rules = Rules.from_json(body.rules)
        time = working_time(session, body, rules, urgent=False, around=self.clock.now.date())
        held = select(Meeting).where(Meeting.body_id == body.id, Meeting.held_on.is_not(None))
        meeting = session.scalars(held.order_by(Meeting.held_on.desc())).first()
        return Plan(
            title=title,
            version_ids=tuple(versions),
            message="Demonstration: the dates of this circulation are invented.",
            meeting_id=meeting.id if meeting is not None else None,
            deadline=time.offered(self.clock.now),
        )

    def serve(self) -> None:
        """Let the clock send the letters over SMTP; silence starts when every State is served."""
        before = len(messages(self.letters))
        self.tick()
        print(f"  {len(messages(self.letters)) - before} letters accepted by the mail server.")

    def tick(self) -> None:
        """Let time do what it owes at the instant the clock shows."""
        worker.tick_once(self.app)

    def no_objection(self, state: str, without: Collection[int] = ()) -> None:
        """Let a State's contact point answer "no objection" to every item but some, by number."""
        rows = [row for number, row in enumerate(self.loaded().items, start=1) if number not in without]
        self.lodge(state, [Answer(row.version.id, ResponseKind.NO_OBJECTION) for row in rows])
        print(f"  {state}: no objection to {len(rows)} of {len(self.loaded().items)} items.")

    def object(self, state: str, number: int, reasons: str, cure: str) -> None:
        """Let a State's contact point object to one item, by number."""
        row = self.loaded().items[number - 1]
        answer = Answer(
            row.version.id, ResponseKind.OBJECTION, reasons, cure=row.version.texts["status"] + cure
        )
        self.lodge(state, [answer])
        print(f"  {state}: objection to item {number}, {row.version.title}.")

    def lodge(self, state: str, answers: list[Answer]) -> None:
        """Let a State's contact point record answers."""
        with self.database.writing() as session:
            circulation, now = closing.settled(session, self.circulation)
            responses.lodge(session, circulation, answers, by=self._voice(session, state), now=now)
        self.silent.discard(state)

    @staticmethod
    def _voice(session: Session, state: str) -> Actor:
        return acting(session, Role.CONTACT_POINT, state, idem=str(uuid4()))

    def pass_deadline(self) -> None:
        """Move the clock through the reminders to the deadline, ticking at each."""
        loaded = self.loaded()
        deadline, dispatched = loaded.circulation.deadline, loaded.circulation.dispatched_at
        assert deadline is not None
        assert dispatched is not None
        for instant in (*loaded.working_time.reminders(deadline, dispatched), deadline):
            self.clock.now = instant
            self.tick()
        print(f"  The deadline has passed; {len(self.silent)} States stayed silent.\n")

    def revise(self, number: int, cure: str) -> int:
        """Write the next version of one item with the wording that cures the objection; returns its id."""
        row: ItemRow = self.loaded().items[number - 1]
        texts = {**row.version.texts, "status": row.version.texts["status"] + cure}
        with self.database.writing() as session:
            version = documents.revise(
                session,
                row.item.id,
                by=acting(session, Role.LEAD_SHEPHERD),
                now=self.clock.now,
                edition=None,
                title=row.version.title,
                points=row.version.points,
                texts=texts,
            )
            return version.id

    def loaded(self) -> Loaded:
        """Return the circulation with all its facts."""
        with self.database.reading() as session:
            return load(session, self.circulation)

    def record(self) -> Record:
        """Return the record of the closed circulation, as an operator reads it."""
        with self.database.reading() as session:
            return record_of(session, self.circulation, for_actor=OPERATOR)
