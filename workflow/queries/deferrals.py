"""When, by whom and by which entry versions were deferred to a meeting: only the log tells it (rule 31).

What a version is now is in its row; deferring is in `workflow/actions/deferring.py`.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from workflow.domain.terms import Trigger
from workflow.models.audit import AuditEntry
from workflow.models.people import Person

#: The type of the entry with which versions move (`workflow/audit/entries.py`).
_MOVED = "versions.moved"


@dataclass(frozen=True)
class Deferral:
    """A version put on the next meeting's list: at an instant (UTC), by whom, as which entry of the log."""

    at: datetime
    by: str
    seq: int


def deferrals(session: Session, item_key: str, circulations: Collection[int]) -> dict[int, Deferral]:
    """Return the last deferral of each version of an item, by version number: one statement, or none."""
    if not circulations:
        return {}
    # Who acted stands only in the entry's text: joined there, it costs no statement of its own.
    acted = AuditEntry.entry.contains(literal('"actor":"') + Person.public_id + literal('"'))
    rows = session.execute(
        select(AuditEntry, Person.name)
        .outerjoin(Person, (Person.body_id == AuditEntry.body_id) & acted)
        .where(
            AuditEntry.circulation_id.in_(circulations),
            AuditEntry.type == _MOVED,
            AuditEntry.entry.contains(f'"trigger":"{Trigger.DEFER}"'),
        )
        .order_by(AuditEntry.seq)
    )
    found = {}
    for entry, name in rows:
        for one in json.loads(entry.entry)["versions"]:
            if one["item"] == item_key:
                found[one["version"]] = Deferral(entry.at, name or "", entry.seq)
    return found
