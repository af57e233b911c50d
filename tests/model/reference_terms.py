"""The words of the procedure as the reference model uses them (Terms), and what every event answers.

No behaviour lives here. The values equal the words of PROCEDURE.md, so that they compare as strings.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple, TypeAlias

Key: TypeAlias = str | int
"""An identifier chosen by the caller: of a State, person, item, version, circulation or response."""


class Kind(StrEnum):
    """What a State may say of one version (Terms: response)."""

    NO_OBJECTION = "no_objection"
    COMMENT = "comment"
    INPUT = "input"
    OBJECTION = "objection"
    RESERVATION = "reservation"
    ABSTENTION = "abstention"


BLOCKERS = frozenset({Kind.OBJECTION, Kind.INPUT})
EXPLICIT = frozenset({Kind.NO_OBJECTION, Kind.RESERVATION, Kind.ABSTENTION})


class Capacity(StrEnum):
    """The capacity a person acts in (Terms, rule 23)."""

    CONTACT_POINT = "contact_point"
    ALTERNATE = "alternate"
    DRAFTER = "drafter"
    LEAD_SHEPHERD = "lead_shepherd"
    SECRETARIAT = "secretariat"
    PROGRAMME = "programme"


SPEAKERS = frozenset({Capacity.CONTACT_POINT, Capacity.ALTERNATE})
FOCAL = SPEAKERS | {Capacity.DRAFTER}
OFFICES = frozenset({Capacity.LEAD_SHEPHERD, Capacity.SECRETARIAT})


class Status(StrEnum):
    """Where one version stands (The state machine of a version)."""

    DRAFT = "draft"
    CIRCULATED = "circulated"
    NO_OBJECTION_DEADLINE = "no_objection_deadline"
    SILENCE_BROKEN = "silence_broken"
    DEFERRED = "deferred"
    ENDORSED = "endorsed"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Phase(StrEnum):
    """Where one circulation stands (The state machine of a version, last paragraph)."""

    OPEN = "open"
    SUSPENDED = "suspended"
    HELD = "held"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


RUNNING = frozenset({Phase.OPEN, Phase.SUSPENDED, Phase.HELD})


class Place(StrEnum):
    """The one place of a State in the record of an item (rule 35)."""

    NO_OBJECTION = "no_objection"
    RESERVATION = "reservation"
    ABSTENTION = "abstention"
    COMMENT = "comment"
    OBJECTION = "objection"
    LIFTED_OBJECTION = "lifted_objection"
    INPUT_OUTSTANDING = "input_outstanding"
    INPUT_DISPOSED = "input_disposed"
    SILENT = "silent"


class Outcome(StrEnum):
    """The outcome of a closed circulation (The state machine of a version)."""

    ENDORSED = "endorsed"
    PARTIALLY_ENDORSED = "partially_endorsed"
    NOT_ENDORSED = "not_endorsed"


class Forecast(StrEnum):
    """What the deadline would do to one item (rule 36)."""

    ENDORSED = "endorsed"
    SILENCE_BROKEN = "silence_broken"
    HELD = "held"


class Actor(NamedTuple):
    """A signed-in person and the capacity chosen (rule 23); its State comes from the appointment."""

    person: Key
    capacity: Capacity


@dataclass(frozen=True)
class Calendar:
    """One declared calendar (rule 11): `weekend` as `date.weekday()` numbers, `holidays` as dates."""

    weekend: frozenset[int] = frozenset({5, 6})
    holidays: frozenset[object] = frozenset()


@dataclass(frozen=True)
class Rules:
    """The body's settings, frozen into a circulation at its dispatch (rules 2, 3, 10, 11, 19).

    The last two fields settle open readings; their defaults are the ones that hold rather than endorse.
    `input_lifts_objection`: an input naming the same State's objection lifts it (29) or does not (18).
    `late_answer_releases`: a late explicit response in a hold frees it from that State's silence (9)
    or, changing no outcome, does not (13).
    """

    minimum_days: int = 10
    floor: timedelta = timedelta(hours=72)
    zone: str = "Asia/Jakarta"
    deadline_hour: int = 17
    calendars: tuple[Calendar, ...] = field(default=(Calendar(),))
    inputs_block: bool = True
    input_lifts_objection: bool = False
    late_answer_releases: bool = False


@dataclass(frozen=True)
class Verdict:
    """What an event answered: taken or refused (by which rule), its receipts, and whether it was late."""

    accepted: bool
    rule: str = ""
    reason: str = ""
    receipts: tuple[Key, ...] = ()
    late: bool = False


ACCEPTED = Verdict(accepted=True)


class Refused(Exception):
    """An event that a rule refuses; it changed nothing but what the clock owed (rule 14)."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(f"rule {rule}: {reason}")
        self.rule = rule
        self.reason = reason


def demand(condition: object, rule: str, reason: str) -> None:
    """Refuse by `rule` unless `condition` holds."""
    if not condition:
        raise Refused(rule, reason)
