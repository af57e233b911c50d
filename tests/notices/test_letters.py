"""The letters as rows and as their readers see them: who gets which, once, and what it says."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.factories import new_version, world
from tests.notices.rounds import DEADLINE, INFO, Round, dispatched, prepared
from tests.settable_clock import MORNING
from workflow.actions.dispatching import dispatch
from workflow.actions.responses import Answer
from workflow.domain.terms import Letter, ResponseKind, Service, Status
from workflow.models.circulation import DeadlineMove
from workflow.models.document import Attachment
from workflow.notices import letters

THAI = "การสนับสนุนความร่วมมือในการสืบสวนข้ามชาติ " * 12
LATER = MORNING + timedelta(days=3)
ONE_DATABASE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def round_(session: Session) -> Round:
    """Give a dispatched circulation."""
    return dispatched(session)


@pytest.fixture
def statements(session: Session) -> Iterator[list[str]]:
    """Collect the statements that reach the database."""
    seen: list[str] = []

    def keep(*facts: object) -> None:
        seen.append(str(facts[2]))

    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", keep)
    yield seen
    event.remove(bind, "before_cursor_execute", keep)


def test_the_circulation_letter_goes_to_every_contact_point_and_alternate_once(round_: Round) -> None:
    sent = round_.letters(Letter.CIRCULATION)
    assert len(sent) == len({notice.person_id for notice in sent}) == 20
    assert {notice.proves_service for notice in sent} == {True}
    assert {notice.status for notice in sent} == {Service.QUEUED}
    assert len({notice.message_id for notice in sent}) == 20
    assert all(re.fullmatch(r"<[0-9a-f]{32}@adref\.example>", notice.message_id) for notice in sent)


def test_the_same_fact_is_written_to_a_person_once(round_: Round) -> None:
    letters.circulation(round_.session, round_.loaded, now=LATER)
    letters.reminder(round_.session, round_.loaded, now=LATER, ordinal=1)
    letters.reminder(round_.session, round_.loaded, now=LATER, ordinal=1)
    assert len(round_.letters(Letter.CIRCULATION)) == 20
    assert len(round_.letters(Letter.REMINDER)) == 20


def test_a_state_served_again_gets_the_letter_with_the_next_ordinal(round_: Round) -> None:
    person = round_.world.people["MY contact_point"]
    letters.circulation(round_.session, round_.loaded, now=LATER, addressees=[person])
    again = round_.letters(Letter.CIRCULATION, "MY contact_point")
    assert [notice.once for notice in again] == [
        f"{round_.circulation.id}:circulation:{ordinal}:{person.id}" for ordinal in (1, 2)
    ]
    assert again[1].thread_id == again[0].message_id
    assert len(round_.letters(Letter.CIRCULATION)) == 21


def test_a_letter_costs_the_same_statements_for_one_state_as_for_all(
    round_: Round, statements: list[str]
) -> None:
    loaded = round_.loaded
    statements.clear()
    letters.blocker(round_.session, loaded, [round_.object("MY contact_point", LATER)], now=LATER)
    counts = []
    # Whether an entry completes a subtree of the log depends on its number alone.
    for states in (loaded.states[:1], list(loaded.states)):
        loaded.states[:] = states
        statements.clear()
        letters.suspension(round_.session, loaded, now=LATER + timedelta(hours=len(states)), reason="x")
        counts.append(len([one for one in statements if "INSERT INTO log_node" not in one]))
    assert counts[0] == counts[1] <= 10


def test_the_ask_and_the_deadline_stand_in_the_first_two_lines(round_: Round) -> None:
    notice = round_.letter(Letter.CIRCULATION, "MY contact_point")
    assert notice.subject == "[SOMTC/2020/1] Answer by 9 Oct 2020: Work Plan 2020-2023"
    assert notice.text.split("\n")[:2] == [
        "Does Malaysia object to any of these 6 items? Please answer before",
        "Friday 9 October 2020, 18:00 in Kuala Lumpur (17:00 in Jakarta, 10:00",
    ]


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        (
            "MM contact_point",
            [
                "Naypyidaw             Friday 9 October 2020, 16:30",
                "Jakarta (announced)   Friday 9 October 2020, 17:00",
            ],
        ),
        ("ID alternate", ["Jakarta (announced)   Friday 9 October 2020, 17:00"]),
    ],
)
@ONE_DATABASE
def test_the_deadline_is_told_in_the_capital_the_announced_zone_and_utc(
    round_: Round, name: str, rows: list[str]
) -> None:
    text = round_.letter(Letter.CIRCULATION, name).text
    table = [*rows, "UTC                   Friday 9 October 2020, 10:00"]
    assert "The deadline\n" + "".join(f"    {row}\n" for row in table) in text


@ONE_DATABASE
def test_the_circulation_letter_says_what_silence_means_and_that_it_answers_nothing(round_: Round) -> None:
    text = " ".join(round_.letter(Letter.CIRCULATION, "MY contact_point").text.split())
    for sentence in (
        "If Malaysia says nothing, Malaysia is recorded as silent. An item is considered endorsed ad "
        "referendum if no objection and no open input stands at the deadline.",
        "https://adref.example/c/2020-1 The link opens the sign-in page. Opening this letter or the link "
        "answers nothing.",
        "A reply to this letter goes to the secretariat (ASEAN Secretariat, secretariat@adref.example). What "
        "it says counts only once the secretariat has entered it.",
        "Authority to use this procedure: 20th SOMTC, 8 July 2020.",
        "Excellencies, these are the six projects as discussed.",
    ):
        assert sentence in text
    assert "approved" not in text


def test_every_text_and_its_difference_stand_in_the_letter(session: Session) -> None:
    first = dispatched(session)
    given = first.world
    item, old = given.items[3], given.versions[3]
    old.status, old.decided_at = Status.ENDORSED, MORNING
    session.flush()
    new = new_version(item, old.title, number=2)
    new.texts = {"status": "Ongoing, number 1, as agreed by the Member States concerned"}
    session.add(new)
    session.flush()
    attached = Attachment(version_id=new.id, filename="map.pdf", media_type="application/pdf", size=12)
    attached.body_id, attached.sha256, attached.content = given.body.id, "0" * 64, b"x"
    session.add(attached)
    second = prepared(session, given, now=MORNING, version_ids=(new.id,))
    dispatch(session, second, by=given.actor("lead_shepherd"), now=MORNING)
    text = Round(session, given, second).letter(Letter.CIRCULATION, "MY contact_point").text
    assert text.startswith("Does Malaysia object to this item?")
    assert "  Status:\n    Ongoing, number 1, as agreed by the Member States concerned\n" in text
    assert "What changes from version 1, which is in force." in text
    assert "    Ongoing, number 1[+, as agreed by the Member States concerned+]\n" in text
    assert "Attached file: map.pdf (12 bytes)" in text
    assert new.sha256 in text


@ONE_DATABASE
def test_a_text_of_any_script_and_length_stays_whole(session: Session) -> None:
    given = dispatched(session)
    long = ("word " * 19_000).strip()
    answers = [Answer(given.world.versions[0].id, ResponseKind.OBJECTION, reasons=f"{THAI}\n{long}")]
    given.answer("TH contact_point", answers, LATER)
    text = given.letter(Letter.OBJECTION, "ID contact_point").text
    assert "".join(THAI.split()) in "".join(text.split())
    assert text.count("word") == 19_000
    assert max(len(line) for line in text.split("\n") if line.isascii()) == 72


@ONE_DATABASE
def test_a_quoted_text_cannot_pass_for_the_letters_own_words(session: Session) -> None:
    given = dispatched(session)
    forged = (
        "x\n------------------------------------------------------------------------\nThe deadline\x1b[2J"
    )
    answers = [Answer(given.world.versions[0].id, ResponseKind.OBJECTION, reasons=forged)]
    given.answer("TH contact_point", answers, LATER)
    text = given.letter(Letter.OBJECTION, "ID contact_point").text
    assert "\n    The deadline\N{REPLACEMENT CHARACTER}[2J\n" in text
    assert "\x1b" not in text


@ONE_DATABASE
def test_a_subject_is_one_line_whatever_the_title_holds(session: Session) -> None:
    given = dispatched(session)
    given.circulation.title = "Plan\r\nBcc: thief@example.org\r\n\r\n" + "long " * 100
    letters.suspension(session, given.loaded, now=LATER, reason="A typhoon.")
    subject = given.letter(Letter.SUSPENSION, "MY contact_point").subject
    assert subject.startswith("[SOMTC/2020/1] Suspended, no deadline runs: Plan Bcc: thief@example.org long")
    assert "\n" not in subject
    assert len(subject) <= 150


def test_an_objection_is_told_to_all_states_and_both_offices_with_its_text(round_: Round) -> None:
    round_.object("MY contact_point", LATER, reasons="It does not say who agrees.", cure="as agreed")
    told = round_.letters(Letter.OBJECTION)
    assert len(told) == 20 + 3
    notice = round_.letter(Letter.OBJECTION, "ID contact_point")
    assert notice.subject == (
        "[SOMTC/2020/1] Objection by Malaysia, item 1: Support for ACTIP implementation"
    )
    assert notice.text.startswith("Malaysia objects to item 1.\n")
    assert "  Text:\n    It does not say who agrees.\n" in notice.text
    assert "  Wording proposed instead:\n    as agreed\n" in notice.text
    assert notice.thread_id == round_.letter(Letter.CIRCULATION, "ID contact_point").message_id


def test_a_reminder_goes_only_to_states_that_have_not_answered_every_item(round_: Round) -> None:
    everything = [Answer(one.id, ResponseKind.NO_OBJECTION) for one in round_.world.versions]
    round_.answer("MY contact_point", everything, LATER)
    round_.answer("TH contact_point", everything[:4], LATER)
    letters.reminder(round_.session, round_.loaded, now=LATER, ordinal=1)
    assert round_.letters(Letter.REMINDER, "MY contact_point") == []
    assert len(round_.letters(Letter.REMINDER)) == 18
    text = round_.letter(Letter.REMINDER, "TH contact_point").text
    assert text.startswith("Thailand has not answered 2 items. Please answer before Friday 9 October\n")
    assert "\n  5. Support to knowledge exchange\n  6. ACTIP" in text
    assert "  4. " not in text


@ONE_DATABASE
def test_a_reminder_after_an_extension_is_a_letter_of_its_own(round_: Round) -> None:
    letters.reminder(round_.session, round_.loaded, now=LATER, ordinal=1)
    round_.circulation.deadline = DEADLINE + timedelta(days=3)
    letters.reminder(round_.session, round_.loaded, now=LATER, ordinal=1)
    assert len(round_.letters(Letter.REMINDER)) == 40


@ONE_DATABASE
def test_a_receipt_goes_to_its_own_state_only(round_: Round) -> None:
    round_.object("MY contact_point", LATER)
    receipts = round_.letters(Letter.RECEIPT)
    assert {notice.address for notice in receipts} == {
        "my.contact_point@example.org",
        "my.alternate@example.org",
    }
    assert "Monday 28 September 2020, 10:00:00" in receipts[0].text


@ONE_DATABASE
def test_reasons_are_asked_of_the_objecting_state_only(round_: Round) -> None:
    round_.object("TH contact_point", LATER, item=1)
    asked = round_.letters(Letter.REASONS_REQUESTED)
    assert {notice.state_id for notice in asked} == {round_.world.states["TH"].id}
    assert "The objection stands with or without reasons." in asked[0].text


@ONE_DATABASE
def test_a_test_letter_reaches_one_person_and_serves_nobody(session: Session) -> None:
    given = world(session)
    preparation = prepared(session, given, title="Trial", version_ids=(given.versions[0].id,))
    trial = Round(session, given, preparation)
    letters.test_letter(session, trial.loaded, now=LATER, person=given.people["lead_shepherd"])
    [notice] = trial.letters(Letter.TEST)
    assert (notice.proves_service, notice.state_id) == (False, None)
    assert notice.subject == "[SOMTC] Test, to you alone. Answer by 9 Oct 2020: Trial"
    assert "Does Philippines object to this item?" in notice.text


@ONE_DATABASE
def test_a_new_member_gets_a_copy_for_information(round_: Round) -> None:
    newest = round_.world.states["TL"]
    letters.for_information(round_.session, round_.loaded, now=LATER, state=newest)
    copies = round_.letters(Letter.FOR_INFORMATION)
    assert len(copies) == 2
    assert {copy.proves_service for copy in copies} == {False}
    assert copies[0].text.startswith("This circulation is sent to Timor-Leste for information.")


@ONE_DATABASE
def test_every_other_letter_of_the_course_is_written_to_all_states(round_: Round) -> None:
    session, now = round_.session, LATER
    move = DeadlineMove(before=DEADLINE, after=DEADLINE + timedelta(days=5), reason="asked", at=now)
    letters.extension(session, round_.loaded, move, now=now)
    letters.suspension(session, round_.loaded, now=now, reason="A typhoon.")
    letters.resumption(session, round_.loaded, move, now=now)
    letters.withdrawal(session, round_.loaded, now=now, reason="Later.")
    for kind, subject in {
        Letter.EXTENSION: "Extended, answer by 14 Oct 2020",
        Letter.SUSPENSION: "Suspended, no deadline runs",
        Letter.RESUMPTION: "Resumed, answer by 14 Oct 2020",
        Letter.WITHDRAWAL: "Withdrawn, nothing more to answer",
    }.items():
        assert len(round_.letters(kind)) == 20
        sent = round_.letter(kind, "MY contact_point")
        assert sent.subject == f"[SOMTC/2020/1] {subject}: Work Plan 2020-2023"


@ONE_DATABASE
def test_what_letters_need_of_the_installation_is_asked_for_by_name(session: Session) -> None:
    given = dispatched(session)
    for name in INFO:
        kept = session.info.pop(name)
        with pytest.raises(KeyError, match=name):
            letters.suspension(session, given.loaded, now=LATER, reason="x")
        session.info[name] = kept
