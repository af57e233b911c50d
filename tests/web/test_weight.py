"""Tests of what a page weighs on a weak line: what is sent on the first visit, and on the next.

What the pages say is tested beside each desk.
"""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories import World
from tests.settable_clock import SettableClock
from tests.web.conftest import Visit
from tests.web.rounds_seen import Story
from workflow.actions import documents, importing
from workflow.db import Database
from workflow.models.document import Item, Version
from workflow.papers.plan_text import read_bytes

#: What a browser of today asks for, and the limits in bytes as sent.
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}
PAGE, FIRST_VISIT = 10_000, 20_000
FOREVER = "public, max-age=31536000, immutable"
NUMBER_OF_ITEMS = 10
_PLAN = Path(__file__).resolve().parents[2] / "config" / "demo" / "plan.txt"
_ASSET = re.compile(r'(?:href|src)="(/static/[^"]+)"')
_ADDED = " National authorities report on it every year to the meeting."


def amended(session: Session, world: World, clock: SettableClock) -> list[int]:
    """Endorse the real paper as printed, change a sentence of ten items, and return the new keys."""
    given = {"by": world.actor("lead_shepherd"), "now": clock()}
    paper = read_bytes(_PLAN.read_bytes())
    made = importing.import_paper(session, paper, body=world.body, endorsed_on_paper=True, **given)
    query = select(Item, Version).join(Version, Version.item_id == Item.id)
    query = query.where(Item.document_id.in_([document.id for document in made])).order_by(Item.id)
    rows = session.execute(query.limit(NUMBER_OF_ITEMS)).all()
    assert len(rows) == NUMBER_OF_ITEMS
    keys = []
    for item, version in rows:
        texts = {**version.texts, "status": version.texts["status"] + _ADDED}
        words = {"title": version.title, "points": version.points, "texts": texts}
        keys.append(documents.revise(session, item.id, edition=None, **given, **words).id)
    return keys


@pytest.fixture
def story(app: Flask, database: Database, world: World, clock: SettableClock) -> Story:
    """Give ten items of the real paper, each with a sentence added, before the States."""
    with database.writing() as session:
        keys = amended(session, world, clock)
    story = Story(database, world, clock)
    return story.does(
        lambda round_: round_.dispatch(versions=[round_.session.get_one(Version, key) for key in keys])
    )


def fetched(client: FlaskClient, address: str) -> TestResponse:
    """Fetch as a browser does, and see that it was compressed."""
    answer = client.get(address, headers=BROWSER, buffered=True)
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "br")
    return answer


def test_answer_page_of_ten_items_weighs_little(story: Story, visit: Visit) -> None:
    client = visit("MY contact_point")
    page = fetched(client, f"/desk/{story.id}")
    html = brotli.decompress(page.data).decode("utf-8")
    assert html.count('<article class="item"') == NUMBER_OF_ITEMS
    assert html.count("</ins>") >= NUMBER_OF_ITEMS
    assert "<script" not in html
    assets = [fetched(client, address) for address in dict.fromkeys(_ASSET.findall(html))]
    assert {asset.headers["Cache-Control"] for asset in assets} == {FOREVER}
    assert len(page.data) <= PAGE
    assert len(page.data) + sum(len(asset.data) for asset in assets) <= FIRST_VISIT


def test_browser_without_brotli_is_sent_gzip(story: Story, visit: Visit) -> None:
    client = visit("MY contact_point")
    for address, end in ((f"/desk/{story.id}", b"</html>"), ("/static/adref.css", b"}\n")):
        answer = client.get(address, headers={"Accept-Encoding": "gzip"}, buffered=True)
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.data).endswith(end)


def test_page_is_never_kept_and_an_asset_only_under_its_fingerprint(app: Flask, visit: Visit) -> None:
    client = visit()
    page = client.get("/sign-in")
    assert page.headers["Cache-Control"] == "private, no-store"
    [address] = set(_ASSET.findall(page.text))
    assert re.fullmatch(r"/static/adref\.css\?bytes=[0-9a-f]{16}", address)
    assert client.get(address, buffered=True).headers["Cache-Control"] == FOREVER
    for other in ("/static/adref.css", "/static/adref.css?bytes=0123456789abcdef"):
        assert client.get(other, buffered=True).headers["Cache-Control"] == "no-cache"


def test_asset_that_is_unchanged_is_not_sent_again(app: Flask, visit: Visit) -> None:
    client = visit()
    first = fetched(client, "/static/adref.css")
    known = {**BROWSER, "If-None-Match": first.headers["ETag"]}
    again = client.get("/static/adref.css", headers=known, buffered=True)
    assert (again.status_code, again.data) == (304, b"")


def test_fingerprint_follows_the_bytes(app: Flask, tmp_path: Path) -> None:
    app.static_folder = str(tmp_path)
    asset = tmp_path / "adref.css"
    seen = set()
    for text in ("a {}", "b { }"):
        asset.write_text(text, encoding="utf-8")
        with app.test_request_context():
            seen.add(app.jinja_env.from_string("{{ url_for('static', filename='adref.css') }}").render())
    assert len(seen) == 2
