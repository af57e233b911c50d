"""What came by e-mail: what is believed, what a bounce voids, what waits for a person (rules 9, 26, 34)."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.actions.rounds import DEADLINE, HOUR, INSTANT, Round
from tests.actions.test_serving import CLOSED, HELD, letters_to
from tests.mail_messages import report, said_of, written
from tests.settable_clock import MORNING
from workflow.actions import incoming
from workflow.audit import tying
from workflow.audit.entries import Entry
from workflow.domain.errors import ClockBehind, Invalid, NotAllowed, StaleVersion, WrongStatus
from workflow.domain.terms import Letter, MailKind, MailSettlement, MailTie, Result, Service
from workflow.models.audit import LogHead
from workflow.models.circulation import Dispute
from workflow.models.incoming import IncomingMessage
from workflow.models.notice import Notice
from workflow.notices.inbox import Message
from workflow.notices.return_address import ReturnAddress
from workflow.papers.incoming_mail import read

RETURNS = ReturnAddress("bounces@adref.example", "a secret of thirty-two characters")


@pytest.fixture
def sent(round_: Round) -> Round:
    """Give a round that is served to all; Malaysia has a contact point only, so one bounce unserves it."""
    round_.world.appointments["MY alternate"].until = MORNING
    round_.dispatch()
    round_.serve()
    round_.at(MORNING + HOUR)
    return round_


def malaysias(round_: Round) -> Notice:
    [letter] = letters_to(round_, "MY")
    return letter


def came(round_: Round, raw: bytes) -> bool:
    """Let a message arrive now and be read."""
    message = Message(read(raw), hashlib.sha256(raw).hexdigest(), round_.clock(), False)
    return incoming.keep(round_.session, message, round_.world.body.id, RETURNS)


def kept(round_: Round) -> IncomingMessage:
    """Return the newest message that was kept."""
    return list(round_.session.scalars(select(IncomingMessage).order_by(IncomingMessage.id)))[-1]


def by_token(letter: Notice, address: str = "", **said: str) -> bytes:
    """Return a report sent to the letter's own return address."""
    return report(said_of(address or letter.address, **said), to=RETURNS.of(letter.id, letter.message_id))


def by_message_id(letter: Notice, address: str = "", **said: str) -> bytes:
    """Return a report that brings the letter back."""
    return report(said_of(address or letter.address, **said), message_id=letter.message_id)


@pytest.mark.parametrize("tied", [by_token, by_message_id])
def test_failure_voids_what_was_accepted_and_holds_at_the_deadline(sent: Round, tied: Any) -> None:
    letter = malaysias(sent)
    assert came(sent, tied(letter))
    assert (letter.status, letter.reply) == (
        Service.BOUNCED, "Came back: 5.1.1 smtp; 550 5.1.1 no such user"
    )  # fmt: skip
    assert sent.evidence("MY")[-1] == ("bounced", MORNING + HOUR)
    message = kept(sent)
    assert (message.kind, message.notice_id, message.waits) == (MailKind.FAILED, letter.id, False)
    assert message.tie is (MailTie.TOKEN if tied is by_token else MailTie.MESSAGE_ID)
    [told] = (
        sent.session.scalars(select(Notice).where(Notice.letter == Letter.UNDELIVERED)).unique().all()[:1]
    )
    assert letter.address in told.subject
    assert sent.at(DEADLINE).status is HELD
    [bounced], [received] = sent.entries(Entry.SERVICE_BOUNCED), sent.entries(Entry.MAIL_RECEIVED)
    assert (bounced["actor"], bounced["on_behalf_of"]) == ("clock", "MY")
    assert (received["kind"], received["state"], received["circulation"]) == ("failed", "MY", "2020-1")


def test_on_the_eve_a_failure_still_holds(sent: Round) -> None:
    sent.at(DEADLINE - INSTANT)
    came(sent, by_token(malaysias(sent)))
    assert sent.at(DEADLINE).status is HELD


