"""How pages write instants, numbers, lists and texts of any script."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import Babel

from workflow.domain import scripts
from workflow.domain.errors import Invalid
from workflow.domain.terms import ResponseKind, Result, Status
from workflow.web import filters, wording

pytestmark = pytest.mark.both

DEADLINE = datetime(2020, 10, 9, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def page() -> Iterator[None]:
    """Write as inside the request of a page."""
    app = Flask("page")
    Babel(app)
    filters.init_app(app)
    with app.test_request_context():
        yield


def test_at_zone_names_weekday_date_and_hour_of_the_capital() -> None:
    assert filters.at_zone(DEADLINE, "Asia/Jakarta") == "Friday 9 October 2020, 17:00"


@pytest.mark.parametrize(
    ("name", "whose"), [("Malaysia", "Malaysia’s"), ("the Philippines", "the Philippines’")]
)
def test_possessive_of_a_plural_name_adds_no_s(name: str, whose: str) -> None:
    assert filters.possessive(name) == whose


def test_at_zone_moves_to_the_next_day_where_it_is_later() -> None:
    evening = datetime(2020, 10, 9, 16, 30, 5, tzinfo=UTC)
    assert filters.at_zone(evening, "Asia/Manila", seconds=True) == "Saturday 10 October 2020, 00:30:05"


def test_at_zone_follows_daylight_saving() -> None:
    assert filters.hour(datetime(2020, 7, 1, 12, tzinfo=UTC), "Europe/Paris") == "14:00"
    assert filters.hour(datetime(2020, 12, 1, 12, tzinfo=UTC), "Europe/Paris") == "13:00"


def test_at_zone_refuses_a_naive_moment() -> None:
    with pytest.raises(ValueError, match="timezone-aware"):
        filters.at_zone(datetime(2020, 10, 9, 10), "Asia/Jakarta")  # noqa: DTZ001


def test_at_zone_refuses_an_unknown_zone() -> None:
    with pytest.raises(Invalid):
        filters.at_zone(DEADLINE, "Asia/Nowhere")


def test_utc_says_so() -> None:
    assert filters.utc(DEADLINE) == "9 October 2020, 10:00 UTC"
    assert filters.utc(DEADLINE, seconds=True) == "9 October 2020, 10:00:00 UTC"


def test_day_of_an_instant_needs_its_zone() -> None:
    late = datetime(2020, 10, 9, 18, tzinfo=UTC)
    assert filters.day(date(2020, 10, 9)) == "9 October 2020"
    assert filters.day(date(2020, 10, 9), weekday=True) == "Friday 9 October 2020"
    assert filters.day(late, "Asia/Jakarta") == "10 October 2020"
    with pytest.raises(ValueError, match="name one"):
        filters.day(late)


def test_machine_is_what_the_time_element_needs() -> None:
    assert filters.machine(DEADLINE) == "2020-10-09T10:00:00Z"


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=4, hours=6, minutes=3), "4 days 6 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=2, minutes=5), "2 days"),
        (timedelta(hours=1, minutes=1), "1 hour 1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(microseconds=1), "less than a minute"),
        (timedelta(0), "none: it has passed"),
        (timedelta(days=-3), "none: it has passed"),
    ],
)
def test_time_left_names_the_two_largest_units(left: timedelta, words: str) -> None:
    assert filters.time_left(DEADLINE, DEADLINE - left) == words


def test_time_left_adds_working_days() -> None:
    now = DEADLINE - timedelta(days=4, hours=6)
    assert filters.time_left(DEADLINE, now, 2) == "4 days 6 hours (2 working days)"
    assert filters.time_left(DEADLINE, now, 1) == "4 days 6 hours (1 working day)"


def test_zone_place_is_the_last_word_of_the_zone() -> None:
    assert filters.zone_place("Asia/Jakarta") == "Jakarta"
    assert filters.zone_place("Asia/Kuala_Lumpur") == "Kuala Lumpur"
    assert filters.zone_place("America/Argentina/Ushuaia") == "Ushuaia"
    assert filters.zone_place("UTC") == "UTC"


def test_hash_short_is_enough_for_the_eye() -> None:
    assert filters.hash_short("62b611e5f13f01dc5ac7") == "62b611e5f13f"


def test_number_word_spells_small_numbers() -> None:
    words = [filters.number_word(number) for number in (0, 1, 6, 10, 11, 12_000)]
    assert words == ["no", "one", "six", "ten", "11", "12,000"]


def test_joined_reads_as_a_sentence() -> None:
    assert [filters.joined(things) for things in ([], [1], [1, 2], [1, 2, 3, 5])] == [
        "",
        "1",
        "1 and 2",
        "1, 2, 3 and 5",
    ]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Support for ACTIP implementation", ""),
        ("Hỗ trợ hợp tác điều tra", ""),
        ("การสนับสนุนความร่วมมือ", "th"),
        ("ការគាំទ្រកិច្ចសហប្រតិបត្តិការ", "km"),
        ("ສະໜັບສະໜູນການຮ່ວມມື", "lo"),
        ("ပူးပေါင်းဆောင်ရွက်ရေး", "my"),
        ("دعم التعاون في التحقيقات", "ar"),
        ("תמיכה בשיתוף פעולה", "he"),
        ("A long Latin sentence with one word, ไทย, in it", ""),
        ("โครงการสนับสนุนความร่วมมือ ACTIP", "th"),
        ("東南アジア", ""),
        ("", ""),
        ("🙂 2020", ""),
    ],
)
def test_lang_of_is_the_dominant_script(text: str, language: str) -> None:
    assert scripts.lang_of(text) == language


def test_directional_marks_only_what_needs_it() -> None:
    assert filters.directional("plain") == ""
    assert filters.directional("การสนับสนุน") == ' lang="th"'
    assert filters.directional("دعم التعاون") == ' lang="ar" dir="rtl"'
    assert filters.directional("mostly Latin, then عربي") == ' dir="auto"'


def test_isolated_escapes_and_wraps() -> None:
    assert filters.isolated("<b>plain</b>") == "&lt;b&gt;plain&lt;/b&gt;"
    assert filters.isolated("دعم <b>") == '<bdi lang="ar" dir="rtl">دعم &lt;b&gt;</bdi>'


def test_use_mark_remembers_each_mark_once() -> None:
    assert [filters.use_mark(name) for name in ("input", "silent", "input")] == [
        "mark-input",
        "mark-silent",
        "mark-input",
    ]
    assert filters.marks_used() == ["input", "silent"]


def test_page_language_is_english() -> None:
    assert filters.page_language() == "en"


def test_wording_has_every_word_of_its_enums() -> None:
    missing = [
        (enum.__name__, member)
        for enum, words in wording.WORDINGS.items()
        for member in enum
        if member not in words
    ]
    assert missing == []


def test_wording_tells_equal_values_of_two_enums_apart() -> None:
    assert wording.word(Status.ENDORSED) == "Endorsed"
    assert wording.word(Result.ENDORSED) == "Endorsed ad referendum"


def test_wording_of_a_plain_string_is_what_pages_show() -> None:
    assert wording.word("unserved") == "Not served"
    assert wording.short_word("unserved") == "Unserved"
    with pytest.raises(KeyError):
        wording.word("endorsed")


def test_wording_never_draws_silence_as_consent() -> None:
    silent, consent = wording.wording("silent"), wording.wording(ResponseKind.NO_OBJECTION)
    assert (silent.mark, silent.colour) == ("silent", "rest")
    assert (consent.mark, consent.colour) == ("no-objection", "ok")


def test_consequence_names_the_state_that_stays_silent() -> None:
    assert wording.consequence("no_answer", "Malaysia") == "at the deadline Malaysia counts as silent"
    assert wording.consequence(ResponseKind.OBJECTION, "Malaysia") == "stops this item for all States"
    in_package = wording.consequence(ResponseKind.OBJECTION, "Malaysia", package=True)
    assert in_package == "stops all items, which are one package, for all States"
