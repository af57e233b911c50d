"""The library: the list with its filters and its search, one entry, and its file as a download.

Filing is in `filing`, the register of focal points in `register`.
"""

from collections.abc import Iterator

from flask import Response, g, render_template, request, url_for

from workflow.domain.errors import NotFound
from workflow.domain.mandates import Act, may
from workflow.models.library import LibraryEntry
from workflow.papers.csv_rows import Cell
from workflow.queries import library
from workflow.queries.library import Shelf
from workflow.web.doors import permits
from workflow.web.downloads import stored_file
from workflow.web.forms import DoorForm
from workflow.web.keys import asked
from workflow.web.library.blueprint import blueprint
from workflow.web.library.forms import ShelfNarrowing
from workflow.web.library.words import AUDIENCES, KINDS
from workflow.web.spreadsheets import csv_file

_HEADER = ("number", "kind", "title", "subject", "summary", "day", "item", "link", "file", "filed_at")
_AT_ONCE = 200


@blueprint.get("")
@permits(Act.READ_LIBRARY)
def index() -> str:
    """Show what is in the library, newest first, or what holds all the words looked for."""
    form = ShelfNarrowing()
    form.offer(library.subjects(g.session, g.actor))
    words = (form.words.data or "").strip()
    if words:
        key_of_page = request.args.get("before", "")
        rows, older = library.found_by(g.session, g.actor, words, _shelf(form), key_of_page)
    else:
        rows, key = library.listing(g.session, g.actor, _shelf(form), asked("before"))
        older = str(key) if key is not None else ""
    kept = form.kept()
    return render_template(
        "library/index.html",
        form=form,
        rows=rows,
        kinds=KINDS,
        older=url_for("library.index", before=older, **kept) if older else None,
        newest=url_for("library.index", **kept) if request.args.get("before") else None,
        is_narrowed=bool(words or kept),
        may_file=may(g.actor, Act.FILE_IN_LIBRARY),
    )


@blueprint.get("/index.csv")
@permits(Act.READ_LIBRARY)
def index_csv() -> Response:
    """Give the library's list as a file."""
    return csv_file("library", _HEADER, _csv_rows())


@blueprint.get("/<int:entry_id>")
@permits(Act.READ_LIBRARY)
def entry(entry_id: int) -> str:
    """Show one entry."""
    row, item = library.find(g.session, g.actor, entry_id)
    return render_template(
        "library/entry.html",
        entry=row,
        item=item,
        kinds=KINDS,
        audiences=AUDIENCES,
        zone=g.body.rules["zone"],
        may_file=may(g.actor, Act.FILE_IN_LIBRARY),
        form=DoorForm(),
    )


@blueprint.get("/<int:entry_id>/file")
@permits(Act.READ_LIBRARY)
def file(entry_id: int) -> Response:
    """Give an entry's file out: to be saved, never to be shown."""
    row, _ = library.find(g.session, g.actor, entry_id)
    if row.content is None:
        raise NotFound("This entry has no file.", remedy="Follow its link, if it has one.")
    return stored_file(row.filename, row.content, row.media_type)


def _shelf(form: ShelfNarrowing) -> Shelf:
    return Shelf(form.kind.data or "", form.subject.data or "", (form.item.data or "").strip())


def _csv_rows() -> Iterator[list[Cell]]:
    before = None
    while True:
        rows, before = library.listing(g.session, g.actor, Shelf(), before, limit=_AT_ONCE)
        for row, item in rows:
            yield [*_about(row), item.key if item is not None else "", row.url, row.filename, _at(row)]
        if before is None:
            return


def _about(row: LibraryEntry) -> list[Cell]:
    day = row.held_on.isoformat() if row.held_on is not None else ""
    return [row.number, str(row.kind), row.title, row.subject, row.summary, day]


def _at(row: LibraryEntry) -> str:
    return row.filed_at.isoformat()
