"""A row of a foreign table as an item, a section row, a point or nothing; each doubt and mistake by its row.

Which rows form a table is found in `grid_rows`; the whole document is put together in `grid_paper`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from workflow.domain.body import MeetingEntry
from workflow.domain.errors import says
from workflow.domain.terms import DocumentKind
from workflow.papers import meeting_dates
from workflow.papers.grid_days import impossible_days, read_day, serial_day
from workflow.papers.grid_fields import Field, plain
from workflow.papers.grid_rows import begun_at, filled
from workflow.papers.grids import Row
from workflow.papers.paper import Level, PaperBroken, PaperRow, PaperSection, Remark
from workflow.papers.plain_lines import Line
from workflow.papers.tables import BETWEEN_POINTS

_TOTAL = re.compile(r"(grand |sub-? ?)?totals?\b.*|sum|jumlah|subtotal.*", re.IGNORECASE | re.DOTALL)
_TOTAL_ALONE = re.compile(r"(grand |sub-? ?)?totals?\W*", re.IGNORECASE)
_BULLETS, _DASHES = "○●•◦▪‣", "*–-"
#: A cell that names a month a thousand times is doubted often enough.
MOST_FLAGS = 20
_ITALIC = re.compile(r"</?i>", re.IGNORECASE)
_SUB_NUMBER = re.compile(r"\d+\.\d+\.?|\(?[a-z]\)|[ivx]+\)")
_TEXTS = (Field.SCHEDULED, Field.STATUS)


@dataclass
class Items:
    """The items of one table as they are read row by row; `wrong` holds what keeps them from being kept.

    `begins` has by a row's line where its title begins behind a number.
    """

    kind: DocumentKind
    headings: Sequence[str]
    fields: Sequence[Field]
    meetings: Sequence[MeetingEntry]
    today: date
    begins: Mapping[int, int] = field(default_factory=dict)
    rows: list[PaperRow] = field(default_factory=list)
    sections: list[PaperSection] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    wrong: list[PaperBroken] = field(default_factory=list)
    _numbers: dict[str, str] = field(default_factory=dict)
    _titles: dict[str, str] = field(default_factory=dict)

    def take(self, row: Row) -> None:
        """Read the next row."""
        is_numbered = row.line in self.begins
        if is_numbered:
            row = begun_at(row, self._column(Field.TITLE), self.begins[row.line])
        cells = dict(zip(self.fields, [*row.cells, *[""] * len(self.fields)], strict=False))
        said = filled(row)
        if [plain(cell) for cell in row.cells] == [plain(cell) for cell in self.headings]:
            self._ignore(row, says("The headings stand here again: not imported."))
        elif said and _is_total(said):
            self._ignore(row, says("A row of totals: read, not imported."))
        elif self._is_point(row, cells):
            self._add_point(row, cells)
        elif len(said) == 1 and not is_numbered and self._is_section(row, cells):
            self._add_section(row, said[0])
        elif self.rows and Field.TITLE in self.fields and self._column(Field.TITLE) in row.hanging:
            self._go_on(row, cells)
        else:
            self._add(row, cells)

    def _is_section(self, row: Row, cells: dict[Field, str]) -> bool:
        return bool(row.merged) or not any(cells.get(one) for one in _others(self.fields))

    def _column(self, wanted: Field) -> int:
        return list(self.fields).index(wanted)

    def _is_point(self, row: Row, cells: dict[Field, str]) -> bool:
        title = cells.get(Field.TITLE, "")
        is_alone = not any(cells.get(one) for one in _others(self.fields))
        is_sub = bool(_SUB_NUMBER.fullmatch(cells.get(Field.NUMBER, "").strip()) or _point(title))
        return bool(self.rows) and bool(title) and is_alone and is_sub and not row.merged

    def _add_point(self, row: Row, cells: dict[Field, str]) -> None:
        words = _point(cells[Field.TITLE]) or cells[Field.TITLE]
        if self.kind is not DocumentKind.WORK_PLAN:
            self._refuse(
                row, Field.TITLE, says("A progress report has no points."), says("Write it into the status.")
            )
            return
        self.rows[-1] = replace(self.rows[-1], points=[*self.rows[-1].points, " ".join(words.split())])

    def _add_section(self, row: Row, title: str) -> None:
        words = " ".join(_ITALIC.sub("", title).split())
        self.sections.append(PaperSection(row.line, self._position, words, row.place))

    def _go_on(self, row: Row, cells: dict[Field, str]) -> None:
        """Add the words of a row whose title is merged with the one above to that row's item."""
        last = self.rows[-1]
        texts = dict(last.texts)
        for one in _TEXTS:
            more = cells.get(one, "")
            if more and more != texts.get(one.value, "") and one in self.fields:
                texts[one.value] = f"{texts.get(one.value, '')}\n{more}".strip()
        message = says("The title is merged with that of the row above; the row is read as part of its item.")
        flags = [*last.flags, self._remark(row, Level.WARNING, message)]
        self.rows[-1] = replace(last, texts=texts, flags=flags)

    def _add(self, row: Row, cells: dict[Field, str]) -> None:
        title, points = _title_and_points(cells.get(Field.TITLE, ""), cells.get(Field.POINTS, ""))
        if not self._may_be(row, title, points):
            return
        texts: dict[str, str] = {name: cells.get(Field(name), "") for name in _texts_of(self.kind)}
        flags = self._doubts(row, cells, [title, *points, *texts.values(), cells.get(Field.ACTION, "")])
        if serial := serial_day(texts.get("scheduled", "")):
            message = says(
                "“{words}” is a spreadsheet’s number of a day; it is read as {serial}.",
                words=texts["scheduled"],
                serial=serial,
            )
            flags.append(self._remark(row, Level.WARNING, message))
            texts["scheduled"] = serial
        action = cells.get(Field.ACTION, "") if self.kind is DocumentKind.WORK_PLAN else None
        section = self.sections[-1].title if self.sections else None
        unsaid = frozenset(texts) - {one.value for one in self.fields}
        made = PaperRow(row.line, self._position, section, title, points, texts, action, flags)
        self.rows.append(replace(made, place=row.place, unsaid=unsaid))

    def _may_be(self, row: Row, title: str, points: Sequence[str]) -> bool:
        """Tell whether a row can be an item; what is wrong with it is noted."""
        twin = self._titles.setdefault(plain(title), row.place) if title else row.place
        if not title:
            message, remedy = says("The row has no title."), says("Write its title, or remove the row.")
        elif points and self.kind is not DocumentKind.WORK_PLAN:
            message, remedy = says("A progress report has no points."), says("Write them into the status.")
        elif twin != row.place:
            message = says(
                "The title “{title}” stands in {twin} already; both claim one item.", title=title, twin=twin
            )
            remedy = says("Give each row a title of its own, or remove one.")
        else:
            return True
        self._refuse(row, Field.TITLE, message, remedy)
        return False

    @property
    def _position(self) -> int:
        return len(self.rows) + len(self.sections)

    def _doubts(self, row: Row, cells: dict[Field, str], texts: Sequence[str]) -> list[Remark]:
        flags = [
            self._remark(row, Level.WARNING, says("The cell under “{heading}” is empty.", heading=heading))
            for heading, one in zip(self.headings, self.fields, strict=False)
            if one in (*_TEXTS, Field.ACTION) and not cells.get(one)
        ]
        for text in texts:
            found = meeting_dates.doubts(Line(row.line, text), self.meetings)[:MOST_FLAGS]
            flags += [replace(one, place=row.place) for one in found]
            for day in impossible_days(text)[:MOST_FLAGS]:
                message = says("“{day}” is no day of the calendar. It is kept as written.", day=day)
                flags.append(self._remark(row, Level.FLAG, message, text))
        return flags + self._as_of(row, cells) + self._numbered(row, cells)

    def _as_of(self, row: Row, cells: dict[Field, str]) -> list[Remark]:
        written = cells.get(Field.AS_OF, "")
        if not written:
            return []
        day = read_day(written)
        if day is None:
            self._refuse(
                row,
                Field.AS_OF,
                says("“{written}” is no day.", written=written),
                says("Write it as 2020-09-25."),
            )
        elif day > self.today:
            message = says("{day} is still to come; nobody can know how it stands then.", day=day.isoformat())
            self._refuse(row, Field.AS_OF, message, says("Write the day on which this was so."))
        return [self._remark(row, Level.IGNORED, says("The day on which this was so."), written)]

    def _numbered(self, row: Row, cells: dict[Field, str]) -> list[Remark]:
        number = cells.get(Field.NUMBER, "").strip().rstrip(".")
        before = self._numbers.setdefault(number, row.place) if number else row.place
        if before == row.place:
            return []
        message = says(
            "The number {number} stands in {before} already; items are numbered by their order.",
            number=number,
            before=before,
        )
        return [self._remark(row, Level.WARNING, message)]

    def _remark(self, row: Row, level: Level, message: str, text: str = "") -> Remark:
        return Remark(row.line, level, message, text=text, place=row.place)

    def _ignore(self, row: Row, message: str) -> None:
        self.remarks.append(self._remark(row, Level.IGNORED, message, " | ".join(filled(row))))

    def _refuse(self, row: Row, wanted: Field, message: str, remedy: str) -> None:
        columns = [name for name, one in zip(self.headings, self.fields, strict=False) if one is wanted]
        place = says("{place}, “{column}”", place=row.place, column=columns[0]) if columns else row.place
        self.wrong.append(PaperBroken(row.line, message, remedy, place))


