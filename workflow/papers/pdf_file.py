"""A printed paper as a tagged PDF (PDF/UA-1), set by typst with the faces beside this file.

How it looks is in `printed.typ`; what stands in a paper is not here.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from workflow.papers.printed import (
    Block,
    Cell,
    Facts,
    Heading,
    Paragraph,
    Piece,
    Points,
    Printed,
    Row,
    pieces,
)

PDFStandard = Literal["ua-1"]

_HERE = Path(__file__).resolve().parent
#: Noto faces for the scripts that typst's own face, which has Latin and Vietnamese, cannot write.
FACES = _HERE / "fonts"


def pdf_bytes(paper: Printed) -> bytes:
    """Return the paper as a tagged PDF; the same paper gives the same bytes.

    The texts go in as data, so that nothing in them is read as markup. What no face can write is a box, and
    a paper with one is tagged all the same but does not call itself PDF/UA-1.
    """
    data = json.dumps(_paper(paper), ensure_ascii=False)
    try:
        return _set(data, "ua-1")
    except typst.TypstError:
        # The standard forbids a sign without a face; anything else that is wrong is raised again here.
        return _set(data)


def _set(data: str, *standards: PDFStandard) -> bytes:
    made = typst.compile(
        _template(),
        font_paths=_faces(),
        pdf_standards=list(standards),
        sys_inputs={"paper": data},
    )
    assert isinstance(made, bytes)
    return made


@cache
def _faces() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[FACES])


@cache
def _template() -> bytes:
    return (_HERE / "printed.typ").read_bytes()


def _paper(paper: Printed) -> dict[str, Any]:
    return {
        "title": "".join(piece.text for piece in pieces(paper.title)),
        "author": "".join(piece.text for piece in pieces(paper.author)),
        "language": paper.language,
        "cover": [_pieces(line) for line in paper.cover],
        "blocks": [_block(block) for block in paper.blocks],
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "pieces": _pieces(block.text)}
    if isinstance(block, Paragraph | Points):
        return _in_cell(block)
    if isinstance(block, Facts):
        rows = [
            {"label": _pieces(label), "said": [_pieces(text) for text in said]} for label, said in block.rows
        ]
        return {"kind": "facts", "rows": rows}
    return {
        "kind": "table",
        "columns": [_pieces(column) for column in block.columns],
        "widths": list(block.widths),
        "rows": [_row(row) for row in block.rows],
    }


def _row(row: Row) -> dict[str, Any]:
    return {"section": row.is_section, "long": row.is_long, "cells": [_cell(one) for one in row.cells]}


def _cell(cell: Cell) -> list[dict[str, Any]]:
    return [_in_cell(block) for block in cell]


def _in_cell(block: Paragraph | Points) -> dict[str, Any]:
    if isinstance(block, Points):
        return {"kind": "points", "points": [_pieces(point) for point in block.points]}
    return {"kind": "paragraph", "voice": str(block.voice), "pieces": _pieces(block.text)}


def _pieces(text: str) -> list[dict[str, Any]]:
    return [Piece._asdict(piece) for piece in pieces(text)]
