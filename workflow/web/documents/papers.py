"""Importing a paper: a file, a preview of what it becomes, and only then the import.

How a paper is read is in `workflow/papers/`; what the import writes, in `workflow/actions/importing.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from workflow.actions import importing
from workflow.domain.errors import Invalid, StaleVersion
from workflow.domain.mandates import Act, may
from workflow.models.body import Meeting
from workflow.models.document import Document
from workflow.papers.file_types import ending
from workflow.papers.paper import Paper, PaperDocument, Remark
from workflow.papers.plain_lines import decoded
from workflow.papers.plan_text import read
from workflow.queries.documents import meetings, twins
from workflow.web.documents import columns, matching
from workflow.web.documents.blueprint import blueprint
from workflow.web.documents.foreseeing import meeting_entries
from workflow.web.documents.forms import PaperForm
from workflow.web.doors import permits
from workflow.web.forms import refusals
from workflow.web.sentences import translated

IMPORT = "import"

blueprint.add_app_template_filter(translated, "said")


@dataclass(frozen=True)
class Foreseen:
    """What one document of a paper would become."""

    read: PaperDocument
    meeting: Meeting | None
    twins: Sequence[Document]
    remarks: Sequence[Remark]

    @property
    def labels(self) -> dict[str, str]:
        """Return what each text of an item is called."""
        return columns.labels(self.read)

    @property
    def headings(self) -> list[str]:
        """Return the headings over the title, the texts and what was done."""
        action = columns.action_heading(self.read)
        found = [columns.first_heading(self.read), *self.labels.values()]
        return found if action is None else [*found, action]


@dataclass(frozen=True)
class Preview:
    """What an import would write, nothing of which is written yet."""

    paper: Paper
    documents: Sequence[Foreseen]

    @property
    def remarks(self) -> list[Remark]:
        """Return every remark by line, each once."""
        found = [*self.paper.remarks, *(remark for one in self.documents for remark in one.remarks)]
        return sorted(dict.fromkeys(found), key=lambda remark: remark.line)

    @property
    def known(self) -> str:
        """Return the codes of the like documents there are, for the form to carry along."""
        return " ".join(twin.code for one in self.documents for twin in one.twins)

    @property
    def items(self) -> int:
        """Return how many items the paper has."""
        return sum(len(one.read.rows) for one in self.documents)


@blueprint.get("/import")
@permits(Act.IMPORT_DOCUMENT)
def choosing() -> str:
    """Ask for the paper."""
    return render_template("documents/import.html", form=PaperForm())


@blueprint.post("/import")
@permits(Act.IMPORT_DOCUMENT)
def read_paper() -> str | Response | tuple[str, int]:
    """Show what a paper would become; import it once that was confirmed."""
    form = PaperForm()
    preview, is_right = None, form.validate()
    sent = request.files.get("file")
    if is_right and sent and sent.filename and _needs_matching(sent.filename, content := sent.read()):
        return matching.begin(form, sent.filename, content)
    is_confirmed = is_right and IMPORT in request.form
    with refusals(form) as attempt:
        preview = _preview(_text(form))
        if is_confirmed:
            _require_as_seen(form, preview)
            documents = _imported(form, preview)
    if not attempt or not is_right:
        return _page(form, preview), form.status
    if not is_confirmed:
        return _page(form, preview)
    flash(_done(preview), "success")
    return redirect(url_for("documents.document", code=documents[-1].code))


def _needs_matching(filename: str, content: bytes) -> bool:
    """Tell whether a file is no paper of the house's own form, but one whose tables are to be matched."""
    request.files["file"].seek(0)
    if ending(filename) not in ("txt", ""):
        return True
    start = content[:100_000].removeprefix(b"\xef\xbb\xbf").lstrip()
    return b"\t" in start and not start.startswith(b"**")


def _text(form: PaperForm) -> str:
    sent = request.files.get("file")
    if sent and sent.filename:
        content = sent.read()
        if not content:
            raise Invalid("The file is empty.", remedy="Choose the paper as a text file.", field="file")
        form.text.data = decoded(content)
    if not form.text.data:
        raise Invalid("No file was chosen.", remedy="Choose the paper as a text file.", field="file")
    return str(form.text.data)


def _preview(text: str) -> Preview:
    known = meetings(g.session, g.body.id)
    paper = read(text, meeting_entries(known))
    for one in paper.documents:
        importing.check_rows(one)
    return Preview(paper, [_foreseen(paper, one, known) for one in paper.documents])


def _foreseen(paper: Paper, one: PaperDocument, known: Sequence[Meeting]) -> Foreseen:
    return Foreseen(
        one,
        importing.meeting_of(one, known),
        twins(g.session, g.body.id, (one.kind, one.period_from, one.period_until)),
        importing.document_remarks(paper, one, known),
    )


def _require_as_seen(form: PaperForm, preview: Preview) -> None:
    if form.known.data != preview.known:
        raise StaleVersion(
            "A document of the same kind and period was imported or made since you saw the preview.",
            remedy="Nothing was imported. Look at it first; import only what is still missing.",
        )


def _imported(form: PaperForm, preview: Preview) -> list[Document]:
    return importing.import_paper(
        g.session,
        preview.paper,
        by=g.actor,
        now=g.now,
        body=g.body,
        endorsed_on_paper=bool(form.endorsed_on_paper.data),
    )


def _done(preview: Preview | None) -> str:
    count = preview.items if preview is not None else 0
    return ngettext("%(num)d item is imported.", "%(num)d items are imported.", count)


def _page(form: PaperForm, preview: Preview | None) -> str:
    if preview is None:
        return render_template("documents/import.html", form=form)
    form.known.data, form.known.raw_data = preview.known, None
    return render_template(
        "documents/preview.html",
        form=form,
        preview=preview,
        may_endorse=may(g.actor, Act.IMPORT_ENDORSED),
        sentence=gettext(
            "%(documents)s with %(items)s. Nothing is written yet.",
            documents=ngettext("%(num)d document", "%(num)d documents", len(preview.documents)),
            items=ngettext("%(num)d item", "%(num)d items", preview.items),
        ),
    )
