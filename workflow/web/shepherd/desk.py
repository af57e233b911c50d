"""What the views of this desk share: the circulation a page shows, locked for an act, or still prepared.

What a reader may see of it is in `workflow/web/rounds.py`.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import g
from flask_babel import gettext
from sqlalchemy import select

from workflow.actions import closing, preparing
from workflow.actions.preparing import Plan
from workflow.domain.errors import NotFound, StaleVersion
from workflow.models.body import State
from workflow.models.circulation import Circulation, CirculationItem
from workflow.queries.cases import load
from workflow.web.forms import DoorForm
from workflow.web.moments import moment
from workflow.web.rounds import Round
from workflow.web.wording import word


@dataclass(frozen=True)
class Place:
    """Where the reader is: the capital's zone and name, None for an office without a State."""

    zone: str | None
    name: str | None


def seen(circulation_id: int) -> Round:
    """Return a dispatched circulation as the reader may see it. Raises NotFound."""
    loaded = load(g.session, circulation_id)
    _require_here(loaded.circulation, dispatched=True)
    return Round(loaded, g.actor, g.now)


def settled(circulation_id: int) -> tuple[Circulation, datetime]:
    """Lock a dispatched circulation for one act, after what the clock owed it (rule 14). Raises NotFound."""
    circulation, now = closing.settled(g.session, circulation_id)
    _require_here(circulation, dispatched=True)
    return circulation, now


def prepared(circulation_id: int) -> Circulation:
    """Return a circulation that is, or was, a preparation, for reading. Raises NotFound."""
    circulation = g.session.get(Circulation, circulation_id)
    if circulation is None:
        raise _not_here()
    _require_here(circulation)
    return circulation


def prepared_locked(circulation_id: int) -> tuple[Circulation, datetime]:
    """Lock a preparation for one act; it may have been dispatched meanwhile. Raises NotFound."""
    circulation, now = closing.settled(g.session, circulation_id)
    _require_here(circulation)
    return circulation, now


def plan_of(circulation: Circulation) -> Plan:
    """Return what is prepared so far, to be changed field by field."""
    versions = select(CirculationItem.version_id).where(CirculationItem.circulation_id == circulation.id)
    return Plan(
        title=circulation.title,
        version_ids=tuple(g.session.scalars(versions.order_by(CirculationItem.position))),
        message=circulation.message,
        meeting_id=circulation.authority_meeting_id,
        authority_note=circulation.authority_note,
        urgent=circulation.urgent,
        urgent_reasons=circulation.urgent_reasons,
        package=circulation.package,
        zone=circulation.zone,
        deadline=circulation.deadline,
        window_end=circulation.window_end,
    )


def write_plan(circulation: Circulation, now: datetime, **changes: Any) -> None:
    """Change some fields of a preparation; raises what `preparing.change` raises."""
    plan = replace(plan_of(circulation), **changes)
    preparing.change(g.session, circulation, by=g.actor, now=now, plan=plan)


def fingerprint(circulation: Circulation) -> str:
    """Return what a form of a course was opened with: status and deadline."""
    deadline = circulation.deadline
    return f"{circulation.status} {deadline.isoformat() if deadline else '-'}"


def require_as_opened(form: DoorForm, circulation: Circulation) -> None:
    """Raise StaleVersion where the circulation moved on since the form was opened, saying how."""
    opened = form["opened"].data
    if not opened or opened == fingerprint(circulation):
        return
    form["opened"].data = form["opened"].raw_data = None
    now = word(circulation.status) if circulation.status is not None else ""
    at = moment(circulation.deadline, circulation.zone) if circulation.deadline is not None else "-"
    moved = gettext("The circulation moved on while this form was open.")
    stands = gettext("It is now “%(status)s”, its deadline is %(moment)s.", status=now, moment=at)
    raise StaleVersion(
        " ".join((moved, stands)),
        remedy=gettext("Nothing more was recorded. Send the form again if it is still right."),
    )


def place() -> Place:
    """Return where the reader is."""
    state: State | None = g.capacity.state
    return Place(None, None) if state is None else Place(state.zone, state.capital)


def _require_here(circulation: Circulation, *, dispatched: bool = False) -> None:
    if circulation.body_id != g.actor.body or (dispatched and circulation.dispatched_at is None):
        raise _not_here()


def _not_here() -> NotFound:
    return NotFound(
        gettext("There is no such circulation."),
        remedy=gettext("Choose one from the list of circulations."),
    )
