"""A body on paper: the rules of `workflow/domain/` alone, with lists where the product has tables.

It does what the actions do with the domain, and nothing more; what must hold of it is in `journal`.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.faults.journal import View
from tests.faults.paper_round import Round
from workflow.domain.calendars import WorkingTime, resumed_window
from workflow.domain.errors import ClockBehind, NotAllowed, Refused, VersionReplaced, WrongStatus
from workflow.domain.lifecycle import Subject, advance, begin
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.outcome import Case, Verdict, Would, blocked_versions, judge, silence_start
from workflow.domain.positions import Lodged, Remark
from workflow.domain.serving import Evidence, Period
from workflow.domain.terms import (
    RUNNING,
    CirculationStatus,
    CirculationTrigger,
    EvidenceKind,
    RemarkKind,
    ResponseKind,
    Role,
    Status,
    Trigger,
)

_BREAKING = (ResponseKind.OBJECTION, ResponseKind.INPUT)
_SILENT = (Status.CIRCULATED, Status.NO_OBJECTION_DEADLINE)


class PaperBody:
    """Circulations on paper; every act does first what the clock owes (rule 14)."""

    def __init__(self, time: WorkingTime) -> None:
        self.time = time
        self.rounds: dict[str, Round] = {}
        self.newest: datetime | None = None
        self.now = datetime.min.replace(tzinfo=UTC)
        self.offices: dict[str, tuple[Actor, datetime, datetime | None]] = {}
        self.queue: list[tuple[str, str, str]] = []

    def attempt(self, now: datetime, verb: str, *given: Any) -> bool:
        """Do one act at an instant and return whether it was taken."""
        self.now = now
        try:
            getattr(self, verb)(*given)
        except Refused:
            return False
        self._enter()
        return True

    def _enter(self) -> None:
        self.newest = max(self.now, self.newest or self.now)

    def _acted(self, *, lagging: bool = False) -> None:
        if self.newest is not None and self.now < self.newest and not lagging:
            raise ClockBehind("The clock stands behind.")

    def appoint(self, name: str, role: str, state: str) -> None:
        """Appoint somebody."""
        self._acted()
        self.offices[name] = (Actor(name, role=Role(role), state=state), self.now, None)
        self.queue += [
            (key, state, name)
            for key, one in self.rounds.items()
            if state in one.case.roster and one.status in RUNNING
        ]

    def dismiss(self, name: str) -> None:
        """End an appointment."""
        self._acted()
        actor, since, _ = self.offices[name]
        self.offices[name] = (actor, since, self.now)

    def dispatch(self, key: str, items: Sequence[str], roster: Sequence[str], plan: dict[str, Any]) -> None:
        """Dispatch texts with a deadline that the working time lets pass."""
        time = replace(self.time, urgent=plan["urgent"])
        time.check(plan["deadline"], plan["window_end"] or self.now)
        self._acted()
        period, numbers = Period(time, plan["window_end"]), tuple(range(len(items)))
        case = Case(self.now, plan["deadline"], numbers, tuple(roster), period, package=plan["package"])
        made = Round(tuple(items), case, {number: Subject(Status.DRAFT) for number in numbers})
        begin(made)
        for text in made.texts.values():
            advance(text, Trigger.CIRCULATE, rules_of_opening_hold=True)
        made.deadline = plan["deadline"]
        self.rounds[key] = made
        self.queue += [(key, code, name) for name, code in self._speaking() if code in roster]

    def _speaking(self) -> list[tuple[str, str]]:
        return [(name, str(actor.state)) for name, (actor, _, until) in self.offices.items() if until is None]

    def settle(self, key: str) -> Round:
        """Do what the clock owes: start silence, hold or close (rules 9, 14, 34)."""
        found = self.rounds[key]
        behind = self.newest is not None and self.now < self.newest
        if behind or found.status is not CirculationStatus.OPEN:
            return found
        start = None if found.started else silence_start(found.case, at=self.now)
        if start is not None:
            found.started = True
            self._move(found, Trigger.START_SILENCE, _SILENT[:1], window_over=True, needed_states_served=True)
            self._enter()
        if self.now >= found.deadline:
            self._decide(found, judge(found.case))
        return found

    def _move(
        self, found: Round, trigger: Trigger, sources: Sequence[Status], among: Any = None, **facts: bool
    ) -> None:
        for number in found.case.versions:
            text = found.texts[number]
            if text.status in sources and (among is None or number in among):
                advance(text, trigger, **facts)

    def _decide(self, found: Round, verdict: Verdict) -> None:
        self._enter()
        if verdict.holds and found.status is CirculationStatus.OPEN:
            advance(found, CirculationTrigger.HOLD, deadline_passed=True, silence_missing=True)
            found.case = replace(found.case, is_held=True, held_states=frozenset(verdict.missing))
        if verdict.holds:
            return
        endorsed = verdict.having(Would.ENDORSE)
        facts = {"deadline_passed": True, "nothing_blocks": True, "silence_counts": True}
        for number in endorsed:
            advance(found.texts[number], Trigger.ENDORSE, **facts)
        self._close(found, dict.fromkeys(endorsed, "endorsed"), CirculationTrigger.CLOSE)

    def _close(self, found: Round, results: dict[int, str], trigger: CirculationTrigger) -> None:
        facts = {} if trigger is CirculationTrigger.REFER else {"deadline_passed": True, "nothing_held": True}
        advance(found, trigger, **facts)
        found.closes += 1
        for number in found.case.versions:
            found.results[found.items[number]] = results.get(number, "not_endorsed")

    def deliver(self, now: datetime, fate: Callable[[str], str]) -> list[tuple[str, str, str, str]]:
        """Send what waits and return (circulation, State, address, fate) of what proves something."""
        self.now = now
        done, waiting, speaking = [], [], {name for name, _ in self._speaking()}
        for letter in self.queue:
            key, state, name = letter
            told = fate(name) if name in speaking else "withheld"
            if told == "accepted":
                self._prove(self.settle(key), Evidence(state, EvidenceKind.ACCEPTED, self.now, name))
            elif told == "refused":
                self.bounce(key, state, name)
            if told in ("accepted", "refused"):
                self._enter()
                done.append((*letter, told))
            elif told != "withheld":
                waiting.append(letter)
        self.queue = waiting
        return done

    def bounce(self, key: str, state: str, address: str) -> None:
        """Keep that a letter came back: it doubts every circulation that the address served."""
        for other in self.rounds:
            self.settle(other)
        self._acted()
        for name, other in self.rounds.items():
            if name == key or any(one.address == address for one in other.case.evidence):
                self._prove(other, Evidence(state, EvidenceKind.BOUNCED, self.now, address))

    def _prove(self, found: Round, fact: Evidence) -> None:
        found.case = replace(found.case, evidence=(*found.case.evidence, fact))

    def lodge(self, name: str, key: str, item: str, kind: str, person: str, ends: Sequence[str]) -> None:
        """Take what a State says (rules 13, 18, 23-25)."""
        actor, since, until = self.offices[person]
        # As a door does: a clock that stands behind brings nobody back (rule 12).
        at = max(self.now, self.newest or self.now)
        if not since <= at or (until is not None and at >= until):
            raise NotAllowed("The appointment has ended.")
        found, said = self.settle(key), ResponseKind(kind)
        require(actor, Act.LODGE, state=actor.state)
        number = found.items.index(item)
        if actor.state not in found.case.roster:
            raise NotAllowed("Not on the roster.")
        if found.texts[number].status is Status.WITHDRAWN:
            raise VersionReplaced("It was withdrawn.")
        lagging, newest = said in _BREAKING, self.newest or self.now
        closed = found.status is CirculationStatus.CLOSED
        at = max(self.now, newest) if lagging and closed else self.now
        self._acted(lagging=lagging)
        found.names[name] = len(found.names) + 1
        given = Lodged(found.names[name], number, str(actor.state), said, at)
        found.case = replace(found.case, lodged=(*found.case.lodged, given))
        self._prove(found, Evidence(given.state, EvidenceKind.RESPONDED, max(at, newest)))
        for one in ends:
            self._remark(found, one, RemarkKind.REPLACED)
        self._resettle(found)

    def _remark(self, found: Round, name: str, kind: RemarkKind) -> None:
        remark = Remark(found.names[name], kind, self.now)
        found.case = replace(found.case, remarks=(*found.case.remarks, remark))

    def _resettle(self, found: Round) -> None:
        if found.status in (CirculationStatus.CLOSED, CirculationStatus.WITHDRAWN):
            return
        blocked = blocked_versions(found.case)
        self._move(found, Trigger.BREAK_SILENCE, _SILENT, blocked, blocker_in_time=True)
        free = set(found.case.versions) - blocked
        facts = {"last_blocker_gone_in_time": True, "silence_started": found.started}
        self._move(found, Trigger.RESTORE_SILENCE, (Status.SILENCE_BROKEN,), free, **facts)

    def end(self, key: str, name: str, kind: str) -> None:
        """Lift a blocker, or accept the answer to it (rules 18, 19, 29)."""
        found = self.settle(key)
        self._acted()
        self._remark(found, name, RemarkKind(kind))
        self._resettle(found)

    def extend(self, key: str, deadline: datetime) -> None:
        """Move the deadline (rule 16)."""
        found = self.settle(key)
        if deadline <= found.deadline:
            raise WrongStatus("Never shortened.")
        held = found.status is CirculationStatus.HELD
        found.case.period.working_time.check(
            deadline, self.now if held else found.case.period.window_end or found.case.dispatched_at
        )
        self._acted()
        advance(found, CirculationTrigger.EXTEND, before_deadline=self.now < found.deadline)
        found.deadline = deadline
        found.case = replace(found.case, deadline=deadline, is_held=False, held_states=frozenset())
        self._resettle(found)

    def suspend(self, key: str) -> None:
        """Let time stand still (rule 17)."""
        found = self.settle(key)
        self._acted()
        advance(found, CirculationTrigger.SUSPEND, before_deadline=self.now < found.deadline)
        found.suspended_at, found.case = self.now, replace(found.case, deadline=None)

    def resume(self, key: str) -> None:
        """Let time run again (rule 17)."""
        found = self.settle(key)
        self._acted()
        advance(found, CirculationTrigger.RESUME)
        since, period = found.suspended_at, found.case.period
        assert since is not None
        window, time = period.window_end, period.working_time
        found.deadline = time.resumed(found.deadline, since, self.now, window_end=window)
        if window is not None and window > since:
            window = resumed_window(window, since, self.now)
        stood = (since, max(self.now, since + timedelta(microseconds=1)))
        period = Period(time, window, (*period.suspensions, stood))
        found.case = replace(found.case, deadline=found.deadline, period=period)

    def override(self, key: str, state: str, since: datetime) -> None:
        """Let both offices treat a State as served (rule 9)."""
        found = self.settle(key)
        if found.status not in (CirculationStatus.OPEN, CirculationStatus.HELD):
            raise WrongStatus("It is neither open nor held.")
        self._acted()
        self._prove(found, Evidence(state, EvidenceKind.OVERRIDE, since))
        if found.status is CirculationStatus.HELD:
            self._start_held(found)

    def _start_held(self, found: Round) -> None:
        if not found.started and silence_start(found.case, at=self.now) is not None:
            found.started = True
            self._move(found, Trigger.START_SILENCE, _SILENT[:1], window_over=True, needed_states_served=True)
        self._decide(found, judge(found.case))

    def withdraw_item(self, key: str, item: str) -> None:
        """Withdraw one item (rule 31a)."""
        found = self.settle(key)
        number = found.items.index(item)
        if found.status not in (CirculationStatus.OPEN, CirculationStatus.HELD, CirculationStatus.SUSPENDED):
            raise WrongStatus("It does not run.")
        if found.case.package and len(found.case.versions) > 1:
            raise WrongStatus("One inseparable package.")
        self._acted()
        advance(found.texts[number], Trigger.WITHDRAW, withdrawal_open=True, reason_given=True)
        left = tuple(one for one in found.case.versions if one != number)
        found.case, found.results[item] = replace(found.case, versions=left), "withdrawn"
        if not left:
            advance(found, CirculationTrigger.WITHDRAW, no_item_left=True)
        elif found.status is CirculationStatus.HELD:
            self._decide(found, judge(found.case))

    def refer(self, key: str) -> None:
        """Send a held circulation to the next meeting (rule 31)."""
        found = self.settle(key)
        self._acted()
        if found.status is not CirculationStatus.HELD:
            raise WrongStatus("It is not held.")
        sources = (*_SILENT, Status.SILENCE_BROKEN)
        self._move(found, Trigger.DEFER, sources, referred_from_hold=True)
        self._close(found, dict.fromkeys(found.case.versions, "deferred"), CirculationTrigger.REFER)

    def view(self, key: str, *, forecast: bool) -> View:
        """Show a circulation as it is."""
        return self.rounds[key].view(forecast=forecast)
