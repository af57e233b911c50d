"""Writes letters as rows: one per person, with the values every letter shares, in a few statements.

Which letter says what to whom is in `letters`; sending them is in `outbox`.
"""

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from workflow.audit.posted import record_written
from workflow.domain.rules import Rules
from workflow.domain.terms import CirculationStatus, Letter, Role, Service
from workflow.models.body import Body, State
from workflow.models.notice import Notice
from workflow.models.people import Person
from workflow.notices import invite, links, rendering
from workflow.notices.times import Times
from workflow.queries.cases import Loaded
from workflow.queries.correspondence import Earlier, correspondence
from workflow.queries.people import addressees, office_holder, officers

#: Random bytes of a Message-ID: enough to be unguessable and unique.
_ID_BYTES = 16
_NOTICES = cast(Table, Notice.__table__)
#: What is no fact told before is inserted and returned, in the words of each database.
_INSERTS = {
    name: insert(_NOTICES)
    .on_conflict_do_nothing(index_elements=["body_id", "once"])
    .returning(_NOTICES.c.message_id)
    for name, insert in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
}


@dataclass(frozen=True)
class Reader:
    """One person a letter goes to; `state` is the State it addresses, `home` the State whose capital's time
    is told (the Lead Shepherd's staff have only the latter, the secretariat neither)."""

    person: Person
    state: State | None = None
    home: State | None = None

    @property
    def place(self) -> tuple[int | None, int | None, str]:
        """Return all that letters to several people know of a reader: who share it read the same words."""
        ids = [None if one is None else one.id for one in (self.state, self.home)]
        return ids[0], ids[1], self.person.locale


