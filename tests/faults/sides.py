"""The sides of a race, each as its door acts: one transaction, authority first, then the lock, then the act.

Every call is written into a history by whoever makes it: what was asked, and what came back. Where the
circulations come from is in `arena`.
"""

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.exc import OperationalError

from tests.faults.arena import Arena, Race, form_key, holder
from workflow.actions import authority, closing, course, lifting, people, responses
from workflow.actions.admitting import Answer
from workflow.db import now
from workflow.domain.errors import Refused
from workflow.domain.terms import ResponseKind
from workflow.models.circulation import Circulation
from workflow.models.people import Appointment

WORDS = "It is not ready."


class Deed(StrEnum):
    """What a side does."""

    LODGE = "lodge"
    LIFT = "lift"
    CLOSE = "close"
    EXTEND = "extend"
    REVOKE = "revoke"


class Answered(StrEnum):
    """What came back: done, refused with a reason, or nothing (it may have happened or not)."""

    OK = "ok"
    FAIL = "fail"
    UNKNOWN = "unknown"


class ReplyLost(Exception):
    """The answer never came back: the connection broke before or after the commit."""


@dataclass
class Call:
    """One call of one side: `invoked` and `returned` are places in the one order of all calls.

    `told` is what came back: of a lodging (response id, received_at) pairs, of an extension the deadline.
    """

    deed: Deed
    race: Race
    key: str
    invoked: int
    returned: int = 0
    answered: Answered = Answered.UNKNOWN
    told: object = None
    error: BaseException | None = None


@dataclass
class History:
    """All calls of all sides, in the order in which they were made."""

    calls: list[Call] = field(default_factory=list)
    order: "itertools.count[int]" = field(default_factory=itertools.count)

    def call(self, deed: Deed, race: Race, act: Callable[[], object], key: str = "") -> Call:
        """Make one call and keep what came back."""
        made = Call(deed, race, key, next(self.order))
        self.calls.append(made)
        try:
            made.told, made.answered = act(), Answered.OK
        except Refused as refusal:
            made.answered, made.error = Answered.FAIL, refusal
        except ReplyLost:
            made.answered = Answered.UNKNOWN
        except OperationalError as failure:
            # A lock not had in time is no answer; a deadlock is a fault.
            late = any(words in str(failure) for words in ("database is locked", "lock timeout"))
            made.answered, made.error = (Answered.UNKNOWN, None) if late else (Answered.FAIL, failure)
        except Exception as failure:
            made.answered, made.error = Answered.FAIL, failure
        made.returned = next(self.order)
        return made


@dataclass(frozen=True)
class Side:
    """One side of one race: `lost` is where its first answer gets lost, `lifts` what follows a lodging."""

    arena: Arena
    race: Race
    deed: Deed
    later: timedelta = timedelta(0)
    lost: str = ""
    lifts: bool = False

    def run(self, history: History) -> None:
        """Act once; ask again with the same key where no answer came, as a browser's reader does."""
        key, act = form_key(), _ACTS[self.deed]
        made = history.call(self.deed, self.race, lambda: act(self, key, self.lost), key)
        if made.answered is Answered.UNKNOWN:
            made = history.call(self.deed, self.race, lambda: act(self, key, ""), key)
        if self.lifts and self.deed is Deed.LODGE and made.answered is Answered.OK:
            [(response, _)] = made.told  # type: ignore[misc]
            history.call(Deed.LIFT, self.race, lambda: _lift(self, response), key)

    def begin(self, history: History, barrier: threading.Barrier, pause: float) -> None:
        """Wait for all sides of the race, then a little, and act."""
        barrier.wait()
        threading.Event().wait(pause)
        self.run(history)


def _lost(side: str, wanted: str) -> None:
    if side == wanted:
        raise ReplyLost


def _lodge(side: Side, key: str, lost: str) -> list[tuple[int, datetime]]:
    race, database = side.race, side.arena.database
    assert race.voice is not None
    with database.writing() as session:
        person = holder(session, race.voice)
        # The page that the form came from has read the circulation already, and keeps it.
        session.info["page"] = session.get_one(Circulation, race.circulation)
        read = now(session)
        by = authority.actor_for(session, person, race.voice.appointment, read, idem=key)
        circulation, instant = closing.settled(session, race.circulation)
        answer = Answer(race.version, ResponseKind.OBJECTION, WORDS)
        made = responses.lodge(session, circulation, [answer], by=by, now=instant)
        told = [(one.id, one.received_at) for one in made]
        _lost("before", lost)
    _lost("after", lost)
    return told


def _lift(side: Side, response: int) -> datetime:
    race = side.race
    assert race.voice is not None
    with side.arena.database.writing() as session:
        person = holder(session, race.voice)
        by = authority.actor_for(session, person, race.voice.appointment, now(session))
        circulation, instant = closing.settled(session, race.circulation)
        lifting.lift(session, circulation, response, by=by, now=instant)
        return instant


def _close(side: Side, _key: str, lost: str) -> None:
    with side.arena.database.writing() as session:
        # As the clock does: it has looked without a lock before.
        session.info["page"] = session.get_one(Circulation, side.race.circulation)
        closing.settled(session, side.race.circulation)
        _lost("before", lost)
    _lost("after", lost)


def _extend(side: Side, _key: str, lost: str) -> datetime:
    with side.arena.database.writing() as session:
        person = holder(session, side.arena.shepherd)
        session.info["page"] = session.get_one(Circulation, side.race.circulation)
        by = authority.actor_for(session, person, side.arena.shepherd.appointment, now(session))
        circulation, instant = closing.settled(session, side.race.circulation)
        assert circulation.deadline is not None
        deadline = circulation.deadline + side.later
        course.extend(session, circulation, by=by, now=instant, deadline=deadline, reason=WORDS)
        _lost("before", lost)
    _lost("after", lost)
    return deadline


def _revoke(side: Side, _key: str, lost: str) -> None:
    race, secretary = side.race, side.arena.secretary
    assert race.voice is not None
    with side.arena.database.writing() as session:
        person = holder(session, secretary)
        read = now(session)
        by = authority.actor_for(session, person, secretary.appointment, read)
        held = session.get_one(Appointment, race.voice.appointment)
        people.end_appointment(session, held, by=by, now=read)
        _lost("before", lost)
    _lost("after", lost)


_ACTS: dict[Deed, Callable[[Side, str, str], object]] = {
    Deed.LODGE: _lodge,
    Deed.CLOSE: _close,
    Deed.EXTEND: _extend,
    Deed.REVOKE: _revoke,
}
