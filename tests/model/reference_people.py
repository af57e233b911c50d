"""Events about States, people and service: membership, appointments, mail (rules 2, 7, 9, 23, 25, 32).

Choices:
- `by=None` stands for the installation; otherwise the secretariat alone keeps membership and accounts;
- a membership ends at 00:00 of `until`, in the body's zone, as it begins at 00:00 of `first` (32);
- a second appointment of the same kind is refused; contact point and alternate of one State are two kinds;
- one person may be secretariat and programme at once, as no rule forbids it;
- mail accepted for a person who does not speak for the State at that instant proves nothing (9).
"""

from datetime import date, datetime

from tests.model.reference_clock import Kernel, event
from tests.model.reference_records import Appointment, Bounce, Circulation, Dispute, Evidence, Membership
from tests.model.reference_service import is_void
from tests.model.reference_terms import (
    ACCEPTED,
    FOCAL,
    SPEAKERS,
    Actor,
    Capacity,
    Key,
    Phase,
    Rules,
    Verdict,
    demand,
)


class PeopleEvents(Kernel):
    """Who is a member, who speaks, and who was reached."""

    def keeper(self, by: Actor | None, at: datetime) -> None:
        """Demand the secretariat, which keeps accounts and membership (Terms)."""
        if by is not None:
            demand(by.capacity is Capacity.SECRETARIAT, "Terms", "only the secretariat keeps these")
            self.office(by, at)

    @event
    def set_rules(self, rules: Rules, *, at: datetime, by: Actor | None = None) -> Verdict:
        """Change the body's settings for circulations dispatched from now on (rule 2)."""
        self.keeper(by, at)
        self.rules = rules
        return ACCEPTED

    @event
    def admit(self, state: Key, first: date, *, at: datetime, by: Actor | None = None) -> Verdict:
        """Make a State a member from a day on; it joins at the next dispatch (rule 32)."""
        self.keeper(by, at)
        spans = self.memberships.setdefault(state, [])
        clash = any(span.until is None or span.until > first for span in spans)
        demand(not clash, "32", "the State is a member then")
        spans.append(Membership(first))
        return ACCEPTED

    @event
    def end_membership(self, state: Key, until: date, *, at: datetime, by: Actor | None = None) -> Verdict:
        """End a membership at the start of a day; running circulations keep the State (rule 32)."""
        self.keeper(by, at)
        running = [span for span in self.memberships.get(state, []) if span.until is None]
        demand(running and running[-1].first <= until, "32", "the State is no member to end then")
        running[-1].until = until
        return ACCEPTED

    @event
    def set_email(
        self, person: Key, address: str | None, *, at: datetime, by: Actor | None = None
    ) -> Verdict:
        """Give a person an e-mail address, or none (rule 4); earlier service stands."""
        self.keeper(by, at)
        self.emails[person] = address
        return ACCEPTED

    @event
    def appoint(
        self,
        person: Key,
        capacity: Capacity,
        state: Key | None = None,
        *,
        at: datetime,
        by: Actor | None = None,
    ) -> Verdict:
        """Appoint a person: for one State only, no staff for a State (rule 23)."""
        self.keeper(by, at)
        self.take_office(person, capacity, state, at)
        return ACCEPTED

    def take_office(self, person: Key, capacity: Capacity, state: Key | None, at: datetime) -> None:
        """Store an appointment that rule 23 allows; the Lead Shepherd's office belongs to its State."""
        if capacity is Capacity.LEAD_SHEPHERD:
            state = self.lead_state
        demand((state is not None) == (capacity in FOCAL | {Capacity.LEAD_SHEPHERD}), "23", "whose?")
        for held in self.appointments:
            if held.person == person and held.holds(at):
                demand(held.state == state, "23", "appointments for one State only, staff for none")
                demand(held.capacity is not capacity, "23", "held already")
        self.appointments.append(Appointment(person, capacity, state, at))
        self.emails.setdefault(person, None)

    @event
    def dismiss(self, person: Key, capacity: Capacity, *, at: datetime, by: Actor | None = None) -> Verdict:
        """End an appointment; the responses given under it stand (rule 25)."""
        self.keeper(by, at)
        self.office(Actor(person, capacity), at).end = at
        return ACCEPTED

    @event
    def replace_person(
        self, old: Key, new: Key, capacity: Capacity, *, at: datetime, by: Actor | None = None
    ) -> Verdict:
        """Put a successor into an office; the circulation letter is owed to the successor (rule 2)."""
        self.keeper(by, at)
        held = self.office(Actor(old, capacity), at)
        demand(old != new, "23", "held already")
        self.take_office(new, capacity, held.state, at)
        held.end = at
        return ACCEPTED

    def spoken_for(self, circulation: Circulation, person: Key, at: datetime) -> Key | None:
        """Return the State on the roster that a person speaks for at an instant, or None (rule 2)."""
        for held in self.appointments:
            if held.person == person and held.speaks(at) and held.state in circulation.roster:
                return held.state
        return None

    @event
    def mail_accepted(
        self, circulation: Key, person: Key, *, at: datetime, address: str | None = None
    ) -> Verdict:
        """Note that the mail server took a letter of a circulation to a person (rules 7-9)."""
        found = self.circulation(circulation)
        where, state = address or self.emails.get(person), self.spoken_for(found, person, at)
        demand(where, "7", "the person has no address")
        if state is not None:
            found.evidence.append(Evidence(state, at, where))
        return ACCEPTED

    @event
    def mail_proves_nothing(self, circulation: Key, person: Key, why: str, *, at: datetime) -> Verdict:
        """Note a letter refused, unknown or delayed, or an automatic reply: no service (rule 9)."""
        self.circulation(circulation)
        demand(person in self.emails and why, "7", "whom, and why?")
        return ACCEPTED

    @event
    def bounce(self, address: str, *, at: datetime) -> Verdict:
        """Note a permanent bounce: void at that address, a dispute where a close rested on it (9, 34)."""
        bounce = Bounce(address, at)
        for circulation in self.circulations.values():
            struck = any(
                proof.address == address and not is_void(proof, circulation, self.bounces)
                for proof in circulation.evidence
            )
            if circulation.phase is Phase.CLOSED and struck:
                circulation.disputes.append(Dispute(f"bounce at {address}", at))
        self.bounces.append(bounce)
        return ACCEPTED

    @event
    def acknowledge(self, circulation: Key, *, by: Actor, at: datetime) -> Verdict:
        """Note that a contact point or alternate opened the circulation signed in (rule 7)."""
        found, office = self.circulation(circulation), self.office(by, at)
        demand(by.capacity in SPEAKERS, "7", "opened, but not by one who counts for service")
        demand(office.state in found.roster, "32", "the State is not on the roster")
        assert office.state is not None
        found.evidence.append(Evidence(office.state, at))
        return ACCEPTED
