"""Tests of printed papers as DOCX and PDF: opened again they say the same, and twice they are the same bytes.

What LibreOffice and poppler make of them is tested in tests/office.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace

import docx
import pytest
from docx.oxml.ns import qn

from tests.papers.papers import FORMULA, HOSTILE, SCRIPTS, paper
from workflow.domain.scripts import runs
from workflow.papers.docx_file import docx_bytes
from workflow.papers.pdf_file import FACES, pdf_bytes
from workflow.papers.printed import Paragraph, Piece, Points, Printed, Row, cell, pieces

#: What is left of the hostile words: all but what no file can hold.
KEPT = HOSTILE.translate({0: "\ufffd", 0x1F: "\ufffd", 0xD800: "\ufffd"})


@pytest.fixture(scope="module")
def opened() -> docx.document.Document:
    return docx.Document(io.BytesIO(docx_bytes(paper())))


@pytest.mark.parametrize("write", [docx_bytes, pdf_bytes])
def test_same_paper_gives_the_same_bytes(write: Callable[[Printed], bytes]) -> None:
    assert write(paper()) == write(paper())


def test_docx_has_real_headings_and_the_words_to_the_letter(opened: docx.document.Document) -> None:
    said = [(one.style.name, one.text) for one in opened.paragraphs if one.text]
    assert said[0] == ("Title", "Plan #1 <of> the body")
    assert ("Heading 1", "Introduction") in said
    assert ("Heading 2", "Below") in said
    assert ("Quote", KEPT) in said
    assert ("Intense Quote", FORMULA) in said
    assert ("List Bullet", KEPT) in said
    assert [text for _, text in said if text in SCRIPTS.values()] == [*SCRIPTS.values()] * 2
    assert [text for _, text in said if text.startswith("Label")] == ["Label: first"]


def test_docx_table_repeats_its_header_and_merges_section_rows(opened: docx.document.Document) -> None:
    [table] = opened.tables
    assert [cell.text for cell in table.rows[0].cells] == ["Project", "Status", "Actions"]
    assert [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows] == [True] + [False] * 5
    assert [cell.text for cell in table.rows[3].cells] == ["Other"] * 3
    assert len(table.rows[3]._tr.tc_lst) == 1
    assert table.rows[1].cells[0].text == f"Title 0\n{KEPT}"
    assert table.rows[1].cells[1].text == "one\ntwo"


def test_docx_names_the_language_of_each_run(opened: docx.document.Document) -> None:
    tags = {
        run.text: lang.get(qn("w:val"))
        for one in opened.paragraphs
        for run in one.runs
        if (lang := run._r.find(f".//{qn('w:lang')}")) is not None
    }
    assert {tags[SCRIPTS[code]][:2] for code in ("th", "km", "lo", "my")} == {"th", "km", "lo", "my"}
    assert tags["ad referendum"] == "la"
    assert [run.italic for one in opened.paragraphs for run in one.runs if run.text == "ad referendum"] == [
        True
    ]


def test_docx_tells_no_time_but_that_of_its_facts(opened: docx.document.Document) -> None:
    kept = opened.core_properties
    assert (kept.title, kept.author, kept.language) == ("Plan #1 <of> the body", "The Body & Co", "en")
    assert kept.created == kept.modified
    assert f"{kept.created:%Y-%m-%d %H:%M}" == "2020-10-09 10:00"
    with zipfile.ZipFile(io.BytesIO(docx_bytes(paper()))) as packed:
        assert {one.date_time for one in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert packed.testzip() is None


def test_pdf_is_tagged_and_embeds_its_faces() -> None:
    content = pdf_bytes(paper())
    assert content.startswith(b"%PDF-1.7")
    # Most objects stand in compressed streams.
    whole = content + b"".join(
        _inflated(found[1]) for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    )
    for mark in (b"/StructTreeRoot", b"pdfuaid", b"/TH", b"/Lang"):
        assert mark in whole
    for face in ("NotoSansThai", "NotoSansKhmer", "NotoSansLao", "NotoSansMyanmar", "LibertinusSerif"):
        assert face.encode() in whole


def test_signs_that_no_face_can_write_do_not_stop_a_paper() -> None:
    words = "＜ 漢字 தமிழ் العربية 😀 \U000e0001 \u202e"
    odd = replace(paper(), blocks=(*paper().blocks, Paragraph(words)), title=words)
    content = pdf_bytes(odd)
    assert content == pdf_bytes(odd)
    assert b"pdfuaid" not in content
    assert b"/MarkInfo" in content
    assert b"pdfuaid" in pdf_bytes(paper())
    assert docx.Document(io.BytesIO(docx_bytes(odd))).paragraphs[0].text == words


def test_faces_come_with_their_licence() -> None:
    assert sorted(path.suffix for path in FACES.iterdir()) == [".ttf"] * 4 + [".txt"]
    assert "SIL Open Font License" in (FACES / "OFL.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", [*SCRIPTS.values(), "", "a", "Tiếng ไทย 12, and ខ្មែរ. End", "\n", "שלום x"])
def test_runs_joined_are_the_text(text: str) -> None:
    assert "".join(run for run, _ in runs(text)) == text


def test_pieces_change_where_the_script_changes() -> None:
    assert pieces("Plan ไทย 12 ไทย, ad referendum ok") == [
        Piece("Plan ", "", italic=False),
        Piece("ไทย 12 ไทย, ", "th", italic=False),
        Piece("ad referendum", "la", italic=True),
        Piece(" ok", "", italic=False),
    ]


def test_short_row_stays_in_one_piece_and_a_long_one_may_break() -> None:
    assert not Row((cell("x" * 500), cell("y" * 500))).is_long
    assert Row((cell("x" * 500), cell("y" * 1000))).is_long
    assert Row(((Points(("a",) * 40),),)).is_long


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""
