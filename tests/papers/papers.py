"""A printed paper with every kind of block, scripts of the region, and words that would be markup elsewhere.

The tests of each format print it.
"""

from datetime import UTC, datetime

from workflow.papers.printed import (
    Heading,
    Paragraph,
    Points,
    Printed,
    Row,
    Table,
    Voice,
    cell,
    labelled,
    section_row,
)

SCRIPTS = {
    "vi": "Quyết định được thông qua",
    "th": "ไม่มีข้อคัดค้าน",
    "km": "គ្មានការជំទាស់",
    "lo": "ບໍ່ມີການຄັດຄ້ານ",
    "my": "ကန့်ကွက်ခြင်းမရှိ",
}
HOSTILE = "#strong[no] *x* $y$ <b>&amp; \"q\" 'r' \\ =1+1 \x00\x1f\ud800\nsecond line\ttab"
FORMULA = "No objection having been received, considered endorsed ad referendum."


def paper(rows: int = 2) -> Printed:
    """Return the paper with so many rows in each part of its table."""
    part = tuple(
        Row((cell(f"Title {place}", HOSTILE), (Points(("one", "two")),), cell())) for place in range(rows)
    )
    table = Table(
        "Projects & <more>", ("Project", "Status", "Actions"), (*part, section_row("Other"), *part), (2, 2, 1)
    )
    return Printed(
        "Plan #1 <of> the body",
        "The Body & Co",
        ("Drafted for the 20th", *SCRIPTS.values()),
        (
            Heading("Introduction"),
            *(Paragraph(text) for text in SCRIPTS.values()),
            Heading("Below", 2),
            Paragraph(HOSTILE, Voice.QUOTED),
            Paragraph("a remark", Voice.FINE),
            Paragraph(FORMULA, Voice.FORMULA),
            labelled([("Label", ["first", "second"]), ("Nothing", "")]),
            Points(("a point", HOSTILE)),
            table,
        ),
        datetime(2020, 10, 9, 10, tzinfo=UTC),
    )
