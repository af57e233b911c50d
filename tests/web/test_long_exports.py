"""Long exports: asked for on the page, written by the clock, told by a letter, given to who asked alone."""

from sqlalchemy import select

from tests.factories import World, plan
from tests.settable_clock import SettableClock
from tests.web.conftest import Visit
from workflow import clock as what_time_does
from workflow.actions.long_exports import KEPT, LONG, forget_old
from workflow.db import Database
from workflow.domain.terms import Letter
from workflow.models.export import ExportJob
from workflow.models.notice import Notice


def test_long_paper_is_written_beside_the_pages(
    visit: Visit, world: World, database: Database, clock: SettableClock
) -> None:
    with database.writing() as session:
        code = plan(session, world.body, count=LONG + 1)[0].code
    client = visit("MY contact_point")
    page = client.get(f"/documents/{code}").text
    assert "Write the whole paper (DOCX)" in page
    assert "paper.docx" not in page
    assert client.post(f"/documents/{code}/exports", data={"ending": "exe"}).status_code == 422
    asked = [client.post(f"/documents/{code}/exports", data={"ending": "docx"}).location for _ in range(2)]
    assert asked[0] == asked[1]
    waiting = client.get(asked[0])
    assert '<progress max="4" value="0">' in waiting.text
    assert waiting.headers["Refresh"] == "3"
    assert client.get(f"{asked[0]}/file").status_code == 404
    assert what_time_does.write_exports(database) == 1
    assert what_time_does.write_exports(database) == 0
    done = client.get(asked[0])
    assert "Download the file" in done.text
    assert "Refresh" not in done.headers
    file = client.get(f"{asked[0]}/file")
    assert file.data.startswith(b"PK")
    assert file.headers["Content-Disposition"] == f'attachment; filename="{code}-paper.docx"'
    assert visit("MY alternate").get(f"{asked[0]}/file").status_code == 404
    with database.reading() as session:
        [told] = session.scalars(select(Notice).where(Notice.letter == Letter.EXPORT_READY)).unique()
        assert (told.address, asked[0] in told.text) == ("my.contact_point@example.org", True)
    clock.now += KEPT * 2
    with database.writing() as session:
        forget_old(session, clock())
        assert session.scalars(select(ExportJob.id)).all() == []
