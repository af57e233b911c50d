"""What was already written to whom in a circulation, and what its texts replace: reads that letters need.

Who is written to is in `people`; the letters are written in `workflow/notices/`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from workflow.domain.terms import Letter, Status
from workflow.models.document import Attachment, Version
from workflow.models.notice import Notice

_WRITTEN = (
    select(Notice.person_id, Notice.letter, Notice.message_id, Notice.invite_method)
    .where(
        Notice.circulation_id == bindparam("circulation"),
        or_(Notice.letter == Letter.CIRCULATION, Notice.invite_method.is_not(None)),
    )
    .order_by(Notice.id)
)


@dataclass(frozen=True)
class Earlier:
    """What one person was already sent in a circulation: the first letter's Message-ID, and how many."""

    thread_id: str | None = None
    circulations: int = 0
    invites: int = 0


def correspondence(session: Session, circulation_id: int) -> dict[int, Earlier]:
    """Return, by person id, what was written of a circulation so far: one statement."""
    rows = session.execute(_WRITTEN, {"circulation": circulation_id})
    found: dict[int | None, Earlier] = defaultdict(Earlier)
    for person_id, letter, message_id, invite_method in rows:
        before = found[person_id]
        is_first = letter is Letter.CIRCULATION
        found[person_id] = Earlier(
            before.thread_id or (message_id if is_first else None),
            before.circulations + is_first,
            before.invites + (invite_method is not None),
        )
    return {person_id: one for person_id, one in found.items() if person_id is not None}


@dataclass(frozen=True)
class Predecessors:
    """The version of the same item in force, and the last one before the States; each may be missing."""

    in_force: Version | None = None
    last: Version | None = None


def predecessors(session: Session, versions: Sequence[Version]) -> dict[int, Predecessors]:
    """Return, by version id, what each version follows: one statement however many there are."""
    rows = session.scalars(
        select(Version)
        .where(Version.item_id.in_([version.item_id for version in versions]), Version.status != Status.DRAFT)
        .order_by(Version.number)
    )
    by_item: dict[int, list[Version]] = defaultdict(list)
    for row in rows:
        by_item[row.item_id].append(row)
    found = {}
    for version in versions:
        earlier = [one for one in by_item[version.item_id] if one.number < version.number]
        in_force = [one for one in earlier if one.status is Status.ENDORSED]
        found[version.id] = Predecessors(in_force[-1] if in_force else None, earlier[-1] if earlier else None)
    return found


def attachments(session: Session, version_ids: Sequence[int]) -> dict[int, list[Attachment]]:
    """Return the files of each version, without their content: one statement."""
    rows = session.scalars(
        select(Attachment).where(Attachment.version_id.in_(version_ids)).order_by(Attachment.id)
    )
    found: dict[int, list[Attachment]] = defaultdict(list)
    for row in rows:
        found[row.version_id].append(row)
    return found
