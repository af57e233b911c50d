"""The library: filing what is uploaded or linked, and taking it out again.

What a file may be is decided in `files`, as for attachments; who may read what, in `queries/library.py`.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.actions import drafting, files, progress
from workflow.audit.entries import Entry
from workflow.audit.library_texts import entry_hmac
from workflow.audit.record import SALT_BYTES, record
from workflow.domain.errors import Invalid, NotAllowed, NotFound
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.terms import Audience, LibraryKind
from workflow.domain.texts import clean, one_line
from workflow.models.body import Body
from workflow.models.document import Item
from workflow.models.library import LibraryEntry
from workflow.papers import file_types
from workflow.queries.library import readable

#: Kinds that are nothing without a file or a link.
_NEED_SOMETHING = frozenset({LibraryKind.POLICY_PAPER, LibraryKind.TOOLKIT, LibraryKind.RESEARCH})
#: How much of a file's words is kept for the search, in characters.
LONGEST_WORDS = 500_000


@dataclass(frozen=True)
class Filed:
    """What is filed: its words, where it belongs, and a link or a file (its name, its bytes) or neither.

    `words` are those of the file, for the search alone.
    """

    kind: LibraryKind
    audience: Audience
    title: str
    subject: str
    summary: str = ""
    held_on: date | None = None
    item_key: str = ""
    url: str = ""
    sent: tuple[str, bytes] | None = None
    words: str = ""


def file_entry(
    session: Session,
    filed: Filed,
    *,
    by: Actor,
    now: datetime,
    body: Body,
    types: Collection[str],
    largest: int,
) -> LibraryEntry:
    """File something in the library; `types` and `largest` bound its file, as those of attachments.

    Effects: the entry with the next number, one entry in the log. Raises Invalid naming the field,
    NotAllowed for readers among whom the actor is not.
    """
    require(by, Act.FILE_IN_LIBRARY, body=body.id)
    drafting.hold_papers(session, by)
    if filed.audience not in readable(by):
        raise NotAllowed("You cannot file what you could not read.", remedy="Choose readers you belong to.")
    highest = session.scalar(select(func.max(LibraryEntry.number)).where(LibraryEntry.body_id == body.id))
    random_bytes = session.info.get("random_bytes", secrets.token_bytes)
    row = LibraryEntry(
        body_id=body.id,
        number=(highest or 0) + 1,
        kind=filed.kind,
        audience_of=filed.audience,
        title=one_line(filed.title, "title", required=True, longest=drafting.LONGEST_TITLE),
        subject=one_line(filed.subject, "subject", required=True, longest=200),
        summary=clean(filed.summary, "summary", longest=10_000),
        held_on=filed.held_on,
        item_id=_item(session, body, filed.item_key),
        url=_link(filed.url),
        salt=random_bytes(SALT_BYTES),
        filed_at=now,
        filed_by=by.public_id,
        **_file(filed, types, largest),
    )
    _require_something(row)
    session.add(row)
    session.flush()
    told: dict[str, Any] = {"number": row.number, "kind": row.kind, "audience": row.audience_of}
    told |= {"file_sha256": row.sha256, "entry_hmac": entry_hmac(row)}
    record(session, Entry.LIBRARY_FILED, by=by, at=now, body=body.id, **told)
    return row


def take_out(session: Session, entry_id: int, *, by: Actor, now: datetime) -> None:
    """Take something out of the library: it is deleted, and the log keeps that something stood there.

    Effects: the row is deleted, one entry. Raises NotFound.
    """
    require(by, Act.FILE_IN_LIBRARY)
    drafting.hold_papers(session, by)
    row = session.get(LibraryEntry, entry_id, with_for_update=True)
    if row is None or row.body_id != by.body or row.audience_of not in readable(by):
        raise NotFound("This is not in the library.", remedy="Open the library and see what is there.")
    number = row.number
    session.delete(row)
    session.flush()
    told: dict[str, Any] = {"number": number}
    record(session, Entry.LIBRARY_REMOVED, by=by, at=now, body=row.body_id, **told)


def _link(url: str) -> str:
    try:
        return "".join(progress.checked_links([url.strip()]))
    except Invalid as refusal:
        raise Invalid(
            "This is no link.", remedy="Write it as https://…, or leave it empty.", field="url"
        ) from refusal


def _item(session: Session, body: Body, key: str) -> int | None:
    if not key:
        return None
    found = session.scalar(select(Item.id).where(Item.body_id == body.id, Item.key == key))
    if found is None:
        raise Invalid("There is no such item.", remedy="Write its key, such as wp-1, or none.", field="item")
    return found


def _file(filed: Filed, types: Collection[str], largest: int) -> dict[str, Any]:
    if filed.sent is None:
        return {"sha256": None, "content": None}
    filename, content = filed.sent
    name = files.checked_name(filename, types)
    files.check_content(name, content, largest)
    return {
        "filename": name,
        "media_type": file_types.MEDIA_TYPES[file_types.ending(name)],
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "content": content,
        "words": filed.words.replace("\0", "")[:LONGEST_WORDS],
    }


def _require_something(row: LibraryEntry) -> None:
    if row.kind in _NEED_SOMETHING and not (row.url or row.content):
        raise Invalid(
            "A paper, a toolkit or a piece of research needs a file or a link.",
            remedy="Choose the file, or write the link.",
            field="url",
        )
