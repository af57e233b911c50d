"""How long a paper of a thousand items takes as DOCX and PDF, against docxtpl and WeasyPrint, in one run.

The peers are no part of the product: `make bench` puts them into build/bench (requirements-bench.lock).
Absolute times belong to the machine; what is asserted are ratios of medians, taken in turns.
"""

import io
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from statistics import median

import docx
import pytest

from workflow.domain.terms import DocumentKind, Status
from workflow.papers.docx_file import docx_bytes
from workflow.papers.pdf_file import pdf_bytes
from workflow.papers.whole_paper import PaperItem, PaperTable, WholePaper
from workflow.papers.whole_paper_print import printed

PEERS = Path(__file__).resolve().parents[2] / "build" / "bench"
ITEMS, PAIRS, SLOW_PAIRS = 1_000, 9, 3
HEADINGS = ("Project", "Points", "Status", "Actions taken")
#: What the product may take at most, as a part of what its peer takes.
DOCX_RATIO, PDF_RATIO = 1.3, 0.1

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(autouse=True, scope="module")
def peers() -> None:
    """Let the peers be found, behind everything that is installed with the product."""
    sys.path.append(str(PEERS))


def rows() -> list[dict[str, str]]:
    """Return the words of a thousand items, as both sides print them."""
    return [
        {
            "title": f"Project {number} on cooperation among agencies",
            "points": "First point of the plan; Second point, on training",
            "status": f"Ongoing: step {number} of the work, with partners in several States.",
            "action": "Endorsed the project as part of the Work Plan 2020-2023",
        }
        for number in range(1, ITEMS + 1)
    ]


def paper(told: list[dict[str, str]]) -> WholePaper:
    """Return the paper of these items."""
    items = tuple(
        PaperItem(
            number=number,
            title=row["title"],
            points=tuple(row["points"].split("; ")),
            texts={"status": row["status"]},
            action=row["action"],
            status=Status.ENDORSED,
            version=1,
            sha256="0" * 64,
            reservations=(),
        )
        for number, row in enumerate(told, 1)
    )
    table = PaperTable(
        kind=DocumentKind.WORK_PLAN,
        name="Work Plan 2020-2023",
        title="Work Plan 2020-2023",
        section_number="5",
        period=(2020, 2023),
        columns=tuple(zip(("project", "points", "status", "action"), HEADINGS, strict=True)),
        groups=((None, items),),
    )
    return WholePaper(
        title="Work Plan 2020-2023",
        body="A body",
        short="Body",
        office="The office",
        meeting="The 20th meeting",
        dated=datetime(2020, 10, 9, tzinfo=UTC),
        introduction=("This paper holds the work plan.",),
        highlights=(),
        tables=(table,),
        finality=(),
        on_paper=(),
    )


def template(path: Path) -> Path:
    """Write the template of a table that docxtpl fills, a row for each item."""
    document = docx.Document()
    table = document.add_table(rows=4, cols=len(HEADINGS))
    for cell, heading in zip(table.rows[0].cells, HEADINGS, strict=True):
        cell.text = heading
    table.rows[1].cells[0].text = "{%tr for item in items %}"
    for cell, name in zip(table.rows[2].cells, ("title", "points", "status", "action"), strict=True):
        cell.text = f"{{{{ item.{name} }}}}"
    table.rows[3].cells[0].text = "{%tr endfor %}"
    document.save(str(path))
    return path


def paired(ours: Callable[[], object], theirs: Callable[[], object], pairs: int) -> tuple[float, float]:
    """Return the median seconds of both, taken in turns after one of each that does not count."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(pairs + 1):
        for act, taken in zip((ours, theirs), times, strict=True):
            since = time.perf_counter()
            act()
            if turn:
                taken.append(time.perf_counter() - since)
    return median(times[0]), median(times[1])


def test_docx_takes_about_as_long_as_a_filled_template(tmp_path: Path) -> None:
    from docxtpl import DocxTemplate

    told, path = rows(), template(tmp_path / "template.docx")
    whole = paper(told)

    def filled() -> bytes:
        found, out = DocxTemplate(str(path)), io.BytesIO()
        found.render({"items": told}, autoescape=True)
        found.save(out)
        return out.getvalue()

    for content in (docx_bytes(printed(whole)), filled()):
        [table] = [one for one in docx.Document(io.BytesIO(content)).tables if len(one.columns) >= 3]
        assert len(table.rows) == ITEMS + 1
    ours, theirs = paired(lambda: docx_bytes(printed(whole)), filled, PAIRS)
    print(f"\nDOCX of {ITEMS} items: {ours:.3f} s, docxtpl {theirs:.3f} s, ratio {ours / theirs:.2f}")
    assert ours <= DOCX_RATIO * theirs


def test_pdf_takes_a_tenth_of_what_weasyprint_takes() -> None:
    import weasyprint

    told = rows()
    whole = paper(told)
    cells = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row.values()) + "</tr>" for row in told
    )
    heads = "".join(f"<th>{heading}</th>" for heading in HEADINGS)
    page = f"<h1>Work Plan</h1><table><thead><tr>{heads}</tr></thead><tbody>{cells}</tbody></table>"
    theirs_made = weasyprint.HTML(string=page).write_pdf
    ours, theirs = paired(lambda: pdf_bytes(printed(whole)), theirs_made, SLOW_PAIRS)
    print(f"\nPDF of {ITEMS} items: {ours:.3f} s, WeasyPrint {theirs:.3f} s, ratio {ours / theirs:.3f}")
    assert ours <= PDF_RATIO * theirs
