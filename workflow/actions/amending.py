"""Changes of a document that are no row of its table: dropping an item, extending its period (rules 40, 41).

Each is a draft of its own, which the States endorse like any other; rewriting a text is in `documents`.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.actions import documents, drafting
from workflow.actions.drafting import Text
from workflow.actions.making import LAST_YEAR
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.db import locked
from workflow.domain.errors import Invalid, WrongStatus, says
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.terms import DocumentKind, Effect, Status
from workflow.domain.texts import clean
from workflow.models.document import Document, Item, Version

#: The text in which a draft says its effect; both kinds of document have it.
_WORDS = "status"
#: The section row under which a change of the period stands, so that no item gets another number.
_SECTION = "Period"


def drop_item(session: Session, item_id: int, *, by: Actor, now: datetime, reason: str) -> Version:
    """Write the draft that drops an item: it stays in force until the States endorsed that it goes.

    Effects: a new version whose words say so, with the files of the one before; two entries. Raises
    WrongStatus where nothing of the item is in force or another draft waits, Invalid naming `reason`.
    """
    require(by, Act.WRITE_DRAFT)
    item, document = drafting.locked_item(session, item_id, by)
    reason = clean(reason, "reason", required=True)
    versions = drafting.versions_of(session, item)
    in_force = _in_force(versions)
    if in_force is None or in_force.effect is not Effect.TEXT:
        raise WrongStatus(
            "Only an item whose text is in force can be dropped.",
            remedy="Withdraw its draft instead; of a text before the States, its circulation decides.",
        )
    _require_no_draft(versions)
    words = f"This item is dropped from the {document.short_title}.\n{reason}"
    text = _text(document.kind, in_force.title, words)
    version = documents.begin_next(session, item, versions, text, by, now)
    _written(session, item, version, text, by, now)
    return give_effect(session, item, version, Effect.DROP, by=by, now=now)


def extend_period(
    session: Session, document: Document, *, by: Actor, now: datetime, until: int, reason: str
) -> Version:
    """Write the draft that extends the years of a document: they hold once the States endorsed it (rule 41).

    Effects: an item of its own at the end of the document, or its next version; two entries. Raises
    Invalid naming `until` or `reason`, WrongStatus where another draft of this change waits.
    """
    require(by, Act.WRITE_DRAFT, body=document.body_id)
    drafting.hold_papers(session, by)
    document, _ = locked(session, Document, document.id)
    reason = clean(reason, "reason", required=True)
    item, versions = _period_item(session, document)
    in_force = _in_force(versions)
    last = in_force.extends_until if in_force is not None else None
    _check_year(until, last or document.period_until)
    _require_no_draft(versions)
    words = (
        f"The {document.short_title} covers {document.period_from}-{until} instead of"
        f" {document.period_from}-{last or document.period_until}.\n{reason}"
    )
    text = _text(document.kind, f"Period of the {document.short_title}", words)
    if item is None:
        (version,) = documents.add_items(session, document, [(text, _SECTION)], by=by, now=now)
        item = session.get_one(Item, version.item_id)
        return give_effect(session, item, version, Effect.EXTEND, by=by, now=now, until=until)
    version = documents.begin_next(session, item, versions, text, by, now)
    _written(session, item, version, text, by, now)
    return give_effect(session, item, version, Effect.EXTEND, by=by, now=now, until=until)


def give_effect(
    session: Session,
    item: Item,
    version: Version,
    effect: Effect,
    *,
    by: Actor,
    now: datetime,
    until: int | None = None,
) -> Version:
    """Note what the endorsement of a version does, with its entry, and return the version.

    `until` is the year of an extension.
    """
    version.effect, version.extends_until = effect, until
    session.flush()
    record(
        session,
        Entry.EFFECT_GIVEN,
        by=by,
        at=now,
        body=item.body_id,
        item=item.key,
        version=version.number,
        version_sha256=version.sha256,
        effect=effect,
        extends_until=until,
    )
    return version


def _written(session: Session, item: Item, version: Version, text: Text, by: Actor, now: datetime) -> None:
    version.sha256 = drafting.fingerprint(text, drafting.file_hashes(session, version))
    session.flush()
    drafting.record_written(session, item, version, by, now)


def _text(kind: DocumentKind, title: str, words: str) -> Text:
    return drafting.cleaned(kind, title, (), {_WORDS: words})


def _in_force(versions: Sequence[Version]) -> Version | None:
    return next((version for version in versions if version.status is Status.ENDORSED), None)


def _period_item(session: Session, document: Document) -> tuple[Item | None, list[Version]]:
    """Return the item that speaks of the document's period, with its versions, if there was one."""
    query = select(Item).join(Version, Version.item_id == Item.id)
    item = session.scalars(
        query.where(Item.document_id == document.id, Version.effect == Effect.EXTEND).limit(1)
    ).first()
    return (None, []) if item is None else (item, drafting.versions_of(session, item))


def _require_no_draft(versions: Sequence[Version]) -> None:
    if any(version.status is Status.DRAFT for version in versions):
        raise WrongStatus(
            "A draft of this item waits already.",
            remedy="Circulate or withdraw it first: an item has one draft at a time.",
        )


def _check_year(until: int, last: int) -> None:
    if until <= last:
        raise Invalid(
            says("The period lasts until {last} already.", last=last),
            remedy=says("Write a later year than {last}.", last=last),
            field="until",
        )
    if until > LAST_YEAR:
        raise Invalid(
            says("{year} is no year of a period.", year=until),
            remedy="Write it with four figures.",
            field="until",
        )
