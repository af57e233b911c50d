"""Everything of a document as plain data: its texts and files, what was reported, and what became of it.

How it is written and read back is in `workflow/papers/document_json.py`; the way in is `importing_json`.
"""

from base64 import b64encode
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from workflow.actions.exporting_beside import obligations_data, relations_data, reporting_data
from workflow.domain.terms import Source
from workflow.models.body import Body, Meeting
from workflow.models.document import Attachment, Document, Item, Progress, Version
from workflow.papers.document_json import FORMAT, VERSION
from workflow.queries.documents import Circulated, ItemLine, actions_taken, hear, lines

Files = dict[int, list[Attachment]]


@dataclass(frozen=True)
class _Beside:
    """What stands beside the texts of items, by their ids: progress reports, obligations served."""

    reports: dict[int, list[Progress]]
    obligations: dict[int, list[dict[str, str]]]


def document_data(session: Session, body: Body, document: Document) -> dict[str, Any]:
    """Return a document as `document_json` writes it: as many statements however many items there are.

    Of each item the text in force and the newest text that is not: a draft, or what is before the States.
    `history` tells of every version; it holds outcomes, and no position of a State (rule 33a).
    """
    rows = lines(session, document)
    hear(session, rows)
    files = _files(session, document)
    beside = _Beside(_reports(session, document), obligations_data(session, document))
    meeting = session.get(Meeting, document.meeting_id) if document.meeting_id is not None else None
    return {
        "format": FORMAT,
        "version": VERSION,
        "body": body.code,
        "document": _about(document, meeting),
        "items": [_item(body, document, line, files, beside) for line in rows],
        "reporting": reporting_data(session, document),
        "relations": relations_data(session, document),
        "history": [
            _told(line.item, one) for line in rows for one in line.versions if one.circulation is not None
        ],
    }


def _about(document: Document, meeting: Meeting | None) -> dict[str, Any]:
    return {
        "code": document.code,
        "kind": str(document.kind),
        "title": document.title,
        "paper_title": document.paper_title,
        "introduction": document.introduction,
        "section_number": document.section_number,
        "period_from": document.period_from,
        "period_until": document.period_until,
        "columns": list(document.columns),
        "meeting": meeting.code if meeting is not None else None,
        "flags": list(document.flags),
    }


def _item(body: Body, document: Document, line: ItemLine, files: Files, beside: _Beside) -> dict[str, Any]:
    in_force, coming = line.in_force, line.draft or line.before_states
    if in_force is None and coming is None:
        coming = line.shown
    return {
        "key": line.item.key,
        "section": line.item.section,
        "in_force": _text(in_force, files, _reference(body, document, line)) if in_force else None,
        "draft": _text(coming, files, "") if coming else None,
        "progress": [_report(one) for one in beside.reports[line.item.id]],
        "obligations": beside.obligations.get(line.item.id, []),
    }


def _report(one: Progress) -> dict[str, Any]:
    told = {"as_of": one.as_of.isoformat(), "status": one.status}
    return told | {"scheduled": one.scheduled, "links": list(one.links)}


def _reference(body: Body, document: Document, line: ItemLine) -> str:
    assert line.in_force is not None
    version = line.in_force.version
    if version.source is Source.DOCUMENT:
        return version.decision_reference or ""
    return actions_taken(body, document, line)


def _text(one: Circulated, files: Files, reference: str) -> dict[str, Any]:
    version = one.version
    return {
        "title": version.title,
        "points": list(version.points),
        "texts": dict(version.texts),
        "sha256": version.sha256,
        "effect": str(version.effect),
        "extends_until": version.extends_until,
        "reference": reference,
        "flags": list(version.flags),
        "files": [
            {
                "filename": file.filename,
                "sha256": file.sha256,
                "content": b64encode(file.content).decode(),
            }
            for file in files[version.id]
        ],
    }


def _told(item: Item, one: Circulated) -> dict[str, Any]:
    version, circulation = one.version, one.circulation
    assert circulation is not None
    instants = {
        "dispatched_at": circulation.dispatched_at,
        "deadline": circulation.deadline,
        "closed_at": circulation.closed_at,
    }
    return {
        "item": item.key,
        "version": version.number,
        "sha256": version.sha256,
        "status": str(version.status),
        "circulation": circulation.symbol,
        "result": str(one.result) if one.result is not None else None,
        **{name: at.isoformat() if at is not None else None for name, at in instants.items()},
    }


def _files(session: Session, document: Document) -> Files:
    query = (
        select(Attachment)
        .join(Version, Version.id == Attachment.version_id)
        .join(Item, Item.id == Version.item_id)
        .where(Item.document_id == document.id)
        .order_by(Attachment.id)
    )
    found: Files = defaultdict(list)
    for file in session.scalars(query.options(undefer(Attachment.content))):
        found[file.version_id].append(file)
    return found


def _reports(session: Session, document: Document) -> dict[int, list[Progress]]:
    query = select(Progress).join(Item, Item.id == Progress.item_id).where(Item.document_id == document.id)
    found: dict[int, list[Progress]] = defaultdict(list)
    for one in session.scalars(query.order_by(Progress.id)):
        found[one.item_id].append(one)
    return found
