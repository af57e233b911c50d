"""The words of PDF files are read page by page; what means harm is refused in time, and kept all the same."""

import time
import zlib

import pytest

from workflow.papers.grids import Prose
from workflow.papers.paper import PaperBroken
from workflow.papers.reading import SEARCHED, read_file

LINE = zlib.compress(b"BT /F 9 Tf (The of\xaece on forced labour.) Tj ET")


def pdf(page: bytes, kids: bytes = b"3 0 R") -> bytes:
    """Return a PDF file of one page with this packed content; `kids` are the pages its list names."""
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[" + kids + b"]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n" % len(page) + page + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    out, table = b"%PDF-1.7\n", b"xref\n0 6\n0000000000 65535 f \n"
    for number, part in enumerate(parts, 1):
        table += b"%010d 00000 n \n" % len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    return out + table + b"trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(out)


def test_words_of_a_page_are_read_with_their_ligatures_as_letters() -> None:
    reading = read_file("guide.pdf", pdf(LINE), SEARCHED)
    assert reading.blocks == (Prose(1, "Page 1", "The office on forced labour."),)


@pytest.mark.parametrize(
    "content",
    [
        pdf(zlib.compress(b"q " * 150_000_000, 1)),
        pdf(LINE, b"2 0 R"),
        pdf(LINE)[:300],
        b"%PDF-1.7\n" + b"x" * 900,
    ],
    ids=["bomb", "circle", "cut off", "no PDF"],
)
def test_hostile_pdf_is_told_what_is_wrong_in_time(content: bytes) -> None:
    begun = time.monotonic()
    with pytest.raises(PaperBroken):
        read_file("a.pdf", content, SEARCHED)
    assert time.monotonic() - begun < 5


def test_paper_is_not_imported_from_a_pdf() -> None:
    with pytest.raises(PaperBroken, match="cannot be read"):
        read_file("plan.pdf", pdf(LINE))
    with pytest.raises(PaperBroken, match="not what its ending"):
        read_file("plan.pdf", b"Title", SEARCHED)
