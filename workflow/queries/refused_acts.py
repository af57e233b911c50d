"""The acts that were tried and refused lately, as the log tells of them.

How they come into the log is in `workflow/actions/refusing.py`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.models.audit import AuditEntry
from workflow.models.people import Person

#: The type of their entries.
TYPE = "act.refused"
#: How long they are shown to the secretariat.
REMEMBERED = timedelta(days=7)


@dataclass(frozen=True)
class RefusedAct:
    """One act that was refused: who tried it in which capacity, and its place in the log.

    `act` is the permission it needed, "" where it needs none but to be signed in; `circulation` is the one
    that its address named, as the log names it. `more_untold` tells that others of this person, soon after
    it, are not in the log.
    """

    seq: int
    at: datetime
    name: str
    role: str
    state: str
    act: str
    circulation: str
    more_untold: bool


def refused_acts(session: Session, body_id: int, now: datetime, *, limit: int) -> tuple[RefusedAct, ...]:
    """Read what was refused in the days before `now` (UTC), newest first: two statements."""
    query = select(AuditEntry).where(
        AuditEntry.body_id == body_id, AuditEntry.type == TYPE, AuditEntry.at > now - REMEMBERED
    )
    rows = session.scalars(query.order_by(AuditEntry.seq.desc()).limit(limit)).all()
    told = [(row, json.loads(row.entry)) for row in rows]
    who = select(Person.public_id, Person.name).where(
        Person.body_id == body_id, Person.public_id.in_({one["actor"] for _, one in told})
    )
    names = {row.public_id: row.name for row in session.execute(who)}
    return tuple(_told(row, one, names) for row, one in told)


def _told(row: AuditEntry, entry: Mapping[str, object], names: Mapping[str, str]) -> RefusedAct:
    actor, thing = str(entry["actor"]), entry["thing"]
    return RefusedAct(
        seq=row.seq,
        at=row.at,
        name=names.get(actor, actor),
        role=str(entry["role"] or ""),
        state=str(entry["state"] or ""),
        act=str(entry["act"] or ""),
        circulation=str(thing.get("circulation") or "") if isinstance(thing, Mapping) else "",
        more_untold=bool(entry["more_untold"]),
    )
