"""The heart of the reference model: what it holds, what the clock owes, and how an event is judged.

Every event first lets the clock do what it owes at that instant in every circulation, is then judged,
and lets the clock act again (rule 14). Choices:
- the answer of a query is thus the state after the clock's job has run at the last instant;
- an entry of the audit is made by every event taken, by a refused one only where the clock acted (12);
- a clock behind the newest entry lets only `lodge`, `object_to_all` and `enter_on_behalf` of an objection
  or input through (12); what is so stored in a closed circulation with a time before its deadline opens
  a dispute (37);
- silence starts while the circulation is open only, not during a suspension or a hold (9, 17).
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from tests.model.reference_outcome import Book, blocked, may_start, place, waiting
from tests.model.reference_records import Appointment, Bounce, Circulation, Membership, Response, Version
from tests.model.reference_terms import BLOCKERS, Actor, Key, Phase, Refused, Rules, Status, Verdict, demand


class Kernel:
    """The world of one body, and the clock's acts upon it (rules 9, 12, 14, 34)."""

    def __init__(self, rules: Rules | None = None, lead_state: Key = "lead") -> None:
        self.rules = rules or Rules()
        self.lead_state = lead_state
        self.emails: dict[Key, str | None] = {}
        self.appointments: list[Appointment] = []
        self.memberships: dict[Key, list[Membership]] = {}
        self.versions: dict[Key, Version] = {}
        self.circulations: dict[Key, Circulation] = {}
        self.responses: dict[Key, Response] = {}
        self.bounces: list[Bounce] = []
        self.unsent: set[tuple[Key, Key, Key]] = set()
        self.newest: datetime | None = None

    def circulation(self, key: Key) -> Circulation:
        """Return a dispatched circulation; a preparation is none yet (Terms)."""
        demand(key in self.circulations, "Terms", "no such circulation was dispatched")
        return self.circulations[key]

    def book(self, circulation: Circulation) -> Book:
        """Return what was said in a circulation, with the bounces known."""
        said = (one for one in self.responses.values() if one.circulation == circulation.key)
        return Book(circulation, tuple(said), tuple(self.bounces))

    def left_in(self, circulation: Circulation) -> frozenset[Key]:
        """Return the items still in a circulation: neither withdrawn nor superseded (rules 28, 31a)."""
        gone = (Status.WITHDRAWN, Status.SUPERSEDED)
        return frozenset(
            item for item, key in circulation.versions.items() if self.versions[key].status not in gone
        )

    def is_behind(self, at: datetime) -> bool:
        """Tell whether the clock stands behind the newest audit entry (rule 12)."""
        return self.newest is not None and at < self.newest

    def note_entry(self, at: datetime) -> None:
        """Remember the instant of an audit entry (rule 12)."""
        self.newest = at if self.newest is None else max(self.newest, at)

    def run_clock(self, at: datetime) -> None:
        """Do in every circulation what the clock owes at an instant (rule 14)."""
        for circulation in self.circulations.values():
            if circulation.phase is Phase.OPEN:
                self._start_due(circulation, min(at, circulation.deadline), at)
            due = circulation.phase is Phase.OPEN and at >= circulation.deadline
            if due or circulation.phase is Phase.HELD:
                self._close_due(circulation, at)

    def _start_due(self, circulation: Circulation, reached: datetime, at: datetime) -> None:
        """Start silence for each item whose guard is met (start_silence, rules 5, 9)."""
        if circulation.window_end is not None and reached < circulation.window_end:
            return
        book, left = self.book(circulation), self.left_in(circulation)
        for item in left - blocked(book, left) - circulation.started:
            if may_start(book, item):
                circulation.started.add(item)
                self.note_entry(at)

    def _close_due(self, circulation: Circulation, at: datetime) -> None:
        """Hold a circulation, or close it as at its deadline (rules 9, 34)."""
        book, left = self.book(circulation), self.left_in(circulation)
        if waiting(book, left):
            if circulation.phase is Phase.OPEN:
                self.note_entry(at)
            circulation.phase = Phase.HELD
            return
        broken = blocked(book, left)
        self.freeze(circulation, {item: _result(item in broken) for item in left})
        self.note_entry(at)

    def freeze(self, circulation: Circulation, results: dict[Key, Status]) -> None:
        """Close a circulation with its results; nothing recomputes them (rules 34, 37)."""
        book = self.book(circulation)
        for item in results:
            for state in circulation.roster:
                circulation.places[state, item] = place(book, state, item)
        circulation.results = results
        circulation.phase = Phase.CLOSED
        for item, status in results.items():
            version = self.versions[circulation.versions[item]]
            if status is Status.ENDORSED:
                self.endorse(version)
            version.status = status

    def endorse(self, version: Version) -> None:
        """Endorse a version, which supersedes the one of its item endorsed before (rule 30)."""
        for other in self.versions.values():
            if other.item == version.item and other.status is Status.ENDORSED and other is not version:
                other.status, other.successor = Status.SUPERSEDED, version.key
        version.status = Status.ENDORSED

    def leave(self, version: Version, status: Status) -> None:
        """Take a version out of its circulation; with no item left that is withdrawn (rule 31a)."""
        version.status = status
        for circulation in self.circulations.values():
            ended = circulation.phase in (Phase.CLOSED, Phase.WITHDRAWN)
            if not ended and not self.left_in(circulation):
                circulation.phase = Phase.WITHDRAWN

    def office(self, by: Actor, at: datetime) -> Appointment:
        """Return the appointment in force of an actor in the capacity chosen (rules 23, 25)."""
        for appointment in self.appointments:
            mine = (appointment.person, appointment.capacity) == (by.person, by.capacity)
            if mine and appointment.holds(at):
                return appointment
        raise Refused("25", "no appointment in force in that capacity")


def _result(is_broken: bool) -> Status:
    """Return the result of an item at the close (rule 34)."""
    return Status.SILENCE_BROKEN if is_broken else Status.ENDORSED


Model = TypeVar("Model", bound=Kernel)
Given = ParamSpec("Given")


def event(
    method: Callable[Concatenate[Model, Given], Verdict],
) -> Callable[Concatenate[Model, Given], Verdict]:
    """Make of a method an event: the clock first, then the judgement, then the clock (rules 12, 14)."""

    @wraps(method)
    def judged(model: Model, /, *args: Given.args, **kwargs: Given.kwargs) -> Verdict:
        at = cast("datetime", kwargs["at"])
        lodging = method.__name__ in ("lodge", "enter_on_behalf") and kwargs.get("kind") in BLOCKERS
        behind = model.is_behind(at)
        try:
            if behind:
                demand(lodging or method.__name__ == "object_to_all", "12", "the clock stands behind")
            else:
                model.run_clock(at)
            verdict = method(model, *args, **kwargs)
        except Refused as refusal:
            return Verdict(accepted=False, rule=refusal.rule, reason=refusal.reason)
        model.note_entry(at)
        if not behind:
            model.run_clock(at)
        return verdict

    return judged
