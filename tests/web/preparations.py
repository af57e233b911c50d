"""Preparations made through the pages, step by step, and the words of a page.

The tests that use them are beside.
"""

import re
from html import unescape

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.factories import World
from workflow.db import Database
from workflow.models.circulation import Circulation

#: The earliest lawful deadline from the morning of 25 September 2020, as the form writes it.
EARLIEST = {"deadline": "2020-10-09", "hour": "17:00", "zone": "Asia/Jakarta"}


def prepared(client: FlaskClient, world: World, *numbers: int) -> str:
    """Choose these items (1 to 6), or all, and return the address of the preparation."""
    chosen = [world.versions[number - 1].id for number in numbers or range(1, 7)]
    answer = client.post("/circulations/new", data={"items": chosen, "title": "Work Plan 2020-2023"})
    assert answer.status_code == 302, answer.text
    return str(answer.location).removesuffix("/authority")


def ready(client: FlaskClient, world: World, *numbers: int) -> str:
    """Prepare a circulation that could be dispatched and return its address."""
    address = prepared(client, world, *numbers)
    authority = client.post(f"{address}/authority", data={"meeting": world.meetings["20"].id})
    assert authority.location == f"{address}/deadline", authority.text
    taken = client.post(f"{address}/deadline", data=EARLIEST)
    assert taken.location == f"{address}/letters", taken.text
    return address


def words(answer: TestResponse) -> str:
    """Return the words of a page, without markup and with single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def only(database: Database) -> Circulation:
    """Return the one circulation there is."""
    with database.reading() as session:
        return session.scalars(select(Circulation)).one()