@pytest.mark.parametrize("after", [timedelta(0), INSTANT, HOUR])
def test_after_the_close_a_failure_opens_a_dispute_and_changes_no_outcome(
    sent: Round, after: timedelta
) -> None:
    sent.clock.now = DEADLINE + after
    # Nobody closed yet: who takes the lock first does what the clock owes (rule 14).
    came(sent, by_token(malaysias(sent)))
    assert (sent.status, set(sent.results())) == (CLOSED, {Result.ENDORSED})
    [dispute] = sent.session.query(Dispute)
    assert (dispute.state_id, dispute.opened_at) == (sent.world.states["MY"].id, DEADLINE + after)


PROVE_NOTHING = {
    "a delay": lambda letter: by_token(letter, action="delayed", status="4.4.1"),
    "a report of success": lambda letter: by_token(letter, action="relayed", status="2.0.0"),
    "an absence": lambda letter: written(
        sender=letter.address, Auto_Submitted="auto-replied", In_Reply_To=letter.message_id
    ),
}
WAIT = {
    "a reply": lambda letter: written(In_Reply_To=letter.message_id),
    "a token made up": lambda letter: report(
        said_of(letter.address), to=f"bounces+{letter.id}.{'a' * 26}@adref.example"
    ),
    "a token of another letter": lambda letter: report(
        said_of(letter.address),
        to=RETURNS.of(letter.id, letter.message_id).replace(f"+{letter.id}.", f"+{letter.id + 1}."),
    ),
    "a token of another secret": lambda letter: report(
        said_of(letter.address),
        to=ReturnAddress("bounces@adref.example", "another").of(letter.id, letter.message_id),
    ),
    "a Message-ID with another's address": lambda letter: by_message_id(
        letter, "sg.contact_point@example.org"
    ),
    "a Message-ID of nothing": lambda letter: report(
        said_of(letter.address), message_id="<no@adref.example>"
    ),
    "a failure that names no letter": lambda letter: report(said_of(letter.address)),
    "a failure that only answers": lambda letter: report(said_of(letter.address)).replace(
        b"Return-Path: <>", f"In-Reply-To: {letter.message_id}".encode()
    ),
    "a contradiction": lambda letter: by_token(letter, action="failed", status="2.0.0"),
    "no message": lambda _letter: b"",
}


@pytest.mark.parametrize("name", [*PROVE_NOTHING, *WAIT])
def test_what_is_not_believed_changes_nothing_and_is_kept(sent: Round, name: str) -> None:
    changes_nothing(sent, name)


def changes_nothing(sent: Round, name: str) -> None:
    letter = malaysias(sent)
    assert came(sent, (PROVE_NOTHING | WAIT)[name](letter))
    assert letter.status is Service.SENT
    assert sent.entries(Entry.SERVICE_BOUNCED) == []
    assert kept(sent).waits is (name in WAIT)
    assert sent.at(DEADLINE).status is CLOSED


@pytest.mark.parametrize(
    ("where", "mistake", "name"),
    [
        ("is_believed", lambda *_given, **_more: True, "a Message-ID with another's address"),
        ("is_believed", lambda *_given, **_more: True, "a failure that only answers"),
        ("_QUIET", frozenset(MailKind), "a reply"),
    ],
)
def test_hunt_sees_a_forgery_believed_and_a_reply_dropped(
    sent: Round, monkeypatch: pytest.MonkeyPatch, where: str, mistake: object, name: str
) -> None:
    monkeypatch.setattr(incoming, where, mistake)
    with pytest.raises(AssertionError):
        changes_nothing(sent, name)


def test_a_message_is_kept_once(sent: Round) -> None:
    raw = by_token(malaysias(sent))
    assert [came(sent, raw), came(sent, raw)] == [True, False]
    assert len(sent.entries(Entry.SERVICE_BOUNCED, Entry.MAIL_RECEIVED)) == 2


