"""What every word of the procedure is called on pages, with its mark and its colour.

How instants, numbers and texts are written is not here: see `filters`.
"""

from dataclasses import dataclass

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from workflow.domain.outcome import Cause, Would
from workflow.domain.positions import Place
from workflow.domain.terms import (
    CirculationStatus,
    CirculationTrigger,
    DisputeKind,
    DocumentKind,
    EvidenceKind,
    Letter,
    MailKind,
    MailSettlement,
    Outcome,
    RemarkKind,
    ResponseKind,
    Result,
    Role,
    Service,
    Source,
    Status,
    Term,
    Trigger,
)


class Shown(Term):
    """What pages say though no table stores it."""

    NO_ANSWER = "no_answer"
    SILENT = "silent"
    UNSERVED = "unserved"
    SERVED = "served"
    LATE = "late"
    LIFTED = "lifted"
    UNDISCLOSED = "undisclosed"
    FROM_PAPER = "from_paper"
    IN_FORCE = "in_force"
    PREPARATION = "preparation"
    UNSENT_DRAFT = "unsent_draft"
    DEADLINE_PASSED = "deadline_passed"
    SETTLED = "settled"
    WARNING = "warning"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True)
class Wording:
    """One word as pages show it: `label` in full, `short` for a matrix, `mark` and `colour` (CSS: is-colour).

    Labels are lazy strings, translated when written. `mark` may be "": the word then stands alone.
    """

    label: str
    mark: str = ""
    colour: str = "rest"
    short: str = ""


