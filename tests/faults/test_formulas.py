"""Five hundred texts that a spreadsheet would run come back from every list as texts, whole."""

import csv
import io
from itertools import product

import pytest

from workflow.papers import csv_rows
from workflow.papers.csv_rows import csv_text

UNSEEN = ("", " ", "\n", "\t", "\r\n", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u202e", "\x0b", " \u2060\n ")
STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
CALLS = (
    "1+1",
    'HYPERLINK("https://example.org";"Report")',
    "cmd|' /C calc'!A0",
    'IMPORTXML(CONCAT("https://example.org/?", A1), "//a")',
    "SUM(1,2)\n=3",
    "WEBSERVICE('https://example.org')",
)
FORMULAS = ["".join(parts) for parts in product(UNSEEN, STARTS, CALLS)]


def run_by_a_spreadsheet(cell: str) -> bool:
    """Tell whether what is first to be seen in a cell begins a formula."""
    seen = cell.lstrip("".join({char for text in UNSEEN for char in text}))
    return seen.startswith(STARTS)


def runs(formulas: list[str]) -> list[str]:
    """Return the cells of a list of these texts that would be run."""
    [_, *rows] = csv.reader(
        io.StringIO(csv_text(["text", "again"], [[one, one] for one in formulas]), newline="")
    )
    assert [row[0].removeprefix("'") for row in rows] == formulas
    return [cell for row in rows for cell in row if run_by_a_spreadsheet(cell)]


def test_no_formula_is_run_and_none_loses_a_character() -> None:
    assert len(set(FORMULAS)) >= 500
    assert runs(FORMULAS) == []


@pytest.mark.parametrize("forgotten", STARTS)
def test_hunt_sees_a_start_that_is_forgotten(monkeypatch: pytest.MonkeyPatch, forgotten: str) -> None:
    left = tuple(start for start in csv_rows.FORMULA_STARTS if start != forgotten)
    monkeypatch.setattr(csv_rows, "FORMULA_STARTS", left)
    assert len(runs(FORMULAS)) >= len(CALLS)


def test_hunt_sees_that_unseen_characters_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "_is_unseen", lambda char: char == " ")
    assert runs(FORMULAS) != []


def test_plain_texts_stay_as_they_are() -> None:
    plain = ["A text", " indented", "\nA second line", "ก", "5-3", "a=b", "\u200bmark", "", "’quoted"]
    [_, *rows] = csv.reader(io.StringIO(csv_text(["text"], [[one] for one in plain]), newline=""))
    assert [row[0] if row else "" for row in rows] == plain
