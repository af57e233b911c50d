"""Tests of dropping an item and of extending the period: drafts, which hold once the States endorsed them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.actions.rounds import Round
from workflow.actions import amending, documents, exporting
from workflow.domain.errors import Invalid, WrongStatus
from workflow.domain.terms import Effect, Status
from workflow.models.document import Version
from workflow.queries.documents import last_year, lines
from workflow.queries.editions import edition, texts_once_in_force

LATER = datetime(2020, 10, 27, 10, 0, tzinfo=UTC)


def drop(round_: Round, item: int = 1) -> Version:
    return amending.drop_item(round_.session, round_.world.items[item - 1].id, **who(round_))


def extend(round_: Round, until: int = 2025) -> Version:
    return amending.extend_period(round_.session, round_.world.document, until=until, **who(round_))


def who(round_: Round) -> dict[str, Any]:
    return {"by": round_.world.actor("lead_shepherd"), "now": round_.clock.now, "reason": "It is done."}


def test_dropped_item_and_longer_period_hold_once_endorsed(over: Round) -> None:
    session, document = over.session, over.world.document
    drafts = [drop(over), extend(over)]
    assert [one.texts["status"] for one in drafts] == [
        "This item is dropped from the Work Plan 2020-2023.\nIt is done.",
        "The Work Plan 2020-2023 covers 2020-2025 instead of 2020-2023.\nIt is done.",
    ]
    rows = lines(session, document)
    assert (rows[0].is_dropped, last_year(document, rows)) == (False, 2023)
    over.dispatch(versions=drafts, deadline=LATER)
    over.serve()
    over.at(LATER)
    rows = lines(session, document)
    assert (rows[0].is_dropped, last_year(document, rows)) == (True, 2025)
    titles = [row.title for row in exporting.table_rows(session, over.world.body, document)]
    assert over.world.versions[0].title not in titles
    # The change of the period stands behind all items, whose numbers stay.
    assert [row.item.id for row in rows][:-1] == [item.id for item in over.world.items]
    assert [row.item.position for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    assert titles[-2:] == ["Period", "Period of the Work Plan 2020-2023"]
    texts = texts_once_in_force(session, over.world.body, document)
    before, after = edition(texts, date(2020, 10, 9)), edition(texts, date(2020, 10, 27))
    assert [len(one.having(Effect.TEXT)) for one in (before, after)] == [5, 4]
    assert (before.last_year, after.last_year) == (None, 2025)


def test_change_waits_for_its_own_draft_alone(over: Round) -> None:
    item = over.world.items[0].id
    draft = drop(over)
    text = {"title": "Words", "points": (), "texts": {}, "edition": draft.edition}
    given = {"by": over.world.actor("lead_shepherd"), "now": over.clock.now}
    for act in (
        lambda: drop(over),
        lambda: drop(over, 4),
        lambda: documents.revise(over.session, item, **text, **given),
    ):
        with pytest.raises(WrongStatus):
            act()
    documents.withdraw_draft(over.session, draft.id, reason="Not now.", **given)
    again = drop(over)
    assert (again.number, again.status, again.effect) == (3, Status.DRAFT, Effect.DROP)


@pytest.mark.parametrize(("until", "message"), [(2023, "until 2023 already"), (2500, "2500 is no year")])
def test_period_only_grows(over: Round, until: int, message: str) -> None:
    with pytest.raises(Invalid, match=message) as refusal:
        extend(over, until)
    assert refusal.value.field == "until"
