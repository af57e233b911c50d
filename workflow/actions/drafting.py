"""What writing a draft rests on: the lock, the checked text, its fingerprint, the item's name and place.

The acts themselves are in `documents`, `files` and `importing`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.audit.rows import reference_sha256, remarks_sha256, section_sha256
from workflow.db import locked
from workflow.domain.canonical import version_sha256
from workflow.domain.errors import Invalid, NotFound, StaleVersion, says
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.terms import DocumentKind, Status
from workflow.domain.texts import LONGEST, clean, one_line
from workflow.models.body import Body
from workflow.models.document import Attachment, Document, Item, Version
from workflow.papers.tables import HEADERS

#: The longest title of a document or an item, in characters.
LONGEST_TITLE = 500
_PREFIXES = {DocumentKind.WORK_PLAN: "wp", DocumentKind.PROGRESS_REPORT: "pr"}
_NOT_TEXTS = frozenset({"points", "action"})


@dataclass(frozen=True)
class Text:
    """The words of one version: title, points in order, and the other texts by the name of their column."""

    title: str
    points: tuple[str, ...]
    texts: Mapping[str, str]


def text_names(kind: DocumentKind) -> tuple[str, ...]:
    """Return the names of the texts an item of this kind of document has besides title and points."""
    return tuple(name for name in HEADERS[kind][1:] if name not in _NOT_TEXTS)


def has_points(kind: DocumentKind) -> bool:
    """Tell whether the items of this kind of document have points under their titles."""
    return "points" in HEADERS[kind]


def cleaned(kind: DocumentKind, title: str, points: Sequence[str], texts: Mapping[str, str]) -> Text:
    """Return a text as it can be kept; raises Invalid naming `title`, `points` or `text_<name>`."""
    kept = [one_line(point, "points", longest=LONGEST) for point in points]
    if sum(map(len, kept)) > LONGEST:
        raise Invalid(
            says("The points are longer than {longest:,} characters together.", longest=LONGEST),
            remedy="Shorten them, or attach them as a file.",
            field="points",
        )
    if any(kept) and not has_points(kind):
        raise Invalid(
            "The table of a progress report has no points.",
            remedy="Write them into the status.",
            field="points",
        )
    unknown = sorted(set(texts) - set(text_names(kind)))
    if unknown:
        raise Invalid(says("The table has no column “{column}”.", column=unknown[0]), field="title")
    return Text(
        title=one_line(title, "title", required=True, longest=LONGEST_TITLE),
        points=tuple(point for point in kept if point),
        texts={name: clean(texts.get(name, ""), f"text_{name}") for name in text_names(kind)},
    )


def hold_papers(session: Session, by: Actor) -> None:
    """Let nobody else write or dispatch texts of this body until the transaction ends.

    A dispatch takes the body's row for itself too, so no text changes under its hands (rule 2).
    """
    session.execute(select(Body.id).where(Body.id == by.body).with_for_update(key_share=True))


def locked_item(
    session: Session, item_id: int, by: Actor, act: Act = Act.WRITE_DRAFT
) -> tuple[Item, Document]:
    """Lock an item and return it with its document, once the actor is found to be allowed `act` there."""
    hold_papers(session, by)
    item, _ = locked(session, Item, item_id)
    require(by, act, body=item.body_id)
    return item, session.get_one(Document, item.document_id)


def locked_draft(session: Session, version_id: int, by: Actor) -> tuple[Item, Version]:
    """Lock the item of a version and return both, the version read anew; raises NotFound."""
    item_id = session.scalar(select(Version.item_id).where(Version.id == version_id))
    if item_id is None:
        raise NotFound("There is no such text.", remedy="Open the item and choose one of its versions.")
    item, _ = locked_item(session, item_id, by)
    query = select(Version).where(Version.id == version_id).execution_options(populate_existing=True)
    return item, session.scalars(query).one()


def versions_of(session: Session, item: Item) -> list[Version]:
    """Return the versions of an item in order, read anew."""
    query = select(Version).where(Version.item_id == item.id).order_by(Version.number)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def base_of(versions: Sequence[Version]) -> Version | None:
    """Return the version a new one begins from: the draft, else the newest that was not withdrawn."""
    kept = [version for version in versions if version.status is not Status.WITHDRAWN]
    return next(iter(reversed(kept or versions)), None)


def fingerprint(text: Text, files: Sequence[str] = ()) -> str:
    """Return the SHA-256 of a text and its files."""
    return version_sha256(text.title, text.points, text.texts, files)


def text_of(version: Version) -> Text:
    """Return the words of a version."""
    return Text(version.title, tuple(version.points), dict(version.texts))


def file_hashes(session: Session, version: Version) -> list[str]:
    """Return the hashes of a version's files, in the order in which they were attached."""
    query = select(Attachment.sha256).where(Attachment.version_id == version.id).order_by(Attachment.id)
    return list(session.scalars(query))


