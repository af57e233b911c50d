"""A body of 21 States in a database: the verbs of a simulated year as real acts, its letters as real rows.

Mail is the real outbox but for the dialogue with a server: what that said of a letter is drawn by the year.
Workers die in the middle of acts, and between taking a letter and telling what became of it.
"""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, event, func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import World
from tests.faults.cast import DAY, START, Cast
from tests.faults.journal import View
from tests.model.product import WORDS, Product
from tests.model.reference_terms import Phase
from tests.settable_clock import SettableClock
from workflow.actions import closing, people, responses, serving
from workflow.actions.admitting import Answer
from workflow.actions.founding import found_body
from workflow.audit.record import newest_at
from workflow.db import Database
from workflow.domain.body import StateEntry
from workflow.domain.outcome import judge
from workflow.domain.terms import ResponseKind, Role, Service
from workflow.models.audit import AuditEntry
from workflow.models.body import Meeting, State
from workflow.models.notice import Notice
from workflow.models.people import Appointment, Person
from workflow.notices import outbox, queue
from workflow.notices.connection import MailSettings
from workflow.notices.outbox import Keeper
from workflow.notices.replies import Fate, Told
from workflow.queries.cases import load

_MORE = ("AU", "CN", "FJ", "IN", "JP", "KR", "MN", "NZ", "PG", "PK")
_FATES = {"accepted": Fate.ACCEPTED, "later": Fate.LATER, "refused": Fate.REFUSED, "lost": Fate.UNKNOWN}
_KEEPER = Keeper(closing.settled, serving.accepted, serving.reached, serving.failed)
_MIDNIGHT = timedelta(hours=9)
ITEMS = 40


class WorkerDied(Exception):
    """The process is gone in the middle of an act; the database takes back what was not committed."""


def founded(session: Session) -> tuple[World, Cast]:
    """Write a body of 21 States, a contact point for each, and a plan of many drafts."""
    file = factories.body_file()
    more = tuple(
        StateEntry(
            code, f"State {code}", "Capital", "Asia/Jakarta", frozenset({5, 6}), "ID", date(1997, 1, 1)
        )
        for code in _MORE
    )
    body = found_body(session, replace(file, states=(*file.states, *more)), START)
    states = {row.code: row for row in session.scalars(select(State).where(State.body_id == body.id))}
    crew, appointments = factories.staffed(session, body, states, START)
    for name, held in appointments.items():
        if name.endswith(("alternate", "drafter")):
            held.until = START
    joins, leaves = {"TL": START + 150 * DAY - _MIDNIGHT}, {"PK": START + 250 * DAY - _MIDNIGHT}
    states["TL"].member_from = (START + 150 * DAY).date()
    states["PK"].member_until = (START + 249 * DAY).date()
    document, items, versions = factories.plan(session, body, now=START, count=ITEMS)
    meetings = {row.code: row for row in session.scalars(select(Meeting))}
    session.flush()
    world = World(body, states, meetings, crew, appointments, document, items, versions)
    return world, Cast(tuple(states), joins, leaves, tuple(one.key for one in items))


