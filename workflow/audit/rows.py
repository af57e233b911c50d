"""Fingerprints of rows whose words need not stand in the log, but must not change unseen.

What a circulation froze is in `terms`, letters are in `posted`. None of these rows is about a person.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

from workflow.audit.record import plain
from workflow.models.body import Body, Meeting, State
from workflow.models.circulation import Circulation
from workflow.models.document import Attachment, Document, Progress, Version
from workflow.models.relations import Obligation, OtherEndorsement, Predecessor
from workflow.models.reporting import Indicator
from workflow.models.response import ResponseDraft

_SETTINGS = (
    "code",
    "name",
    "short_name",
    "office_title",
    "secretariat_name",
    "programme_name",
    "rules",
    "holiday_overrides",
    "wordings",
)
_PLAN = (
    "title",
    "message",
    "authority_meeting_id",
    "authority_note",
    "urgent",
    "urgent_reasons",
    "package",
    "zone",
    "deadline",
    "window_end",
)
#: What of a State an entry tells besides its code and name.
STATE = ("in_text", "capital", "zone", "weekend", "calendar", "member_from", "member_until")
_DOCUMENT = ("title", "paper_title", "section_number", "columns", "meeting_id", "flags")


def settings_sha256(body: Body) -> str:
    """Return the fingerprint of a body's settings."""
    return _sha256(_columns(body, _SETTINGS))


def membership(state: State) -> dict[str, object]:
    """Return how an entry tells of a State: what it is called, where it keeps time, since when it belongs."""
    return {"state": state.code, "called": state.name, **_columns(state, STATE)}


def meeting_told(meeting: Meeting) -> dict[str, object]:
    """Return how the founding entry tells of a meeting."""
    return {"meeting": meeting.code, "called": meeting.name, **_columns(meeting, ("held_on", "printed"))}


def plan_sha256(circulation: Circulation, versions: Sequence[int]) -> str:
    """Return the fingerprint of a preparation and its versions in order, by the keys of their rows."""
    return _sha256(_columns(circulation, _PLAN) | {"versions": list(versions)})


def document_sha256(document: Document) -> str:
    """Return the fingerprint of what a document is called and where it comes from."""
    return _sha256(_columns(document, _DOCUMENT))


def section_sha256(section: str | None) -> str:
    """Return the fingerprint of the section row above an item."""
    return _sha256({"section": section})


def remarks_sha256(version: Version) -> str:
    """Return the fingerprint of what the reader of a paper remarked of a version."""
    return _sha256({"flags": version.flags})


def reference_sha256(reference: str | None) -> str:
    """Return the fingerprint of what a paper says of a decision."""
    return _sha256({"reference": reference})


def file_sha256(file: Attachment) -> str:
    """Return the fingerprint of a file with its name and type."""
    return _sha256(_columns(file, ("filename", "media_type", "size", "sha256")))


def progress_sha256(progress: Progress) -> str:
    """Return the fingerprint of what a progress report says besides its status."""
    return _sha256(_columns(progress, ("scheduled", "links")))


def indicator_sha256(indicator: Indicator) -> str:
    """Return the fingerprint of what an indicator counts."""
    return _sha256(_columns(indicator, ("name", "unit", "target", "parts")))


def relation_sha256(row: Predecessor | OtherEndorsement | Obligation) -> str:
    """Return the fingerprint of what a relation or an obligation says."""
    names = ("former_id", "title", "endorsed_by", "endorsed_on", "reference", "instrument", "place", "words")
    return _sha256(_columns(row, [name for name in names if hasattr(row, name)]))


def draft_sha256(draft: ResponseDraft) -> str:
    """Return the fingerprint of an unsent draft; an entry shows only that of this one."""
    return _sha256(_columns(draft, ("version_id", "kind", "reasons", "passage", "cure")))


def secret_sha256(kept: str | None) -> str | None:
    """Return the fingerprint of a password's salted hash, which tells nobody the hash."""
    return None if kept is None else _sha256({"kept": kept})


def _columns(row: object, names: Sequence[str]) -> dict[str, object]:
    return {name: plain(getattr(row, name)) for name in names}


def _sha256(told: Mapping[str, object]) -> str:
    written = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode("utf-8")).hexdigest()
