"""The sender when mail fails: delays, drops, dead servers, leases; doubt proves nothing (rules 7-9).

Plain acceptance and refusal are in test_outbox.py.
"""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from tests.notices.servers import HANG_UP, STALL, Script, free_port, settings
from tests.notices.waiting import KEEPER, MALAYSIA, ONE_DATABASE, attempts, evidence, keep_only, notice
from tests.settable_clock import MORNING, SettableClock
from workflow.db import Database
from workflow.domain.errors import ClockBehind
from workflow.domain.terms import EvidenceKind, Letter, Service
from workflow.models.notice import Notice
from workflow.notices import queue
from workflow.notices.outbox import Delivered, deliver


@ONE_DATABASE
def test_a_delay_is_tried_again_after_growing_pauses(
    house: Database, script: Script, port: int, clock: SettableClock
) -> None:
    keep_only(house, MALAYSIA)
    script.at_end = ["451 try later", "451 still not"]
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered(postponed=1)
    assert notice(house).due_at == MORNING + timedelta(seconds=60)
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered()
    clock.advance(timedelta(seconds=60))
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered(postponed=1)
    assert notice(house).due_at == clock.now + timedelta(seconds=300)
    clock.advance(timedelta(seconds=300))
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered(sent=1)
    assert attempts(house) == [
        (Service.QUEUED, "451 try later"),
        (Service.QUEUED, "451 still not"),
        (Service.SENT, "250 taken as 1"),
    ]
    assert evidence(house, EvidenceKind.BOUNCED) == []


@ONE_DATABASE
def test_a_letter_is_given_up_after_the_last_pause_and_proves_nothing(
    house: Database, script: Script, port: int, clock: SettableClock
) -> None:
    keep_only(house, MALAYSIA)
    script.at_rcpt[MALAYSIA] = "452 mailbox full"
    for _ in range(3):
        deliver(house, settings(port), keeper=KEEPER)
        clock.advance(timedelta(hours=1))
    kept = notice(house)
    assert (kept.status, kept.reply) == (Service.REFUSED, "Given up after 3 attempts: 452 mailbox full")
    assert evidence(house, EvidenceKind.BOUNCED) == []
    assert notice(house, "secretary@example.org", Letter.UNDELIVERED).status is Service.QUEUED


@ONE_DATABASE
def test_a_refused_sender_is_no_fault_of_the_address(house: Database, script: Script, port: int) -> None:
    keep_only(house, MALAYSIA)
    script.at_mail = ["550 5.7.1 this sender may not"]
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered(postponed=1)
    assert evidence(house, EvidenceKind.BOUNCED) == []


def test_a_drop_after_the_text_is_unknown_and_repeated_with_the_same_message_id(
    house: Database, script: Script, port: int, clock: SettableClock
) -> None:
    keep_only(house, MALAYSIA)
    script.at_end = [HANG_UP]
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered(postponed=1)
    assert attempts(house)[0][0] is Service.UNKNOWN
    assert evidence(house, EvidenceKind.ACCEPTED) == []
    clock.advance(timedelta(minutes=2))
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered(sent=1)
    assert [message["Message-ID"] for message in script.received] == [notice(house).message_id] * 2


@ONE_DATABASE
def test_a_letter_given_up_after_a_drop_stays_unknown(
    house: Database, script: Script, port: int, clock: SettableClock
) -> None:
    keep_only(house, MALAYSIA)
    script.at_end = [HANG_UP, "451 later", "451 later"]
    for _ in range(3):
        deliver(house, settings(port), keeper=KEEPER)
        clock.advance(timedelta(hours=1))
    assert notice(house).status is Service.UNKNOWN


@ONE_DATABASE
def test_a_drop_ends_the_round_and_gives_the_rest_back(house: Database, script: Script, port: int) -> None:
    script.at_mail = ["250 OK", HANG_UP]
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered(sent=1, postponed=1)
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered(sent=18)


@ONE_DATABASE
def test_a_stalling_server_is_left_after_the_timeout(house: Database, script: Script, port: int) -> None:
    script.at_mail = [STALL]
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered(postponed=1)
    assert attempts(house) == [(Service.QUEUED, "Connection unexpectedly closed: timed out")]


@ONE_DATABASE
def test_a_dead_server_costs_no_letter_an_attempt(house: Database, clock: SettableClock) -> None:
    assert deliver(house, settings(free_port()), keeper=KEEPER, limit=5) == Delivered(postponed=5)
    with house.reading() as session:
        put_off = list(session.scalars(select(Notice).where(Notice.due_at > clock.now)))
    assert {one.due_at for one in put_off} == {clock.now + timedelta(seconds=60)}
    assert {one.attempts for one in put_off} == {0}
    assert {one.reply.partition(":")[0] for one in put_off} == {"The mail server cannot be reached"}
    assert attempts(house) == []


def test_two_senders_never_take_the_same_letter(house: Database, clock: SettableClock) -> None:
    first = queue.claim(house, seconds=30, limit=12)
    second = queue.claim(house, seconds=30, limit=12)
    assert len({one.id for one in [*first, *second]}) == len(first) + len(second) == 20
    clock.advance(timedelta(seconds=30))
    assert len(queue.claim(house, seconds=30, limit=50)) == 20


@ONE_DATABASE
def test_an_acceptance_that_cannot_be_recorded_is_sent_again_later(
    house: Database, script: Script, port: int, clock: SettableClock
) -> None:
    def behind(*_: object, **__: object) -> None:
        raise ClockBehind("The clock stands behind the log.")

    keep_only(house, MALAYSIA)
    lagging = replace(KEEPER, accepted=behind)
    assert deliver(house, settings(port), keeper=lagging) == Delivered(postponed=1)
    assert evidence(house, EvidenceKind.ACCEPTED) == []
    clock.advance(timedelta(minutes=1))
    assert deliver(house, settings(port), keeper=KEEPER) == Delivered(sent=1)
    assert evidence(house, EvidenceKind.ACCEPTED) == [MALAYSIA]
