"""Tests of folding words for a search: Latin accents do not matter, letters of other scripts are kept."""

import pytest

from workflow.domain.folding import MOST_TERMS, folded, spots, terms


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Việt Nam đề nghị ĐỒNG Ý", "viet nam de nghi dong y"),
        ("Việt", "viet"),
        ("STRASSE straße", "strasse strasse"),
        ("ﬁle № ２０２０", "file no 2020"),
        ("ไทยขอเสนอให้เพิ่ม", "ไทยขอเสนอให้เพิ่ม"),
        ("ກ\u200bຂ", "ກຂ"),
        ("two\nlines\tand a\u00a0blank", "two lines and a blank"),
        ("“quoted” – ’s", '"quoted" - \'s'),
        ("zero\x00byte", "zerobyte"),
    ],
)
def test_words_are_folded(text: str, plain: str) -> None:
    assert folded(text) == plain


def test_composed_and_decomposed_text_fold_alike() -> None:
    assert folded("Vie\u0323\u0302t") == folded("Vi\u1ec7t")


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("bilateral  relations", ["bilateral", "relations"]),
        ('the "active bilateral" text', ["the", "active bilateral", "text"]),
        ('an "unended quotation', ["an", "unended quotation"]),
        ("twice TWICE twice", ["twice"]),
        ('"" " "', []),
        ("", []),
        ("100% _a* AND (b", ["100%", "_a*", "and", "(b"]),
    ],
)
def test_question_becomes_terms(question: str, wanted: list[str]) -> None:
    assert terms(question) == wanted


def test_a_long_question_is_cut() -> None:
    assert len(terms(" ".join(f"w{number}" for number in range(50)))) == MOST_TERMS
    assert terms("a" * 5_000) == ["a" * 200]


def test_words_are_found_where_they_stand_in_the_text() -> None:
    text = "Việt Nam đề nghị"
    assert [text[begin:end] for begin, end in spots(text, ["viet", "nghi"])] == ["Việt", "nghị"]


def test_one_letter_that_folds_to_two_is_found_whole() -> None:
    assert spots("die Straße", ["strasse"]) == [(4, 10)]
    assert spots("die Straße", ["as"]) == [(7, 9)]


def test_words_that_overlap_are_one_place() -> None:
    assert spots("abcd abcd", ["abc", "bcd"]) == [(0, 4), (5, 9)]
