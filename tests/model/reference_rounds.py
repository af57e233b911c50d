"""Events of a circulation: dispatch, extension, suspension, override, referral (1-5, 9, 16, 17, 30-31a).

Choices:
- all but the override are the Lead Shepherd's alone;
- an extension moves the deadline strictly later; a deadline that is not urgent lies on a working day, at
  any hour (11); an urgent circulation stays urgent (3);
- an override is recorded while the circulation runs, for any State on the roster, served or not (9);
- a broken or deferred version may be withdrawn singly after the close, as the table lists both (31a);
- a circulation whose every item was superseded is withdrawn, having no item left (31a).
"""

from collections.abc import Mapping
from datetime import date, datetime

from tests.model.reference_clock import event
from tests.model.reference_documents import DocumentEvents
from tests.model.reference_records import Circulation, Override, Version
from tests.model.reference_terms import (
    ACCEPTED,
    OFFICES,
    RUNNING,
    Actor,
    Capacity,
    Key,
    Phase,
    Rules,
    Status,
    Verdict,
    demand,
)
from tests.model.reference_time import is_working_day, local_day, next_deadline, period_end, resumed_end

REPLACEABLE = (Status.CIRCULATED, Status.SILENCE_BROKEN, Status.DEFERRED)


def check_deadline(rules: Rules, start: datetime, deadline: datetime, urgent: bool) -> None:
    """Demand a full period from `start`, ending on a working day unless urgent (rules 3, 11)."""
    demand(deadline >= period_end(rules, start, urgent=urgent), "3", "shorter than a full period")
    on_working_day = is_working_day(rules, local_day(rules, deadline))
    demand(urgent or on_working_day, "11", "the deadline falls on no working day")


