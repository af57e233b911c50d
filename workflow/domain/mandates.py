"""Who may do what, and for which State (rules 23, 33); every route and action names one of these acts.

Whether the moment is right for the act is not here: see `lifecycle` and the actions.
"""

from dataclasses import dataclass, replace

from workflow.domain.errors import NotAllowed
from workflow.domain.terms import FOCAL_POINTS, SPEAKERS, Role, Term


@dataclass(frozen=True)
class Actor:
    """Who acts, in one capacity, as read from the appointment inside the transaction (rule 25).

    `public_id` is the pseudonym that the log shows; `state` is the code of the State the capacity belongs
    to: for focal points the State they speak for, for the Lead Shepherd's staff the State that holds the
    office. `auth` says how the person signed in; `idem` is the request's idempotency key, if any.
    """

    public_id: str
    role: Role | None = None
    person: int | None = None
    appointment: int | None = None
    body: int | None = None
    name: str = ""
    state: str | None = None
    state_id: int | None = None
    auth: str = "none"
    idem: str | None = None

    def with_key(self, idem: str | None) -> "Actor":
        """Return the same actor carrying an idempotency key."""
        return replace(self, idem=idem)

    @property
    def speaks_for(self) -> str | None:
        """Return the code of the State whose focal point this is, or None."""
        return self.state if self.role is not None and self.role.is_focal_point else None


#: Who the log names where time itself acts; jobs act as the clock.
CLOCK = Actor(public_id="clock", name="The clock")
#: Who the log names where letters are written and sent.
MAIL = Actor(public_id="mail", name="The mail")
#: Who the log names where an operator acts on the command line.
OPERATOR = Actor(public_id="operator", name="The operator", auth="console")
#: Who the log names where somebody asks who need not be signed in.
ANYBODY = Actor(public_id="anybody", name="Anybody")


class Act(Term):
    """Everything a person can ask for, the permission that routes and actions name."""

    READ_OWN_DESK = "read_own_desk"
    READ_CIRCULATION = "read_circulation"
    READ_RECORD = "read_record"
    READ_DOCUMENTS = "read_documents"
    READ_HISTORY = "read_history"
    READ_AUDIT = "read_audit"
    READ_NOTICES = "read_notices"
    READ_ALL_POSITIONS = "read_all_positions"
    WRITE_DRAFT = "write_draft"
    IMPORT_DOCUMENT = "import_document"
    IMPORT_ENDORSED = "import_endorsed"
    REPORT_PROGRESS = "report_progress"
    READ_LIBRARY = "read_library"
    FILE_IN_LIBRARY = "file_in_library"
    RELATE = "relate"
    RECORD_ENDORSEMENT = "record_endorsement"
    PREPARE = "prepare"
    DISPATCH = "dispatch"
    EXTEND = "extend"
    SUSPEND = "suspend"
    WITHDRAW = "withdraw"
    ANSWER = "answer"
    PROPOSE_KIND = "propose_kind"
    DEFER = "defer"
    REFER = "refer"
    RESERVE = "reserve"
    OVERRIDE = "override"
    RECORD_BOUNCE = "record_bounce"
    DRAFT_RESPONSE = "draft_response"
    LODGE = "lodge"
    LIFT = "lift"
    ACCEPT_ANSWER = "accept_answer"
    ASK_FOR_TIME = "ask_for_time"
    READ_RECEIPT = "read_receipt"
    ENTER_ON_BEHALF = "enter_on_behalf"
    NOTE_OUTCOME = "note_outcome"
    ENDORSE_AT_MEETING = "endorse_at_meeting"
    CORRECT = "correct"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_MEETINGS = "manage_meetings"
    PASS_OFFICE = "pass_office"


_EVERYONE = frozenset(Role)
_SHEPHERD = frozenset({Role.LEAD_SHEPHERD})
_SECRETARIAT = frozenset({Role.SECRETARIAT})
_BOTH_OFFICES = _SHEPHERD | _SECRETARIAT
_STATES_AND_OFFICES = _BOTH_OFFICES | FOCAL_POINTS

