"""The reader of a plan in plain text: a title page, numbered sections, tables with tabs between cells.

Every line becomes part of a document or is reported by its number. Nothing is corrected here, and
nothing stored.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from workflow.domain.body import MeetingEntry
from workflow.domain.errors import says
from workflow.domain.terms import DocumentKind
from workflow.papers import meeting_dates
from workflow.papers.paper import Level, Paper, PaperBroken, PaperDocument, Remark
from workflow.papers.plain_lines import Line, decoded, numbered
from workflow.papers.plan_headings import Section, TitlePage, period_in, read_title_page, split_sections
from workflow.papers.plan_tables import Header, Table, header_of, read_table

_KIND_WORDS = {DocumentKind.PROGRESS_REPORT: "progress report", DocumentKind.WORK_PLAN: "work plan"}
_TABLE_REMEDY = says(
    "Begin a table with Activity, Scheduled for completion, Status; or Project, Status, Actions taken."
)


def read_bytes(content: bytes, meetings: Sequence[MeetingEntry] = ()) -> Paper:
    """Return the paper in a UTF-8 file; raises PaperBroken, which names the line and what to do."""
    return read(decoded(content), meetings)


def read(text: str, meetings: Sequence[MeetingEntry] = ()) -> Paper:
    """Return the paper in a text; raises PaperBroken, which names the line and what to do.

    `meetings` are the body's: months printed beside a numbered meeting are held against them and
    flagged where they cannot be right, and kept as written (rule 43).
    """
    lines = numbered(text)
    page = read_title_page(lines)
    sections = split_sections([line for line in lines if line.number >= page.lines.stop])
    documents: list[PaperDocument] = []
    warnings: list[Remark] = []
    placed = set(page.lines)
    for section in sections:
        table = _table_in(section, meetings)
        if table:
            document = _document(section, table, page)
            _refuse_second(document, documents)
            documents.append(document)
            warnings += _doubts(document, table, page)
            placed |= {section.line, *table.lines}
        warnings += _ignored(section, placed)
    _refuse_missing(page, documents, lines)
    prose = [line for line in lines if line.number not in placed]
    warnings += [flag for line in prose for flag in meeting_dates.doubts(line, meetings)]
    return Paper(page.title, documents, sorted(warnings, key=lambda one: one.line), frozenset(placed))


def _table_in(section: Section, meetings: Sequence[MeetingEntry]) -> Table | None:
    with_tabs = [line for line in section.body if "\t" in line.text and not line.is_blank]
    if section.number == "":
        # Tabs above the first heading are the table of contents: number, title, page.
        with_tabs = [line for line in with_tabs if not line.text.rpartition("\t")[2].strip().isdigit()]
    if not with_tabs:
        return None
    header = _header(with_tabs[0], section)
    under = [line for line in section.body if line.number > header.line]
    end = next((place for place, line in enumerate(under) if line.is_blank), len(under))
    table = read_table(header, under[:end], meetings)
    stray = next((line for line in with_tabs if line.number >= table.lines.stop), None)
    if stray:
        message = says("The row stands outside its table, which an empty line has ended.")
        raise PaperBroken(stray.number, message, "Remove the empty line, or begin a section of its own.")
    return table


def _header(line: Line, section: Section) -> Header:
    header = header_of(line)
    if header is None:
        message = says("The line has tabs like a row, but stands in no table whose headings are known.")
        raise PaperBroken(line.number, message, _TABLE_REMEDY)
    if section.number == "":
        message = says("The table stands under no numbered heading.")
        raise PaperBroken(line.number, message, "Put a heading above it, such as “4 Work Plan 2020 – 2023”.")
    return header


def _document(section: Section, table: Table, page: TitlePage) -> PaperDocument:
    header = table.header
    named = page.names.get(header.kind)
    period = period_in(section.heading, section.line) or (named and named.period)
    if period is None:
        message = says("Neither the heading nor the title says which years the document covers.")
        raise PaperBroken(section.line, message, "Write the period in the heading, such as 2020 – 2023.")
    meetings = _meetings_named(table)
    return PaperDocument(
        line=section.line,
        kind=header.kind,
        title=named.title if named else section.heading,
        heading=section.heading,
        section_number=section.number,
        period_from=period.first,
        period_until=period.last,
        columns=header.columns,
        rows=table.rows,
        sections=table.sections,
        drafted_for=meetings[0] if len(meetings) == 1 else None,
    )


def _doubts(document: PaperDocument, table: Table, page: TitlePage) -> Iterator[Remark]:
    named = page.names.get(document.kind)
    if named and named.period != (document.period_from, document.period_until):
        years = f"{document.period_from}–{document.period_until}"
        message = says(
            "The heading says {years}, the title page “{title}”; the heading's years are taken.",
            years=years,
            title=named.title,
        )
        yield Remark(document.line, Level.FLAG, message, text=document.heading)
    meetings = _meetings_named(table)
    if len(meetings) > 1:
        message = says(
            "The headings name more than one meeting: {meetings}; none is taken.",
            meetings=", ".join(meetings),
        )
        yield Remark(table.header.line, Level.WARNING, message)


def _meetings_named(table: Table) -> list[str]:
    found = (meeting_dates.meeting_named(column) for column in table.header.columns)
    return sorted({name for name in found if name})


def _ignored(section: Section, placed: set[int]) -> Iterator[Remark]:
    """Yield one remark per stretch of lines that no table of the section took."""
    named = f"“{section.number} {section.heading}”"
    where = named if section.number else says("Text above the first numbered heading")
    heading = [Line(section.line, section.heading)] if section.number else []
    written = [line for line in [*heading, *section.body] if not line.is_blank]
    for is_placed, stretch in groupby(written, key=lambda line: line.number in placed):
        numbers = [line.number for line in stretch]
        if not is_placed:
            message = says("{where}: read, not imported.", where=where)
            yield Remark(numbers[0], Level.IGNORED, message, until=numbers[-1])


def _refuse_second(document: PaperDocument, before: Sequence[PaperDocument]) -> None:
    for other in before:
        if other.kind == document.kind:
            kind = _KIND_WORDS[document.kind]
            message = says(
                "This is the second {kind}; the first begins in line {line}.", kind=kind, line=other.line
            )
            raise PaperBroken(document.line, message, "Import them as two papers.")


def _refuse_missing(page: TitlePage, documents: Sequence[PaperDocument], lines: Sequence[Line]) -> None:
    if not documents:
        last = max((line.number for line in lines if not line.is_blank), default=0)
        raise PaperBroken(last, "The paper ends here without a table: was it cut off?", _TABLE_REMEDY)
    for kind, named in page.names.items():
        if kind not in {document.kind for document in documents}:
            message = says("The title names “{title}”, but the paper has no table for it.", title=named.title)
            raise PaperBroken(page.lines.start, message, _TABLE_REMEDY)
