"""The demonstration's papers as files: the whole paper and each record, written and opened again.

What must stand in the tables is checked in `checks`; how the files are made is in `workflow/papers/`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import docx
from sqlalchemy import select

from config.demo.checks import ENDORSED
from config.demo.rounds import Round
from workflow.actions.exporting_papers import whole_paper
from workflow.actions.exporting_records import printed_record
from workflow.audit.receipts import newest_note
from workflow.db import Database
from workflow.domain.mandates import OPERATOR
from workflow.domain.terms import DocumentKind
from workflow.models.body import Body
from workflow.models.document import Document
from workflow.papers.docx_file import docx_bytes
from workflow.papers.pdf_file import pdf_bytes
from workflow.papers.printed import Printed
from workflow.papers.whole_paper_print import printed


def write_papers(database: Database, rounds: Sequence[Round], out: Path) -> None:
    """Write the whole paper and the record of each round as DOCX and PDF."""
    with database.reading() as session:
        body = session.scalars(select(Body)).one()
        plan = session.scalars(select(Document).where(Document.kind == DocumentKind.WORK_PLAN)).one()
        _write(out / "paper", printed(whole_paper(session, body, plan, for_actor=OPERATOR)))
        note = newest_note(session, body.id) or ""
        for number, one in enumerate(rounds, start=1):
            _write(out / f"record-{number}", printed_record(one.record(), body.name, note))


def _write(path: Path, paper: Printed) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    for ending, content in ((".docx", docx_bytes(paper)), (".pdf", pdf_bytes(paper))):
        path.with_suffix(ending).write_bytes(content)
        print(f"Written: {path.with_suffix(ending)}")


def paper_differences(rounds: Sequence[Round], folder: Path) -> list[str]:
    """Open the files again and return, in words, what is not as it must be."""
    found = list(_paper(folder / "paper.docx"))
    for number, one in enumerate(rounds, start=1):
        text = _text(folder / f"record-{number}.docx")
        found += [
            f"record-{number}.docx lacks “{sentence}”"
            for sentence in one.record().formula()
            if sentence not in text
        ]
    for path in sorted(folder.glob("*.pdf")):
        content = path.read_bytes()
        if not (content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")):
            found.append(f"{path.name} is no PDF")
    return found


def _paper(path: Path) -> Iterator[str]:
    report, plan = docx.Document(str(path)).tables
    said = [row.cells[-1].text for row in plan.rows[1:] if row.cells[0].text[:1].isdigit()]
    if said != [ENDORSED] * 6:
        yield f"{path.name}: the last column says {said}"
    if len(report.rows) != 8:
        yield f"{path.name}: section 4 has {len(report.rows)} rows"


def _text(path: Path) -> str:
    return "\n".join(one.text for one in docx.Document(str(path)).paragraphs)