#: THE table of permissions.
MANDATES: dict[Act, frozenset[Role]] = {
    Act.READ_OWN_DESK: FOCAL_POINTS,
    Act.READ_CIRCULATION: _STATES_AND_OFFICES,
    Act.READ_RECORD: _EVERYONE,
    Act.READ_DOCUMENTS: _EVERYONE,
    Act.READ_HISTORY: _EVERYONE,
    Act.READ_AUDIT: _SECRETARIAT,
    Act.READ_NOTICES: _BOTH_OFFICES,
    Act.READ_ALL_POSITIONS: _BOTH_OFFICES,
    Act.WRITE_DRAFT: _SHEPHERD | {Role.PROGRAMME},
    Act.IMPORT_DOCUMENT: _SHEPHERD | {Role.PROGRAMME},
    Act.IMPORT_ENDORSED: _SHEPHERD,
    Act.REPORT_PROGRESS: _SHEPHERD | {Role.PROGRAMME},
    Act.READ_LIBRARY: _EVERYONE,
    Act.FILE_IN_LIBRARY: _BOTH_OFFICES | {Role.PROGRAMME},
    Act.RELATE: _BOTH_OFFICES | {Role.PROGRAMME},
    Act.RECORD_ENDORSEMENT: _BOTH_OFFICES,
    Act.PREPARE: _SHEPHERD,
    Act.DISPATCH: _SHEPHERD,
    Act.EXTEND: _SHEPHERD,
    Act.SUSPEND: _SHEPHERD,
    Act.WITHDRAW: _SHEPHERD,
    Act.ANSWER: _SHEPHERD,
    Act.PROPOSE_KIND: _SHEPHERD,
    Act.DEFER: _SHEPHERD,
    Act.REFER: _SHEPHERD,
    Act.RESERVE: _BOTH_OFFICES,
    Act.OVERRIDE: _BOTH_OFFICES,
    Act.RECORD_BOUNCE: _SECRETARIAT,
    Act.DRAFT_RESPONSE: FOCAL_POINTS,
    Act.LODGE: SPEAKERS,
    Act.LIFT: SPEAKERS,
    Act.ACCEPT_ANSWER: SPEAKERS,
    Act.ASK_FOR_TIME: SPEAKERS,
    Act.READ_RECEIPT: FOCAL_POINTS,
    Act.ENTER_ON_BEHALF: _SECRETARIAT,
    Act.NOTE_OUTCOME: _SECRETARIAT,
    Act.ENDORSE_AT_MEETING: _SECRETARIAT,
    Act.CORRECT: _SECRETARIAT,
    Act.MANAGE_PEOPLE: _SECRETARIAT,
    Act.MANAGE_MEETINGS: _SECRETARIAT,
    Act.PASS_OFFICE: _SECRETARIAT,
}


def may(actor: Actor, act: Act, *, body: int | None = None, state: str | None = None) -> bool:
    """Tell whether the actor's capacity carries `act`, in this body and, if given, for this State.

    A focal point is never allowed anything that names another State (rule 23).
    """
    if actor.role is None or actor.role not in MANDATES[act]:
        return False
    if body is not None and actor.body != body:
        return False
    return not (state is not None and actor.role.is_focal_point and actor.state != state)


def require(actor: Actor, act: Act, *, body: int | None = None, state: str | None = None) -> None:
    """Raise NotAllowed unless `may`: the message names the capacity, not what else exists."""
    if may(actor, act, body=body, state=state):
        return
    if actor.role is Role.DRAFTER and Role.CONTACT_POINT in MANDATES[act]:
        raise NotAllowed(
            "A drafter prepares; the contact point or an alternate speaks for the State.",
            remedy="Save a draft: your contact point and alternate see it.",
        )
    raise NotAllowed(
        "This is not yours to do in the capacity you are acting in.",
        remedy="If you hold another appointment, choose that capacity first.",
    )