def new_version(
    item: Item, text: Text, *, by: Actor, now: datetime, number: int = 1, status: Status = Status.DRAFT
) -> Version:
    """Return a new version of an item, not yet added; only a paper brings one that is no draft."""
    return Version(
        body_id=item.body_id,
        item_id=item.id,
        number=number,
        status=status,
        title=text.title,
        points=list(text.points),
        texts=dict(text.texts),
        sha256=fingerprint(text),
        edition=1,
        created_at=now,
        changed_at=now,
        changed_by=by.public_id,
    )


def record_written(session: Session, item: Item, version: Version, by: Actor, now: datetime) -> None:
    """Write the entry of a draft that was written or rewritten (rules 30, 39)."""
    record(
        session,
        Entry.VERSION_WRITTEN,
        by=by,
        at=now,
        body=item.body_id,
        edition=version.edition,
        **told_of(session, item, version),
    )


def record_imported(session: Session, item: Item, version: Version, by: Actor, now: datetime) -> None:
    """Write the entry of a version that came from a file, with its remarks and the decision it names."""
    record(
        session,
        Entry.VERSION_IMPORTED,
        by=by,
        at=now,
        body=item.body_id,
        to=version.status,
        remarks_sha256=remarks_sha256(version),
        reference_sha256=reference_sha256(version.decision_reference),
        **told_of(session, item, version),
    )


def told_of(session: Session, item: Item, version: Version) -> dict[str, Any]:
    """Return what entries tell of a version and of its item's place in the document."""
    return {
        "item": item.key,
        "version": version.number,
        "version_sha256": version.sha256,
        "document": session.get_one(Document, item.document_id).code,
        "position": item.position,
        "section_sha256": section_sha256(item.section),
    }


def next_key(session: Session, document: Document, items: Sequence[Item]) -> str:
    """Return the key of a document's next item, such as “wp-3”; where “wp” is taken, with the period."""
    if items:
        prefix = items[0].key.rpartition("-")[0]
        numbers = [item.key.rpartition("-")[2] for item in items]
        return f"{prefix}-{max(int(number) for number in numbers if number.isdecimal()) + 1}"
    short = _PREFIXES[document.kind]
    with_year = f"{short}-{document.period_from}"
    wanted = [short, with_year, f"{with_year}-{document.period_until}", f"{with_year}-{document.id}"]
    # Numbers begin with 1 and no item is ever deleted.
    first = [f"{prefix}-1" for prefix in wanted]
    query = select(Item.key).where(Item.body_id == document.body_id, Item.key.in_(first))
    taken = set(session.scalars(query))
    return next(key for key in first if key not in taken)


def place_after(items: Sequence[Item], section: str | None) -> int:
    """Return the position behind the last item of a section; a new section begins at the end.

    An item of no section stands above the first section row, which has no end of its own.
    """
    same = [item.position for item in items if item.section == section]
    if same:
        return max(same) + 1
    if section is None:
        return min((item.position for item in items), default=1)
    return max((item.position for item in items), default=0) + 1


def make_room(session: Session, document: Document, position: int) -> None:
    """Move the items from this position on one place down."""
    here = Item.document_id == document.id
    # Two steps, since a position is never held twice, not even between two rows of one statement.
    session.execute(
        update(Item).where(here, Item.position >= position).values(position=-Item.position - 1),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        update(Item).where(here, Item.position < 0).values(position=-Item.position),
        execution_options={"synchronize_session": False},
    )


def words_sha256(text: str) -> str:
    """Return what a form keeps of the words it was opened with."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def require_as_opened(stands: str, text: str, opened: str | None) -> None:
    """Raise StaleVersion where others stand there now than the words whose `words_sha256` is `opened`.

    None asks for nothing; the words that stand there already are no others.
    """
    if opened is None or stands == text or words_sha256(stands) == opened:
        return
    raise StaleVersion(
        "A colleague wrote here meanwhile. Nothing of yours is recorded yet.",
        remedy="Take over what you want, then send it again.",
        details={"meanwhile": [f"“{stands}”"]},
    )
