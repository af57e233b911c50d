"""Tests of what a State's pages cost, and of texts in every script, too long, or no text at all."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from tests import factories
from tests.actions.rounds import Round
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.web.conftest import Visit
from tests.web.forms_filled import filled
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from tests.web.states_desk import desk_of
from workflow.db import Database
from workflow.domain.terms import ResponseKind
from workflow.models.document import Attachment

TEXTS = (
    "เหตุผลของรัฐ ไม่มีช่องว่างระหว่างคำ",
    "ហេតុផលរបស់រដ្ឋ",
    "ເຫດຜົນຂອງລັດ",
    "နိုင်ငံတော်၏ အကြောင်းပြချက်",
    "Lý do của quốc gia, với dấu",
    "أسباب الدولة with English inside",
    "Reasons 🙂 with emoji 👩‍👩‍👧",
    "<script>alert(1)</script> & “quotes” {{ 7 * 7 }}",
    "first line\nsecond line\n\nfourth line",
)


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Collect the statements sent on the connection of the test."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    event.listen(database.connection, "before_cursor_execute", note)
    yield seen
    event.remove(database.connection, "before_cursor_execute", note)


def large(app: Flask, database: Database, world: World, clock: SettableClock, items: int) -> Story:
    """Dispatch a plan of that many items; every State answers every item, some are drafted, with files."""

    def begin(round_: Round) -> None:
        session = round_.session
        _, world.items, world.versions = factories.plan(session, world.body, count=items)
        session.add_all(
            Attachment(
                body_id=world.body.id,
                version_id=version.id,
                filename="map.pdf",
                media_type="application/pdf",
                size=4,
                sha256="0" * 64,
                content=b"%PDF",
            )
            for version in world.versions
        )
        round_.dispatch()
        round_.serve()
        for code in ("MY", "SG", "TH"):
            round_.lodge(f"{code} contact_point", ResponseKind.COMMENT)

    return Story(database, world, clock).does(begin)


@pytest.mark.parametrize("items", [1, 3, 30])
def test_pages_cost_few_statements_however_many_items(
    app: Flask, database: Database, world: World, clock: SettableClock, visit: Visit, items: int
) -> None:
    """At most eight; the opening's own transaction, on the first visit of a person, is counted apart."""
    story = large(app, database, world, clock, items)
    desk = desk_of(story, visit)
    desk.check(desk.written({1: "input"}), save="1")
    found = {}
    for path in (desk.path, f"{desk.path}/pack", "/desk", "/responses", f"{desk.path}/more-time"):
        with counted(database) as seen:
            assert desk.client.get(path).status_code == 200
        found[path.replace(str(story.id), "1")] = len(seen)
    assert found == {"/desk/1": 7, "/desk/1/pack": 8, "/desk": 7, "/responses": 3, "/desk/1/more-time": 8}


def test_texts_of_every_script_are_kept_to_the_letter(
    app: Flask, database: Database, world: World, clock: SettableClock, visit: Visit
) -> None:
    story = Story(database, world, clock).does(Round.dispatch)
    desk = desk_of(story, visit)
    for text in TEXTS:
        sent = desk.written({1: "objection"})
        sent |= {f"{part}-{desk.version(1)}": text for part in ("reasons", "passage", "cure")}
        confirmed = desk.check(sent)
        assert confirmed.status_code == 200
        assert filled(confirmed, f"{desk.path}/answers")[f"reasons-{desk.version(1)}"] == text
        recorded = desk.record(confirmed)
        said = desk.responses()[-1]
        assert (said.reasons, said.passage, said.cure) == (text, text, text)
        assert " ".join(text.split()) in words(desk.client.get(recorded.location))
    assert "<script>alert" not in desk.open().text
    assert "= 49" not in desk.open().text


def test_texts_at_the_limit_are_taken_and_beyond_it_refused(
    app: Flask, database: Database, world: World, clock: SettableClock, visit: Visit
) -> None:
    story = Story(database, world, clock).does(Round.dispatch)
    desk = desk_of(story, visit)
    field = f"reasons-{desk.version(1)}"
    confirmed = desk.check(desk.written({1: "objection"}) | {field: "ក" * 100_000})
    assert desk.record(confirmed).status_code == 302
    assert len(desk.responses()[0].reasons) == 100_000
    for wrong, message in (
        ("x" * 100_001, "This is 100,001 characters long; 100,000 are possible."),
        ("half\0text", "This holds a character that is no text"),
    ):
        sent = desk.written({2: "objection"}) | {f"reasons-{desk.version(2)}": wrong}
        refused = desk.check(sent)
        assert refused.status_code == 422
        assert message in words(refused)
        assert filled(refused, desk.path)[f"reasons-{desk.version(2)}"] == wrong
        direct = desk.client.post(f"{desk.path}/answers", data=sent)
        assert direct.status_code == 422
        whole = desk.check(desk.written({}, whole_reasons=wrong), whole="1")
        assert whole.status_code == 422
        assert message in words(whole)
    assert len(desk.responses()) == 1


def test_half_of_a_pair_is_never_stored(
    app: Flask, database: Database, world: World, clock: SettableClock, visit: Visit
) -> None:
    """A lone surrogate cannot be sent as UTF-8: what a client makes of it arrives as a replacement."""
    story = Story(database, world, clock).does(Round.dispatch)
    desk = desk_of(story, visit)
    body = f"key=half-of-a-pair&kind-{desk.version(1)}=comment&reasons-{desk.version(1)}=a%ED%A0%80b"
    answer = desk.client.post(
        f"{desk.path}/answers", data=body, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 302
    assert not any("\ud800" <= letter <= "\udfff" for letter in desk.responses()[0].reasons)
