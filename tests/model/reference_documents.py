"""Events about texts: drafting, rewriting, importing, meetings and corrections (rules 29-31, 37, 38, 40, 43).

Choices:
- the Lead Shepherd and the programme draft; a draft is withdrawn by the Lead Shepherd (table);
- an import is made by the secretariat, or the installation, and supersedes what was endorsed before (43);
- a meeting's decision is dated by days of the body's zone; noting is the secretariat's and never before
  the deadline's day (38); a correction is made by either office and settles every dispute so far (37).
"""

from datetime import date, datetime

from tests.model.reference_clock import Kernel, event
from tests.model.reference_records import Circulation, Version
from tests.model.reference_terms import (
    ACCEPTED,
    OFFICES,
    Actor,
    Capacity,
    Key,
    Phase,
    Status,
    Verdict,
    demand,
)
from tests.model.reference_time import local_day


class DocumentEvents(Kernel):
    """What happens to versions outside their circulation."""

    def lead_shepherd(self, by: Actor, at: datetime) -> None:
        """Demand the Lead Shepherd's office (Terms)."""
        demand(by.capacity is Capacity.LEAD_SHEPHERD, "Terms", "only the Lead Shepherd does this")
        self.office(by, at)

    def version_of(self, version: Key) -> Version:
        """Return a known version."""
        demand(version in self.versions, "Terms", "no such version")
        return self.versions[version]

    @event
    def draft(self, item: Key, version: Key, text: str, *, by: Actor, at: datetime) -> Verdict:
        """Add a draft version to an item, which has at most one (Terms: item)."""
        demand(by.capacity in (Capacity.LEAD_SHEPHERD, Capacity.PROGRAMME), "Terms", "who may draft")
        self.office(by, at)
        demand(version not in self.versions, "Terms", "versions are numbered once")
        others = [other for other in self.versions.values() if other.item == item]
        demand(all(other.status is not Status.DRAFT for other in others), "Terms", "one draft only")
        self.versions[version] = Version(version, item, text)
        return ACCEPTED

    @event
    def rewrite(self, version: Key, text: str, *, by: Actor, at: datetime) -> Verdict:
        """Rewrite a draft in place; from dispatch a version is immutable (rules 2, 30)."""
        demand(by.capacity in (Capacity.LEAD_SHEPHERD, Capacity.PROGRAMME), "Terms", "who may draft")
        self.office(by, at)
        found = self.version_of(version)
        demand(found.status is Status.DRAFT, "2", "the version is immutable")
        found.text = text
        return ACCEPTED

    @event
    def withdraw_draft(self, version: Key, reason: str, *, by: Actor, at: datetime) -> Verdict:
        """Withdraw a draft, with a reason (withdraw; rule 31a)."""
        self.lead_shepherd(by, at)
        found = self.version_of(version)
        demand(found.status is Status.DRAFT and reason, "31a", "not a draft, or no reason")
        found.status = Status.WITHDRAWN
        return ACCEPTED

    @event
    def import_endorsed(
        self, item: Key, version: Key, text: str, *, at: datetime, by: Actor | None = None
    ) -> Verdict:
        """Create a version as endorsed, from paper (rule 43)."""
        if by is not None:
            demand(by.capacity is Capacity.SECRETARIAT, "43", "only the secretariat imports")
            self.office(by, at)
        demand(version not in self.versions, "Terms", "versions are numbered once")
        self.versions[version] = Version(version, item, text)
        self.endorse(self.versions[version])
        return ACCEPTED

    def closed_item(self, circulation: Key, item: Key) -> tuple[Circulation, Version]:
        """Return a closed circulation and its version of an item (rule 31)."""
        found = self.circulation(circulation)
        demand(found.phase is Phase.CLOSED, "31", "the circulation is not closed")
        demand(item in found.versions, "Terms", "the item was not circulated")
        return found, self.versions[found.versions[item]]

    @event
    def defer(self, circulation: Key, item: Key, *, by: Actor, at: datetime) -> Verdict:
        """Put a broken item off to the next meeting, after the close (rule 31)."""
        self.lead_shepherd(by, at)
        _, version = self.closed_item(circulation, item)
        demand(version.status is Status.SILENCE_BROKEN, "31", "only a broken item is deferred")
        version.status = Status.DEFERRED
        return ACCEPTED

    @event
    def endorse_at_meeting(
        self, circulation: Key, item: Key, reference: str, dated: date, *, by: Actor, at: datetime
    ) -> Verdict:
        """Record a meeting's decision on a broken or deferred item (endorse_at_meeting; rule 29)."""
        demand(by.capacity is Capacity.SECRETARIAT, "31", "only the secretariat records meetings")
        self.office(by, at)
        found, version = self.closed_item(circulation, item)
        demand(version.status in (Status.SILENCE_BROKEN, Status.DEFERRED), "31", "nothing to decide")
        first, last = local_day(found.rules, found.deadline), local_day(found.rules, at)
        demand(reference and first <= dated <= last, "31", "a reference, dated from the deadline to today")
        self.endorse(version)
        return ACCEPTED

    @event
    def note_at_meeting(
        self, circulation: Key, reference: str, dated: date, *, by: Actor, at: datetime
    ) -> Verdict:
        """Record that a meeting noted the outcome: a separate, dated act (rule 38)."""
        demand(by.capacity is Capacity.SECRETARIAT, "38", "only the secretariat records meetings")
        self.office(by, at)
        found = self.circulation(circulation)
        demand(found.phase is Phase.CLOSED and reference, "38", "nothing to note, or no reference")
        first, last = local_day(found.rules, found.deadline), local_day(found.rules, at)
        demand(first <= dated <= last, "38", "dated from the deadline to today")
        found.noted.append((reference, dated))
        return ACCEPTED

    @event
    def correct(self, circulation: Key, text: str, *, by: Actor, at: datetime) -> Verdict:
        """Add a correction entry to a closed circulation, which settles its disputes (rule 37)."""
        demand(by.capacity in OFFICES, "37", "only an office corrects")
        self.office(by, at)
        found = self.circulation(circulation)
        demand(found.phase is Phase.CLOSED and text, "37", "nothing closed to correct, or no text")
        found.corrections.append(text)
        for dispute in found.disputes:
            dispute.settled = True
        return ACCEPTED