def test_a_second_report_of_a_letter_voids_only_what_was_accepted_since(sent: Round) -> None:
    letter = malaysias(sent)
    came(sent, by_token(letter))
    came(sent, by_token(letter, **{"X-Copy": "2"}))
    assert len(sent.entries(Entry.SERVICE_BOUNCED)) == 1
    sent.act(incoming.serving.reserve, "MY")
    sent.at(MORNING + 2 * HOUR)
    sent.serve("MY")
    came(sent, by_token(letter, **{"X-Copy": "3"}))
    assert [kind for kind, _ in sent.evidence("MY")][-1] == "bounced"
    assert sent.at(DEADLINE).status is HELD


def test_a_letter_that_is_being_sent_lets_its_report_wait(sent: Round) -> None:
    letter = malaysias(sent)
    letter.status, letter.lease, letter.leased_until = Service.QUEUED, "a", sent.clock() + HOUR
    with sent.refused(StaleVersion):
        came(sent, by_token(letter))
    assert sent.session.query(IncomingMessage).count() == 0
    # Its sender died: it had left all the same, since its return address is known.
    sent.at(sent.clock() + HOUR)
    assert came(sent, by_token(letter))
    assert (letter.status, letter.due_at) == (Service.BOUNCED, None)


def test_a_letter_that_never_left_is_not_believed_to_be_back(sent: Round) -> None:
    letter = malaysias(sent)
    letter.status, letter.attempts = Service.QUEUED, 0
    came(sent, by_message_id(letter))
    assert (letter.status, kept(sent).waits) == (Service.QUEUED, True)


def test_a_clock_behind_leaves_it_in_the_mailbox(sent: Round) -> None:
    sent.session.execute(update(LogHead).values(newest_at=sent.clock() + HOUR))
    for raw in (by_token(malaysias(sent)), written()):
        with sent.refused(ClockBehind):
            came(sent, raw)
    sent.at(sent.clock() + HOUR)
    assert came(sent, written())


def settle(round_: Round, settlement: MailSettlement, note: str = "", by: str = "secretariat") -> None:
    """Let a person say what is to be done about the newest message."""
    actor = round_.world.actor(by)
    incoming.settle(round_.session, kept(round_).id, settlement, by=actor, now=round_.clock(), note=note)


def test_a_reply_waits_until_a_person_settles_it(sent: Round) -> None:
    came(sent, written(In_Reply_To=malaysias(sent).message_id))
    for name in ("lead_shepherd", "programme", "MY contact_point"):
        with sent.refused(NotAllowed):
            settle(sent, MailSettlement.ENTERED, by=name)
    with sent.refused(Invalid) as refused:
        settle(sent, MailSettlement.NOTHING)
    assert refused.value.field == "note"
    settle(sent, MailSettlement.ENTERED)
    message = kept(sent)
    assert (message.waits, message.settlement) == (False, MailSettlement.ENTERED)
    assert message.settled_by == sent.world.people["secretariat"].public_id
    with sent.refused(WrongStatus):
        settle(sent, MailSettlement.NOTHING, "Twice.")
    [entry] = sent.entries(Entry.MAIL_SETTLED)
    assert (entry["of"], entry["settlement"]) == (message.entry_seq, "entered")


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Malaysia agrees."},
        {"sender": "x"},
        {"waits": False},
        {"kind": MailKind.AUTOMATIC},
        {"tie": None},
    ],
)
def test_the_log_tells_what_was_changed(sent: Round, change: dict[str, Any]) -> None:
    came(sent, written(In_Reply_To=malaysias(sent).message_id))
    before = set(tying.differences(sent.session, sent.world.body.id))
    assert not [one for one in before if "message of" in one]
    sent.session.execute(update(IncomingMessage).values(**change))
    sent.session.expire_all()
    [said] = set(tying.differences(sent.session, sent.world.body.id)) - before
    assert "message of entry" in said
