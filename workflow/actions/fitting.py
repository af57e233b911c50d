"""Which appointments one person can hold together, and what a new one must name (rule 23).

Making and ending appointments is in `people`.
"""

import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.domain.errors import Invalid, says
from workflow.domain.terms import FOCAL_POINTS, Role
from workflow.domain.texts import one_line
from workflow.models.body import Body, State
from workflow.models.people import Appointment
from workflow.queries.people import office_holder

LONGEST_NAME = 200
#: The longest address a letter can be sent to (RFC 5321).
LONGEST_ADDRESS = 254
#: Something, one @, a domain with a dot: whether a letter arrives there, only a letter can tell.
_ADDRESS = re.compile(r"[^@\s<>\"(),:;\\\[\]]{1,64}@[^@\s<>\"(),:;\\\[\]]+\.[^@\s.<>\"(),:;\\\[\]]+\Z")


def address(given: str | None, field: str = "email") -> str:
    """Return an e-mail address in small letters; raises Invalid where no letter could be sent to it."""
    written = one_line(given, field, required=True, longest=LONGEST_ADDRESS).lower()
    if not _ADDRESS.match(written) or ".." in written:
        raise Invalid(
            says("“{written}” is not an e-mail address.", written=written),
            remedy="Write it as name@example.org, without any other words.",
            field=field,
        )
    return written


def state_for(session: Session, body: Body, role: Role, code: str | None) -> State | None:
    """Return the State that an appointment to this role needs, or None where it must have none.

    Raises Invalid naming `state` for a State missing, unknown or too many, and for the office's staff of a
    State that does not hold it.
    """
    if role in (Role.SECRETARIAT, Role.PROGRAMME):
        if code:
            raise Invalid(
                "Secretariat and programme staff hold no appointment for a State.",
                remedy="Leave the State empty, or choose another role.",
                field="state",
            )
        return None
    state = session.scalars(select(State).where(State.body_id == body.id, State.code == code)).one_or_none()
    if state is None:
        raise Invalid(
            says("“{code}” is no State of this body.", code=code)
            if code
            else "This role belongs to a State.",
            remedy="Choose the State.",
            field="state",
        )
    if role is Role.LEAD_SHEPHERD:
        _require_office(session, body, state)
    return state


def require_fitting(
    held: Sequence[tuple[Appointment, State | None]], role: Role, state: State | None
) -> None:
    """Raise Invalid where a person who holds these appointments cannot hold the new one too (rule 23)."""
    for appointment, other in held:
        if other is not None and state is not None and other.id != state.id:
            raise Invalid(
                says(
                    "This person holds an appointment for {state}; one person acts for one State only.",
                    state=other.in_text,
                ),
                remedy="End that appointment first, or name another person.",
                field="state",
            )
        if (other is None) != (state is None):
            raise Invalid(
                "Secretariat and programme staff hold no appointment for a State, and this person would.",
                remedy="End the other appointment first, or name another person.",
                field="role",
            )
        if appointment.role is role:
            raise Invalid(
                "This person holds that appointment already.", remedy="There is nothing to do.", field="role"
            )
        if appointment.role in FOCAL_POINTS and role in FOCAL_POINTS:
            raise Invalid(
                "This person is a focal point of the State already, in another role.",
                remedy="End that appointment first, then make the new one.",
                field="role",
            )


def _require_office(session: Session, body: Body, state: State) -> None:
    holder = office_holder(session, body.id)
    if holder is None or holder.id != state.id:
        message = says("{state} does not hold the office.", state=state.leading)
        if holder is not None:
            names = {"state": state.leading, "holder": holder.in_text}
            message = says("{state} does not hold the office; {holder} does.", **names)
        raise Invalid(
            message,
            remedy="Appoint staff of the State that holds the office, or pass the office first.",
            field="state",
        )
