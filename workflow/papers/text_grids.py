"""The readers of CSV, Markdown and plain text: paragraphs and tables by line.

Which encoding a file is in is decided in `text_encodings`; the strict reader of whole papers is `plan_text`.
"""

import csv
import io
import re

from workflow.domain.errors import says
from workflow.papers.csv_rows import FORMULA_STARTS
from workflow.papers.grids import MOST_TEXT, Gathering, Reading
from workflow.papers.paper import PaperBroken
from workflow.papers.text_encodings import Decoded, decode

_SEPARATORS = ",;\t|"
_SEPARATOR_LINE = re.compile(r"sep=(.)", re.IGNORECASE)
_RULE = re.compile(r"\s*\|?(\s*:?-{1,}:?\s*\|)*\s*:?-{1,}:?\s*\|?\s*")
_BAR = re.compile(r"(?<!\\)\|")
_EMPHASIS = re.compile(r"([*_])([^*_\s](?:[^*_]*[^*_\s])?)\1")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_LIST_ITEM = re.compile(r"<li\b[^<>]*>", re.IGNORECASE)
_LIST = re.compile(r"</?(?:ul|ol|li)\b[^<>]*>", re.IGNORECASE)
_NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,2})*\s+\S.*")


def read_csv(content: bytes) -> Reading:
    """Return the rows of a CSV file, whatever of , ; tab | parts its cells; raises PaperBroken."""
    found = decode(content)
    out = _begun(found)
    lines = found.text.split("\n", 1)
    named = _SEPARATOR_LINE.fullmatch(lines[0].strip())
    text = lines[1] if named and len(lines) > 1 else found.text
    skipped = 1 if named else 0
    separator = named[1] if named else _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    out.open(says("The file"))
    csv.field_size_limit(MOST_TEXT + 1)
    begins = 1
    try:
        for cells in reader:
            out.line = begins + skipped - 1
            out.row(
                [_unguarded(cell.strip()) for cell in cells] or [""],
                says("Line {number}", number=begins + skipped),
            )
            begins = reader.line_num + 1
    except csv.Error as error:
        message = says("The row cannot be read as CSV ({error}).", error=str(error))
        raise PaperBroken(
            begins + skipped, message, "Close every quotation mark; shorten what is too long."
        ) from None
    return out.reading()


def read_text(content: bytes) -> Reading:
    """Return the paragraphs and tables of a plain text or Markdown file; raises PaperBroken.

    A table is what has tabs between its cells, or bars as in Markdown with a rule under its headings.
    """
    found = decode(content)
    out = _begun(found)
    lines = found.text.split("\n")
    tables = 0
    is_bold = is_table = False
    for number, line in enumerate(lines, 1):
        kind = _kind(line, lines[number] if number < len(lines) else "", is_table)
        if kind and not is_table:
            tables += 1
            out.open(says("Table {number}", number=tables))
        is_table = bool(kind)
        out.line = number - 1
        if kind == "rule":
            continue
        if kind:
            out.row(_cells(line, kind), says("Line {number}", number=number))
        else:
            is_heading = is_bold or line.lstrip().startswith(("**", "#")) or bool(_NUMBERED.fullmatch(line))
            is_bold = bool(line.strip()) and is_bold ^ (line.count("**") % 2 == 1)
            out.prose(
                line.replace("**", "").lstrip("# "),
                says("Line {number}", number=number),
                is_heading=is_heading,
            )
    return out.reading()


def _unguarded(cell: str) -> str:
    """Return a cell without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def _begun(found: Decoded) -> Gathering:
    out = Gathering()
    if found.is_guessed:
        out.remark(
            says(
                "The file is not in UTF-8; it is read as {encoding}. Look whether every letter is right; "
                "if not, save it in UTF-8.",
                encoding=found.encoding,
            )
        )
    return out


def _separator(text: str) -> str:
    """Return the separator with which most rows have the same number of cells, two or more."""
    start = text[:20_000]
    best, most = ",", 0.0
    for separator in _SEPARATORS:
        try:
            widths = [
                len(row) for row in csv.reader(io.StringIO(start, newline=""), delimiter=separator) if row
            ]
        except csv.Error:
            continue
        common = max(set(widths), key=widths.count, default=0)
        score = widths.count(common) * min(common, 8) if common > 1 else 0
        best, most = (separator, score) if score > most else (best, most)
    return best


def _kind(line: str, below: str, is_table: bool) -> str:
    """Return what a line is of a table: "tabs", "bars", the "rule" under headings, or "" for none."""
    if "\t" in line and line.strip():
        return "tabs"
    if "|" in line and is_table:
        return "rule" if _RULE.fullmatch(line) else "bars"
    if "|" in line and "|" in below and _RULE.fullmatch(below):
        return "bars"
    return ""


def _cells(line: str, kind: str) -> list[str]:
    if kind == "tabs":
        return [_plain(cell.strip(" ")) for cell in line.split("\t")]
    inside = line.strip().removeprefix("|")
    cells = _BAR.split(inside)
    if cells and not cells[-1].strip():
        cells = cells[:-1]
    plain = [_plain(cell.strip().replace("\\|", "|").replace("**", "")) for cell in cells]
    return [found[2] if (found := _EMPHASIS.fullmatch(cell)) else cell for cell in plain]


def _plain(cell: str) -> str:
    """Return a cell with the breaks and points that its markup means."""
    if "<" not in cell:
        return cell
    listed = _LIST.sub("\n", _LIST_ITEM.sub("\n○ ", _BREAK.sub("\n", cell)))
    if listed != cell:
        listed = re.sub(r" *○", "\n○", listed)
    return "\n".join(part.strip() for part in listed.split("\n") if part.strip())