def _texts_of(kind: DocumentKind) -> tuple[str, ...]:
    return ("scheduled", "status") if kind is DocumentKind.PROGRESS_REPORT else ("status",)


def _others(fields: Sequence[Field]) -> list[Field]:
    return [one for one in fields if one not in (Field.TITLE, Field.NUMBER, Field.LEFT_OUT)]


def _is_total(said: Sequence[str]) -> bool:
    """Tell whether a row sums up others: an item can begin with that word too, but has words beside it."""
    first, others = said[0].strip(), said[1:]
    if _TOTAL.fullmatch(first) is None:
        return False
    return bool(_TOTAL_ALONE.fullmatch(first)) or all(re.search(r"\d", cell) for cell in others)


def _title_and_points(cell: str, more: str) -> tuple[str, list[str]]:
    """Return the title before the first line that is a point, in one line, and the points behind it."""
    title: list[str] = []
    points: list[str] = []
    for line in cell.split("\n"):
        words = _point(line)
        if words is not None:
            points.append(words)
        elif points:
            points[-1] += " " + line.strip()
        else:
            title.append(line)
    points += [_point(line) or line for line in _parted(more) if line.strip()]
    return " ".join(" ".join(title).split()), [" ".join(point.split()) for point in points]


def _parted(cell: str) -> list[str]:
    """Return the points of a cell of its own: by line, or as a table of ours parts them on one line."""
    is_one_line = "\n" not in cell and _point(cell) is None
    return cell.split(BETWEEN_POINTS.strip()) if is_one_line else cell.split("\n")


def _point(line: str) -> str | None:
    text = line.strip()
    is_point = text[:1] in _BULLETS or (text[:1] in _DASHES and text[1:2].isspace())
    return (text[1:].strip() or None) if text and is_point else None
