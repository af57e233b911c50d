"""Tests that a difference marks the words that changed, in any script, and within bounded time."""

import random
import time
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from workflow.papers.differences import ADDED, REMOVED, SAME, Piece, as_plain, difference, version_difference
from workflow.papers.matching import matches
from workflow.papers.words import words

SECONDS = 5.0


@dataclass
class Text:
    """The text of a version, as the database holds it."""

    title: str
    points: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("", "", ""),
        ("same", "same", "same"),
        ("", "new", "[+new+]"),
        ("old", "", "[-old-]"),
        ("the cat sat", "the dog sat", "the [-cat-][+dog+] sat"),
        ("relationships", "relationships, as agreed", "relationships[+, as agreed+]"),
        ("Support x", "New Support x", "[+New +]Support x"),
        ("a\nb\nc\n", "a\nB\nc\n", "a\n[-b-][+B+]\nc\n"),
        ("2020 – 2023", "2020 – 2024", "2020 – [-2023-][+2024+]"),
        ("การค้ามนุษย์เป็นปัญหา", "การค้ามนุษย์ไม่เป็นปัญหา", "การค้ามนุษย์[+ไม่+]เป็นปัญหา"),
        ("ການຄ້າມະນຸດ", "ການຄ້າຄົນ", "ການຄ້າ[-ມະນຸດ-][+ຄົນ+]"),
        ("ការជួញដូរមនុស្ស", "ការជួញដូរស្ត្រី", "ការជួញដូរ[-មនុស្ស-][+ស្ត្រី+]"),
        ("လူကုန်ကူးမှု", "လူကုန်ကူးခြင်း", "လူကုန်ကူး[-မှု-][+ခြင်း+]"),
        ("Việt Nam đồng ý", "Việt Nam không đồng ý", "Việt Nam[+ không+] đồng ý"),
        ("قبل الاجتماع", "بعد الاجتماع", "[-قبل-][+بعد+] الاجتماع"),
        ("ok 👍🏽 👨‍👩‍👧", "ok 👍🏿 👨‍👩‍👧", "ok [-👍🏽-][+👍🏿+] 👨‍👩‍👧"),
        ("<b>a</b>", "<b>b</b>", "<b>[-a-][+b+]</b>"),
    ],
)
def test_difference_marks_what_changed(old: str, new: str, shown: str) -> None:
    assert as_plain(difference(old, new)) == shown


def test_words_keep_clusters_whole() -> None:
    assert words("e\u0301te\u0302 👨‍👩‍👧 👍🏽🇲🇾 ក្រុម မ္မာ เป็น น้ำ, 12%") == [
        "e\u0301te\u0302", " ", "👨‍👩‍👧", " ", "👍🏽", "🇲🇾", " ", "ក្រុ", "ម", " ", "မ္မာ", " ",
        "เป็", "น", " ", "น้ำ", ",", " ", "12", "%",
    ]  # fmt: skip


TEXTS = some.text(alphabet="ab \n,.กเ็្ក\u0301\u200d👍", max_size=60)


@given(TEXTS, TEXTS)
def test_pieces_give_both_texts_back(old: str, new: str) -> None:
    pieces = difference(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != ADDED) == old
    assert "".join(piece.text for piece in pieces if piece.kind != REMOVED) == new
    assert all(piece.text for piece in pieces)
    kinds = [piece.kind for piece in pieces]
    assert all(pair not in [(SAME, SAME), (ADDED, REMOVED)] for pair in pairwise(kinds))


@given(TEXTS)
def test_words_joined_are_the_text(text: str) -> None:
    assert "".join(words(text)) == text


@given(some.text(alphabet="abc", max_size=30), some.text(alphabet="abc", max_size=30), some.integers(0, 60))
def test_matches_are_common_and_in_order_however_little_work(old: str, new: str, work: int) -> None:
    old_at = new_at = 0
    for match in matches(old, new, work):
        assert match.old_from >= old_at
        assert match.new_from >= new_at
        old_at, new_at = match.old_from + match.size, match.new_from + match.size
        assert old[match.old_from : old_at] == new[match.new_from : new_at]


def hard_cases() -> dict[str, tuple[str, str]]:
    dice = random.Random(7)
    many = [f"w{number}" for number in range(300)]
    letters = "กขคงจฉ"
    return {
        "two words": ("a b " * 25_000, "b a a " * 17_000),
        "few words": (" ".join(dice.choices(many, k=20_000)), " ".join(dice.choices(many, k=20_000))),
        "one word": ("x" * 100_000, "x" * 99_999 + "y"),
        "two lines": ("a\n" * 50_000, "b\na\n" * 25_000),
        "few lines": ("\n".join(dice.choices(many, k=25_000)), "\n".join(dice.choices(many, k=25_000))),
        "no spaces": ("".join(dice.choices(letters, k=100_000)), "".join(dice.choices(letters, k=100_000))),
        "punctuation": (".,;:" * 25_000, ";.:," * 25_000),
        "blank": (" " * 100_000, "\n" * 100_000),
        "marks": ("\u0301" * 100_000, "\u0302" * 100_000),
    }


@pytest.mark.parametrize("case", hard_cases())
def test_hundred_thousand_characters_take_bounded_time(case: str) -> None:
    old, new = hard_cases()[case]
    started = time.monotonic()
    pieces = difference(old, new)
    assert time.monotonic() - started < SECONDS
    assert "".join(piece.text for piece in pieces if piece.kind != ADDED) == old
    assert "".join(piece.text for piece in pieces if piece.kind != REMOVED) == new


def test_many_small_changes_in_a_long_line_are_all_found() -> None:
    old = [f"u{number}" for number in range(16_000)]
    new = [word for place, word in enumerate(old) if place % 7]
    pieces = difference(" ".join(old), " ".join(new))
    assert len([piece for piece in pieces if piece.kind == REMOVED]) == 2286
    assert [piece for piece in pieces if piece.kind == ADDED] == []


def test_version_difference_goes_field_by_field() -> None:
    old = Text("Lakes", ["a", "b", "c"], {"status": "Ongoing", "scheduled": "2020"})
    new = Text("Lakes", ["a", "b2", "c", "d"], {"status": "Ongoing – slowly", "note": "n"})
    found = version_difference(old, new)
    assert found.title == [Piece(SAME, "Lakes")]
    assert [as_plain(pieces) for pieces in found.points] == ["a", "[-b-][+b2+]", "c", "[+d+]"]
    assert {name: as_plain(pieces) for name, pieces in found.texts.items()} == {
        "status": "Ongoing[+ – slowly+]",
        "scheduled": "[-2020-]",
        "note": "[+n+]",
    }
    assert found.is_changed


def test_version_difference_of_a_new_item_is_all_added() -> None:
    new = Text("Lakes", ["a"], {"status": "Ongoing"})
    found = version_difference(None, new)
    assert (found.title, found.points) == ([Piece(ADDED, "Lakes")], [[Piece(ADDED, "a")]])
    assert found.texts == {"status": [Piece(ADDED, "Ongoing")]}
    assert not version_difference(new, new).is_changed
