"""The words of the procedure as enums, each stored by its value.

Labels for people are not here: pages and letters translate them (`workflow/web/wording.py`).
"""

from enum import StrEnum


class Term(StrEnum):
    """A word of the procedure; `str()` and formatting give the stored value."""


class Status(Term):
    """The status of a version (the state machine moves versions)."""

    DRAFT = "draft"
    CIRCULATED = "circulated"
    NO_OBJECTION_DEADLINE = "no_objection_deadline"
    SILENCE_BROKEN = "silence_broken"
    DEFERRED = "deferred"
    ENDORSED = "endorsed"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Trigger(Term):
    """What moves a version from one status to another."""

    CIRCULATE = "circulate"
    START_SILENCE = "start_silence"
    BREAK_SILENCE = "break_silence"
    RESTORE_SILENCE = "restore_silence"
    ENDORSE = "endorse"
    DEFER = "defer"
    ENDORSE_AT_MEETING = "endorse_at_meeting"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"


class CirculationStatus(Term):
    """The status of a circulation from its dispatch on; a preparation has none."""

    OPEN = "open"
    SUSPENDED = "suspended"
    HELD = "held"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class CirculationTrigger(Term):
    """What moves a circulation from one status to another."""

    SUSPEND = "suspend"
    RESUME = "resume"
    HOLD = "hold"
    EXTEND = "extend"
    CLOSE = "close"
    REFER = "refer"
    WITHDRAW = "withdraw"


class Result(Term):
    """What became of one item of a circulation, frozen at the close (rule 35)."""

    ENDORSED = "endorsed"
    NOT_ENDORSED = "not_endorsed"
    DEFERRED = "deferred"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Outcome(Term):
    """What became of a closed circulation, derived from the results of its items."""

    ENDORSED = "endorsed"
    PARTIALLY_ENDORSED = "partially_endorsed"
    NOT_ENDORSED = "not_endorsed"


class ResponseKind(Term):
    """What one State says of one version."""

    NO_OBJECTION = "no_objection"
    COMMENT = "comment"
    INPUT = "input"
    OBJECTION = "objection"
    RESERVATION = "reservation"
    ABSTENTION = "abstention"


class RemarkKind(Term):
    """What happened to a response after it was lodged (rules 19-21, 29)."""

    LIFTED = "lifted"
    REPLACED = "replaced"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    KIND_PROPOSED = "kind_proposed"
    REASONS_REQUESTED = "reasons_requested"


class Role(Term):
    """The capacity in which a person is appointed."""

    LEAD_SHEPHERD = "lead_shepherd"
    SECRETARIAT = "secretariat"
    PROGRAMME = "programme"
    CONTACT_POINT = "contact_point"
    ALTERNATE = "alternate"
    DRAFTER = "drafter"

    @property
    def is_focal_point(self) -> bool:
        """Tell whether the role belongs to a State's focal points."""
        return self in FOCAL_POINTS

    @property
    def speaks(self) -> bool:
        """Tell whether the role may submit for its State (rule 23)."""
        return self in SPEAKERS


FOCAL_POINTS = frozenset({Role.CONTACT_POINT, Role.ALTERNATE, Role.DRAFTER})
SPEAKERS = frozenset({Role.CONTACT_POINT, Role.ALTERNATE})
OFFICES = frozenset({Role.LEAD_SHEPHERD, Role.SECRETARIAT})


class Service(Term):
    """How far a notice got (rule 7)."""

    QUEUED = "queued"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    BOUNCED = "bounced"
    UNKNOWN = "unknown"


class EvidenceKind(Term):
    """One fact about the service of a State (rule 9)."""

    ACCEPTED = "accepted"
    ACKNOWLEDGED = "acknowledged"
    RESPONDED = "responded"
    BOUNCED = "bounced"
    OVERRIDE = "override"


