"""What must have come of the demonstration, checked against the paper and the rules, not against the code.

The expectations are written here by hand; the paper's cells are split anew from its text.
"""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import select

from config.demo.rounds import Round
from config.demo.setting_up import PLAN
from workflow.db import Database
from workflow.domain.positions import Place
from workflow.domain.terms import CirculationStatus, Outcome, Result, Service
from workflow.models.audit import AuditEntry
from workflow.models.notice import Notice

ENDORSED = "Endorsed the project as part of the Work Plan 2020-2023"
PROJECTS, STATES_IN_2020 = 6, 10


def differences(
    database: Database, rounds: Sequence[Round], folder: Path, objected: int | None, cure: str
) -> list[str]:
    """Return, in words, everything that differs from what the rules demand; empty when all is right.

    `objected` is the item that a State objected to in the first round, `cure` what its second text adds.
    """
    found = list(_first(rounds[0], objected))
    if objected is not None:
        found += _second(rounds[1])
    for one in rounds:
        found += _places(one)
    found += _log(database)
    found += _letters(database)
    found += _activities(folder / "section-4.tsv")
    found += _projects(folder / "section-5.tsv", objected, cure)
    return found


def _first(first: Round, objected: int | None) -> Iterator[str]:
    record = first.record()
    expected = [
        Result.NOT_ENDORSED if number == objected else Result.ENDORSED for number in range(1, PROJECTS + 1)
    ]
    if [item.result for item in record.items] != expected:
        yield f"{record.symbol}: results {[str(item.result) for item in record.items]}"
    if record.outcome is not (Outcome.ENDORSED if objected is None else Outcome.PARTIALLY_ENDORSED):
        yield f"{record.symbol}: outcome {record.outcome}"
    if len(record.roster) != STATES_IN_2020 or "TL" in {state.code for state in record.roster}:
        yield f"{record.symbol}: the roster is not that of 2020"
    if any(state.since is None for state in record.roster):
        yield f"{record.symbol}: a State was not served"


def _second(second: Round) -> Iterator[str]:
    record = second.record()
    if [item.result for item in record.items] != [Result.ENDORSED] or record.outcome is not Outcome.ENDORSED:
        yield f"{record.symbol}: the revised item is not endorsed"
    if [item.version_number for item in record.items] != [2]:
        yield f"{record.symbol}: the revised item is not version 2"


def _places(one: Round) -> Iterator[str]:
    """Silence is printed as silence, for exactly the States that said nothing (rule 35)."""
    record = one.record()
    if record.status is not CirculationStatus.CLOSED:
        yield f"{record.symbol}: {record.status}"
    for item in record.items:
        silent = {placed.state for placed in item.places if placed.place is Place.SILENT}
        if silent != one.silent:
            yield f"{record.symbol}, item {item.number}: silent {sorted(silent)}, not {sorted(one.silent)}"
        if sorted(placed.state for placed in item.places) != sorted(state.code for state in record.roster):
            yield f"{record.symbol}, item {item.number}: a State stands in two places or in none"
    if "approved" in " ".join(record.formula()).lower():
        yield f"{record.symbol}: the formula says “approved”"


def _log(database: Database) -> Iterator[str]:
    with database.reading() as session:
        rows = session.execute(select(AuditEntry.seq, AuditEntry.entry).order_by(AuditEntry.seq)).all()
    if [row.seq for row in rows] != list(range(len(rows))):
        yield "the log has a gap"
    for row in rows:
        read = json.loads(row.entry)
        again = json.dumps(read, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        if again != row.entry or read["seq"] != row.seq:
            yield f"entry {row.seq} is not canonical"


def _letters(database: Database) -> Iterator[str]:
    with database.reading() as session:
        unsent = session.scalars(
            select(Notice.letter).where(Notice.status.not_in([Service.SENT, Service.ACKNOWLEDGED]))
        ).all()
    if unsent:
        yield f"{len(unsent)} letters did not leave: {sorted({str(letter) for letter in unsent})}"


def _activities(path: Path) -> Iterator[str]:
    yield from _compared(path, ["activity", "scheduled", "status"], _paper_rows("Activity\t"))


def _projects(path: Path, objected: int | None, cure: str) -> Iterator[str]:
    expected = []
    number = 0
    for name, status, action in _paper_rows("Project\t"):
        points = ""
        if "<ul" in name:
            name, listed = re.split(r" ?<ul[^>]*>", name)
            points = "; ".join(point.strip() for point in listed.split("○") if point.strip())
        if status:
            number += 1
            if number == objected:
                status += cure
        if action and action != ENDORSED:
            yield f"the paper itself says “{action}”"
        expected.append([name, points, status, action])
    yield from _compared(path, ["project", "points", "status", "action"], expected)


def _paper_rows(header: str) -> list[list[str]]:
    """Return the cells of the paper's table below the line that begins with `header`."""
    lines = PLAN.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(header))
    rows = []
    for line in lines[start + 1 :]:
        if "\t" not in line:
            break
        rows.append([re.sub(r"</?i>", "", cell) for cell in line.split("\t")])
    return rows


def _compared(path: Path, header: list[str], expected: Sequence[Sequence[str]]) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="") as file:
        written = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    wanted = [header, *(list(row) for row in expected)]
    if written == wanted:
        return
    for number, (one, other) in enumerate(zip(written, wanted, strict=False), start=1):
        if one != other:
            yield f"{path.name}, line {number}: {one} instead of {other}"
    if len(written) != len(wanted):
        yield f"{path.name}: {len(written)} lines instead of {len(wanted)}"
