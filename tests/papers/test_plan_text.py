"""Tests that a plan in plain text is read whole: every text to the letter, every line accounted for."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from workflow.domain.body import MeetingEntry
from workflow.domain.terms import DocumentKind
from workflow.papers.paper import Level, Paper, PaperSection
from workflow.papers.plan_text import read, read_bytes

ROOT = Path(__file__).resolve().parents[2]
PLAN = ROOT / "config" / "demo" / "plan.txt"
OTHER = ROOT / "tests" / "data" / "forum-paper.txt"
MEETINGS = (
    MeetingEntry(19, "19th SOMTC", printed="July 2010"),
    MeetingEntry(20, "20th SOMTC", held_on=date(2020, 9, 24)),
)
ENDORSED = "Endorsed the project as part of the Work Plan 2020-2023"


@pytest.fixture(scope="module")
def plan() -> Paper:
    return read_bytes(PLAN.read_bytes(), MEETINGS)


@pytest.fixture(scope="module")
def other() -> Paper:
    return read_bytes(OTHER.read_bytes())


def test_plan_has_its_title_and_two_documents(plan: Paper) -> None:
    assert plan.title == (
        "ASEAN and ASEAN-AUSTRALIA COUNTER TRAFFICKING (ASEAN-ACT) "
        "PROGRESS REPORT 2019 – 2020 and WORK PLAN 2020 – 2023"
    )
    found = [
        (document.kind, document.title, document.section_number, document.period_from, document.period_until)
        for document in plan.documents
    ]
    assert found == [
        (DocumentKind.PROGRESS_REPORT, "Progress Report 2019 – 2020", "4", 2019, 2020),
        (DocumentKind.WORK_PLAN, "Work Plan 2020 – 2023", "5", 2020, 2023),
    ]
    assert [document.heading for document in plan.documents] == [
        "Summary of Progress: ASEAN and ASEAN-ACT 2019 – 2020",
        "Summary of ASEAN and ASEAN-ACT Work Plan 2020 – 2023",
    ]
    assert [document.drafted_for for document in plan.documents] == [None, "20th SOMTC"]


def test_plan_keeps_column_headings_to_the_letter(plan: Paper) -> None:
    assert [document.columns for document in plan.documents] == [
        ["Activity", "Scheduled for completion", "Status"],
        [
            "Project",
            "Status as at time of 20 th SOMTC",
            "Actions taken ad referendum after the 20th SOMTC & Related Meetings",
        ],
    ]


def test_plan_keeps_cells_to_the_letter(plan: Paper) -> None:
    report, work_plan = plan.documents
    assert report.rows[2].title == "Responsive support to SOMTC Lead Shepherd on TIP"
    assert report.rows[2].texts == {
        "scheduled": "Ongoing",
        "status": "Ongoing support to Philippines, as host of 20 th SOMTC, including planning for "
        "SOMTC Working Group on TIP meeting",
    }
    assert report.rows[2].action is None
    assert work_plan.rows[0].title == "Support for ACTIP implementation"
    assert work_plan.rows[0].points == ["Bohol TIP Work Plan", "SOMTC support"]
    assert work_plan.rows[1].texts == {
        "status": "Ongoing – support the conduct of 17 th SOMTC Working Group on TIP, "
        "support to other requests"
    }
    assert [row.action for row in work_plan.rows] == [ENDORSED] * 6


def test_plan_keeps_section_rows_in_place(plan: Paper) -> None:
    for document in plan.documents:
        assert [type(row) is PaperSection for row in document.table] == [False] * 5 + [True, False]
        assert [section.title for section in document.sections] == ["Other activities"]
        assert [row.section for row in document.rows] == [None] * 5 + ["Other activities"]


def test_impossible_date_is_flagged_and_kept(plan: Paper) -> None:
    flags = [remark for remark in plan.remarks if remark.level is Level.FLAG]
    assert [(flag.line, flag.message) for flag in flags] == [
        (
            9,
            "“July 2010” cannot be right for meeting 19: the 20th SOMTC was held on 24 September 2020. "
            "It is kept as written.",
        )
    ]
    assert "Nay Pyi Taw, Myanmar, in July 2010, several" in flags[0].text


def test_impossible_date_is_flagged_without_meetings() -> None:
    flags = [remark for remark in read_bytes(PLAN.read_bytes()).remarks if remark.level is Level.FLAG]
    assert [flag.message for flag in flags] == [
        "“July 2010” cannot be right for meeting 19: the same sentence speaks of 2019–2020. "
        "It is kept as written."
    ]


@pytest.mark.parametrize("path", [PLAN, OTHER], ids=["plan", "other"])
def test_every_line_is_placed_or_reported(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")
    paper = read("\n".join(lines))
    reported = {line for remark in paper.warnings if remark.level is Level.IGNORED for line in remark.lines}
    written = {number for number, line in enumerate(lines, start=1) if line.strip()}
    assert written - paper.placed - reported == set()
    assert {line for line in paper.placed & reported if line in written} == set()


def test_other_paper_is_read_by_its_own_order(other: Paper) -> None:
    work_plan, report = other.documents
    assert (work_plan.title, work_plan.heading) == (
        "Work Plan 2021 – 2022",
        "Summary of the Work Plan 2021 – 2022",
    )
    assert (report.period_from, report.period_until, report.drafted_for) == (2020, 2020, None)
    assert [row.title for row in work_plan.table] == ["Water", "Clean lakes", "Rivers", "Air", "Wind"]
    assert [row.section for row in work_plan.rows] == ["Water", "Water", "Air"]
    assert [row.points for row in work_plan.rows] == [["one", "two ○ half"], [], ["only"]]
    assert [row.action for row in work_plan.rows] == ["Adopted", "", "Adopted"]
    assert [row.texts["status"] for row in work_plan.rows] == [
        '"Ongoing" – see <b>annex</b>',
        "Planned for June 2030 by the 5th Forum, as agreed for 2021 – 2022",
        "=SUM(1)",
    ]
    assert report.rows[0].texts == {"scheduled": "2020", "status": "ទឹកស្អាត"}


def test_other_paper_is_doubted_line_by_line(other: Paper) -> None:
    assert [str(remark) for remark in other.remarks] == [
        "Lines 9–16: Text above the first numbered heading: read, not imported.",
        "Lines 18–20: “1 Introduction”: read, not imported.",
        "Line 20: “May 2001” cannot be right for meeting 3: the same sentence speaks of 2020–2021. "
        "It is kept as written.",
        "Lines 22–25: “1.1 Background”: read, not imported.",
        "Line 29: “2 Summary of the Work Plan 2021 – 2022”: read, not imported.",
        "Line 33: Markup in “status” is kept as written.",
        "Line 34: The cell under “Actions taken after the 4 th Forum” is empty.",
        "Line 36: The list is not closed by </ul>; it is read to the end of its cell.",
        "Line 38: “2 Summary of the Work Plan 2021 – 2022”: read, not imported.",
    ]


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    content = PLAN.read_bytes()
    dressed = b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n")
    assert read_bytes(dressed) == read_bytes(content)


def test_missing_last_newline_changes_nothing() -> None:
    content = PLAN.read_bytes()
    assert read_bytes(content.rstrip(b"\n")) == read_bytes(content)


def test_period_that_differs_from_the_title_is_flagged() -> None:
    text = PLAN.read_text(encoding="utf-8").replace(
        "ASEAN-ACT Work Plan 2020 – 2023", "ASEAN-ACT Work Plan 2021-2023"
    )
    paper = read(text, MEETINGS)
    assert (paper.documents[1].period_from, paper.documents[1].period_until) == (2021, 2023)
    assert [flag.message for flag in paper.remarks if flag.level is Level.FLAG][1:] == [
        "The heading says 2021–2023, the title page “Work Plan 2020 – 2023”; the heading's years are taken."
    ]


def test_long_cell_is_kept_whole() -> None:
    long = "ยาว 👩‍🚀 " * 12_000
    text = PLAN.read_text(encoding="utf-8").replace(
        "Country-level activities", long + "Country-level activities"
    )
    row = read(text).documents[0].rows[1]
    assert row.texts["status"].startswith(long)
    assert replace(row, texts={}) == replace(
        read(PLAN.read_text(encoding="utf-8")).documents[0].rows[1], texts={}
    )
