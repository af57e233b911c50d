"""What the reference model remembers: people, versions, responses, evidence, circulations (Terms).

Plain records; what follows from them is derived elsewhere and never stored, but for what a close freezes.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from tests.model.reference_terms import BLOCKERS, SPEAKERS, Capacity, Key, Kind, Phase, Place, Rules, Status


@dataclass
class Appointment:
    """One office of one person, from `start` until `end` (rules 23, 25)."""

    person: Key
    capacity: Capacity
    state: Key | None
    start: datetime
    end: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Tell whether the appointment is in force at an instant."""
        return self.start <= at and (self.end is None or at < self.end)

    def speaks(self, at: datetime) -> bool:
        """Tell whether it lets its person submit and count for service (Terms: contact point)."""
        return self.capacity in SPEAKERS and self.holds(at)


@dataclass
class Membership:
    """The days of one State's membership: `first` included, `until` not (rule 32)."""

    first: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Tell whether the State is a member on a day."""
        return self.first <= day and (self.until is None or day < self.until)


@dataclass
class Version:
    """One text of an item; CIRCULATED stands for every status derived while its circulation runs."""

    key: Key
    item: Key
    text: str
    status: Status = Status.DRAFT
    circulation: Key | None = None
    successor: Key | None = None


@dataclass
class Response:
    """One response: `received` by the clock, `counted` from its claimed receipt if on paper (18, 26).

    `ended` is when a blocker was lifted, withdrawn, replaced or its answer accepted, in time or not.
    """

    key: Key
    circulation: Key
    item: Key
    state: Key
    kind: Kind
    received: datetime
    counted: datetime
    by: Key
    paper: bool = False
    reasons: str = ""
    answered: datetime | None = None
    ended: datetime | None = None
    proposed: Kind | None = None

    @property
    def blocker(self) -> bool:
        """Tell whether it is of a kind that can block (Terms: blocker)."""
        return self.kind in BLOCKERS


@dataclass(frozen=True)
class Evidence:
    """One proof that a State was served: `address` for accepted mail, which a bounce may void (rule 9)."""

    state: Key
    at: datetime
    address: str | None = None


@dataclass(frozen=True)
class Bounce:
    """A permanent bounce of any letter at an address (rule 9)."""

    address: str
    at: datetime


@dataclass(frozen=True)
class Override:
    """One office's half of an override: the State, and since when it is treated as served (rule 9)."""

    state: Key
    since: datetime
    person: Key
    office: Capacity


@dataclass
class Dispute:
    """A fact that came after the close and doubts it (Terms: dispute)."""

    about: str
    at: datetime
    settled: bool = False


@dataclass
class Circulation:
    """One circulation as frozen at dispatch, with what has happened to it since (rules 2, 9, 16, 17)."""

    key: Key
    rules: Rules
    dispatched: datetime
    deadline: datetime
    window_end: datetime | None
    urgent: bool
    package: bool
    roster: frozenset[Key]
    versions: dict[Key, Key]
    phase: Phase = Phase.OPEN
    started: set[Key] = field(default_factory=set)
    suspensions: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    results: dict[Key, Status] = field(default_factory=dict)
    places: dict[tuple[Key, Key], Place] = field(default_factory=dict)
    noted: list[tuple[str, date]] = field(default_factory=list)
    corrections: list[str] = field(default_factory=list)

    def in_time(self, instant: datetime) -> bool:
        """Tell whether an instant is in time: before the deadline in force, strictly (rule 13)."""
        return self.phase is Phase.SUSPENDED or instant < self.deadline

    def overridden(self) -> dict[Key, datetime]:
        """Return the States treated as served, and since when: two people of the two offices (rule 9)."""
        agreed: dict[Key, datetime] = {}
        for one in self.overrides:
            for other in self.overrides:
                same = (one.state, one.since) == (other.state, other.since)
                if same and one.person != other.person and one.office != other.office:
                    agreed[one.state] = min(one.since, agreed.get(one.state, one.since))
        return agreed