WORDINGS: dict[type[Term], dict[str, Wording]] = {
    Status: {
        Status.DRAFT: Wording(_("Draft"), "draft"),
        Status.CIRCULATED: Wording(_("Circulated"), "running", "run"),
        Status.NO_OBJECTION_DEADLINE: Wording(_("Silence running"), "running", "run", _("Running")),
        Status.SILENCE_BROKEN: Wording(_("Silence broken"), "objection", "stop", _("Broken")),
        Status.DEFERRED: Wording(_("Deferred to a meeting"), "deferred", "later", _("Deferred")),
        Status.ENDORSED: Wording(_("Endorsed"), "endorsed", "ok"),
        Status.SUPERSEDED: Wording(_("Superseded"), "superseded"),
        Status.WITHDRAWN: Wording(_("Withdrawn"), "withdrawn"),
    },
    CirculationStatus: {
        CirculationStatus.OPEN: Wording(_("Open"), "running", "run"),
        CirculationStatus.SUSPENDED: Wording(_("Suspended"), "held", "hold"),
        CirculationStatus.HELD: Wording(_("Held"), "held", "hold"),
        CirculationStatus.CLOSED: Wording(_("Closed"), "closed"),
        CirculationStatus.WITHDRAWN: Wording(_("Withdrawn"), "withdrawn"),
    },
    Result: {
        Result.ENDORSED: Wording(_("Endorsed ad referendum"), "endorsed", "ok", _("Endorsed")),
        Result.NOT_ENDORSED: Wording(_("Not endorsed"), "objection", "stop"),
        Result.DEFERRED: Wording(_("Deferred to a meeting"), "deferred", "later", _("Deferred")),
        Result.SUPERSEDED: Wording(_("Superseded"), "superseded"),
        Result.WITHDRAWN: Wording(_("Withdrawn"), "withdrawn"),
    },
    Outcome: {
        Outcome.ENDORSED: Wording(_("Endorsed ad referendum"), "endorsed", "ok", _("Endorsed")),
        Outcome.PARTIALLY_ENDORSED: Wording(
            _("Partly endorsed ad referendum"), "endorsed", "ok", _("In part")
        ),
        Outcome.NOT_ENDORSED: Wording(_("Not endorsed"), "objection", "stop"),
    },
    ResponseKind: {
        ResponseKind.NO_OBJECTION: Wording(_("No objection"), "no-objection", "ok", _("No obj.")),
        ResponseKind.COMMENT: Wording(_("Comment"), "comment", "run"),
        ResponseKind.INPUT: Wording(_("Input"), "input", "hold"),
        ResponseKind.OBJECTION: Wording(_("Objection"), "objection", "stop", _("Objects")),
        ResponseKind.RESERVATION: Wording(_("Reservation"), "reservation", "run", _("Reserves")),
        ResponseKind.ABSTENTION: Wording(_("Abstention"), "abstention", "run", _("Abstains")),
    },
    Place: {
        Place.NO_OBJECTION: Wording(_("No objection"), "no-objection", "ok", _("No obj.")),
        Place.RESERVATION: Wording(_("Reservation"), "reservation", "run", _("Reserves")),
        Place.ABSTENTION: Wording(_("Abstention"), "abstention", "run", _("Abstains")),
        Place.COMMENT: Wording(_("Comment"), "comment", "run"),
        Place.OBJECTION: Wording(_("Objection"), "objection", "stop", _("Objects")),
        Place.LIFTED_OBJECTION: Wording(_("Objection, lifted"), "lifted", "rest", _("Lifted")),
        Place.INPUT_OUTSTANDING: Wording(_("Input, not settled"), "input", "hold", _("Input")),
        Place.INPUT_DISPOSED: Wording(_("Input, settled"), "settled", "rest", _("Settled")),
        Place.SILENT: Wording(_("Silent"), "silent"),
    },
    RemarkKind: {
        RemarkKind.LIFTED: Wording(_("Lifted"), "lifted"),
        RemarkKind.REPLACED: Wording(_("Replaced"), "superseded"),
        RemarkKind.ANSWERED: Wording(_("Answered by the Lead Shepherd"), "comment", "run", _("Answered")),
        RemarkKind.ACCEPTED: Wording(_("Answer accepted"), "settled", "ok", _("Accepted")),
        RemarkKind.KIND_PROPOSED: Wording(_("Another kind proposed"), "comment", "run"),
        RemarkKind.REASONS_REQUESTED: Wording(_("Reasons requested"), "comment", "run"),
    },
    Service: {
        Service.QUEUED: Wording(_("Waiting to be sent"), "silent", "rest", _("Waiting")),
        Service.SENT: Wording(_("Accepted by the mail server"), "no-objection", "ok", _("Accepted")),
        Service.ACKNOWLEDGED: Wording(_("Opened, signed in"), "no-objection", "ok", _("Opened")),
        Service.REFUSED: Wording(_("Refused by the mail server"), "unserved", "hold", _("Refused")),
        Service.BOUNCED: Wording(_("Returned"), "unserved", "hold"),
        Service.UNKNOWN: Wording(_("Not known"), "warning", "hold", _("Unknown")),
    },
    EvidenceKind: {
        EvidenceKind.ACCEPTED: Wording(_("Accepted by the mail server"), "no-objection", "ok"),
        EvidenceKind.ACKNOWLEDGED: Wording(_("Opened, signed in"), "no-objection", "ok"),
        EvidenceKind.RESPONDED: Wording(_("The State answered"), "no-objection", "ok"),
        EvidenceKind.BOUNCED: Wording(_("Returned"), "unserved", "hold"),
        EvidenceKind.OVERRIDE: Wording(_("Treated as served, by two persons"), "paper", "hold"),
    },
    Would: {
        Would.ENDORSE: Wording(_("Endorsed ad referendum"), "endorsed", "ok", _("Endorsed")),
        Would.NOT_ENDORSE: Wording(_("Not endorsed"), "objection", "stop"),
        Would.HOLD: Wording(_("Held"), "held", "hold"),
    },
    Cause: {
        Cause.BLOCKED: Wording(_("An objection or input stands"), "objection", "stop"),
        Cause.PACKAGE: Wording(_("Another item of the package is stopped"), "objection", "stop"),
        Cause.UNSERVED: Wording(_("Not served"), "unserved", "hold"),
        Cause.PERIOD_SHORT: Wording(_("Served too late for the full period"), "unserved", "hold"),
        Cause.SUSPENDED: Wording(_("The circulation is suspended"), "held", "hold"),
        Cause.HELD_BY_OTHERS: Wording(_("Another item is held"), "held", "hold"),
    },
    DisputeKind: {
        DisputeKind.LATE_ENTRY: Wording(_("Entered after the close"), "warning", "hold"),
        DisputeKind.LATE_BOUNCE: Wording(_("A letter came back after the close"), "warning", "hold"),
    },
    MailKind: {
        MailKind.FAILED: Wording(_("Came back"), "unserved", "hold"),
        MailKind.DELAYED: Wording(_("Delay: proves nothing"), "silent"),
        MailKind.REPORT: Wording(_("Report: proves nothing"), "silent"),
        MailKind.AUTOMATIC: Wording(_("Automatic reply: proves nothing"), "silent"),
        MailKind.REPLY: Wording(_("Written by a person"), "comment", "run"),
        MailKind.UNKNOWN: Wording(_("Not clear: please read it"), "warning", "hold"),
        MailKind.UNREADABLE: Wording(_("Cannot be read by the program"), "warning", "hold"),
    },
    MailSettlement: {
        MailSettlement.ENTERED: Wording(_("Entered on behalf of a State"), "paper"),
        MailSettlement.NOTHING: Wording(_("Needs nothing"), "settled"),
    },
    Source: {
        Source.PROCEDURE: Wording(_("By this procedure"), "endorsed", "ok"),
        Source.DOCUMENT: Wording(_("From a paper"), "paper"),
    },
    DocumentKind: {
        DocumentKind.WORK_PLAN: Wording(_("Work plan"), "paper"),
        DocumentKind.PROGRESS_REPORT: Wording(_("Progress report"), "paper"),
    },
    Role: {
        Role.LEAD_SHEPHERD: Wording(_("Lead Shepherd")),
        Role.SECRETARIAT: Wording(_("secretariat")),
        Role.PROGRAMME: Wording(_("programme")),
        Role.CONTACT_POINT: Wording(_("contact point")),
        Role.ALTERNATE: Wording(_("alternate")),
        Role.DRAFTER: Wording(_("drafter")),
    },
    Letter: {
        Letter.CIRCULATION: Wording(_("Circulation")),
        Letter.REMINDER: Wording(_("Reminder")),
        Letter.OBJECTION: Wording(_("Objection or input received")),
        Letter.LIFTED: Wording(_("Objection lifted or input withdrawn")),
        Letter.REASONS_REQUESTED: Wording(_("Request for reasons")),
        Letter.KIND_PROPOSED: Wording(_("Another kind proposed")),
        Letter.ANSWER: Wording(_("Answer to an input")),
        Letter.EXTENSION: Wording(_("Extension")),
        Letter.EXTENSION_REQUESTED: Wording(_("Request for more time")),
        Letter.SUSPENSION: Wording(_("Suspension")),
        Letter.RESUMPTION: Wording(_("Resumption")),
        Letter.WITHDRAWAL: Wording(_("Withdrawal")),
        Letter.OUTCOME: Wording(_("Outcome")),
        Letter.HELD: Wording(_("Circulation held")),
        Letter.RECEIPT: Wording(_("Copy of a receipt")),
        Letter.DRAFT_WAITING: Wording(_("Draft not sent")),
        Letter.FOR_INFORMATION: Wording(_("Copy for information")),
        Letter.UNDELIVERED: Wording(_("Letter not delivered")),
        Letter.REPORT_DUE: Wording(_("Report due")),
        Letter.EXPORT_READY: Wording(_("File ready")),
        Letter.INVITATION: Wording(_("Invitation")),
        Letter.PASSWORD_RESET: Wording(_("New password")),
        Letter.TEST: Wording(_("Test letter")),
    },
    Trigger: {
        Trigger.CIRCULATE: Wording(_("Circulated"), "running", "run"),
        Trigger.START_SILENCE: Wording(_("Silence began"), "running", "run"),
        Trigger.BREAK_SILENCE: Wording(_("Silence broken"), "objection", "stop"),
        Trigger.RESTORE_SILENCE: Wording(_("Silence restored"), "running", "run"),
        Trigger.ENDORSE: Wording(_("Endorsed ad referendum"), "endorsed", "ok"),
        Trigger.DEFER: Wording(_("Deferred to a meeting"), "deferred", "later"),
        Trigger.ENDORSE_AT_MEETING: Wording(_("Endorsed at a meeting"), "endorsed", "ok"),
        Trigger.SUPERSEDE: Wording(_("Superseded"), "superseded"),
        Trigger.WITHDRAW: Wording(_("Withdrawn"), "withdrawn"),
    },
    CirculationTrigger: {
        CirculationTrigger.SUSPEND: Wording(_("Suspended"), "held", "hold"),
        CirculationTrigger.RESUME: Wording(_("Resumed"), "running", "run"),
        CirculationTrigger.HOLD: Wording(_("Held"), "held", "hold"),
        CirculationTrigger.EXTEND: Wording(_("Extended"), "running", "run"),
        CirculationTrigger.CLOSE: Wording(_("Closed"), "closed"),
        CirculationTrigger.REFER: Wording(_("Referred to the next meeting"), "deferred", "later"),
        CirculationTrigger.WITHDRAW: Wording(_("Withdrawn"), "withdrawn"),
    },
    Shown: {
        Shown.NO_ANSWER: Wording(_("No answer yet"), "silent", "rest", _("No answer")),
        Shown.SILENT: Wording(_("Silent"), "silent"),
        Shown.UNSERVED: Wording(_("Not served"), "unserved", "hold", _("Unserved")),
        Shown.SERVED: Wording(_("Served"), "no-objection", "ok"),
        Shown.LATE: Wording(_("Late: it changes no outcome"), "running", "hold", _("Late")),
        Shown.LIFTED: Wording(_("Lifted"), "lifted"),
        Shown.UNDISCLOSED: Wording(_("Shown after the close"), "", "rest", _("Later")),
        Shown.FROM_PAPER: Wording(_("From a paper"), "paper"),
        Shown.IN_FORCE: Wording(_("In force"), "endorsed", "ok"),
        Shown.PREPARATION: Wording(_("In preparation"), "draft"),
        Shown.UNSENT_DRAFT: Wording(_("Draft, not sent"), "draft"),
        Shown.DEADLINE_PASSED: Wording(_("The deadline has passed"), "closed"),
        Shown.SETTLED: Wording(_("Settled"), "settled"),
        Shown.WARNING: Wording(_("Attention"), "warning", "hold"),
        Shown.NOT_ASKED: Wording(_("Not on the roster"), "", "rest", _("Not asked")),
    },
}


