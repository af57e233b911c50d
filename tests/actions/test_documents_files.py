"""Files of a draft: told by their bytes, hashed into the version, fixed with it; and progress reports.

Texts are in test_documents.py.
"""

import hashlib
import io
import zipfile
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import World, new_version, world
from tests.settable_clock import MORNING
from workflow.actions import documents, files, progress
from workflow.domain.canonical import version_sha256
from workflow.domain.errors import Invalid, NotAllowed, NotFound, WrongStatus
from workflow.domain.terms import Status
from workflow.models.document import Attachment, Progress, Version
from workflow.papers.file_types import MEDIA_TYPES, is_what_it_says

TYPES = ("pdf", "docx", "xlsx", "odt", "ods", "txt", "png", "jpg")
PDF = b"%PDF-1.7\nnothing"


@pytest.fixture
def small(session: Session) -> World:
    """Give the world of six drafts."""
    return world(session)


def attach(
    session: Session,
    small: World,
    name: str = "map.pdf",
    content: bytes = PDF,
    by: str = "programme",
    version: int | None = None,
) -> Attachment:
    """Attach a file to the first draft."""
    return files.attach(
        session,
        version or small.versions[0].id,
        by=small.actor(by),
        now=MORNING,
        filename=name,
        content=content,
        types=TYPES,
        largest=1000,
    )


