"""Tests of the whole paper and the printed record: every sentence follows from the facts of a round."""

import pytest
from sqlalchemy import select

from tests.actions.rounds import DAY, DEADLINE, Round
from workflow.actions import introducing
from workflow.actions.exporting_notes import circular_note
from workflow.actions.exporting_papers import whole_paper
from workflow.actions.exporting_records import printed_record
from workflow.domain.errors import NotFound
from workflow.domain.terms import ResponseKind, Status
from workflow.models.audit import PrivateText
from workflow.papers.printed import Block, Facts, Heading, Paragraph, Points, Table
from workflow.papers.whole_paper import WholePaper
from workflow.papers.whole_paper_print import printed
from workflow.queries.records import record_of

AT = "9 October 2020, 10:00 UTC"


def said(blocks: tuple[Block, ...]) -> list[str]:
    """Return every text of a paper in reading order."""
    found: list[str] = []
    for block in blocks:
        if isinstance(block, Heading | Paragraph):
            found.append(block.text)
        elif isinstance(block, Points):
            found += block.points
        elif isinstance(block, Facts):
            found += [text for label, texts in block.rows for text in (label, *texts)]
        elif isinstance(block, Table):
            cells = [cell for row in block.rows for cell in row.cells]
            found += [*block.columns, *(text for cell in cells for text in said(cell))]
    return found


def paper(round_: Round, name: str = "secretariat") -> WholePaper:
    world = round_.world
    round_.session.flush()
    return whole_paper(round_.session, world.body, world.document, for_actor=world.actor(name))


@pytest.fixture
def closed(round_: Round) -> Round:
    """Give a closed round: objected to item 4, a reservation to item 6."""
    round_.dispatch()
    round_.serve()
    round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4, reasons="Who decides?")
    round_.lodge("ID contact_point", ResponseKind.RESERVATION, 6, reasons="As advice ไทย only.")
    round_.at(DEADLINE)
    return round_


def test_introduction_opens_the_paper_and_the_log_keeps_each(round_: Round) -> None:
    session, world, by = round_.session, round_.world, round_.world.actor("programme")
    for text in ("A first try.", " Why we write.\r\n\r\nWhat follows. ", "Why we write.\n\nWhat follows."):
        introducing.write_introduction(session, world.document.id, by=by, now=round_.clock(), text=text)
    read = paper(round_)
    assert read.introduction[:2] == ("Why we write.", "What follows.")
    assert read.dated == round_.clock()
    texts = session.scalars(select(PrivateText.text).order_by(PrivateText.id.desc()).limit(2)).all()
    assert texts == ["Why we write.\n\nWhat follows.", "A first try."]


def test_paper_before_dispatch_calls_its_items_drafts(round_: Round) -> None:
    read = paper(round_)
    assert read.finality == ()
    assert {item.status for table in read.tables for item in table.items} == {Status.DRAFT}
    assert "Work Plan 2020-2023, items 1, 2, 3, 4, 5 and 6: drafts, not circulated and not final." in said(
        printed(read).blocks
    )


def test_finality_statement_of_a_running_circulation_says_not_final(round_: Round) -> None:
    round_.dispatch()
    [one] = paper(round_).finality
    assert (one.running, one.formula, one.served, one.blocking) == (True, (), None, None)
    [sentence] = [text for text in said(printed(paper(round_)).blocks) if "Not final" in text]
    assert sentence.endswith(
        f"Not final: the no-objection deadline is 9 October 2020, 17:00 Asia/Jakarta ({AT})."
    )


