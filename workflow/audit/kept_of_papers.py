"""What the tables hold of a body's papers, as facts of the names and columns the entries tell.

What the entries tell is in `told_of_papers`.
"""

import hashlib
from collections import Counter, defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.audit.kept import Names, columns_of
from workflow.audit.rows import (
    document_sha256,
    file_sha256,
    progress_sha256,
    reference_sha256,
    remarks_sha256,
    section_sha256,
)
from workflow.audit.told import Facts
from workflow.audit.told_of_papers import file_name
from workflow.domain.canonical import version_sha256
from workflow.models.document import Attachment, Document, Item, Progress, Version

_AT_ONCE = 100
_VERSION = (
    "status",
    "source",
    "effect",
    "extends_until",
    "edition",
    "created_at",
    "changed_at",
    "changed_by",
    "decided_at",
    "ended_at",
    "reason",
    "decision_reference",
    "decision_date",
)


def facts(session: Session, body: int, names: Names) -> Facts:
    """Return what the tables hold of the body's documents, items, versions, files and progress."""
    versions = _version_names(session, body)
    files, order = _files(session, body, versions)
    return {
        **_documents(session, body),
        **_items(session, body),
        **files,
        **_versions(session, body, names, versions, order),
        **_progress(session, body),
    }


def _items(session: Session, body: int) -> Facts:
    query = select(Item, Document.code).outerjoin(Document, Document.id == Item.document_id)
    return {
        f"item {row.key}": {
            "document": code,
            "position": row.position,
            "section": section_sha256(row.section),
        }
        for row, code in session.execute(query.where(Item.body_id == body))
    }


def _version_names(session: Session, body: int) -> dict[int | None, str]:
    query = select(Version.id, Version.number, Item.key).outerjoin(Item, Item.id == Version.item_id)
    rows = session.execute(query.where(Version.body_id == body))
    return {key: f"version {number} of item {item}" for key, number, item in rows}


def _files(
    session: Session, body: int, versions: dict[int | None, str]
) -> tuple[Facts, dict[int, list[str]]]:
    """Return the files as facts, each read once, and their hashes by version in order."""
    order: dict[int, list[str]] = defaultdict(list)
    found: Facts = {}
    query = select(Attachment, Attachment.content).where(Attachment.body_id == body).order_by(Attachment.id)
    for file, content in session.execute(query.execution_options(yield_per=1)):
        order[file.version_id].append(file.sha256)
        read = hashlib.sha256(content).hexdigest()
        name = versions.get(file.version_id, f"version row {file.version_id}, which is not there")
        found[file_name(file.sha256, name)] = {"sha256": read, "row": file_sha256(file)}
        session.expunge(file)
    return found, order


def _versions(
    session: Session,
    body: int,
    names: Names,
    versions: dict[int | None, str],
    files: dict[int, list[str]],
) -> Facts:
    found: Facts = {}
    query = select(Version).where(Version.body_id == body).execution_options(yield_per=_AT_ONCE)
    for version in session.scalars(query):
        digest = version_sha256(version.title, version.points, version.texts, files.get(version.id, ()))
        found[versions[version.id]] = {
            **columns_of(version, *_VERSION),
            # Neither the text nor its fingerprint can change alone, and the log knows what both were.
            "sha256": digest,
            "kept_sha256": version.sha256,
            "superseded_by": versions.get(version.superseded_by_id),
            "meeting": names.meetings[version.meeting_id],
            "remarks": remarks_sha256(version),
            "reference": reference_sha256(version.decision_reference),
        }
        session.expunge(version)
    return found


def _documents(session: Session, body: int) -> Facts:
    rows = session.scalars(select(Document).where(Document.body_id == body))
    columns = ("kind", "period_from", "period_until", "created_at", "introduction", "introduced_at")
    return {f"document {row.code}": columns_of(row, *columns) | {"row": document_sha256(row)} for row in rows}


def _progress(session: Session, body: int) -> Facts:
    numbers: Counter[str] = Counter()
    found: Facts = {}
    query = select(Progress, Item.key).outerjoin(Item, Item.id == Progress.item_id)
    for row, key in session.execute(query.where(Progress.body_id == body).order_by(Progress.id)):
        thing = f"progress of item {key}, number"
        numbers[thing] += 1
        columns = ("as_of", "status", "reported_at", "reported_by")
        told = columns_of(row, *columns) | {"more": progress_sha256(row)}
        found[f"{thing} {numbers[thing]}"] = told
    return found