def wording(value: Term | str) -> Wording:
    """Return the wording of a word of the procedure; a plain string is looked up in `Shown`.

    Words of different enums may have equal values ("endorsed"), so the type decides. Raises KeyError.
    """
    return WORDINGS[type(value) if isinstance(value, Term) else Shown][value]


def word(value: Term | str) -> str:
    """Return the word in full: "No objection"."""
    return str(wording(value).label)


def short_word(value: Term | str) -> str:
    """Return the word as short as a matrix needs it: "No obj."."""
    known = wording(value)
    # Asked once: each look at these words translates them, and a matrix has thousands.
    return str(known.short) or str(known.label)


def answer_wording(kind: str) -> Wording:
    """Return the wording of one choice in an answer: a kind of response, or "no_answer"."""
    return wording(Shown.NO_ANSWER if kind == Shown.NO_ANSWER else ResponseKind(kind))


def consequence(kind: str, state: str, *, package: bool = False) -> str:
    """Say what follows when the State named `state` chooses this kind of answer, or "no_answer".

    In an inseparable package what stops one item stops all.
    """
    if package and kind == ResponseKind.OBJECTION:
        return gettext("stops all items, which are one package, for all States")
    if package and kind == ResponseKind.INPUT:
        return gettext("stops all items, which are one package, until it is settled")
    consequences: dict[str, str] = {
        ResponseKind.NO_OBJECTION: gettext("recorded as an explicit answer"),
        ResponseKind.OBJECTION: gettext("stops this item for all States"),
        ResponseKind.COMMENT: gettext("stops nothing"),
        ResponseKind.INPUT: gettext("stops the item until it is settled"),
        ResponseKind.RESERVATION: gettext("stops nothing; printed with the item"),
        ResponseKind.ABSTENTION: gettext("stops nothing"),
        Shown.NO_ANSWER: gettext("at the deadline %(state)s counts as silent", state=state),
    }
    return consequences[kind]
