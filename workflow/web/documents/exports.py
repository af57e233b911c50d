"""The whole paper of a document as a file: what to print, to send, or to keep.

What a paper holds is read in `workflow/actions/exporting_papers.py`; the table alone is in `tables`.
"""

from flask import Response, g

from workflow.actions.exporting_papers import whole_paper
from workflow.domain.mandates import Act
from workflow.papers.whole_paper_print import printed
from workflow.queries.documents import find
from workflow.web.documents.blueprint import blueprint
from workflow.web.doors import permits
from workflow.web.downloads import Format, paper_file


@blueprint.get("/<code>/paper.docx")
@permits(Act.READ_DOCUMENTS)
def paper_docx(code: str) -> Response:
    """Give the whole paper for a word processor."""
    return _paper(code, Format.DOCX)


@blueprint.get("/<code>/paper.pdf")
@permits(Act.READ_DOCUMENTS)
def paper_pdf(code: str) -> Response:
    """Give the whole paper as a tagged PDF."""
    return _paper(code, Format.PDF)


def _paper(code: str, ending: Format) -> Response:
    found, _ = find(g.session, g.body.id, code)
    paper = whole_paper(g.session, g.body, found, for_actor=g.actor)
    return paper_file(f"{found.code}-paper", printed(paper), ending)
