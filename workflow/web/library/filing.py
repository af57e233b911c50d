"""Filing in the library, and taking out of it.

What these acts write is in `workflow/actions/filing.py`.
"""

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from workflow.actions import filing
from workflow.actions.filing import Filed
from workflow.domain.mandates import Act
from workflow.domain.terms import Audience, LibraryKind
from workflow.models.library import LibraryEntry
from workflow.papers.file_types import ending
from workflow.papers.grids import Grid
from workflow.papers.paper import PaperBroken
from workflow.papers.reading import SEARCHED, read_file
from workflow.queries import library
from workflow.web.doors import permits
from workflow.web.forms import refusals
from workflow.web.library.blueprint import blueprint
from workflow.web.library.forms import EntryForm

#: Files of which one expects that their words are found.
_WITH_WORDS = frozenset({*SEARCHED, "odt", "ods"})


@blueprint.get("/new")
@permits(Act.FILE_IN_LIBRARY)
def filing_page() -> str:
    """Show the form of a new entry."""
    form = EntryForm()
    form.offer(g.actor)
    return _page(form)


@blueprint.post("/new")
@permits(Act.FILE_IN_LIBRARY)
def file_entry() -> Response | tuple[str, int]:
    """File something in the library."""
    form = EntryForm()
    form.offer(g.actor)
    if form.validate():
        with refusals(form) as attempt:
            entry = _filed(form)
        if attempt:
            flash(gettext("It is filed in the library."), "success")
            _tell_unread(entry)
            return redirect(url_for("library.entry", entry_id=entry.id))
    return _page(form), form.status


@blueprint.post("/<int:entry_id>/out")
@permits(Act.FILE_IN_LIBRARY)
def take_out(entry_id: int) -> Response:
    """Take an entry out of the library."""
    filing.take_out(g.session, entry_id, by=g.actor, now=g.now)
    flash(gettext("It is taken out of the library."), "success")
    return redirect(url_for("library.index"))


def words_of(filename: str, content: bytes) -> str:
    """Return the words of a file for the search; "" for a format that is not read, or a broken file."""
    try:
        reading = read_file(filename, content, SEARCHED)
    except PaperBroken:
        return ""
    lines: list[str] = []
    for block in reading.blocks:
        rows = [cell for row in block.rows for cell in row.cells] if isinstance(block, Grid) else [block.text]
        lines += rows
    return "\n".join(line for line in lines if line)


def _filed(form: EntryForm) -> LibraryEntry:
    # Not the field: a form can also carry a text under the name of a file.
    sent = request.files.get("file")
    name = (sent.filename or "") if sent is not None else ""
    content = sent.read() if sent is not None and name else b""
    filed = Filed(
        kind=LibraryKind(form.kind.data),
        audience=Audience(form.audience.data),
        title=form.title.data or "",
        subject=form.subject.data or "",
        summary=form.summary.data or "",
        held_on=form.held_on.data,
        item_key=(form.item.data or "").strip(),
        url=form.url.data or "",
        sent=(name, content) if name else None,
        words=words_of(name, content) if name else "",
    )
    bounds = {
        "types": current_app.config["ATTACHMENT_TYPES"],
        "largest": current_app.config["ATTACHMENT_BYTES"],
    }
    return filing.file_entry(g.session, filed, by=g.actor, now=g.now, body=g.body, **bounds)


def _tell_unread(entry: LibraryEntry) -> None:
    """Say of a file with words that the search does not find it by them."""
    if entry.filename and not entry.words and ending(entry.filename) in _WITH_WORDS:
        flash(
            gettext("The words of the file could not be read: the search finds it by its title."), "warning"
        )


def _page(form: EntryForm) -> str:
    return render_template(
        "library/new.html",
        form=form,
        subjects=library.subjects(g.session, g.actor),
        types=current_app.config["ATTACHMENT_TYPES"],
        largest=current_app.config["ATTACHMENT_BYTES"],
    )
