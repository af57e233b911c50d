"""How texts are laid out: lines of 72 columns, quotations, times in three places."""

from datetime import UTC, datetime

import pytest

from workflow.domain.terms import Letter
from workflow.notices.rendering import body, columns, one_line, quoted, wrapped
from workflow.notices.times import Times

TEN = datetime(2020, 10, 9, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three", ["one two", "three"]),
        ("    one two three", ["    one", "    two", "    three"]),
        ("- one two three", ["- one two", "  three"]),
        ("averylongwordthatstayswhole", ["averylongwordthatstayswhole"]),
        ("one\n\ntwo  ", ["one", "", "two"]),
        ("กกกกกกกกกกกกกกกก", ["กกกกกกกกกกกกกกกก"]),
    ],
)
def test_wrapped_breaks_at_spaces_and_nowhere_else(text: str, lines: list[str]) -> None:
    assert wrapped(text, 9).split("\n") == lines


@pytest.mark.timeout(10)
def test_wrapped_takes_no_longer_for_longer_lines() -> None:
    """What a State may write at most, many times over: measuring each line anew would take minutes."""
    assert wrapped("ที่ประชุม " * 200_000).count("\n") == 200_000 // 10 - 1


def test_columns_count_what_is_seen() -> None:
    assert (columns("abc"), columns("กี่"), columns("漢字")) == (3, 1, 4)


def test_quoted_indents_every_line_and_shows_control_characters() -> None:
    assert quoted("one\r\n\ntwo\x1b\u2028three", 2) == "  one\n\n  two\ufffd\ufffdthree"


def test_one_line_has_no_line_ends() -> None:
    assert one_line(" a\r\nb\tc\x00\u2028d ") == "a b c d"


def test_every_letter_has_its_templates() -> None:
    for letter in Letter:
        with pytest.raises(Exception, match="undefined"):
            body(letter, "en", {})


def test_times_name_every_place_once() -> None:
    malaysia = Times("Asia/Jakarta", "Kuala Lumpur", "Asia/Kuala_Lumpur")
    assert (
        malaysia.sentence(TEN) == "Friday 9 October 2020, 18:00 in Kuala Lumpur (17:00 in Jakarta, 10:00 UTC)"
    )
    indonesia = Times("Asia/Jakarta", "Jakarta", "Asia/Jakarta")
    assert indonesia.sentence(TEN) == "Friday 9 October 2020, 17:00 in Jakarta (10:00 UTC)"
    assert Times("UTC").sentence(TEN) == "Friday 9 October 2020, 10:00 in UTC"
    assert [place for place, _, _ in Times("Asia/Jakarta").rows(TEN)] == ["Jakarta", "UTC"]


def test_times_repeat_the_date_where_it_differs() -> None:
    late = datetime(2020, 10, 9, 23, 30, tzinfo=UTC)
    dili = Times("Asia/Jakarta", "Dili", "Asia/Dili")
    assert dili.sentence(late) == (
        "Saturday 10 October 2020, 08:30 in Dili (06:30 in Jakarta, 9 October, 23:30 UTC)"
    )
