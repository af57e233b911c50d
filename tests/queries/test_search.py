"""Tests of the search on both databases: what is found, by whom (rule 33a), and that the index keeps step."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from tests.actions.rounds import DEADLINE, Round
from tests.factories import MORNING, World
from tests.queries.conftest import Counting
from tests.settable_clock import SettableClock
from workflow.actions import course, documents, drafts, preparing
from workflow.actions.drafts import DraftAnswer
from workflow.actions.indexing import SEARCHED, index_anew, index_if_missing
from workflow.domain.errors import Invalid
from workflow.domain.terms import ResponseKind
from workflow.models.search import Searchable
from workflow.queries.search import SOURCES, Question, Where, search


def found(session: Session, world: World, words: str, by: str = "secretariat", **more: str) -> list[str]:
    """Return what one person finds, as table and first line."""
    hits, _ = search(session, world.actor(by), Question(words, **more))
    return [f"{hit.found.source}: {hit.found.words.splitlines()[0]}" for hit in hits]


def test_texts_reasons_and_records_are_found(session: Session, world: World, round_: Round) -> None:
    round_.dispatch(message="Please read the annex.")
    round_.serve_all_but()
    round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4, reasons="Who decides? Xin đồng ý.")
    round_.act(course.suspend, by="lead_shepherd", reason="The annex is being translated.")
    session.flush()
    assert found(session, world, "investigative") == [
        "version: Support for transnational investigative cooperation"
    ]
    assert found(session, world, "dong y") == ["response: Who decides? Xin đồng ý."]
    assert found(session, world, "annex TRANSLATED") == ["suspension: The annex is being translated."]
    assert [one.split(":")[0] for one in found(session, world, "annex")] == ["suspension", "circulation"]
    assert found(session, world, "annex", where="records") != []
    assert found(session, world, "annex", where="texts") == []
    assert found(session, world, "decides", state="MY") == found(session, world, "decides")
    assert found(session, world, "decides", state="TH") == []


def test_all_words_must_be_there(session: Session, world: World) -> None:
    assert found(session, world, "transnational cooperation") != []
    assert found(session, world, "transnational zebra") == []
    assert found(session, world, '"investigative cooperation"') != []
    assert found(session, world, '"cooperation investigative"') == []


@pytest.mark.parametrize(
    "words",
    [
        '"',
        '""',
        "*",
        "in*",
        "NEAR(a b)",
        "zebra OR text",
        "folded:support",
        "^support",
        "%",
        "_",
        "'; --",
        "\x00",
    ],
)
def test_signs_of_query_languages_are_plain_signs(session: Session, world: World, words: str) -> None:
    assert found(session, world, words) == []


def test_short_words_are_found_too(session: Session, world: World, round_: Round) -> None:
    round_.dispatch()
    round_.lodge("MY contact_point", ResponseKind.COMMENT, 1, reasons="ຂໍ ok 7%")
    for words in ("ok", "ຂໍ", "7%", "ok 7%"):
        assert found(session, world, words, where="reasons") == ["response: ຂໍ ok 7%"]


def test_states_find_each_other_as_rule_33a_says(
    session: Session, world: World, round_: Round, clock: SettableClock
) -> None:
    round_.dispatch()
    round_.serve_all_but()
    round_.lodge("MY contact_point", ResponseKind.COMMENT, 1, reasons="Zebra one")
    round_.lodge("MY contact_point", ResponseKind.NO_OBJECTION, 2, reasons="Zebra two")
    round_.act(course.ask_for_time, by="MY contact_point", reasons="Zebra three")
    one, two, three = ("response: Zebra one", "response: Zebra two", "extension_request: Zebra three")
    assert sorted(found(session, world, "zebra", "lead_shepherd")) == sorted([one, two, three])
    assert sorted(found(session, world, "zebra", "MY contact_point")) == sorted([one, two, three])
    assert found(session, world, "zebra", "TH contact_point") == [one]
    assert found(session, world, "zebra", "programme") == []
    clock.now = DEADLINE
    round_.locked()
    assert sorted(found(session, world, "zebra", "TH contact_point")) == sorted([one, two])
    assert found(session, world, "zebra", "programme") == []
    assert found(session, world, "transnational", "programme") != []


def test_preparations_are_found_by_the_offices_alone(session: Session, world: World, round_: Round) -> None:
    prepared = round_.prepare(title="Zebra crossing")
    session.flush()
    assert found(session, world, "zebra", "lead_shepherd") == ["circulation: Zebra crossing"]
    assert found(session, world, "zebra", "MY contact_point") == []
    preparing.discard(session, prepared, by=world.actor("lead_shepherd"), now=MORNING)
    session.flush()
    assert found(session, world, "zebra", "lead_shepherd") == []


def test_unsent_drafts_are_found_by_nobody(session: Session, world: World, round_: Round) -> None:
    round_.dispatch()
    version = world.versions[0].id
    draft = [DraftAnswer(version, ResponseKind.COMMENT, reasons="Zebra")]
    round_.act(drafts.save, draft, by="MY drafter")
    for name in ("MY drafter", "MY contact_point", "secretariat", "TH contact_point"):
        assert found(session, world, "zebra", name) == []


def test_a_text_written_over_is_found_by_its_new_words(session: Session, world: World) -> None:
    version = world.versions[0]
    by = {"by": world.actor("lead_shepherd"), "now": MORNING}
    changed = {"title": "A zebra", "points": version.points, "texts": version.texts}
    documents.revise(session, version.item_id, **by, edition=version.edition, **changed)
    session.flush()
    assert found(session, world, "zebra") == ["version: A zebra"]
    assert found(session, world, f'"{world.versions[0].title} nothing"') == []


def test_pages_follow_by_key(session: Session, world: World, round_: Round, clock: SettableClock) -> None:
    round_.dispatch()
    for number in range(5):
        clock.now += timedelta(hours=1)
        round_.lodge("MY contact_point", ResponseKind.COMMENT, number + 1, reasons=f"Zebra {number}")
    seen, before = [], ""
    while True:
        hits, before = search(session, world.actor("secretariat"), Question("zebra"), before=before, limit=2)
        seen.append([hit.found.words for hit in hits])
        if not before:
            break
    assert seen == [["Zebra 4", "Zebra 3"], ["Zebra 2", "Zebra 1"], ["Zebra 0"]]


@pytest.mark.parametrize("key", ["x", "~", "2020-01-01T00:00:00~1", f"2020-01-01T00:00:00+00:00~{2**63}"])
def test_a_key_that_no_page_has_is_refused(session: Session, world: World, key: str) -> None:
    with pytest.raises(Invalid, match="does not exist"):
        search(session, world.actor("secretariat"), Question("zebra"), before=key)


def test_search_is_one_statement(session: Session, world: World, counted: Counting) -> None:
    with counted() as sent:
        search(session, world.actor("TH contact_point"), Question("support cooperation ok"))
    assert len(sent) == 1


def test_index_written_anew_is_what_the_flushes_wrote(
    session: Session, world: World, round_: Round, clock: SettableClock
) -> None:
    round_.dispatch(message="Please read the annex.")
    round_.serve_all_but()
    round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4, reasons="Who decides?")
    round_.act(course.suspend, by="lead_shepherd", reason="The annex is being translated.")
    session.flush()
    columns = [one for one in Searchable.__table__.columns if one.name != "id"]
    query = select(*columns).order_by(Searchable.source, Searchable.source_id)
    before = session.execute(query).all()
    assert index_anew(session, world.body.id) == len(before)
    assert session.execute(query).all() == before
    assert session.scalar(select(func.count()).select_from(Searchable)) == len(before)
    assert found(session, world, "decides") == ["response: Who decides?"]
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)"))


def test_a_missing_index_is_written_once(session: Session, world: World) -> None:
    count = select(func.count()).select_from(Searchable)
    had = session.scalar(count)
    assert index_if_missing(session) == 0
    session.execute(delete(Searchable))
    assert found(session, world, "investigative") == []
    assert index_if_missing(session) == had == session.scalar(count)
    assert found(session, world, "investigative") != []


def test_every_kind_of_words_has_its_tables() -> None:
    named = sorted(source for sources in SOURCES.values() for source in sources)
    assert named == sorted(table.__tablename__ for table in SEARCHED)
    assert set(SOURCES) == set(Where)