class RoundEvents(DocumentEvents):
    """What the Lead Shepherd does with a circulation."""

    @event
    def dispatch(
        self,
        circulation: Key,
        versions: Mapping[Key, Key],
        deadline: datetime,
        *,
        by: Actor,
        at: datetime,
        authority: tuple[str, date] | None,
        window_end: datetime | None = None,
        urgent_reasons: str | None = None,
        package: bool = False,
    ) -> Verdict:
        """Dispatch versions, by item, to every member State of the day (circulate; rules 1-5, 27, 30).

        `authority` is the meeting and its date; `urgent_reasons` given, the circulation is urgent.
        """
        self.lead_shepherd(by, at)
        demand(circulation not in self.circulations, "2", "dispatched already")
        rules, urgent = self.rules, urgent_reasons is not None
        demand(authority and authority[0] and authority[1] <= local_day(rules, at), "1", "no authority")
        demand(window_end is None or window_end > at, "5", "the window is over before it begins")
        demand(not urgent or urgent_reasons, "3", "urgent without reasons")
        check_deadline(rules, window_end or at, deadline, urgent)
        texts = self._drafts(versions)
        roster = self._roster(at)
        self._supersede(texts)
        round_ = Circulation(
            circulation, rules, at, deadline, window_end, urgent, package, roster, dict(versions)
        )
        self.circulations[circulation] = round_
        for text in texts:
            text.status, text.circulation = Status.CIRCULATED, circulation
        return ACCEPTED

    def _drafts(self, versions: Mapping[Key, Key]) -> list[Version]:
        """Return the versions to dispatch, each the draft of its item (circulate)."""
        demand(versions, "Terms", "nothing to circulate")
        texts = [self.version_of(version) for version in versions.values()]
        for item, text in zip(versions, texts, strict=True):
            demand(text.item == item and text.status is Status.DRAFT, "30", "not the item's draft")
        return texts

    def _roster(self, at: datetime) -> frozenset[Key]:
        """Return the member States of the day, each with a contact point to write to (rules 4, 32)."""
        day = local_day(self.rules, at)
        roster = frozenset(
            state for state, spans in self.memberships.items() if any(span.covers(day) for span in spans)
        )
        reachable = {
            held.state
            for held in self.appointments
            if held.capacity is Capacity.CONTACT_POINT and held.holds(at) and self.emails[held.person]
        }
        demand(roster and roster <= reachable, "4", f"no address: {sorted(map(str, roster - reachable))}")
        return roster

    def _supersede(self, texts: list[Version]) -> None:
        """Supersede what the new texts replace, never part of a running package (rules 27, 30)."""
        successors = {text.item: text.key for text in texts}
        for running in self.circulations.values():
            left = self.left_in(running)
            if running.package and running.phase in RUNNING and left & successors.keys():
                demand(left <= successors.keys(), "27", "part of a package that still runs")
        for version in list(self.versions.values()):
            if version.item in successors and version.status in REPLACEABLE:
                version.successor = successors[version.item]
                self.leave(version, Status.SUPERSEDED)

    @event
    def extend(
        self, circulation: Key, deadline: datetime, reason: str, *, by: Actor, at: datetime
    ) -> Verdict:
        """Move the deadline later for all States, before it or out of a hold (rule 16)."""
        self.lead_shepherd(by, at)
        found = self.circulation(circulation)
        demand(found.phase in (Phase.OPEN, Phase.HELD), "16", f"refused while {found.phase}")
        demand(reason, "16", "no reason given")
        demand(deadline > found.deadline, "16", "a running period is never shortened")
        start = at if found.phase is Phase.HELD else found.window_end or found.dispatched
        if found.phase is Phase.HELD or not found.suspensions:
            check_deadline(found.rules, start, deadline, found.urgent)
        working = is_working_day(found.rules, local_day(found.rules, deadline))
        demand(found.urgent or working, "11", "the deadline falls on no working day")
        found.deadline = deadline
        found.phase = Phase.OPEN
        return ACCEPTED

    @event
    def suspend(self, circulation: Key, reason: str, *, by: Actor, at: datetime) -> Verdict:
        """Stop the deadline and the window of an open circulation (rule 17)."""
        self.lead_shepherd(by, at)
        found = self.circulation(circulation)
        demand(found.phase is Phase.OPEN and reason, "17", "not open, or no reason")
        found.suspensions.append((at, None))
        found.phase = Phase.SUSPENDED
        return ACCEPTED

    @event
    def resume(self, circulation: Key, *, by: Actor, at: datetime) -> Verdict:
        """Let the deadline and the window run again, with no less than remained (rule 17)."""
        self.lead_shepherd(by, at)
        found = self.circulation(circulation)
        demand(found.phase is Phase.SUSPENDED, "17", "not suspended")
        stopped, _ = found.suspensions[-1]
        found.suspensions[-1] = (stopped, at)
        found.deadline = resumed_end(found.rules, found.deadline, stopped, at)
        if found.window_end is not None and found.window_end > stopped:
            found.window_end = at + (found.window_end - stopped)
            full = period_end(found.rules, found.window_end, urgent=found.urgent)
            found.deadline = max(found.deadline, next_deadline(found.rules, full))
        found.phase = Phase.OPEN
        return ACCEPTED

    @event
    def override(
        self, circulation: Key, state: Key, since: datetime, evidence: str, *, by: Actor, at: datetime
    ) -> Verdict:
        """Record one office's half of an override; the other's same half makes it effective (rule 9)."""
        demand(by.capacity in OFFICES, "9", "only the Lead Shepherd and the secretariat override")
        self.office(by, at)
        found = self.circulation(circulation)
        demand(found.phase in RUNNING, "9", "the circulation does not run")
        demand(state in found.roster and evidence, "9", "one State of the roster, with evidence")
        demand(found.dispatched <= since <= at, "9", "an instant between dispatch and now")
        found.overrides.append(Override(state, since, by.person, by.capacity))
        return ACCEPTED

    @event
    def refer(self, circulation: Key, *, by: Actor, at: datetime) -> Verdict:
        """Close a held circulation, its items deferred to the next meeting (rule 31)."""
        self.lead_shepherd(by, at)
        found = self.circulation(circulation)
        demand(found.phase is Phase.HELD, "31", "only a held circulation is referred")
        self.freeze(found, dict.fromkeys(self.left_in(found), Status.DEFERRED))
        return ACCEPTED

    @event
    def withdraw_item(self, circulation: Key, item: Key, reason: str, *, by: Actor, at: datetime) -> Verdict:
        """Withdraw one undecided item, never part of a running package (rules 27, 31a)."""
        self.lead_shepherd(by, at)
        found = self.circulation(circulation)
        left = self.left_in(found)
        demand(item in left and reason, "31a", "not in the circulation, or no reason")
        version = self.versions[found.versions[item]]
        demand(version.status in REPLACEABLE, "31a", "the item is decided")
        part = found.package and found.phase in RUNNING and len(left) > 1
        demand(not part, "27", "part of a package that still runs")
        self.leave(version, Status.WITHDRAWN)
        return ACCEPTED

    @event
    def withdraw(self, circulation: Key, reason: str, *, by: Actor, at: datetime) -> Verdict:
        """Withdraw a running circulation with all its undecided items (rule 31a)."""
        self.lead_shepherd(by, at)
        found = self.circulation(circulation)
        demand(found.phase in RUNNING and reason, "31a", "it does not run, or no reason")
        for item in self.left_in(found):
            self.leave(self.versions[found.versions[item]], Status.WITHDRAWN)
        return ACCEPTED

    @event
    def clock(self, *, at: datetime) -> Verdict:
        """Let the clock's job run: late or twice it gives the same answer (rules 14, 34)."""
        demand(at, "12", "no instant")
        return ACCEPTED
