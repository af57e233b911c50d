"""Every export opened by LibreOffice without repair, read by poppler in reading order, and drawn.

That the files hold the right words is tested without either, in tests/papers, tests/actions and tests/web.
"""

import csv
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from tests.actions.rounds import DEADLINE
from tests.factories import World
from tests.office.suite import Office, blackness, pictures, read_aloud, run, text_of
from tests.papers.papers import SCRIPTS, paper
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.rounds_seen import Story
from workflow.db import Database
from workflow.domain.terms import ResponseKind
from workflow.papers.docx_file import docx_bytes
from workflow.papers.pdf_file import pdf_bytes

pytestmark = [pytest.mark.office, pytest.mark.timeout(120)]
ON_SQLITE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
FORMULA = "=1+1"
RESERVATION = "As advice only: chỉ là lời khuyên, คำแนะนำ."
ORDER = (
    "Introduction",
    "Work Plan 2020-2023",
    "Project",
    "1. ",
    "2. ",
    "6. ",
    "Finality statement",
    "No objection having",
)


@pytest.fixture
def closed(database: Database, world: World, clock: SettableClock, served: Stage) -> Story:
    """Give a closed circulation in which Malaysia objects with a formula and Indonesia reserves."""
    told = Story(database, world, clock, served)
    told.does(lambda round_: round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4, reasons=FORMULA))
    told.does(
        lambda round_: round_.lodge("ID contact_point", ResponseKind.RESERVATION, 6, reasons=RESERVATION)
    )
    clock.now = DEADLINE
    return told.does(lambda round_: round_.locked())


@pytest.fixture
def given(visit: Visit, closed: Story, tmp_path: Path) -> dict[str, Path]:
    """Give every export of the pages as a file, by its name."""
    client, document = visit("secretariat"), f"/documents/{closed.world.document.code}"
    papers = [f"{document}/paper", f"{closed.page}/record", f"{closed.page}/note"]
    lists = [
        f"{document}/table",
        f"{closed.page}/record",
        f"{closed.page}/comments",
        "/history",
        "/participation",
    ]
    paths = [f"{path}.{ending}" for path in papers for ending in ("docx", "pdf")]
    paths += [f"{path}.xlsx" for path in lists]
    return {path.name: path for path in (_kept(client.get(path), tmp_path) for path in paths)}


def _kept(answer: TestResponse, folder: Path) -> Path:
    assert answer.status_code == 200
    path = folder / answer.headers["Content-Disposition"].split('"')[1]
    path.write_bytes(answer.data)
    return path


def in_order(text: str, words: tuple[str, ...]) -> list[str]:
    """Return the words that do not stand behind the one before them."""
    place, missing = 0, []
    for one in words:
        found = text.find(one, place)
        if found < 0:
            missing.append(one)
        else:
            place = found + len(one)
    return missing


@ON_SQLITE
def test_every_paper_opens_and_reads_in_order(given: dict[str, Path], office: Office, tmp_path: Path) -> None:
    documents = [path for name, path in given.items() if name.endswith(".docx")]
    opened = office.as_pdf(documents)
    assert sorted(opened) == sorted(path.stem for path in documents)
    for path in documents:
        own = path.with_suffix(".pdf")
        assert all(share > 0.001 for share in blackness(own, tmp_path))
        assert len(pictures(own)) == len(blackness(own, tmp_path))
        assert run("pdfinfo", str(own)).count("Tagged:          yes") == 1
    [whole] = [path for path in documents if path.stem.endswith("-paper")]
    assert in_order(read_aloud(whole.with_suffix(".pdf")), ORDER) == []
    assert in_order(text_of(opened[whole.stem]), ORDER) == []
    [record] = [path for path in documents if path.stem.startswith("record")]
    assert RESERVATION in text_of(record.with_suffix(".pdf"))
    for text in (read_aloud(record.with_suffix(".pdf")), text_of(opened[record.stem])):
        assert (
            in_order(text, ("The circulation", "The items", "Service", "Served means", "Proof", "Closed"))
            == []
        )


@ON_SQLITE
def test_every_list_opens_and_runs_nothing(given: dict[str, Path], office: Office) -> None:
    books = [path for name, path in given.items() if name.endswith(".xlsx")]
    opened = office.as_csv(books)
    assert {path.stem for path in books} == {name.rpartition("-")[0] for name in opened}
    for name, path in opened.items():
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        assert len(rows) > 1, name
    [comments] = [path for name, path in opened.items() if name.startswith("comments")]
    assert FORMULA in comments.read_text(encoding="utf-8")


def test_scripts_of_the_region_are_written_and_read(office: Office, tmp_path: Path) -> None:
    (tmp_path / "scripts.pdf").write_bytes(pdf_bytes(paper()))
    (tmp_path / "scripts.docx").write_bytes(docx_bytes(paper()))
    laid = text_of(tmp_path / "scripts.pdf")
    # Poppler says clusters of Khmer twice where a vowel sign stands before its consonant.
    khmer = ("គ្មា", "នការ", "ជំ", "ទា")
    words = (SCRIPTS["vi"], SCRIPTS["th"], *khmer, SCRIPTS["lo"], SCRIPTS["my"], "Introduction")
    assert in_order(laid, ("Plan #1 <of> the body", *words, "#strong[no] *x* $y$")) == []
    faces = run("pdffonts", str(tmp_path / "scripts.pdf"))
    for face in ("NotoSansThai", "NotoSansKhmer", "NotoSansLao", "NotoSansMyanmar"):
        assert face in faces
    opened = office.as_pdf([tmp_path / "scripts.docx"])["scripts"]
    assert SCRIPTS["vi"] in text_of(opened)
    assert len(pictures(tmp_path / "scripts.pdf")) == 1


def test_long_table_repeats_its_header_on_every_page(office: Office, tmp_path: Path) -> None:
    (tmp_path / "long.docx").write_bytes(docx_bytes(paper(60)))
    (tmp_path / "long.pdf").write_bytes(pdf_bytes(paper(60)))
    for pdf in (tmp_path / "long.pdf", office.as_pdf([tmp_path / "long.docx"])["long"]):
        pages = run("pdftotext", "-layout", str(pdf), "-").rstrip("\f").split("\f")
        assert len(pages) > 3
        assert all("Actions" in page for page in pages[1:])


def test_broken_file_is_not_opened(office: Office, tmp_path: Path) -> None:
    """What the tests above rely on: the suite repairs nothing by itself."""
    (tmp_path / "broken.docx").write_bytes(docx_bytes(paper())[:-400])
    assert office.as_pdf([tmp_path / "broken.docx"]) == {}
