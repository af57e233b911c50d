"""The words of a draft: every script kept to the letter, what cannot be kept refused by field.

What becomes of a draft is in test_documents.py.
"""

import pytest
from sqlalchemy.orm import Session

from tests.factories import World, world
from tests.settable_clock import MORNING
from workflow.actions import documents
from workflow.domain.errors import Invalid
from workflow.models.document import Version


@pytest.fixture
def small(session: Session) -> World:
    """Give the world of six drafts."""
    return world(session)


def rewrite(session: Session, small: World, title: str, points: list[str], status: str) -> Version:
    """Rewrite the first draft."""
    return documents.revise(
        session,
        small.items[0].id,
        by=small.actor("programme"),
        now=MORNING,
        edition=1,
        title=title,
        points=points,
        texts={"status": status},
    )


@pytest.mark.parametrize(
    "words",
    [
        "แผนปฏิบัติการต่อต้านการค้ามนุษย์",
        "ផែនការសកម្មភាព",
        "ແຜນວຽກ",
        "လုပ်ငန်းအစီအစဉ်",
        "Kế hoạch hành động phòng, chống mua bán người",
        "خطة العمل לתוכנית",
        "👩🏽‍⚖️🇹🇭",
    ],
)
def test_words_of_every_script_are_kept_to_the_letter(session: Session, small: World, words: str) -> None:
    version = rewrite(session, small, words, [words], f"{words}\n{words}")
    session.expire_all()
    assert (version.title, version.points, version.texts) == (words, [words], {"status": f"{words}\n{words}"})


@pytest.mark.parametrize(
    ("title", "points", "status", "field"),
    [
        ("nul\x00", [], "", "title"),
        ("T", ["nul\x00"], "", "points"),
        ("T", [], "half \ud83d", "text_status"),
        ("x" * 100_000, [], "", "title"),
        ("T", ["x" * 60_000, "x" * 60_000], "", "points"),
        ("T", [], "x" * 100_001, "text_status"),
    ],
)
def test_words_that_cannot_be_kept_are_refused_by_field(
    session: Session, small: World, title: str, points: list[str], status: str, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        rewrite(session, small, title, points, status)
    assert refusal.value.field == field


def test_words_of_a_hundred_thousand_characters_are_kept(session: Session, small: World) -> None:
    version = rewrite(session, small, "T", ["p" * 100_000], "x" * 100_000)
    session.expire_all()
    assert (len(version.points[0]), len(version.texts["status"])) == (100_000, 100_000)