class Letter(Term):
    """The letters that Adref writes."""

    CIRCULATION = "circulation"
    REMINDER = "reminder"
    OBJECTION = "objection"
    LIFTED = "lifted"
    REASONS_REQUESTED = "reasons_requested"
    KIND_PROPOSED = "kind_proposed"
    ANSWER = "answer"
    EXTENSION = "extension"
    EXTENSION_REQUESTED = "extension_requested"
    SUSPENSION = "suspension"
    RESUMPTION = "resumption"
    WITHDRAWAL = "withdrawal"
    OUTCOME = "outcome"
    HELD = "held"
    RECEIPT = "receipt"
    DRAFT_WAITING = "draft_waiting"
    FOR_INFORMATION = "for_information"
    UNDELIVERED = "undelivered"
    REPORT_DUE = "report_due"
    EXPORT_READY = "export_ready"
    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"
    TEST = "test"


#: What the States read as the reason where an item leaves a circulation because its text was replaced.
REPLACED_REASON = "A later text of each item was circulated."
#: Letters whose text is a secret: it is forgotten as soon as the letter has left, or never will.
SECRET_LETTERS = frozenset({Letter.INVITATION, Letter.PASSWORD_RESET})


class DocumentKind(Term):
    """What a document is; it decides the columns of its items."""

    WORK_PLAN = "work_plan"
    PROGRESS_REPORT = "progress_report"


class Source(Term):
    """Where a version's endorsement comes from (rule 43)."""

    PROCEDURE = "procedure"
    DOCUMENT = "document"


class Effect(Term):
    """What endorsing a version does: it gives a text, drops its item, or extends a period (rule 41)."""

    TEXT = "text"
    DROP = "drop"
    EXTEND = "extend"


class Relation(Term):
    """What a document is related to, besides what its own States endorsed."""

    PREDECESSOR = "predecessor"
    ENDORSEMENT = "endorsement"


class LibraryKind(Term):
    """What is filed in the library."""

    POLICY_PAPER = "policy_paper"
    TOOLKIT = "toolkit"
    RESEARCH = "research"
    EVENT = "event"
    NEWS = "news"
    CONTACT = "contact"


class MailKind(Term):
    """What a message is that came by e-mail (rule 9); only the first proves anything."""

    FAILED = "failed"
    DELAYED = "delayed"
    REPORT = "report"
    AUTOMATIC = "automatic"
    REPLY = "reply"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"


class MailTie(Term):
    """How a message that came by e-mail names the letter it speaks of."""

    TOKEN = "token"
    MESSAGE_ID = "message_id"
    REFERENCE = "reference"


class MailSettlement(Term):
    """What a person found of a message that came by e-mail."""

    ENTERED = "entered"
    NOTHING = "nothing"


class DisputeKind(Term):
    """A fact that came after the close and doubts it."""

    LATE_ENTRY = "late_entry"
    LATE_BOUNCE = "late_bounce"


class Audience(Term):
    """Who may find words by a search (rule 33a); an office finds all of them.

    Everyone: whoever is signed in. States: the States, once it is dispatched. Members: the States, always.
    Close: the States after the close, before it their own State. Own: one State. Offices: nobody else.
    """

    EVERYONE = "everyone"
    STATES = "states"
    MEMBERS = "members"
    CLOSE = "close"
    OWN = "own"
    OFFICES = "offices"


#: Statuses that are still before the States or waiting for a decision.
LIVE = frozenset({Status.CIRCULATED, Status.NO_OBJECTION_DEADLINE, Status.SILENCE_BROKEN})
#: Circulations whose items can still change.
RUNNING = frozenset({CirculationStatus.OPEN, CirculationStatus.SUSPENDED, CirculationStatus.HELD})
#: Kinds that, given explicitly, need no silence of their State on that item (rule 9).
EXPLICIT = frozenset({ResponseKind.NO_OBJECTION, ResponseKind.RESERVATION, ResponseKind.ABSTENTION})
