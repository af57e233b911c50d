"""What the import of a document's JSON file would write: the import itself is done and undone again.

The pages are in `json_files`, the import is in `workflow/actions/importing_json.py`.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, g
from flask_babel import gettext, ngettext

from workflow.actions import importing_json
from workflow.domain.terms import DocumentKind
from workflow.models.body import Meeting
from workflow.models.document import Document
from workflow.queries.documents import lines, twins
from workflow.queries.relations import coverage

Given = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """An item of the file: the key it gets, its words, and what comes along with it."""

    key: str
    section: str | None
    title: str
    in_force: bool
    is_draft: bool
    beside: Sequence[str]


@dataclass(frozen=True)
class Foreseen:
    """What a file would become; `meeting` is the one it is drafted for, where the body has it."""

    given: Given
    code: str
    kind: DocumentKind
    meeting: Meeting | None
    lines: Sequence[Line]
    twins: Sequence[Document]
    remarks: Sequence[str]

    @property
    def beside(self) -> Sequence[str]:
        """Return in words what comes along with the document besides its items."""
        reporting, relations = self.given.get("reporting", {}), self.given.get("relations", {})
        periods, indicators = reporting.get("periods", ()), reporting.get("indicators", ())
        figures = sum(len(one["figures"]) for one in periods)
        former, others = relations.get("predecessors", ()), relations.get("endorsements", ())
        return _said(
            (len(periods), ngettext("%(num)d reporting period", "%(num)d reporting periods", len(periods))),
            (len(indicators), ngettext("%(num)d indicator", "%(num)d indicators", len(indicators))),
            (figures, ngettext("%(num)d figure", "%(num)d figures", figures)),
            (len(former), ngettext("%(num)d predecessor", "%(num)d predecessors", len(former))),
            (
                len(others),
                ngettext(
                    "%(num)d endorsement by another body", "%(num)d endorsements by other bodies", len(others)
                ),
            ),
        )

    @property
    def fingerprint(self) -> str:
        """Return what differs wherever another thing would be done than the preview shows."""
        kept = [self.code, [line.key for line in self.lines], [one.code for one in self.twins], self.remarks]
        told = json.dumps([self.given, kept], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()


def import_file(given: Given) -> Document:
    """Import the document of a file that was read: all of it or nothing."""
    return importing_json.import_document(
        g.session,
        given,
        by=g.actor,
        now=g.now,
        body=g.body,
        types=current_app.config["ATTACHMENT_TYPES"],
        largest=current_app.config["ATTACHMENT_BYTES"],
    )


def foresee(given: Given) -> Foreseen:
    """Return what a file would become; raises what the import would raise, and leaves nothing written."""
    about = given["document"]
    kind, years = DocumentKind(about["kind"]), (about["period_from"], about["period_until"])
    alike = twins(g.session, g.body.id, (kind, *years))
    known = _obligations()
    savepoint = g.session.begin_nested()
    try:
        made = import_file(given)
        code = made.code
        keys = [line.item.key for line in lines(g.session, made)]
        meeting = g.session.get(Meeting, made.meeting_id) if made.meeting_id is not None else None
    finally:
        savepoint.rollback()
    told = [_line(key, one) for key, one in zip(keys, given["items"], strict=True)]
    remarks = list(_remarks(given, code, keys, meeting, known))
    return Foreseen(given, code, kind, meeting, told, alike, remarks)


def _line(key: str, one: Given) -> Line:
    text = one["draft"] or one["in_force"]
    files = sum(len(version["files"]) for version in (one["in_force"], one["draft"]) if version is not None)
    served = len(one.get("obligations", ()))
    reports = len(one["progress"])
    beside = _said(
        (files, ngettext("%(num)d file", "%(num)d files", files)),
        (reports, ngettext("%(num)d report of progress", "%(num)d reports of progress", reports)),
        (served, ngettext("%(num)d obligation", "%(num)d obligations", served)),
    )
    is_in_force, is_draft = one["in_force"] is not None, one["draft"] is not None
    return Line(key, one["section"], text["title"], is_in_force, is_draft, beside)


def _said(*counted: tuple[int, str]) -> list[str]:
    return [words for number, words in counted if number]


def _remarks(
    given: Given, code: str, keys: Sequence[str], meeting: Meeting | None, known: set[tuple[str, str]]
) -> list[str]:
    """Return what will not be as it stands in the file, and what comes along besides the items."""
    found, about = [], given["document"]
    if code != about["code"]:
        found.append(
            gettext("The code “%(code)s” is taken: it becomes “%(new)s”.", code=about["code"], new=code)
        )
    if keys != [item["key"] for item in given["items"]]:
        found.append(gettext("Keys of its items are taken: all of them get new ones."))
    if about["meeting"] and meeting is None:
        found.append(
            gettext("There is no meeting “%(code)s” here: it is drafted for none.", code=about["meeting"])
        )
    if given["history"]:
        found.append(gettext("What became of it elsewhere, its history, is not imported."))
    new = _named(given) - known
    if new:
        found.append(
            ngettext("%(num)d new obligation is added.", "%(num)d new obligations are added.", len(new))
        )
    return found


def _named(given: Given) -> set[tuple[str, str]]:
    return {
        (one["instrument"], one["place"]) for item in given["items"] for one in item.get("obligations", ())
    }


def _obligations() -> set[tuple[str, str]]:
    known = [one.obligation for one in coverage(g.session, g.body.id)]
    return {(one.instrument, one.place) for one in known}
