"""Files attached to a draft and hashed into its version: taken, refused, taken off again.

What a file is, its bytes tell: see `workflow/papers/file_types.py`.
"""

import hashlib
import re
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.actions import drafting
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.audit.rows import file_sha256
from workflow.domain.errors import Invalid, NotFound, WrongStatus, says
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.terms import Status
from workflow.domain.texts import one_line
from workflow.models.document import Attachment, Item, Version
from workflow.papers import file_types

LONGEST_NAME = 200
#: How many files one version can carry.
MOST_FILES = 20
_FOLDERS = re.compile(r".*[/\\]")
#: Marks that turn the direction of writing: “xcod.fdp” must not be shown as “pdf.docx”.
_TURNS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def attach(
    session: Session,
    version_id: int,
    *,
    by: Actor,
    now: datetime,
    filename: str,
    content: bytes,
    types: Collection[str],
    largest: int,
) -> Attachment:
    """Attach a file to a draft; its hash becomes part of the version's.

    `types` are the endings allowed, `largest` the size in bytes. What the sender says of its type counts
    for nothing. Effects: the file, the version's hash, one entry. Raises Invalid naming `file`, WrongStatus
    once the version is no draft.
    """
    require(by, Act.WRITE_DRAFT)
    item, version = drafting.locked_draft(session, version_id, by)
    _require_draft(version)
    return put(session, item, version, by=by, now=now, sent=(filename, content), types=types, largest=largest)


def put(
    session: Session,
    item: Item,
    version: Version,
    *,
    by: Actor,
    now: datetime,
    sent: tuple[str, bytes],
    types: Collection[str],
    largest: int,
) -> Attachment:
    """Attach a file (its name, its bytes) to a version that this transaction made or holds; as `attach`."""
    filename, content = sent
    name = checked_name(filename, types)
    check_content(name, content, largest)
    digest = hashlib.sha256(content).hexdigest()
    present = drafting.file_hashes(session, version)
    if digest in present:
        raise Invalid("This file is attached already.", remedy="There is nothing to do.", field="file")
    if len(present) >= MOST_FILES:
        raise Invalid(
            says("{most_files} files are attached; more are not possible.", most_files=MOST_FILES),
            field="file",
        )
    attachment = Attachment(
        body_id=version.body_id,
        version_id=version.id,
        filename=name,
        media_type=file_types.MEDIA_TYPES[file_types.ending(name)],
        size=len(content),
        sha256=digest,
        content=content,
    )
    session.add(attachment)
    named = {"named_sha256": file_sha256(attachment)}
    _rehash(session, item, version, Entry.FILE_ATTACHED, digest, by, now, **named)
    return attachment


def detach(session: Session, attachment_id: int, *, by: Actor, now: datetime) -> None:
    """Take a file off a draft. Raises NotFound, and WrongStatus once the version is no draft.

    Effects: the file is deleted, the version's hash, one entry.
    """
    require(by, Act.WRITE_DRAFT)
    version_id = session.scalar(select(Attachment.version_id).where(Attachment.id == attachment_id))
    if version_id is None:
        raise NotFound("There is no such file.", remedy="Open the item and see its files.")
    item, version = drafting.locked_draft(session, version_id, by)
    _require_draft(version)
    # Two people may take the same file off: the second waits for the lock, then finds it gone.
    attachment = session.get(Attachment, attachment_id, populate_existing=True)
    if attachment is None:
        raise NotFound("This file was taken off already.", remedy="Open the item and see its files.")
    session.delete(attachment)
    _rehash(session, item, version, Entry.FILE_DETACHED, attachment.sha256, by, now)


def _require_draft(version: Version) -> None:
    if version.status is not Status.DRAFT:
        raise WrongStatus(
            says("The files of this text are fixed with it: it is {status}.", status=version.status),
            remedy="Begin a new draft of the item; it takes the files along.",
        )


def checked_name(filename: str, types: Collection[str]) -> str:
    """Return the name of a file as it can be kept; raises Invalid naming `file`."""
    name = one_line(_TURNS.sub("", _FOLDERS.sub("", filename)), "file", required=True, longest=LONGEST_NAME)
    known = [one for one in types if one in file_types.MEDIA_TYPES]
    if file_types.ending(name) not in known:
        raise Invalid(
            says("“{name}” is not of a type that can be attached.", name=name),
            remedy=says("Attach one of these: {listed}.", listed=", ".join(known)),
            field="file",
        )
    return name


def check_content(name: str, content: bytes, largest: int) -> None:
    """Raise Invalid naming `file` where a file is empty, too large, or not what its ending says."""
    if not content:
        raise Invalid(says("“{name}” is empty.", name=name), remedy="Choose the file again.", field="file")
    if len(content) > largest:
        raise Invalid(
            says(
                "“{name}” has {count:,} bytes; {largest:,} are possible.",
                name=name,
                count=len(content),
                largest=largest,
            ),
            remedy="Attach a smaller file, or several.",
            field="file",
        )
    if not file_types.is_what_it_says(name, content):
        raise Invalid(
            says("“{name}” is not what its ending says.", name=name),
            remedy="Save it again in the program it comes from, and attach that file.",
            field="file",
        )
    if file_types.holds_macros(content):
        raise Invalid(
            says("“{name}” carries macros.", name=name),
            remedy="Save it without them, and attach that file.",
            field="file",
        )


def _rehash(
    session: Session,
    item: Item,
    version: Version,
    entry: Entry,
    digest: str,
    by: Actor,
    now: datetime,
    **told: Any,
) -> None:
    session.flush()
    files = drafting.file_hashes(session, version)
    version.sha256 = drafting.fingerprint(drafting.text_of(version), files)
    version.changed_at, version.changed_by = now, by.public_id
    session.flush()
    record(
        session,
        entry,
        by=by,
        at=now,
        body=item.body_id,
        item=item.key,
        version=version.number,
        version_sha256=version.sha256,
        file_sha256=digest,
        **told,
    )
