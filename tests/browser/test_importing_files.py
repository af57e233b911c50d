"""A work plan from Excel on its way into the house, as a person at a desk and with a telephone sees it.

What is written is in tests/web/test_documents_matching.py.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.axe import Axe
from tests.browser.conftest import Enter
from tests.browser.installed import SHEPHERD
from tests.browser.layout import faults
from tests.papers.office_made import xlsx_of

ROWS = [
    ["Work Plan 2020 – 2023"],
    [],
    ["No", "Project", "Status", "Budget"],
    ["", "Other things"],
    [1, "Support to knowledge exchanges", "Done", 3],
    [2, "A-word-that-is-much-too-long-for-the-column-of-a-telephone-" * 4, "New", 4],
    ["Total", "", "", 7],
]


@pytest.mark.timeout(120)
def test_columns_are_matched_by_form_alone(enter: Enter, axe: Axe, tmp_path: Path) -> None:
    """The page is right at every width, also for axe, and every step is a form."""
    file = tmp_path / "plan.xlsx"
    file.write_bytes(xlsx_of(ROWS))
    shepherd = enter(SHEPHERD)
    assert shepherd.go("/documents/import") == 200
    shepherd.main.get_by_label("Paper").set_input_files(file)
    shepherd.press("Show what it becomes")
    shepherd.reads_heading("What the columns hold")
    shepherd.reads("1 new item, 1 changed, 0 as they are, 5 vanished")
    assert faults(shepherd.page, axe) == []
    shepherd.select(shepherd.main.get_by_label("Budget"), "points")
    shepherd.press("Show what it becomes")
    shepherd.reads("Import these 2 items")
    shepherd.press("Import these 2 items")
    expect(shepherd.page).to_have_url(re.compile("/documents/work-plan-2020-2023$"))
    shepherd.reads("2 items are imported.")
