"""Importing a document from its JSON file: its items with their texts and files, and what was reported.

Checking the file is in `workflow/papers/document_json.py`; papers written by people come in by `importing`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.actions import amending, drafting, files, importing_beside, introducing, progress
from workflow.actions.drafting import Text
from workflow.actions.making import free_code, record_created
from workflow.domain.errors import Invalid, says
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.terms import DocumentKind, Effect, Source, Status
from workflow.models.body import Body, Meeting
from workflow.models.document import Document, Item, Version
from workflow.papers.document_json import content_of


@dataclass(frozen=True)
class _Import:
    """What is the same for the whole file: who imports it, when, and which files may be attached."""

    by: Actor
    now: datetime
    types: Collection[str]
    largest: int


def import_document(
    session: Session,
    given: Mapping[str, Any],
    *,
    by: Actor,
    now: datetime,
    body: Body,
    types: Collection[str],
    largest: int,
) -> Document:
    """Make the document of a file that `document_json.read` returned: all of it or nothing.

    A text in force becomes an endorsement by source `document`, without deadline or response (rule 43); any
    other text a draft. Code and keys are kept where they are free. `types` and `largest` bound the files.
    Effects: entries for the document, each version, file and report. Raises Invalid naming `file`, and
    NotAllowed: only the Lead Shepherd's office says that a text was endorsed.
    """
    is_endorsed = any(item["in_force"] is not None for item in given["items"])
    require(by, Act.IMPORT_ENDORSED if is_endorsed else Act.IMPORT_DOCUMENT, body=body.id)
    drafting.hold_papers(session, by)
    how = _Import(by, now, types, largest)
    _check_texts(given)
    document = _document(session, given["document"], how, body)
    introducing.write_introduction(
        session, document.id, by=by, now=now, text=given["document"].get("introduction", "")
    )
    keys = _keys(session, document, [item["key"] for item in given["items"]])
    for position, (key, one) in enumerate(zip(keys, given["items"], strict=True), start=1):
        item = Item(
            body_id=body.id, document_id=document.id, key=key, position=position, section=one["section"]
        )
        session.add(item)
        session.flush()
        _fill(session, item, one, how)
    new = dict(zip([item["key"] for item in given["items"]], keys, strict=True))
    if "reporting" in given:
        importing_beside.import_reporting(session, document, given["reporting"], new, by=by, now=now)
    if "relations" in given:
        importing_beside.import_relations(session, document, given["relations"], by=by, now=now)
    return document


def _check_texts(given: Mapping[str, Any]) -> None:
    kind = DocumentKind(given["document"]["kind"])
    known = set(drafting.text_names(kind))
    for place, item in enumerate(given["items"]):
        for text in (item["in_force"], item["draft"]):
            if text is None:
                continue
            if set(text["texts"]) - known or (text["points"] and not drafting.has_points(kind)):
                raise Invalid(
                    says("In the file, items[{place}] has a text that no column holds.", place=place),
                    remedy="Correct it there. Nothing was imported.",
                    field="file",
                )


def _document(session: Session, about: Mapping[str, Any], how: _Import, body: Body) -> Document:
    kind, first, last = DocumentKind(about["kind"]), about["period_from"], about["period_until"]
    taken = session.scalar(
        select(Document.id).where(Document.body_id == body.id, Document.code == about["code"])
    )
    meeting = session.scalars(
        select(Meeting).where(Meeting.body_id == body.id, Meeting.code == (about["meeting"] or ""))
    ).one_or_none()
    document = Document(
        body_id=body.id,
        code=about["code"] if taken is None else free_code(session, body, kind, first, last),
        kind=kind,
        title=about["title"],
        paper_title=about["paper_title"],
        section_number=about["section_number"],
        period_from=first,
        period_until=last,
        columns=list(about["columns"]),
        meeting_id=meeting.id if meeting is not None else None,
        flags=list(about["flags"]),
        created_at=how.now,
    )
    session.add(document)
    session.flush()
    record_created(session, document, how.by, how.now)
    return document


def _keys(session: Session, document: Document, wanted: list[str]) -> list[str]:
    """Return the keys of the file where none of them is taken, else keys of the document's own."""
    query = select(Item.id).where(Item.body_id == document.body_id, Item.key.in_(wanted)).limit(1)
    if session.scalar(query) is None:
        return wanted
    prefix = drafting.next_key(session, document, ()).rpartition("-")[0]
    return [f"{prefix}-{number}" for number in range(1, len(wanted) + 1)]


def _fill(session: Session, item: Item, one: Mapping[str, Any], how: _Import) -> None:
    number = 1
    for text, status in ((one["in_force"], Status.ENDORSED), (one["draft"], Status.DRAFT)):
        if text is not None:
            _version(session, item, text, status, number, how)
            number += 1
    for told in one["progress"]:
        more = {name: told[name] for name in ("scheduled", "links") if name in told}
        day = importing_beside.read_day(told["as_of"])
        progress.report(session, item.id, by=how.by, now=how.now, as_of=day, status=told["status"], **more)
    importing_beside.import_obligations(session, item, one.get("obligations", ()), by=how.by, now=how.now)


def _version(
    session: Session, item: Item, text: Mapping[str, Any], status: Status, number: int, how: _Import
) -> None:
    words = Text(text["title"], tuple(text["points"]), dict(text["texts"]))
    version: Version = drafting.new_version(item, words, by=how.by, now=how.now, number=number, status=status)
    version.flags = list(text["flags"])
    if status is Status.ENDORSED:
        version.source, version.decided_at = Source.DOCUMENT, how.now
        version.decision_reference = text["reference"] or None
    session.add(version)
    session.flush()
    drafting.record_imported(session, item, version, by=how.by, now=how.now)
    effect = Effect(text.get("effect", Effect.TEXT))
    if effect is not Effect.TEXT:
        until = text.get("extends_until")
        amending.give_effect(session, item, version, effect, by=how.by, now=how.now, until=until)
    for file in text["files"]:
        sent = (file["filename"], content_of(file))
        files.put(
            session, item, version, by=how.by, now=how.now, sent=sent, types=how.types, largest=how.largest
        )
