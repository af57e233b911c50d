"""What the log shows of the library's texts: an HMAC under the salt that lies in the entry's own row.

Once the row is gone, nobody can find out from the log what it said: contacts are about people.
"""

import hashlib
import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.audit.entries import Entry
from workflow.audit.kept import Names, columns_of
from workflow.audit.record import fingerprint, plain
from workflow.audit.told import Facts, Told
from workflow.models.library import LibraryEntry

#: The types that this replay knows.
LIBRARY_TYPES = (Entry.LIBRARY_FILED, Entry.LIBRARY_REMOVED)
_TEXTS = ("title", "subject", "summary", "held_on", "url", "filename", "media_type", "item_id")


def entry_hmac(row: LibraryEntry) -> str:
    """Return what an entry of the log shows of the texts of a library entry."""
    texts = [plain(getattr(row, name)) for name in _TEXTS]
    return fingerprint(row.salt, json.dumps(texts, ensure_ascii=False, separators=(",", ":")))


class LibraryReplay:
    """Reads these entries of a body in order; `facts` is what they leave behind."""

    def __init__(self) -> None:
        self.facts: Facts = {}

    def read(self, line: Told) -> None:
        """Take up one entry of `LIBRARY_TYPES`."""
        name = f"library entry {line['number']}"
        if Entry(line["type"]) is Entry.LIBRARY_REMOVED:
            del self.facts[name]
            return
        told = {key: line[key] for key in ("kind", "audience", "file_sha256", "entry_hmac")}
        # Pages show the hash that stands in the row, not that of the file.
        told["shown_sha256"] = line["file_sha256"]
        self.facts[name] = told | {"filed_at": line["at"], "filed_by": line["actor"]}


def facts(session: Session, body: int, _names: Names) -> Facts:
    """Return what the table holds of the body's library."""
    found: Facts = {}
    for row in session.scalars(select(LibraryEntry).where(LibraryEntry.body_id == body)):
        told = columns_of(row, "kind", "filed_at", "filed_by")
        told |= {"audience": plain(row.audience_of), "file_sha256": _file_sha256(row)}
        told["shown_sha256"] = row.sha256
        found[f"library entry {row.number}"] = told | {"entry_hmac": entry_hmac(row)}
    return found


def _file_sha256(row: LibraryEntry) -> str | None:
    """Return the hash of the file as it is, not as the row says."""
    return None if row.content is None else hashlib.sha256(row.content).hexdigest()
