"""Taking a person's name and words out of letters, and the fingerprints of those letters out of reach.

The rest of what is erased is in `erasing`.
"""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.audit.entries import Entry
from workflow.audit.posted import name_of
from workflow.domain.terms import Letter
from workflow.models.audit import AuditEntry, PrivateText
from workflow.models.notice import Notice
from workflow.models.people import Person

#: What stands where a text was.
ERASED = "[erased]"
_COLUMNS = (
    Notice.id,
    Notice.message_id,
    Notice.person_id,
    Notice.address,
    Notice.letter,
    Notice.subject,
    Notice.text,
    Notice.invite,
)


def clear_letters(
    session: Session, person: Person, names: set[str], words: set[str], reached: set[str]
) -> set[str]:
    """Take the words out of each letter to this person, and of each that names or quotes them.

    Returns how the log names those letters, and the ones that went to one of the addresses in `reached`.
    """
    cleared = set()
    for row in session.execute(select(*_COLUMNS).where(Notice.body_id == person.body_id)).all():
        found = " ".join(f"{row.subject} {row.text} {_unfolded(row.invite)}".replace("\n>", " ").split())
        quoted = words if row.letter is not Letter.CIRCULATION else set()
        if row.person_id == person.id or any(" ".join(one.split()) in found for one in names | quoted):
            values = {"subject": ERASED, "text": ERASED, "below": "", "invite": None}
            session.execute(quietly(update(Notice).where(Notice.id == row.id).values(values)))
        elif row.address not in reached:
            continue
        cleared.add(name_of(row.message_id))
    return cleared


def told_of(session: Session, body: int, letters: Collection[str]) -> list[PrivateText]:
    """Return what stands behind the fingerprints of these letters: with it, nobody can guess their words."""
    kinds = [str(Entry.LETTERS_WRITTEN), str(Entry.LETTER_TRIED)]
    query = select(AuditEntry.seq, AuditEntry.entry).where(
        AuditEntry.body_id == body, AuditEntry.type.in_(kinds)
    )
    wanted: set[tuple[int, str]] = set()
    for seq, line in session.execute(query.execution_options(yield_per=500)):
        told = json.loads(line)
        if "letters" not in told:
            wanted |= {(seq, "sent")} if told["letter"] in letters else set()
            continue
        places = enumerate(one["letter"] for one in told["letters"])
        wanted |= {(seq, f"words.{place}") for place, name in places if name in letters}
    behind = select(PrivateText).where(
        PrivateText.body_id == body, PrivateText.seq.in_({seq for seq, _ in wanted})
    )
    return [one for one in session.scalars(behind) if (one.seq, one.field) in wanted]


def quietly(statement: Any) -> Any:
    """Return a statement that leaves alone what the session holds."""
    return statement.execution_options(synchronize_session=False)


def _unfolded(invite: str | None) -> str:
    return (invite or "").replace("\r\n ", "").replace("\n ", "").replace("\\n", " ").replace("\\", "")
