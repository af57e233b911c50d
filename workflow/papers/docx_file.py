"""A printed paper as a DOCX file: real headings, tables whose header repeats, language tags.

The markup of its blocks is in `docx_markup`; what stands in a paper is not here.
"""

import io
from typing import Any

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from workflow.domain.zones import utc
from workflow.papers.docx_markup import COVER, NOTE, blocks, footer, paragraph, text_width
from workflow.papers.packing import repacked
from workflow.papers.printed import Printed

_MAIN, _BODY = "word/document.xml", b"<w:body>"
_FACE = "Liberation Serif"
_MARGIN = Mm(22)
_INK = RGBColor(0x1A, 0x1A, 0x1A)


def docx_bytes(paper: Printed) -> bytes:
    """Return the paper as a DOCX file; the same paper gives the same bytes."""
    document = docx.Document()
    _set_page(document)
    _set_styles(document, paper.language)
    _set_properties(document, paper)
    out = io.BytesIO()
    document.save(out)
    # As text: to graft thousands of rows into the tree takes lxml seconds.
    frame = serialize_part_xml(document.element)
    body = frame.replace(_BODY, _BODY + _body(document, paper).encode(), 1)
    return repacked(out.getvalue(), {_MAIN: body})


def _body(document: Document, paper: Printed) -> str:
    lines = [paragraph(paper.title, "Title"), *(paragraph(line, COVER) for line in paper.cover)]
    width = text_width(document.sections[0].page_width or 0, _MARGIN)
    return "".join([*lines, *blocks(paper.blocks, width)])


def _set_page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = _MARGIN
    section.top_margin = section.bottom_margin = _MARGIN
    line: Any = section.footer.paragraphs[0]._p
    line.getparent().replace(line, parse_xml(footer()))


def _set_styles(document: Document, language: str) -> None:
    styles: Any = document.styles
    for name, size in (("Normal", 10.5), ("Title", 22), ("Subtitle", 12), ("Caption", 9)):
        _set_face(styles[name], size)
    styles["Normal"].paragraph_format.space_after = Pt(4)
    styles["Caption"].font.bold = False
    for name, base in ((COVER, "Subtitle"), (NOTE, "Caption")):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles[base]
    for level, size in ((1, 16), (2, 13), (3, 11)):
        _set_face(styles[f"Heading {level}"], size)
    for tag in styles.element.iter(qn("w:lang")):
        tag.set(qn("w:val"), language)


def _set_face(style: Any, size: float) -> None:
    style.font.name, style.font.size, style.font.color.rgb = _FACE, Pt(size), _INK
    fonts = style.element.rPr.rFonts
    # The template names the faces of its theme, which would win over this one.
    for name in [key for key in fonts.attrib if key.endswith("Theme")]:
        del fonts.attrib[name]
    fonts.set(qn("w:hAnsi"), _FACE)


def _set_properties(document: Document, paper: Printed) -> None:
    kept, instant = document.core_properties, utc(paper.dated).replace(tzinfo=None, microsecond=0)
    kept.title, kept.author, kept.language = paper.title[:255], paper.author[:255], paper.language
    kept.last_modified_by, kept.comments, kept.revision = paper.author[:255], "", 1
    kept.created = kept.modified = instant
