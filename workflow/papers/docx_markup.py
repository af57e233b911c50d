"""The blocks of a printed paper as WordprocessingML (ECMA-376), written as text: a long table takes no time.

The file around them is in `docx_file`.
"""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from workflow.papers.printed import (
    Block,
    Cell,
    Facts,
    Heading,
    Paragraph,
    Piece,
    Points,
    Row,
    Table,
    Voice,
    pieces,
)

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
#: English Metric Units in a twentieth of a point, in which tables measure.
_EMU = 635
_BULLET = "List Bullet"
#: Our own styles, for what a paper adds to its texts: a reader of the file knows by them what is no text.
COVER, NOTE = "Adref Cover", "Adref Note"
_STYLES = {Voice.PLAIN: "", Voice.FINE: "Caption", Voice.QUOTED: "Quote", Voice.FORMULA: "Intense Quote"}
#: How the default template calls these styles inside.
_STYLE_IDS = {
    "Heading 1": "Heading1",
    "Heading 2": "Heading2",
    "Heading 3": "Heading3",
    "Intense Quote": "IntenseQuote",
    _BULLET: "ListBullet",
    COVER: "AdrefCover",
    NOTE: "AdrefNote",
}
_REGIONS = {"th": "th-TH", "lo": "lo-LA", "my": "my-MM", "km": "km-KH", "ar": "ar-SA", "he": "he-IL"}
_FACES = {
    "th": "Noto Sans Thai",
    "lo": "Noto Sans Lao",
    "my": "Noto Sans Myanmar",
    "km": "Noto Sans Khmer",
}
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="999999"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_MARGINS = "".join(
    f'<w:{side} w:w="{width}" w:type="dxa"/>'
    for side, width in (("top", 50), ("left", 90), ("bottom", 50), ("right", 90))
)


def text_width(page: int, margin: int) -> int:
    """Return the width between two margins in twentieths of a point, from English Metric Units."""
    return (page - 2 * margin) // _EMU


def blocks(given: Sequence[Block], width: int) -> Iterator[str]:
    """Yield the markup of each block; `width` is that of the text, in twentieths of a point."""
    for block in given:
        if isinstance(block, Heading):
            yield paragraph(block.text, f"Heading {block.level}")
        elif isinstance(block, Paragraph):
            yield paragraph(block.text, _STYLES[block.voice])
        elif isinstance(block, Points):
            yield from (paragraph(point, _BULLET) for point in block.points)
        elif isinstance(block, Facts):
            yield from _facts(block)
        else:
            yield _table(block, width)
            # Two tables without a paragraph between them would be read as one.
            yield "<w:p/>"


def paragraph(text: str, style: str = "", *, bold: bool = False) -> str:
    """Return a paragraph in one of the template's styles."""
    named = f"<w:pPr><w:pStyle w:val={quoteattr(_STYLE_IDS.get(style, style))}/></w:pPr>" if style else ""
    return f"<w:p>{named}{''.join(_run(piece, bold=bold) for piece in pieces(text))}</w:p>"


def footer() -> str:
    """Return the line at the foot of a page: its number and how many there are."""
    fields = "".join(
        f'<w:fldSimple w:instr="{name}"><w:r><w:t>1</w:t></w:r></w:fldSimple>{after}'
        for name, after in (("PAGE", '<w:r><w:t xml:space="preserve"> / </w:t></w:r>'), ("NUMPAGES", ""))
    )
    return f'<w:p {NAMESPACE}><w:pPr><w:jc w:val="center"/></w:pPr>{fields}</w:p>'


def _run(piece: Piece, *, bold: bool) -> str:
    lines = [
        "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in line.split("\t"))
        for line in piece.text.split("\n")
    ]
    return f"<w:r>{_properties(piece, bold)}{'<w:br/>'.join(lines)}</w:r>"


def _properties(piece: Piece, bold: bool) -> str:
    found = []
    if piece.language in _FACES:
        face = quoteattr(_FACES[piece.language])
        found.append(f"<w:rFonts w:ascii={face} w:hAnsi={face} w:cs={face}/>")
    if bold:
        found.append("<w:b/><w:bCs/>")
    if piece.italic:
        found.append("<w:i/><w:iCs/>")
    if piece.language in _REGIONS:
        found.append("<w:cs/>")
    if piece.language:
        tag = quoteattr(_REGIONS.get(piece.language, piece.language))
        found.append(f"<w:lang w:val={tag} w:bidi={tag}/>")
    return f"<w:rPr>{''.join(found)}</w:rPr>" if found else ""


def _facts(facts: Facts) -> Iterator[str]:
    for label, said in facts.rows:
        first, rest = said[0], said[1:]
        runs = [_run(piece, bold=True) for piece in pieces(f"{label}: ")]
        runs += [_run(piece, bold=False) for piece in pieces(first)]
        yield f"<w:p>{''.join(runs)}</w:p>"
        yield from (paragraph(text) for text in rest)


def _table(table: Table, width: int) -> str:
    shares = [width * share // sum(table.widths) for share in table.widths]
    header = Row(tuple((Paragraph(column),) for column in table.columns))
    rows = [_row(header, shares, is_header=True), *(_row(row, shares) for row in table.rows)]
    grid = "".join(f'<w:gridCol w:w="{share}"/>' for share in shares)
    about = (
        f'<w:tblW w:w="{sum(shares)}" w:type="dxa"/><w:tblBorders>{_BORDERS}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{_MARGINS}</w:tblCellMar>'
        '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0"'
        f' w:noHBand="1" w:noVBand="1"/><w:tblCaption w:val={quoteattr(table.caption)}/>'
    )
    return f"<w:tbl><w:tblPr>{about}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def _row(row: Row, shares: Sequence[int], *, is_header: bool = False) -> str:
    strong = is_header or row.is_section
    cells = [(row.cells[0], sum(shares))] if row.is_section else list(zip(row.cells, shares, strict=True))
    span = len(shares) if row.is_section else 1
    made = "".join(_cell(one, share, span, bold=strong) for one, share in cells)
    about = ("" if row.is_long else "<w:cantSplit/>") + ("<w:tblHeader/>" if is_header else "")
    return f"<w:tr>{f'<w:trPr>{about}</w:trPr>' if about else ''}{made}</w:tr>"


def _cell(cell: Cell, share: int, span: int, *, bold: bool) -> str:
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    shaded = '<w:shd w:val="clear" w:color="auto" w:fill="EEEEEE"/>' if bold else ""
    about = f'<w:tcPr><w:tcW w:w="{share}" w:type="dxa"/>{spanned}{shaded}</w:tcPr>'
    inner = []
    for block in cell:
        if isinstance(block, Points):
            inner += [paragraph(point, _BULLET) for point in block.points]
        else:
            style = NOTE if block.voice is Voice.FINE else _STYLES[block.voice]
            inner.append(paragraph(block.text, style, bold=bold))
    # A cell without a paragraph is a broken file.
    return f"<w:tc>{about}{''.join(inner) or '<w:p/>'}</w:tc>"
