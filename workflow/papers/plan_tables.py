"""One table of a plan: which columns it has, and its rows as items and section rows.

Headings, titles and prose around it are not here: see `plan_text`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from workflow.domain.body import MeetingEntry
from workflow.domain.errors import says
from workflow.domain.terms import DocumentKind
from workflow.papers import meeting_dates
from workflow.papers.paper import Level, PaperBroken, PaperRow, PaperSection, Remark
from workflow.papers.plain_lines import Line
from workflow.papers.plan_cells import markup_remarks, section_title, split_cells, title_and_points

#: By the first words of each column's heading: what the column holds. The first is the title.
COLUMNS = {
    DocumentKind.PROGRESS_REPORT: {"activity": "title", "scheduled": "scheduled", "status": "status"},
    DocumentKind.WORK_PLAN: {"project": "title", "status": "status", "actions taken": "action"},
}


@dataclass(frozen=True)
class Header:
    """The first row of a table: `fields` say what each column holds, `columns` are verbatim."""

    line: int
    kind: DocumentKind
    columns: list[str]
    fields: list[str]


class Table(NamedTuple):
    """A table that was read; `lines` are the numbers of its lines, the header's included."""

    header: Header
    rows: list[PaperRow]
    sections: list[PaperSection]
    lines: range


def header_of(line: Line) -> Header | None:
    """Return what a line says as the header of a table, None if it is not the header of a known one."""
    columns = [cell.strip(" ") for cell in line.text.split("\t")]
    for kind, known in COLUMNS.items():
        fields = [_field(column, known) for column in columns]
        held = [field for field in fields if field]
        if held == fields and fields[0] == "title" and sorted(held) == sorted(known.values()):
            return Header(line.number, kind, columns, held)
    return None


def read_table(header: Header, body: Sequence[Line], meetings: Sequence[MeetingEntry]) -> Table:
    """Return the table whose rows are `body`, the lines under its header; raises PaperBroken."""
    rows: list[PaperRow] = []
    sections: list[PaperSection] = []
    for position, line in enumerate(body):
        cells = split_cells(line, len(header.columns))
        title = section_title(cells, line)
        if title is None:
            above = sections[-1].title if sections else None
            rows.append(_row(header, cells, line, position, above, meetings))
        else:
            sections.append(PaperSection(line.number, position, title))
    if not rows:
        message = says("The table has headings but no rows.")
        raise PaperBroken(header.line, message, "Write the rows directly under the headings.")
    _refuse_twins(rows)
    return Table(header, rows, sections, range(header.line, body[-1].number + 1))


def _row(
    header: Header,
    cells: list[str],
    line: Line,
    position: int,
    section: str | None,
    meetings: Sequence[MeetingEntry],
) -> PaperRow:
    by_field = dict(zip(header.fields, cells, strict=True))
    title, points, flags = title_and_points(by_field.pop("title"), line)
    named = {"title": title, **by_field}
    flags += [
        Remark(line.number, Level.WARNING, says("The cell under “{column}” is empty.", column=column))
        for column, cell in zip(header.columns, cells, strict=True)
        if not cell
    ]
    flags += markup_remarks(named, line)
    for text in [title, *points, *by_field.values()]:
        flags += meeting_dates.doubts(Line(line.number, text), meetings)
    action = by_field.pop("action", None)
    return PaperRow(line.number, position, section, title, points, by_field, action, flags)


def _field(column: str, known: dict[str, str]) -> str | None:
    plain = " ".join(column.casefold().split())
    return next((field for words, field in known.items() if plain.startswith(words)), None)


def _refuse_twins(rows: list[PaperRow]) -> None:
    lines: dict[str, int] = {}
    for row in rows:
        plain = " ".join(row.title.casefold().split())
        if plain in lines:
            message = says(
                "The title “{title}” stands in line {line} already.", title=row.title, line=lines[plain]
            )
            raise PaperBroken(row.line, message, "Give each row of a table a title of its own.")
        lines[plain] = row.line