class Writer:
    """Writes letters of one circulation, or of none, as of one instant (UTC)."""

    def __init__(self, session: Session, loaded: Loaded | None, now: datetime, *, body: int) -> None:
        self.session = session
        self.loaded = loaded
        self.now = now
        self.body = session.get_one(Body, body)

    @cached_property
    def _earlier(self) -> dict[int, Earlier]:
        if self.loaded is None:
            return {}
        return correspondence(self.session, self.loaded.circulation.id)

    def states(self, only: Collection[int] | None = None) -> list[Reader]:
        """Return the present contact points and alternates of the roster, or of its States with these ids."""
        assert self.loaded is not None
        wanted = [state for state in self.loaded.states if only is None or state.id in only]
        return self.of_states(wanted)

    def of_states(self, states: Iterable[State]) -> list[Reader]:
        """Return the present contact points and alternates of these States, each person once."""
        people = addressees(self.session, self.body.id, self.now)
        return _once(Reader(one, state, state) for state in states for one in people.get(state.id, []))

    def lead_shepherd(self) -> list[Reader]:
        """Return the present staff of the Lead Shepherd."""
        home = office_holder(self.session, self.body.id)
        staff = officers(self.session, self.body.id, self.now, Role.LEAD_SHEPHERD)
        return _once(Reader(one, None, home) for one in staff)

    def secretariat(self) -> list[Reader]:
        """Return the present staff of the secretariat."""
        return _once(Reader(one) for one in officers(self.session, self.body.id, self.now, Role.SECRETARIAT))

    def programme(self) -> list[Reader]:
        """Return the present staff of the programme."""
        return _once(Reader(one) for one in officers(self.session, self.body.id, self.now, Role.PROGRAMME))

    def everyone(self) -> list[Reader]:
        """Return the States' readers and both offices; who is both reads as the State."""
        return _once([*self.states(), *self.lead_shepherd(), *self.secretariat()])

    def ordinal(self, person: Person) -> int:
        """Return the number of the next circulation letter to a person, from 1."""
        return self._earlier.get(person.id, Earlier()).circulations + 1

    def post(
        self,
        letter: Letter,
        readers: Sequence[Reader],
        *,
        fact: object | Callable[[Person], object],
        method: str | None = None,
        proves_service: bool = False,
        values: Mapping[str, object] | None = None,
        entries: Sequence[int] = (),
    ) -> int:
        """Write one letter to each reader, once per `fact` and person, and return to how many.

        The words are rendered once for all who share a place. `fact` names what the letter tells, as a
        value or a function of the person; `method` adds a calendar entry. `values` reach the templates
        besides those every letter has; `entries` are those whose receipts the letter brings.
        """
        rows: dict[str, tuple[dict[str, Any], Reader]] = {}
        read: dict[object, tuple[str, str]] = {}
        for reader in readers:
            told = fact(reader.person) if callable(fact) else fact
            if reader.place not in read:
                read[reader.place] = self._words(letter, reader, values or {})
            once = f"{self._scope}:{letter}:{told}:{reader.person.id}"
            row = self._row(letter, reader, once, read[reader.place])
            row.update(proves_service=proves_service, entry_seqs=list(entries))
            if method is not None:
                row.update(invite=self._invite(reader, method), invite_method=method)
            rows[row["message_id"]] = row, reader
        self._insert(rows)
        return len(rows)

    @property
    def _scope(self) -> str:
        return "body" if self.loaded is None else str(self.loaded.circulation.id)

    def _words(self, letter: Letter, reader: Reader, values: Mapping[str, object]) -> tuple[str, str]:
        context = {**self._shared(reader), **values}
        language = reader.person.locale
        return rendering.subject(letter, language, context), rendering.body(letter, language, context)

    def _row(self, letter: Letter, reader: Reader, once: str, words: tuple[str, str]) -> dict[str, Any]:
        domain = self.session.info["mail_domain"]
        random_bytes = self.session.info.get("random_bytes", secrets.token_bytes)
        return {
            "body_id": self.body.id,
            "circulation_id": self.loaded.circulation.id if self.loaded else None,
            "state_id": reader.state.id if reader.state and letter is not Letter.TEST else None,
            "person_id": reader.person.id,
            "letter": letter,
            "once": once,
            "address": reader.person.email,
            "message_id": f"<{random_bytes(_ID_BYTES).hex()}@{domain}>",
            "thread_id": self._earlier.get(reader.person.id, Earlier()).thread_id,
            "subject": words[0],
            "text": words[1],
            "invite": None,
            "invite_method": None,
            "status": Service.QUEUED,
            "written_at": self.now,
            "due_at": self.now,
        }

    def _shared(self, reader: Reader) -> dict[str, object]:
        shared: dict[str, object] = {
            "body": self.body,
            "state": reader.state,
            "times": self._times(reader),
            "reply_to": self.session.info["reply_to"],
            "home": links.home(self.session),
        }
        if self.loaded is not None:
            circulation = self.loaded.circulation
            shared.update(
                circulation=circulation,
                loaded=self.loaded,
                symbol=circulation.symbol or self.body.short_name,
                is_suspended=circulation.status is CirculationStatus.SUSPENDED,
                inputs_block=self._rules.inputs_block,
                link=links.circulation_page(self.session, circulation),
            )
        return shared

    @property
    def _rules(self) -> Rules:
        """Return the rules frozen at dispatch, or before it those of the body (rule 2)."""
        frozen = self.loaded.circulation.frozen if self.loaded else {}
        return Rules.from_json(frozen.get("rules") or self.body.rules)

    def _times(self, reader: Reader) -> Times:
        announced = self.loaded.circulation.zone if self.loaded else self._rules.zone
        into = rendering.translated("%(time)s in %(place)s", reader.person.locale)
        if reader.home is None:
            return Times(announced, into=into, language=reader.person.locale)
        return Times(announced, reader.home.capital, reader.home.zone, into, reader.person.locale)

    def _invite(self, reader: Reader, method: str) -> str:
        assert self.loaded is not None
        circulation = self.loaded.circulation
        assert circulation.deadline is not None
        context = self._shared(reader)
        lines = rendering.part("_calendar.txt", reader.person.locale, context).split("\n", 1)
        entry = invite.DeadlineEntry(
            uid=f"{circulation.id}.{reader.person.public_id}@{self.session.info['mail_domain']}",
            sequence=self._earlier.get(reader.person.id, Earlier()).invites,
            deadline=circulation.deadline,
            now=self.now,
            summary=rendering.one_line(lines[0]),
            description=lines[1].strip(),
            url=links.circulation_page(self.session, circulation),
            organizer=str(self.session.info["reply_to"]),
            attendee=reader.person.email,
        )
        return invite.written(entry, method)

    def _insert(self, rows: Mapping[str, tuple[dict[str, Any], Reader]]) -> None:
        """Insert the rows that are no fact told before, and let the log tell of those."""
        if not rows:
            return
        insert = _INSERTS[self.session.get_bind().dialect.name]
        self.session.flush()
        new = set(self.session.connection().scalars(insert, [row for row, _ in rows.values()]))
        told = [
            (row, reader.person.public_id, reader.state.code if reader.state and row["state_id"] else None)
            for key, (row, reader) in rows.items()
            if key in new
        ]
        if told:
            circulation = self.loaded.circulation if self.loaded else None
            record_written(self.session, circulation, told, body=self.body.id, now=self.now)


def _once(readers: Iterable[Reader]) -> list[Reader]:
    found: dict[int, Reader] = {}
    for reader in readers:
        found.setdefault(reader.person.id, reader)
    return list(found.values())
