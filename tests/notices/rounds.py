"""A circulation to write letters about: the small world of the factories, dispatched on 25 September 2020.

What the letters say and how they are sent is tested beside this file.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from tests.factories import World, world
from tests.settable_clock import MORNING
from workflow.actions.dispatching import dispatch
from workflow.actions.preparing import Plan, prepare
from workflow.actions.responses import Answer, lodge
from workflow.domain.terms import Letter, ResponseKind
from workflow.models.circulation import Circulation
from workflow.models.notice import Notice
from workflow.models.response import Response
from workflow.queries.cases import Loaded, load

#: 9 October 2020, 17:00 in Jakarta: ten working days after the morning of the clock.
DEADLINE = datetime(2020, 10, 9, 10, 0, tzinfo=UTC)
INFO = {
    "base_url": "https://adref.example/",
    "reply_to": "secretariat@adref.example",
    "mail_domain": "adref.example",
}


@dataclass
class Round:
    """One dispatched circulation with its world; acts on it are taken at the instants the test gives."""

    session: Session
    world: World
    circulation: Circulation
    lodgings: list[str] = field(default_factory=list)

    @property
    def loaded(self) -> Loaded:
        """Read the circulation as it stands."""
        self.session.flush()
        return load(self.session, self.circulation.id)

    def letters(self, letter: Letter, name: str | None = None) -> list[Notice]:
        """Return the letters of a kind, or those of them to one person of the world, oldest first."""
        query = select(Notice).where(Notice.letter == letter).order_by(Notice.id)
        if name is not None:
            query = query.where(Notice.person_id == self.world.people[name].id)
        return list(self.session.scalars(query.options(undefer(Notice.text), undefer(Notice.invite))))

    def letter(self, letter: Letter, name: str) -> Notice:
        """Return the newest letter of a kind to one person of the world."""
        return self.letters(letter, name)[-1]

    def answer(self, name: str, answers: Sequence[Answer], now: datetime) -> list[Response]:
        """Lodge answers as one person of the world."""
        by = self.world.actor(name, idem=str(uuid4()))
        return lodge(self.session, self.circulation, answers, by=by, now=now)

    def object(self, name: str, now: datetime, *, item: int = 0, **words: str) -> Response:
        """Lodge one objection as one person of the world."""
        answer = Answer(self.world.versions[item].id, ResponseKind.OBJECTION, **words)
        return self.answer(name, [answer], now)[0]


def dispatched(
    session: Session, *, now: datetime = MORNING, deadline: datetime = DEADLINE, **plan: object
) -> Round:
    """Write the world and dispatch its six drafts, with the letters that follow."""
    session.info.update(INFO)
    given = world(session, now)
    circulation = prepared(session, given, now=now, deadline=deadline, **plan)
    dispatch(session, circulation, by=given.actor("lead_shepherd"), now=now)
    session.flush()
    return Round(session, given, circulation)


def prepared(
    session: Session, given: World, *, now: datetime = MORNING, deadline: datetime = DEADLINE, **plan: object
) -> Circulation:
    """Prepare the world's drafts for circulation."""
    session.info.update(INFO)
    values: dict[str, object] = {
        "title": "Work Plan 2020-2023",
        "version_ids": tuple(version.id for version in given.versions),
        "message": "Excellencies, these are the six projects as discussed.",
        "meeting_id": given.meetings["20"].id,
        "deadline": deadline,
    }
    by = given.actor("lead_shepherd")
    return prepare(session, by=by, now=now, body=given.body, plan=Plan(**{**values, **plan}))  # type: ignore[arg-type]
