"""Preparing a circulation: a preparation has no status and promises nothing until its dispatch.

Dispatching it is in `dispatching`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.audit.rows import plan_sha256
from workflow.domain.errors import Invalid, StaleVersion, says
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.rules import Rules
from workflow.domain.terms import Status
from workflow.domain.texts import clean, one_line
from workflow.domain.zones import local, zone_exists
from workflow.models.body import Body, Meeting
from workflow.models.circulation import Circulation, CirculationItem
from workflow.models.document import Version
from workflow.models.notice import Notice
from workflow.models.people import Person
from workflow.notices import letters
from workflow.queries.cases import load
from workflow.queries.working_days import members, working_time


@dataclass(frozen=True)
class Plan:
    """What is being prepared; instants are UTC, `zone` is the one the deadline is announced in (rule 10)."""

    title: str
    version_ids: tuple[int, ...]
    message: str = ""
    meeting_id: int | None = None
    authority_note: str = ""
    urgent: bool = False
    urgent_reasons: str = ""
    package: bool = False
    zone: str | None = None
    deadline: datetime | None = None
    window_end: datetime | None = None


def prepare(session: Session, *, by: Actor, now: datetime, body: Body, plan: Plan) -> Circulation:
    """Begin a preparation.

    Effects: a circulation without status, one entry. Raises Invalid naming the field of the plan.
    """
    require(by, Act.PREPARE, body=body.id)
    circulation = Circulation(
        body_id=body.id,
        created_at=now,
        created_by=by.public_id,
        title="",
        zone=Rules.from_json(body.rules).zone,
        frozen={},
    )
    session.add(circulation)
    _apply(session, circulation, plan)
    _record(session, circulation, by, now)
    return circulation


def change(session: Session, circulation: Circulation, *, by: Actor, now: datetime, plan: Plan) -> None:
    """Change a preparation. Raises StaleVersion once it is dispatched, Invalid naming the field."""
    require(by, Act.PREPARE, body=circulation.body_id)
    require_preparation(circulation)
    _apply(session, circulation, plan)
    _record(session, circulation, by, now)


def discard(session: Session, circulation: Circulation, *, by: Actor, now: datetime) -> None:
    """Throw a preparation away; its drafts stay. Raises StaleVersion once it is dispatched."""
    require(by, Act.PREPARE, body=circulation.body_id)
    require_preparation(circulation)
    session.execute(delete(CirculationItem).where(CirculationItem.circulation_id == circulation.id))
    # Test letters outlive what they tried out.
    tried = update(Notice).where(Notice.circulation_id == circulation.id).values(circulation_id=None)
    session.execute(tried.execution_options(synchronize_session="fetch"))
    session.delete(circulation)
    record(
        session,
        Entry.PREPARATION_DISCARDED,
        by=by,
        at=now,
        body=circulation.body_id,
        preparation=circulation.id,
    )


def drop(session: Session, version: Version, *, by: Actor, now: datetime) -> None:
    """Take a text that is withdrawn out of every preparation it was chosen for.

    Effects: the remaining items numbered anew, one entry a preparation. Who may withdraw is for the caller.
    """
    query = select(Circulation).join(CirculationItem, CirculationItem.circulation_id == Circulation.id)
    query = query.where(CirculationItem.version_id == version.id, Circulation.status.is_(None))
    for circulation in session.scalars(query.order_by(Circulation.id)).all():
        items = select(CirculationItem.version_id).where(CirculationItem.circulation_id == circulation.id)
        kept = session.scalars(items.order_by(CirculationItem.position)).all()
        _write_items(session, circulation, [key for key in kept if key != version.id])
        _record(session, circulation, by, now)


def test_letter(session: Session, circulation: Circulation, *, by: Actor, now: datetime) -> None:
    """Send the letter as a State would receive it to oneself, before dispatch; it serves nobody."""
    require(by, Act.PREPARE, body=circulation.body_id)
    require_preparation(circulation)
    freeze_rules(session, circulation, now)
    session.flush()
    loaded = load(session, circulation.id)
    if circulation.deadline is None:
        raise Invalid("The letter needs a deadline.", remedy="Choose the deadline first.", field="deadline")
    if not loaded.items:
        raise Invalid("The letter needs items.", remedy="Choose the items first.", field="items")
    letters.test_letter(session, loaded, now=now, person=session.get_one(Person, by.person))


def require_preparation(circulation: Circulation) -> None:
    """Raise StaleVersion unless this is still a preparation."""
    if circulation.status is not None:
        raise StaleVersion(
            says("This was dispatched as {symbol} meanwhile.", symbol=circulation.symbol),
            remedy="Open the circulation; a preparation cannot be changed after dispatch.",
        )


def freeze_rules(session: Session, circulation: Circulation, now: datetime) -> None:
    """Write the rules, calendars and member States as they are now into the circulation (rule 2)."""
    body = session.get_one(Body, circulation.body_id)
    rules = Rules.from_json({**body.rules, "zone": circulation.zone})
    day = local(now, circulation.zone).date()
    time = working_time(session, body, rules, urgent=circulation.urgent, around=day)
    circulation.frozen = {
        "rules": rules.to_json(),
        "calendars": [calendar.to_json() for calendar in time.calendars],
        "roster": [state.code for state in members(session, body, day)],
    }


def _apply(session: Session, circulation: Circulation, plan: Plan) -> None:
    zone = plan.zone or circulation.zone
    if not zone_exists(zone):
        raise Invalid(
            says("“{zone}” is no time zone.", zone=zone),
            remedy="Choose one such as Asia/Jakarta.",
            field="zone",
        )
    circulation.title = one_line(plan.title, "title", required=True)
    circulation.message = clean(plan.message, "message")
    circulation.authority_meeting_id = _meeting(session, circulation, plan.meeting_id)
    circulation.authority_note = clean(plan.authority_note, "authority_note")
    circulation.urgent_reasons = clean(plan.urgent_reasons, "urgent_reasons", required=plan.urgent)
    circulation.urgent = plan.urgent
    circulation.package = plan.package
    circulation.zone = zone
    circulation.deadline, circulation.window_end = plan.deadline, plan.window_end
    session.flush()
    _choose(session, circulation, plan.version_ids)


def _meeting(session: Session, circulation: Circulation, meeting_id: int | None) -> int | None:
    query = select(Meeting.id).where(Meeting.id == meeting_id, Meeting.body_id == circulation.body_id)
    if meeting_id is not None and session.scalar(query) is None:
        raise Invalid("There is no such meeting.", remedy="Choose it from the list.", field="meeting")
    return meeting_id


def _choose(session: Session, circulation: Circulation, version_ids: tuple[int, ...]) -> None:
    drafts = select(Version.id).where(
        Version.id.in_(version_ids), Version.body_id == circulation.body_id, Version.status == Status.DRAFT
    )
    missing = set(version_ids) - set(session.scalars(drafts))
    if missing:
        raise Invalid(
            "Some of the chosen texts are no drafts any more.",
            remedy="Choose among the drafts that are offered now.",
            field="items",
            details={"versions": sorted(missing)},
        )
    _write_items(session, circulation, version_ids)


def _write_items(session: Session, circulation: Circulation, version_ids: Sequence[int]) -> None:
    session.execute(delete(CirculationItem).where(CirculationItem.circulation_id == circulation.id))
    session.add_all(
        CirculationItem(
            body_id=circulation.body_id, circulation_id=circulation.id, version_id=version, position=position
        )
        for position, version in enumerate(dict.fromkeys(version_ids), start=1)
    )
    session.flush()


def _record(session: Session, circulation: Circulation, by: Actor, now: datetime) -> None:
    chosen = select(CirculationItem.version_id).where(CirculationItem.circulation_id == circulation.id)
    versions = session.scalars(chosen.order_by(CirculationItem.position)).all()
    record(
        session,
        Entry.PREPARATION_WRITTEN,
        by=by,
        at=now,
        body=circulation.body_id,
        preparation=circulation.id,
        versions=sorted(versions),
        plan_sha256=plan_sha256(circulation, versions),
    )