class TableBody:
    """The body of one year; `deaths` says how often a worker dies in the middle of an act."""

    def __init__(
        self,
        database: Database,
        clock: SettableClock,
        settings: MailSettings,
        seed: int,
        deaths: float = 0.04,
    ) -> None:
        self.database, self.clock, self.settings = database, clock, settings
        self.chance, self.deaths, self.left = random.Random(seed), deaths, 0
        self.session = database.session(writing=True)
        self.world, self.cast = founded(self.session)
        self.product = Product(self.session, self.world, clock)
        self.product.versions = {
            item.key: version.id for item, version in zip(self.world.items, self.world.versions, strict=True)
        }
        self.speaking = {code: f"{code} contact_point" for code in self.cast.states}
        event.listen(self.session.connection(), "before_cursor_execute", self._count_down)

    @property
    def newest(self) -> datetime | None:
        """Return the instant of the newest entry."""
        return newest_at(self.session, self.world.body.id)

    def _count_down(self, _connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        if self.left and not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            self.left -= 1
            if self.left == 0:
                raise WorkerDied

    def attempt(self, now: datetime, verb: str, *given: Any) -> bool:
        """Do one act at an instant; where the worker dies in it, another does it anew."""
        self.clock.now = now
        act = getattr(self, f"_{verb}")
        if self.chance.random() < self.deaths:
            self.left = self.chance.randint(1, 40)
            try:
                return self.product.attempt(lambda: act(*given))
            except WorkerDied:
                self.session.expire_all()
            finally:
                self.left = 0
        return self.product.attempt(lambda: act(*given))

    def _settle(self, key: str) -> None:
        self.product.locked(key)

    def _appoint(self, name: str, role: str, code: str) -> None:
        if name not in self.product.holders:
            by, now, body = self.product.actor("secretariat"), self.clock(), self.world.body
            given = {"name": name, "email": _address(name), "role": Role(role), "state_code": code}
            made = people.appoint(self.session, by=by, now=now, body=body, **given)  # type: ignore[arg-type]
            self.product.holders[name] = (made.person_id, made.id)
        self.speaking[code] = name

    def _dismiss(self, name: str) -> None:
        held = self.session.get_one(Appointment, self.product.holders[name][1])
        people.end_appointment(self.session, held, by=self.product.actor("secretariat"), now=self.clock())

    def _dispatch(self, key: str, items: tuple[str, ...], roster: list[str], plan: dict[str, Any]) -> None:
        more = {
            "meeting_id": self.world.meetings["20"].id,
            "urgent_reasons": "a flood" if plan["urgent"] else "",
        }
        self.product.dispatch(key, items, plan | more)
        found = {one.code for one in load(self.session, self.product.circulations[key]).states}
        assert found == set(roster), f"the roster is {sorted(found)}, the members are {sorted(roster)}"

    def deliver(self, now: datetime, fate: Callable[[str], str]) -> list[tuple[str, str, str, str]]:
        """Send the letters that prove service; what `fate` says of each is what the mail server said."""
        self.clock.now = now
        self.session.flush()
        due = select(func.count()).where(
            Notice.proves_service, Notice.status == Service.QUEUED, Notice.due_at <= now
        )
        due = due.where((Notice.leased_until.is_(None)) | (Notice.leased_until <= now))
        waiting = self.session.scalar(due) or 0
        claimed = queue.claim(self.database, seconds=self.settings.lease, limit=waiting) if waiting else []
        sender = outbox._Round(self.database, self.settings, _KEEPER, None)  # type: ignore[arg-type]
        done = []
        for letter in claimed:
            told = fate(letter.address)
            if told == "dies":
                continue
            result = sender.settle(letter, Told(_FATES[told], told))
            if told in ("accepted", "refused") and result in (Service.SENT, Service.REFUSED):
                done.append(
                    (self._key(letter.circulation_id), self._code(letter.state_id), letter.address, told)
                )
        self.session.expire_all()
        return done

    def _key(self, number: int | None) -> str:
        return next(key for key, known in self.product.circulations.items() if known == number)

    def _code(self, number: int | None) -> str:
        return next(code for code, state in self.world.states.items() if state.id == number)

    def _bounce(self, key: str, _state: str, address: str) -> None:
        sent = self.product.letters(key, Service.SENT, Service.ACKNOWLEDGED)
        self.product.bounce(key, next(one for one in sent if one.address == address))

    def _lodge(self, name: str, key: str, item: str, kind: str, person: str, ends: list[str]) -> None:
        circulation, by = self.product.locked(key), self.product.actor(person)
        version, ids = self.product.versions[item], tuple(self.product.responses[one] for one in ends)
        latest = self.product.latest(str(by.state), item)
        answer = Answer(version, ResponseKind(kind), WORDS, replaces=latest, names=ids)
        [made] = responses.lodge(self.session, circulation, [answer], by=by, now=self.clock())
        self.product.responses[name] = made.id

    def _end(self, key: str, name: str, kind: str) -> None:
        number = self.product.responses[name]
        loaded = load(self.session, self.product.circulations[key])
        person = self.speaking[loaded.code_by_id[loaded.response(number).state_id]]
        if kind == "lifted":
            self.product.lift(name, person, key)
        else:
            self.product.answer(name, key)
            self.product.accept_answer(name, person, key)

    def _extend(self, key: str, deadline: datetime) -> None:
        self.product.extend(key, deadline)

    def _suspend(self, key: str) -> None:
        self.product.suspend(key)

    def _resume(self, key: str) -> None:
        self.product.resume(key)

    def _override(self, key: str, code: str, since: datetime) -> None:
        for name in ("lead_shepherd", "secretariat"):
            self.product.override(key, code, since, name)

    def _withdraw_item(self, key: str, item: str) -> None:
        self.product.withdraw_item(key, item)

    def _refer(self, key: str) -> None:
        self.product.refer(key)

    def view(self, key: str, *, forecast: bool) -> View:
        """Show a circulation as its tables have it."""
        self.session.flush()
        loaded = load(self.session, self.product.circulations[key])
        circulation, names = (
            loaded.circulation,
            {number: name for name, number in self.product.responses.items()},
        )
        closes = select(func.count()).select_from(AuditEntry).where(
            AuditEntry.circulation_id == circulation.id, AuditEntry.type == "circulation.closed"
        )  # fmt: skip
        items = {row.version.id: row.item.key for row in loaded.items}
        verdict = judge(loaded.case()) if forecast else None
        assert circulation.deadline is not None
        return View(
            Phase(str(circulation.status)), circulation.deadline, circulation.window_end,
            {row.item.key: str(row.version.status) for row in loaded.items},
            {row.item.key: str(row.entry.result) for row in loaded.items if row.entry.result is not None},
            {names.get(one.id, f"{one.id}?"): (str(one.kind), one.counts_at) for one in loaded.responses},
            self.session.scalar(closes) or 0,
            {items[one.version]: str(one.would) for one in verdict.items} if verdict else None,
            frozenset(verdict.missing) if verdict else frozenset(),
        )  # fmt: skip

    def audited(self) -> str:
        """Return what is wrong with the log: a gap, or a word of somebody who had no mandate."""
        entries = [
            json.loads(one) for one in self.session.scalars(select(AuditEntry.entry).order_by(AuditEntry.seq))
        ]
        if [one["seq"] for one in entries] != list(range(len(entries))):
            return "the log has a gap"
        query = select(Person.public_id, State.code).join(Appointment, Appointment.person_id == Person.id)
        of = dict(self.session.execute(query.join(State, State.id == Appointment.state_id)).all())  # type: ignore[arg-type]
        ended = {one["person"]: one["seq"] for one in entries if one["type"] == "appointment.ended"}
        for one in entries:
            if one["type"] in ("response.lodged", "response.lifted", "answer.accepted"):
                mandated = of.get(one["actor"]) == one["on_behalf_of"]
                if not mandated or one["seq"] > ended.get(one["actor"], len(entries)):
                    return f"entry {one['seq']}: {one['actor']} had no mandate of {one['on_behalf_of']}"
        return ""


def _address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@example.org"