def test_finality_statement_follows_from_the_facts(closed: Round) -> None:
    read = paper(closed)
    [one] = read.finality
    assert (one.roster, one.served, one.blocking, one.authority) == (10, 10, 1, "20th SOMTC")
    texts = said(printed(read).blocks)
    [sentence] = [text for text in texts if text.startswith(one.symbol)]
    assert "It went to 10 States entitled to speak." in sentence
    assert "Every one of them was served." in sentence
    assert "1 objection or input on it was received by" in sentence
    assert (
        f"No objection having been received by {AT}, items 1, 2, 3, 5 and 6 are considered endorsed"
        " ad referendum." in texts
    )
    assert "Item 4 is not endorsed: objection of Malaysia." in texts
    assert "Reservation of Indonesia: “As advice ไทย only.”" in texts
    assert "approved" not in " ".join(texts).lower()


def test_paper_of_the_programme_names_no_state_and_counts_none(closed: Round) -> None:
    read = paper(closed, "programme")
    assert (read.finality[0].served, read.finality[0].blocking) == (None, None)
    texts = " ".join(said(printed(read).blocks))
    for hidden in ("Malaysia", "Indonesia", "As advice", "was served", "objection or input"):
        assert hidden not in texts
    assert "Item 4 is not endorsed." in texts


def test_statement_who_were_not_served_counts_them(round_: Round) -> None:
    round_.dispatch()
    round_.serve_all_but("BN")
    codes = [code for code in round_.world.states if code not in ("BN", "TL")]
    for code in codes[:1]:
        round_.lodge(f"{code} contact_point", ResponseKind.OBJECTION)
    round_.at(DEADLINE)
    [one] = paper(round_).finality
    assert (one.roster, one.served) == (10, 9)
    assert "Of them 9 were served before the deadline." in " ".join(said(printed(paper(round_)).blocks))


def test_printed_record_holds_positions_reservations_and_service(closed: Round) -> None:
    world = closed.world
    record = record_of(closed.session, closed.circulation.id, for_actor=world.actor("secretariat"))
    made = printed_record(record, world.body.name, "origin\n12\nroot=\n\n— key signature\n")
    texts = said(made.blocks)
    for words in ("Who decides?", "As advice ไทย only.", world.versions[5].sha256, "No objection", "Silent"):
        assert any(words in text for text in texts)
    assert "origin\n12\nroot=\n\n— key signature" in texts
    tables = [block for block in made.blocks if isinstance(block, Table)]
    assert [len(table.rows) for table in tables] == [10] * 7
    assert made.dated == record.closing.recorded_at


def test_printed_record_of_the_programme_holds_outcomes_only(closed: Round) -> None:
    record = record_of(closed.session, closed.circulation.id, for_actor=closed.world.actor("programme"))
    made = printed_record(record, "The Body")
    texts = " ".join(said(made.blocks))
    for hidden in ("Malaysia", "Who decides?", "As advice", "Silent", "Checkpoint"):
        assert hidden not in texts
    assert [block for block in made.blocks if isinstance(block, Table)] == []


def note(round_: Round) -> list[str]:
    return said(circular_note(round_.session, round_.loaded, round_.world.body).blocks)


def test_circular_note_has_every_item_and_the_deadline_of_each_capital(round_: Round) -> None:
    round_.dispatch(message="Please read ไทย.")
    texts = note(round_)
    for version in round_.world.versions:
        assert any(version.sha256 in text for text in texts)
        assert any(version.title in text for text in texts)
    assert "Please read ไทย." in texts
    assert "Manila" in texts
    assert f"9 October 2020, 17:00 Asia/Jakarta ({AT})" in texts
    assert texts.count("9 October 2020, 18:00") == 4
    assert texts.count("This item is new: no text of it is in force.") == 6


def test_circular_note_of_an_amended_item_marks_its_words(closed: Round) -> None:
    [draft] = closed.redraft(1)
    again = Round(closed.session, closed.world, closed.clock)
    again.dispatch(versions=[draft], deadline=DEADLINE + 28 * DAY, title="Amended")
    texts = note(again)
    assert "Changes from version 1, in force" in texts
    assert any("[+" in text and "[-" in text for text in texts)


def test_circular_note_of_a_preparation_is_not_found(round_: Round) -> None:
    round_.circulation = round_.prepare()
    with pytest.raises(NotFound):
        note(round_)
