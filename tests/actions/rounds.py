"""A round driven through the real actions: dispatched, served and answered in a line each.

The people and the plan come from tests/factories.py; letters stay queued, their acceptance is told here.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import World, new_version
from tests.settable_clock import DEADLINE, SettableClock
from workflow.actions import closing, dispatching, entering, preparing, responses, serving
from workflow.actions.admitting import Answer
from workflow.actions.preparing import Plan
from workflow.audit.entries import Entry
from workflow.db import now as read_now
from workflow.domain.errors import Refused
from workflow.domain.terms import (
    CirculationStatus,
    EvidenceKind,
    Letter,
    ResponseKind,
    Result,
    Service,
    Status,
)
from workflow.models.audit import AuditEntry
from workflow.models.circulation import Circulation, CirculationItem
from workflow.models.document import Version
from workflow.models.notice import Notice, ServiceEvidence
from workflow.models.response import Response
from workflow.notices import outbox
from workflow.notices.endings import finish
from workflow.notices.envelope import Outgoing
from workflow.notices.replies import Fate, Told
from workflow.queries.cases import Loaded, load

#: What the mail server says of a letter it takes.
TAKEN = Told(Fate.ACCEPTED, "250 ok")
LETTERS = (Entry.LETTERS_WRITTEN, Entry.LETTER_TRIED, Entry.LETTER_ENDED)
HOUR, DAY, INSTANT = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)


class Round:
    """One circulation of a world's plan and whoever acts on it; every act takes the lock as a door does."""

    def __init__(self, session: Session, world: World, clock: SettableClock) -> None:
        self.session, self.world, self.clock = session, world, clock
        self.circulation: Circulation

    def dispatch(self, **plan: object) -> Circulation:
        """Prepare and dispatch the plan's drafts, or the versions given."""
        now = read_now(self.session)
        self.circulation = self.prepare(**plan)
        dispatching.dispatch(self.session, self.circulation, by=self.world.actor("lead_shepherd"), now=now)
        self.session.flush()
        return self.circulation

    def prepare(self, **plan: object) -> Circulation:
        """Prepare the plan's drafts, or the versions given, without dispatching them."""
        versions = plan.pop("versions", self.world.versions)
        shepherd = self.world.actor("lead_shepherd")
        settings = {
            "title": "Work Plan 2020-2023",
            "version_ids": tuple(version.id for version in versions),
            "meeting_id": self.world.meetings["20"].id,
            "deadline": DEADLINE,
        } | plan
        now = read_now(self.session)
        plan_ = Plan(**settings)
        return preparing.prepare(self.session, by=shepherd, now=now, body=self.world.body, plan=plan_)

    def redraft(self, *items: int) -> list[Version]:
        """Write the next draft of these items (1 to 6)."""
        drafts = [
            new_version(self.world.items[item - 1], f"Amended {item}", number=self._versions(item) + 1)
            for item in items
        ]
        self.session.add_all(drafts)
        self.session.flush()
        return drafts

    def _versions(self, item: int) -> int:
        query = select(Version.number).where(Version.item_id == self.world.items[item - 1].id)
        return max(self.session.scalars(query))

    def locked(self) -> tuple[Circulation, datetime]:
        """Take the lock and do what the clock owes, as every door does."""
        self.session.flush()
        return closing.settled(self.session, self.circulation.id)

    def serve(self, *codes: str) -> None:
        """Let the mail server accept the circulation letters of these States, each told; or of all."""
        self._serve(codes or tuple(self.world.states), at_once=not codes)

    def serve_all_but(self, *codes: str) -> None:
        """Serve every State of the roster but these."""
        self._serve([one.code for one in self.loaded.states if one.code not in codes], at_once=True)

    def _serve(self, codes: Collection[str], *, at_once: bool) -> None:
        """Let the letters of these States be accepted.

        At once, the first acceptance is told as the outbox tells it; the others are the same rows in one go.
        """
        circulation, now = self.locked()
        wanted = {self.world.states[code].id for code in codes}
        due = [notice for notice in self.notices() if notice.proves_service and notice.state_id in wanted]
        told = due[:1] if at_once else due
        for notice in told:
            outbox.attempted(self.session, Outgoing.of(notice, now), TAKEN, now)
            finish(notice, Service.SENT, TAKEN.reply, now)
            serving.accepted(self.session, circulation, notice, now=now, reply=TAKEN.reply)
        self.session.add_all(self._accepted(notice, now) for notice in due[len(told) :])
        for notice in due:
            notice.status, notice.due_at = Service.SENT, None
        self.locked()

    def _accepted(self, notice: Notice, now: datetime) -> ServiceEvidence:
        return ServiceEvidence(
            body_id=notice.body_id,
            circulation_id=notice.circulation_id,
            state_id=notice.state_id,
            kind=EvidenceKind.ACCEPTED,
            at=now,
            recorded_at=now,
            address=notice.address,
            notice_id=notice.id,
            detail=TAKEN.reply,
        )

    def act(
        self, action: Callable[..., Any], *given: object, by: str = "lead_shepherd", **more: object
    ) -> Any:
        """Let the person of this name act on the circulation, under its lock; `idem` is the form's key."""
        circulation, now = self.locked()
        actor = self.world.actor(by, str(more.pop("idem", uuid4())))
        done = action(self.session, circulation, *given, by=actor, now=now, **more)
        self.session.flush()
        return done

    @contextmanager
    def refused(self, error: type[Refused]) -> Iterator[pytest.ExceptionInfo[Refused]]:
        """Expect a refusal; what was begun is undone, as the doors do."""
        with pytest.raises(error) as caught, self.session.begin_nested():
            yield caught

    def notices(self) -> Sequence[Notice]:
        """Return the letters of this circulation."""
        query = select(Notice).where(Notice.circulation_id == self.circulation.id).order_by(Notice.id)
        return self.session.scalars(query).all()

    def lodge(
        self,
        name: str,
        kind: ResponseKind,
        *items: int,
        reasons: str = "Because.",
        idem: str | None = None,
        replaces: int | None = None,
    ) -> list[Response]:
        """Let the person of this name answer these items (1 to 6), or all of them."""
        circulation, now = self.locked()
        chosen = items or range(1, len(self.world.versions) + 1)
        answers = [
            Answer(self.world.versions[item - 1].id, kind, reasons, replaces=replaces) for item in chosen
        ]
        actor = self.world.actor(name, idem or str(uuid4()))
        return responses.lodge(self.session, circulation, answers, by=actor, now=now)

    @property
    def loaded(self) -> Loaded:
        """Read the circulation as it stands."""
        self.session.flush()
        return load(self.session, self.circulation.id)

    @property
    def status(self) -> CirculationStatus | None:
        """Return the circulation's status as the database has it."""
        return self.loaded.circulation.status

    def letters(self, letter: Letter) -> list[str]:
        """Return the names of those to whom letters of this kind were written for this circulation."""
        names = {person.id: name for name, person in self.world.people.items()}
        return [names[one.person_id or 0] for one in self.notices() if one.letter is letter]

    def told(self, letter: Letter) -> Counter[str]:
        """Count the letters of this kind by State code, or by office."""
        return Counter(name.split(" ")[0] for name in self.letters(letter))

    def entries(self, *kinds: Entry) -> list[dict[str, Any]]:
        """Return the log's entries of these types, or all but those that tell of letters, in order."""
        told = self.all_entries()
        return [one for one in told if (one["type"] in kinds if kinds else one["type"] not in LETTERS)]

    def all_entries(self) -> list[dict[str, Any]]:
        """Return every entry of the log in order."""
        self.session.flush()
        return [
            json.loads(one) for one in self.session.scalars(select(AuditEntry.entry).order_by(AuditEntry.seq))
        ]

    def evidence(self, code: str) -> list[tuple[str, datetime]]:
        """Return the facts of service of a State, as (kind, dated)."""
        state = self.world.states[code].id
        return [(str(one.kind), one.at) for one in self.loaded.evidence if one.state_id == state]

    def lodge_on(self, name: str, kind: ResponseKind, *versions: Version, reasons: str = "Because.") -> Any:
        """Let the person of this name answer versions that are not those of the plan."""
        answers = [Answer(version.id, kind, reasons) for version in versions]
        return self.act(responses.lodge, answers, by=name)

    def enter(self, code: str, kind: ResponseKind, item: int, **more: Any) -> Response:
        """Let the secretariat enter what a State wrote outside, received now unless `claimed_at` is given."""
        given = {"state_code": code, "claimed_at": self.clock(), "evidence": "A letter of today."} | more
        reasons, by = given.pop("reasons", "Because."), given.pop("by", "secretariat")
        replaces = given.pop("replaces", None)
        answer = Answer(self.world.versions[item - 1].id, kind, reasons, replaces=replaces)
        [response] = self.act(entering.enter_on_behalf, by=by, answers=[answer], **given)
        return response

    def at(self, instant: datetime) -> Circulation:
        """Set the clock and let it do what it owes."""
        self.clock.now = instant
        return self.locked()[0]

    def statuses(self) -> list[Status]:
        """Return the status of each version of the plan."""
        self.session.expire_all()
        return [self.session.get_one(Version, version.id).status for version in self.world.versions]

    def results(self) -> list[Result | None]:
        """Return the frozen result of each item, in order."""
        query = select(CirculationItem.result).where(CirculationItem.circulation_id == self.circulation.id)
        return list(self.session.scalars(query.order_by(CirculationItem.position)))