def zipped(*names: str, first: str = "") -> bytes:
    """Return an archive holding files of these names; `first` is an uncompressed note of its type."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if first:
            archive.writestr("mimetype", first)
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def expected(version: Version, *contents: bytes) -> str:
    """Return the hash a version must have with these files."""
    hashes = [hashlib.sha256(content).hexdigest() for content in contents]
    return version_sha256(version.title, version.points, version.texts, hashes)


def test_files_are_hashed_into_the_version_in_order(session: Session, small: World) -> None:
    version = small.versions[0]
    attach(session, small)
    first = attach(session, small, "notes.txt", "ข้อความ".encode())
    assert version.sha256 == expected(version, PDF, "ข้อความ".encode())
    assert (first.media_type, first.size) == ("text/plain", len("ข้อความ".encode()))
    pdf = session.scalars(select(Attachment).where(Attachment.filename == "map.pdf")).one()
    files.detach(session, pdf.id, by=small.actor("lead_shepherd"), now=MORNING)
    assert version.sha256 == expected(version, "ข้อความ".encode())
    assert version.edition == 1


def test_files_go_along_with_a_rewriting_and_to_the_next_version(session: Session, small: World) -> None:
    version = small.versions[0]
    attach(session, small)
    attach(session, small, "notes.txt", b"two")
    again = {"title": version.title, "points": version.points, "texts": version.texts}
    by, key = small.actor("lead_shepherd"), small.items[0].id
    documents.revise(session, key, by=by, now=MORNING, edition=1, **again)
    assert version.sha256 == expected(version, PDF, b"two")
    documents.withdraw_draft(session, version.id, by=by, now=MORNING, reason="Later")
    successor = documents.revise(session, key, by=by, now=MORNING, edition=None, **again)
    assert successor.sha256 == version.sha256
    copied = session.scalars(
        select(Attachment).where(Attachment.version_id == successor.id).order_by(Attachment.id)
    ).all()
    assert [(one.filename, one.content) for one in copied] == [("map.pdf", PDF), ("notes.txt", b"two")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("virus.exe", b"MZ"),
        ("noending", b"text"),
        (".pdf", PDF),
        ("page.html", b"<script>"),
        ("map.pdf", b"MZ not a pdf"),
        ("map.pdf", b""),
        ("big.txt", b"x" * 1001),
        ("nul.txt", b"a\x00b"),
        ("latin.txt", b"\xe9"),
        ("picture.png", b"\xff\xd8\xff"),
        ("letter.docx", zipped("xl/workbook.xml", "[Content_Types].xml")),
        ("letter.docx", zipped("word/document.xml", "[Content_Types].xml", "word/vbaProject.bin")),
        ("letter.docx", b"PK\x03\x04 torn"),
        ("letter.odt", zipped("content.xml", first=MEDIA_TYPES["ods"])),
        ("a\x00b.pdf", PDF),
        ("x" * 300 + ".pdf", PDF),
    ],
)
def test_file_is_refused_naming_the_field(session: Session, small: World, name: str, content: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        attach(session, small, name, content)
    assert refusal.value.field == "file"
    assert session.scalars(select(Attachment)).all() == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.PDF", PDF),
        ("a.png", b"\x89PNG\r\n\x1a\n"),
        ("a.jpg", b"\xff\xd8\xff\xe0"),
        ("a.docx", zipped("word/document.xml", "[Content_Types].xml")),
        ("a.xlsx", zipped("xl/workbook.xml", "[Content_Types].xml")),
        ("a.odt", zipped("content.xml", first=MEDIA_TYPES["odt"])),
        ("a.ods", zipped("content.xml", first=MEDIA_TYPES["ods"])),
    ],
)
def test_file_types_are_told_by_their_bytes(name: str, content: bytes) -> None:
    assert is_what_it_says(name, content)


def test_file_name_loses_its_folders_and_turned_letters(session: Session, small: World) -> None:
    assert attach(session, small, "C:\\papers\\แผน\u202e.pdf").filename == "แผน.pdf"


def test_file_is_attached_once(session: Session, small: World) -> None:
    attach(session, small)
    with pytest.raises(Invalid):
        attach(session, small, "same.pdf")


def test_files_of_a_text_before_the_states_are_fixed(session: Session, small: World) -> None:
    attachment = attach(session, small)
    fixed = new_version(small.items[0], "Fixed", number=2, status=Status.CIRCULATED)
    session.add(fixed)
    session.flush()
    attachment.version_id = fixed.id
    session.flush()
    with pytest.raises(WrongStatus):
        attach(session, small, version=fixed.id)
    with pytest.raises(WrongStatus):
        files.detach(session, attachment.id, by=small.actor("programme"), now=MORNING)
    with pytest.raises(NotFound):
        files.detach(session, 10**9, by=small.actor("programme"), now=MORNING)


def test_files_are_for_those_who_write(session: Session, small: World) -> None:
    with pytest.raises(NotAllowed):
        attach(session, small, by="MY contact_point")


def test_progress_is_reported_as_of_a_day_and_alters_no_text(session: Session, small: World) -> None:
    before = small.versions[0].sha256
    day = date(2020, 9, 25)
    for as_of, words in [(day, "Second"), (date(2020, 1, 1), "First")]:
        progress.report(
            session, small.items[0].id, by=small.actor("programme"), now=MORNING, as_of=as_of, status=words
        )
    assert small.versions[0].sha256 == before
    found = session.scalars(select(Progress).order_by(Progress.as_of.desc())).all()
    assert [(one.as_of, one.status) for one in found] == [(day, "Second"), (date(2020, 1, 1), "First")]


@pytest.mark.parametrize(
    ("as_of", "status", "field"),
    [
        (date(2020, 9, 26), "Ahead of its day", "as_of"),
        (date(1, 1, 1), "Too long ago", "as_of"),
        (date(2020, 9, 1), "  ", "progress"),
        (date(2020, 9, 1), "nul\x00", "progress"),
    ],
)
def test_progress_is_refused_naming_the_field(
    session: Session, small: World, as_of: date, status: str, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        progress.report(
            session, small.items[0].id, by=small.actor("programme"), now=MORNING, as_of=as_of, status=status
        )
    assert refusal.value.field == field


def test_progress_takes_the_day_of_the_bodys_zone(session: Session, small: World) -> None:
    # 18:00 UTC on 25 September is 26 September in Jakarta.
    evening = MORNING + timedelta(hours=16)
    report = progress.report(
        session,
        small.items[0].id,
        by=small.actor("lead_shepherd"),
        now=evening,
        as_of=date(2020, 9, 26),
        status="Today",
    )
    assert report.as_of == date(2020, 9, 26)


def test_progress_is_not_reported_by_states_or_secretariat(session: Session, small: World) -> None:
    for name in ("MY contact_point", "secretariat"):
        with pytest.raises(NotAllowed):
            progress.report(
                session,
                small.items[0].id,
                by=small.actor(name),
                now=MORNING,
                as_of=date(2020, 9, 1),
                status="Mine",
            )
