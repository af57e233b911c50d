"""Tests that a broken paper is refused with its line, the reason and what to do."""

from pathlib import Path

import pytest

from workflow.domain.errors import Invalid
from workflow.papers.paper import PaperBroken
from workflow.papers.plain_lines import LARGEST_PAPER
from workflow.papers.plan_text import read, read_bytes

PLAN = Path(__file__).resolve().parents[2] / "config" / "demo" / "plan.txt"
TEXT = PLAN.read_text(encoding="utf-8")
HEAD = "**T 2020**\n\n1 Plan 2020\n\nProject\tStatus\tActions taken\n"
ROW = "One\tOngoing\tAdopted\n"


BROKEN = [
    ("", 0, "The file is empty."),
    ("\n \n", 0, "The file is empty."),
    ("x" * (LARGEST_PAPER + 1), 0, "The text has 5,242,881 characters"),
    ("Plan\n\n1 A\n\nx", 1, "The paper does not begin with its title."),
    ("**Plan\n1 A\n", 2, "The title that begins with ** is not closed."),
    ("**Plan\n\n1 A\n", 1, "The title that begins with ** is not closed."),
    ("****\n", 1, "The paper does not begin with its title."),
    ("**T**\n\n1 Prose\n\nonly\n", 5, "The paper ends here without a table: was it cut off?"),
    ("**Work Plan 2020 and Work Plan 2021**\n", 1, "The title names two documents of one kind"),
    ("**Work Plan 2023 – 2020**\n", 1, "The period “Work Plan 2023 – 2020” ends before it begins."),
    (HEAD, 5, "The table has headings but no rows."),
    (HEAD + "\n" + ROW, 5, "The table has headings but no rows."),
    (HEAD.replace("\tStatus", "") + ROW, 5, "The line has tabs like a row"),
    (HEAD.replace("1 Plan 2020\n", "") + ROW, 4, "The table stands under no numbered heading."),
    (HEAD.replace("1 Plan 2020", "1 Plan") + ROW, 3, "Neither the heading nor the title says which years"),
    (
        HEAD.replace("1 Plan 2020", "1 Plan 2020-2019") + ROW,
        3,
        "The period “2020-2019” ends before it begins.",
    ),
    (HEAD + ROW + "Two\tOngoing\n", 7, "The row has 2 cells; the table has 3 columns."),
    (HEAD + ROW + "Two\tOngoing\tAdopted\tmore\n", 7, "The row has 4 cells; the table has 3 columns."),
    (HEAD + ROW + "wrapped\n", 7, "The row has 1 cells; the table has 3 columns."),
    (HEAD + ROW + "\nTwo\tOngoing\tAdopted\n", 8, "The row stands outside its table"),
    (HEAD + ROW + "one \tPlanned\tAdopted\n", 7, "The title “one” stands in line 6 already."),
    (HEAD + "\tOngoing\tAdopted\n", 6, "The row has no title in its first cell."),
    (HEAD + "<ul>○ a</ul>\tOngoing\tAdopted\n", 6, "The row has no title in its first cell."),
    (HEAD + "Other\t\t\n", 6, "The row has its first cell only"),
    (HEAD + "<i>Other</i>\tOngoing\t\n", 6, "The row is marked as a section"),
    (HEAD + "<i> </i>\t\t\n", 6, "The section row has no title."),
    (HEAD + "<i>Other</i>\t\t\n", 5, "The table has headings but no rows."),
    (HEAD + "A <ul ○ a\tOngoing\tAdopted\n", 6, "The list is not whole"),
    (HEAD + "A ○ a </ul>\tOngoing\tAdopted\n", 6, "The list is not whole"),
    (HEAD + "A <ul> a </ul>\tOngoing\tAdopted\n", 6, "The list does not begin with a point."),
    (HEAD + "A <ul> a ○ b</ul>\tOngoing\tAdopted\n", 6, "The list does not begin with a point."),
    (HEAD + "A <ul> ○ ○ b</ul>\tOngoing\tAdopted\n", 6, "The list has an empty point."),
    (HEAD + "A <ul>○ a</ul> b\tOngoing\tAdopted\n", 6, "There is text after the list."),
    (HEAD + "A <ul>○ a<ul>○ b</ul>\tOngoing\tAdopted\n", 6, "There are two lists in one cell."),
    (HEAD + ROW + "\n2 Empty\n", 8, "There is nothing under the heading “2 Empty”."),
    (
        HEAD + ROW + "\n2 More 2021\n\nProject\tStatus\tActions taken\n" + ROW,
        8,
        "This is the second work plan",
    ),
    (HEAD + "One\x00\tOngoing\tAdopted\n", 6, "It holds the control character U+0000 at character 4."),
    (HEAD + "One\rTwo\tOngoing\tAdopted\n", 6, "It holds the control character U+000D"),
    (HEAD + "One\ud800\tOngoing\tAdopted\n", 6, "It holds the control character U+D800"),
]


@pytest.mark.parametrize(
    ("text", "line", "message"), BROKEN, ids=[str(place) for place in range(len(BROKEN))]
)
def test_broken_paper_is_refused_by_line(text: str, line: int, message: str) -> None:
    with pytest.raises(PaperBroken) as caught:
        read(text)
    assert (caught.value.line, caught.value.field) == (line, "file")
    assert caught.value.message.startswith(f"Line {line}: {message}" if line else message)
    assert len(caught.value.remedy) > 10


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (TEXT.encode("utf-16"), 1, "The file is in UTF-16, not in UTF-8."),
        (TEXT.encode("cp1252", "replace"), 5, "The byte 0x96 is not UTF-8."),
        (b"**T**\n\n\xff", 3, "The byte 0xff is not UTF-8."),
        (b"x" * (LARGEST_PAPER + 1), 0, "The file has 5,242,881 bytes; 5,242,880 is the most that is read."),
    ],
)
def test_broken_file_is_refused_by_line(content: bytes, line: int, message: str) -> None:
    with pytest.raises(PaperBroken) as caught:
        read_bytes(content)
    assert (caught.value.line, caught.value.message) == (line, f"Line {line}: {message}" if line else message)


def test_paper_whose_table_is_gone_is_refused() -> None:
    text = TEXT[: TEXT.index("Project\tStatus")]
    with pytest.raises(PaperBroken, match="Line 22: There is nothing under the heading “5 Summary of"):
        read(text)
    text = TEXT[: TEXT.index("5 Summary of")]
    with pytest.raises(
        PaperBroken, match="Line 1: The title names “Work Plan 2020 – 2023”, but the paper has no"
    ):
        read(text)


def test_broken_paper_is_an_invalid_value() -> None:
    with pytest.raises(Invalid) as caught:
        read("")
    assert (caught.value.code, caught.value.details) == ("paper_broken", {"line": 0})
