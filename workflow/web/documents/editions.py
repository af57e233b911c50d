"""A document as endorsed on any past day, its editions, and what changed between two of them.

How days are reckoned is in `workflow/domain/in_force.py`; the document as it stands today is in `tables`.
"""

from collections.abc import Iterator
from datetime import date

from flask import Response, g, render_template, request
from flask_babel import gettext, ngettext

from workflow.domain.in_force import read_day
from workflow.domain.mandates import Act
from workflow.domain.terms import Effect
from workflow.domain.zones import local
from workflow.models.document import Document
from workflow.papers.csv_rows import Cell
from workflow.papers.differences import VersionDifference, version_difference
from workflow.queries import editions
from workflow.queries.documents import find
from workflow.queries.editions import Change, Edition, Text
from workflow.web.documents import columns
from workflow.web.documents.blueprint import blueprint
from workflow.web.documents.steps import circulation_url
from workflow.web.doors import permits
from workflow.web.filters import day
from workflow.web.spreadsheets import csv_file

AS_OF = "as-of"
_HEADER = ("item", "section", "title", "version", "in_force_since", "circulation", "meeting", "text_sha256")


@blueprint.get("/<code>/editions")
@permits(Act.READ_DOCUMENTS)
def editions_of(code: str) -> str:
    """List the editions of a document, the latest first."""
    found, _ = find(g.session, g.body.id, code)
    return render_template("documents/editions.html", document=found, editions=_all(found), today=_today())


@blueprint.get("/<code>/edition.csv")
@permits(Act.READ_DOCUMENTS)
def edition_csv(code: str) -> Response:
    """Give the document as endorsed on a day as a file."""
    found, _ = find(g.session, g.body.id, code)
    edition = editions.edition(_texts(found), _asked(AS_OF, _today()))
    return csv_file(f"{found.code}-{edition.day.isoformat()}", _HEADER, _rows(edition))


@blueprint.get("/<code>/editions/difference")
@permits(Act.READ_DOCUMENTS)
def editions_difference(code: str) -> str:
    """Show what changed from one edition to another, item by item and word by word."""
    found, _ = find(g.session, g.body.id, code)
    texts, all_editions = _texts(found), _all(found)
    first = all_editions[-1].day if all_editions else _today()
    old, new = (editions.edition(texts, _asked(*one)) for one in (("from", first), ("to", _today())))
    return render_template(
        "documents/editions_difference.html",
        document=found,
        old=old,
        new=new,
        changes=[(one, _words(one)) for one in editions.compared(old, new)],
        labels=columns.labels(found),
        today=_today(),
    )


def edition_page(found: Document) -> str:
    """Show a document as endorsed on the day that the address asks for."""
    edition = editions.edition(_texts(found), _asked(AS_OF, _today()))
    return render_template(
        "documents/edition.html",
        document=found,
        edition=edition,
        sentence=_sentence(edition, _all(found)),
        labels=columns.labels(found),
        first_heading=columns.first_heading(found),
        circulation_url=circulation_url,
        today=_today(),
    )


def _texts(found: Document) -> list[Text]:
    return editions.texts_once_in_force(g.session, g.body, found)


def _all(found: Document) -> list[Edition]:
    return editions.editions(_texts(found))


def _today() -> date:
    return local(g.now, g.body.rules["zone"]).date()


def _asked(name: str, otherwise: date) -> date:
    written = request.args.get(name, "")
    return read_day(written, name, _today()) if written else otherwise


def _sentence(edition: Edition, known: list[Edition]) -> str:
    """Say how much was in force on that day, and where nothing was, when it began."""
    when, count = day(edition.day), len(edition.having(Effect.TEXT))
    if count:
        return ngettext(
            "On %(day)s, one item was in force. It is shown in the words of that day.",
            "On %(day)s, %(num)d items were in force. They are shown in the words of that day.",
            count,
            day=when,
        )
    if not known:
        return gettext(
            "On %(day)s, nothing was in force: nothing of this document is endorsed yet.", day=when
        )
    first = day(known[-1].day)
    return gettext(
        "On %(day)s, nothing was in force. The first edition is of %(first)s.", day=when, first=first
    )


def _words(change: Change) -> VersionDifference | None:
    """Return what changed word by word, where an item is in both editions."""
    if change.old is None or change.new is None:
        return None
    return version_difference(change.old.version, change.new.version)


def _rows(edition: Edition) -> Iterator[list[Cell]]:
    for text in edition.having(Effect.TEXT):
        symbol = text.circulation.symbol if text.circulation is not None else ""
        yield [
            text.item.position,
            text.item.section or "",
            text.version.title,
            text.version.number,
            text.stay.since.isoformat(),
            symbol or "",
            text.meeting,
            text.version.sha256,
        ]
