"""Tests of a letter's HTML form: it says what the text says, and nothing quoted becomes markup or a link."""

import re
import time
from html import unescape
from html.parser import HTMLParser

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.notices.rounds import dispatched
from tests.settable_clock import MORNING
from workflow.domain.terms import Letter
from workflow.models.notice import Notice
from workflow.notices import typeset

ONE_DATABASE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
HOME = "https://adref.example"
RULE = "-" * 72


class Tags(HTMLParser):
    """Counts what is opened and not closed in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Note a tag; some never have an end."""
        if tag not in ("meta", "hr", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Take the end of the tag opened last; any other end stays noted."""
        if self.open[-1:] == [tag]:
            self.open.pop()
        else:
            self.open.append(f"/{tag}")

    @classmethod
    def left_open(cls, html: str) -> list[str]:
        """Return the tags of a document that are not closed in their turn."""
        reader = cls()
        reader.feed(html)
        return reader.open


def kinds(text: str) -> list[str]:
    """Return the kinds of a text's pieces."""
    return [block.kind for block in typeset.blocks(text, HOME)]


def seen(html: str) -> str:
    """Return what a reader of the HTML form sees, without its spaces."""
    body = html[html.index("<main>") : html.index("</main>")]
    return "".join(unescape(re.sub(r"<[^>]+>", "", body)).split())


def shown(text: str) -> str:
    """Return the HTML form of a text."""
    return typeset.html(text, "Subject", home=HOME)


@ONE_DATABASE
def test_both_forms_of_every_letter_of_a_round_say_the_same(session: Session) -> None:
    round_ = dispatched(session)
    round_.object("MY contact_point", MORNING, reasons="It does not say who agrees.", cure="as agreed")
    letters = session.execute(select(Notice.letter, Notice.subject, Notice.text)).all()
    assert {one.letter for one in letters} >= {Letter.CIRCULATION, Letter.OBJECTION, Letter.RECEIPT}
    for one in letters:
        html = typeset.html(one.text, one.subject, home=HOME)
        assert seen(html) == "".join(one.text.replace(RULE, "").split())
        assert Tags.left_open(html) == []


@ONE_DATABASE
def test_circulation_letter_has_its_shape(session: Session) -> None:
    text = dispatched(session).letter(Letter.CIRCULATION, "MY contact_point").text
    blocks = list(typeset.blocks(text, typeset_home(text)))
    assert [block.kind for block in blocks[:4]] == ["ask", "words", "words", "link"]
    assert len([block for block in blocks if block.kind == "heading"]) == 6
    [times] = [block for block in blocks if block.kind == "times"]
    assert times.lines[0] == ("Kuala Lumpur", "Friday 9 October 2020, 18:00")
    assert blocks[-1].kind == "fine"


def typeset_home(text: str) -> str:
    """Return the address of the installation that the letter's own link begins with."""
    return re.findall(r"(https?://[^/\s]+)/c/", text)[0]


def test_wrapped_lines_are_whole_again_and_short_ones_stay() -> None:
    wrapped = "    " + "word " * 13 + "word\n    word end\n    a line of its own"
    [_, quote] = typeset.blocks(f"Ask\n\n{wrapped}", HOME)
    assert quote.lines == ("word " * 14 + "word end", "a line of its own")


def test_quoted_text_is_neither_markup_nor_link_nor_heading() -> None:
    quoted = "\n".join(
        f"    {line}"
        for line in ("<script>alert(1)</script>", "https://thief.example/sign-in", "ITEM 1. Mine")
    )
    html = shown(f"Ask\n\n  Text:\n{quoted}\n")
    assert kinds(f"Ask\n\n  Text:\n{quoted}\n") == ["ask", "list", "quote"]
    assert "<script>" not in html
    assert "<a " not in html


def test_only_an_address_of_ours_is_a_link() -> None:
    assert kinds(f"Ask\n\n    {HOME}/c/2020-1") == ["ask", "link"]
    assert kinds("Ask\n\n    https://elsewhere.example/c/2020-1") == ["ask", "quote"]
    assert [block.kind for block in typeset.blocks("Ask\n\n    https://any.example", "")] == ["ask", "quote"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a [+b+] c", "a <ins>[+b+]</ins> c"),
        ("[-a-][+b+]", "<del>[-a-]</del><ins>[+b+]</ins>"),
        ("[+a\n    b+]", "<ins>[+a</ins></p><p><ins>b+]</ins>"),
        ("[+ never closed", "[+ never closed"),
        ("closed +] never opened", "closed +] never opened"),
        ("[+<b>+]", "<ins>[+&lt;b&gt;+]</ins>"),
    ],
)
def test_marked_words_are_in_tags_and_keep_their_signs(line: str, expected: str) -> None:
    assert f"<p>{expected}</p>" in shown(f"Ask\n\n    {line}")


@pytest.mark.parametrize("sign", ["[+", "[+ ", "+][-", "a\u0301 ", " 12:30"])
def test_long_text_takes_no_longer_than_its_length(sign: str) -> None:
    def seconds(count: int) -> float:
        begun = time.process_time()
        shown("Ask\n\n    " + sign * count)
        return time.process_time() - begun

    seconds(10)
    short = max(seconds(2_000), 0.001)
    assert seconds(40_000) < 100 * short


@ONE_DATABASE
def test_objection_with_marks_of_its_own_is_shown_as_written(session: Session) -> None:
    round_ = dispatched(session)
    round_.object("MY contact_point", MORNING, reasons="[+", cure="as [-not-] agreed")
    text = round_.letter(Letter.OBJECTION, "ID contact_point").text
    assert "as[-not-]agreed" in seen(shown(text))


@ONE_DATABASE
def test_letter_says_its_language_and_that_of_what_it_quotes(session: Session) -> None:
    round_ = dispatched(session)
    round_.object("MY contact_point", MORNING, reasons="ประเทศไทยคัดค้าน\nIt does not say who agrees.", cure="")
    text = round_.letter(Letter.OBJECTION, "MY contact_point").text
    html = shown(text)
    assert '<html lang="en">' in html
    assert '<p lang="th">ประเทศไทยคัดค้าน</p>' in html
    assert "<p>It does not say who agrees.</p>" in html


def test_letter_in_another_language_says_so() -> None:
    assert '<html lang="id">' in shown("Mohon jawab.\n\nPertemuan, melalui Adref\n")
    assert "<html>" in shown("No foot at all.\n")
    assert "<html>" in shown("Ask\n\n    A State writes, through Adref\n")
