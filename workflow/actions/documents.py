"""The items of documents and their drafts: written, rewritten until dispatch, withdrawn (rules 30, 40).

Documents are made in `making`, files are in `files`; a draft is circulated by `preparing` and `dispatching`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from workflow.actions import drafting, preparing
from workflow.actions.drafting import Text
from workflow.actions.moving import move
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.db import locked
from workflow.domain.errors import Invalid, StaleVersion, WrongStatus, says
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.terms import Effect, Status, Trigger
from workflow.domain.texts import clean, one_line
from workflow.models.document import Attachment, Document, Item, Version


@dataclass(frozen=True)
class DraftRow:
    """A draft with its item, as it moves without any circulation."""

    version: Version
    item: Item


def add_item(
    session: Session,
    document: Document,
    *,
    by: Actor,
    now: datetime,
    title: str,
    points: Sequence[str],
    texts: Mapping[str, str],
    section: str | None = None,
) -> Version:
    """Add an item to a document, with its first draft, behind the last one of its section.

    Effects: item and version, one entry. Raises Invalid naming `title`, `points`, `section` or a text.
    """
    text = drafting.cleaned(document.kind, title, points, texts)
    (version,) = add_items(session, document, [(text, section)], by=by, now=now)
    return version


def add_items(
    session: Session,
    document: Document,
    rows: Sequence[tuple[Text, str | None]],
    *,
    by: Actor,
    now: datetime,
) -> list[Version]:
    """Add items one after the other, each text (cleaned) with its section, as `add_item` adds one."""
    require(by, Act.WRITE_DRAFT, body=document.body_id)
    drafting.hold_papers(session, by)
    document, _ = locked(session, Document, document.id)
    query = select(Item).where(Item.document_id == document.id)
    items = list(session.scalars(query.execution_options(populate_existing=True)))
    titles = _titles(session, document)
    return [_add(session, document, items, titles, row, by, now) for row in rows]


def _add(
    session: Session,
    document: Document,
    items: list[Item],
    titles: dict[str, str],
    row: tuple[Text, str | None],
    by: Actor,
    now: datetime,
) -> Version:
    text, section = row
    section = one_line(section, "section", longest=drafting.LONGEST_TITLE) or None
    _refuse_twin(titles, text.title)
    key = drafting.next_key(session, document, items)
    position = drafting.place_after(items, section)
    drafting.make_room(session, document, position)
    for one in items:
        if one.position >= position:
            # The row has moved in the database already.
            set_committed_value(one, "position", one.position + 1)
    item = Item(
        body_id=document.body_id,
        document_id=document.id,
        key=key,
        position=position,
        section=section,
    )
    session.add(item)
    session.flush()
    version = drafting.new_version(item, text, by=by, now=now)
    session.add(version)
    session.flush()
    drafting.record_written(session, item, version, by, now)
    items.append(item)
    titles[text.title.casefold()] = key
    return version


def revise(
    session: Session,
    item_id: int,
    *,
    by: Actor,
    now: datetime,
    edition: int | None,
    title: str,
    points: Sequence[str],
    texts: Mapping[str, str],
) -> Version:
    """Rewrite the draft of an item in place, or begin the next version with its files (rule 30).

    `edition` is that of the draft the form was opened with, None where there was none. Unchanged words
    are allowed: they make a new version with the same hash. Effects: the version, one entry. Raises
    Invalid naming the field, StaleVersion where the draft moved on, with its words in `details`.
    """
    require(by, Act.WRITE_DRAFT)
    item, document = drafting.locked_item(session, item_id, by)
    text = drafting.cleaned(document.kind, title, points, texts)
    versions = drafting.versions_of(session, item)
    draft = next((version for version in versions if version.status is Status.DRAFT), None)
    _require_edition(versions, draft, edition)
    _require_text(versions, draft)
    version = begin_next(session, item, versions, text, by, now) if draft is None else draft
    if draft is not None:
        _rewrite(draft, text, by, now)
    version.sha256 = drafting.fingerprint(text, drafting.file_hashes(session, version))
    session.flush()
    drafting.record_written(session, item, version, by, now)
    return version


def withdraw_draft(session: Session, version_id: int, *, by: Actor, now: datetime, reason: str) -> None:
    """Withdraw a draft (rule 31a): its text returns only as a new version.

    Effects: the status, two entries; preparations lose it, with an entry each. Raises WrongStatus for a
    text that is no draft any more.
    """
    require(by, Act.WRITE_DRAFT)
    item, version = drafting.locked_draft(session, version_id, by)
    reason = clean(reason, "reason", required=True)
    if version.status is not Status.DRAFT:
        raise WrongStatus(
            says("This text is no draft any more: it is {status}.", status=version.status),
            remedy="Only the circulation it stands in can be withdrawn, or this item in it.",
        )
    move(
        session,
        None,
        [DraftRow(version, item)],
        Trigger.WITHDRAW,
        by=by,
        now=now,
        facts={"withdrawal_open": True, "reason_given": bool(reason)},
        values={"decided_at": now, "reason": reason},
    )
    record(
        session,
        Entry.ITEM_WITHDRAWN,
        by=by,
        at=now,
        body=item.body_id,
        item=item.key,
        version_sha256=version.sha256,
        text=reason,
    )
    preparing.drop(session, version, by=by, now=now)


def _titles(session: Session, document: Document) -> dict[str, str]:
    """Return by every title in use, without case, the key of its item."""
    query = select(Version.title, Item.key).join(Item, Item.id == Version.item_id)
    kept = query.where(Item.document_id == document.id, Version.status != Status.WITHDRAWN)
    return {title.casefold(): key for title, key in session.execute(kept)}


def _refuse_twin(titles: Mapping[str, str], title: str) -> None:
    """Refuse a title that another item of the document has: the States could not tell them apart."""
    key = titles.get(title.casefold())
    if key is not None:
        raise Invalid(
            says("The item {key} of this document has this title.", key=key),
            remedy="Revise that item, or give this one a title of its own.",
            field="title",
        )


def _require_edition(versions: Sequence[Version], draft: Version | None, edition: int | None) -> None:
    if edition == (draft.edition if draft is not None else None):
        return
    latest = draft or versions[-1]
    if draft is None:
        message: str = says(
            "The draft you opened is no draft any more: version {number} is {status}.",
            number=latest.number,
            status=latest.status,
        )
        remedy = "Save again, and your words become the next version."
    else:
        message = "A colleague wrote this draft meanwhile. Nothing of yours is recorded yet."
        remedy = "Read the colleague’s words below, take over what you want, then save again."
    raise StaleVersion(
        message,
        remedy=remedy,
        details={
            "edition": draft.edition if draft is not None else None,
            "version": latest.id,
            "title": latest.title,
            "points": list(latest.points),
            "texts": dict(latest.texts),
            "changed_at": latest.changed_at,
            "changed_by": latest.changed_by,
        },
    )


def _require_text(versions: Sequence[Version], draft: Version | None) -> None:
    if draft is not None and draft.effect is not Effect.TEXT:
        raise WrongStatus(
            "This draft drops the item or extends the period; its words say so and cannot be written over.",
            remedy="Withdraw this draft, then write a new one.",
        )
    if any(version.effect is Effect.EXTEND for version in versions):
        raise WrongStatus(
            "This item speaks of the document’s period alone.",
            remedy="Propose another period on the document’s page.",
        )


def begin_next(
    session: Session, item: Item, versions: Sequence[Version], text: Text, by: Actor, now: datetime
) -> Version:
    """Begin the next version of an item with the files of the one before it; no entry is written here."""
    version = drafting.new_version(item, text, by=by, now=now, number=versions[-1].number + 1)
    session.add(version)
    session.flush()
    base = drafting.base_of(versions)
    if base is not None:
        _take_files_along(session, base, version)
    return version


def _take_files_along(session: Session, base: Version, version: Version) -> None:
    kept = (
        Attachment.body_id,
        Attachment.filename,
        Attachment.media_type,
        Attachment.size,
        Attachment.sha256,
        Attachment.content,
    )
    rows = select(literal(version.id), *kept).where(Attachment.version_id == base.id).order_by(Attachment.id)
    session.execute(insert(Attachment).from_select(["version_id", *(column.key for column in kept)], rows))


def _rewrite(draft: Version, text: Text, by: Actor, now: datetime) -> None:
    draft.title, draft.points, draft.texts = text.title, list(text.points), dict(text.texts)
    draft.edition += 1
    draft.changed_at, draft.changed_by = now, by.public_id
