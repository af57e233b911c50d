"""Several hosts on one database: killed in the middle, left without a broker, told things twice or never.

A host is stopped in the middle by holding a lock that it needs, and killed while it waits.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from subprocess import Popen

import pytest
import redis
from sqlalchemy import func, select, text

from config.demo.rounds import Round
from tests.house_sources import ROOT
from tests.scaled.installation import BIN, Installation
from tests.scaled.processes import PATIENCE, wait_for
from tests.scaled.rounds import FOLLOWS, is_quiet, is_signed, path_of, round_on
from tests.scaled.visiting import Answer, Browser, contact_point
from tests.web.forms_filled import filled
from workflow import tasks
from workflow.domain.terms import CirculationStatus
from workflow.models.audit import AuditEntry, LogHead
from workflow.models.body import Body
from workflow.models.response import Response
from workflow.notices.catcher import messages

pytestmark = [pytest.mark.scaled, pytest.mark.timeout(150)]

#: Longer than a letter is leased.
LEASE = timedelta(seconds=200)


@pytest.fixture
def begun(scaled: Installation) -> Iterator[Round]:
    """Give a circulation of one item that is served; all is quiet again when it ends."""
    made = circulated(scaled)
    made.tick()
    yield made
    wait_for(lambda: is_quiet(scaled.database), f"the workers\n{scaled.said()}")


def circulated(scaled: Installation) -> Round:
    """Circulate the next item of the plan; nothing is served yet."""
    scaled.clock.now += timedelta(days=1)
    with scaled.database.reading() as session:
        body = session.scalars(select(Body.id)).one()
    made = round_on(scaled)(scaled.app, body, scaled.clock, scaled.letters)
    made.dispatch(made.projects()[:1], "One item of the plan")
    return made


@contextmanager
def held(scaled: Installation, statement: str) -> Iterator[None]:
    """Hold a lock for as long as the block runs."""
    with scaled.database.session(writing=True) as session:
        session.execute(text(statement))
        yield
        session.rollback()


def wait_for_waiting(scaled: Installation, number: int) -> None:
    """Wait until as many statements wait for a lock."""
    waiting = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )

    def enough() -> bool:
        with scaled.database.reading() as session:
            return bool(session.execute(text(waiting)).scalar_one() >= number)

    wait_for(enough, f"{number} who wait\n{scaled.said()}")


def speak(scaled: Installation, round_: Round, state: str, port: int) -> tuple[Browser, Answer]:
    """Let a State say no objection at one web host; returns the browser and the page of receipts."""
    browser = Browser(port)
    browser.sign_in(contact_point(state))
    [item] = round_.loaded().items
    receipts = browser.answer(round_.circulation, {f"kind-{item.version.id}": "no_objection"})
    assert "/receipts/" in receipts.url, receipts.says
    return browser, receipts


def test_two_hosts_keep_one_deadline_once_though_workers_die_closing(
    scaled: Installation, begun: Round
) -> None:
    """Workers and two timers close at once; the workers die in the middle; one close is on record."""
    before = caught(scaled)
    tick = [str(BIN / "flask"), "--app", "workflow.app", "clock", "tick"]
    with held(scaled, "SELECT 1 FROM log_head FOR UPDATE"):
        scaled.clock.now = begun.loaded().circulation.deadline
        timers = [Popen(tick, cwd=ROOT, env=scaled.environment) for _ in range(2)]
        # The timers, and at least one worker: the log's head is locked last, after the statuses are set.
        wait_for_waiting(scaled, 3)
        for number in (1, 2):
            scaled.processes[f"worker-{number}"].kill()
    assert [timer.wait(PATIENCE) for timer in timers] == [0, 0]
    for number in (1, 2):
        scaled.start_worker(number)
    begun.tick()
    assert begun.loaded().circulation.status is CirculationStatus.CLOSED
    closed = select(func.count()).where(
        AuditEntry.circulation_id == begun.circulation, AuditEntry.type == "circulation.closed"
    )
    with scaled.database.reading() as session:
        assert session.scalar(closed) == 1
    sent = messages(scaled.letters, caught(scaled) - before)
    assert set(Counter(one.message["Message-ID"] for one in sent).values()) == {1}


def test_worker_that_dies_serving_leaves_a_letter_that_is_sent_again_and_counts_once(
    scaled: Installation,
) -> None:
    """Killed after the mail server took a letter and before that was kept: the same letter leaves again."""
    for number in (1, 2):
        scaled.processes[f"worker-{number}"].kill()
    before = caught(scaled)
    begun = circulated(scaled)
    with held(scaled, f"SELECT 1 FROM circulation WHERE id = {begun.circulation} FOR NO KEY UPDATE"):
        scaled.start_worker(1)
        wait_for(lambda: caught(scaled) > before, f"a letter\n{scaled.said()}")
        wait_for_waiting(scaled, 1)
        scaled.processes["worker-1"].kill()
    assert begun.loaded().circulation.silence_started_at is None
    scaled.clock.now += LEASE
    for number in (1, 2):
        scaled.start_worker(number)
    begun.tick()
    assert begun.loaded().circulation.silence_started_at is not None
    sent = messages(scaled.letters, caught(scaled) - before)
    assert sorted(Counter(one.message["Message-ID"] for one in sent).values()) == [1] * 14 + [2]


def test_signer_that_dies_between_its_file_and_the_database_signs_the_same_later(
    scaled: Installation, begun: Round
) -> None:
    """Lodging goes on while it is away, the page says that the receipt follows, and it does."""
    asked = scaled.clock.now
    with held(scaled, "LOCK TABLE log_checkpoint IN EXCLUSIVE MODE"):
        browser, receipts = speak(scaled, begun, "MY", scaled.ports[1])
        assert FOLLOWS in receipts.says
        wait_for_waiting(scaled, 1)
        scaled.processes["signer"].kill()
    assert FOLLOWS in browser.get(path_of(receipts)).says
    scaled.start_signer()
    wait_for(lambda: is_signed(browser.get(path_of(receipts))), f"receipt\n{scaled.said()}")
    # It was lodged at the host whose clock is three days ahead: only the database's counts.
    lodged = select(Response.received_at).where(Response.circulation_id == begun.circulation)
    with scaled.database.reading() as session:
        assert asked < session.scalars(lodged).one() < scaled.clock.now


def test_limits_are_counted_over_all_hosts_and_begin_anew_when_forgotten(scaled: Installation) -> None:
    """Three links to a new password an hour for one account, at whichever host; Redis may forget it.

    It comes before Redis is away: each web process counts for itself then, and for some seconds after.
    """
    browser, asked = Browser(scaled.ports[0]), []
    for place in (0, 1, 0, 1):
        browser.base = f"http://127.0.0.1:{scaled.ports[place]}"
        sent = filled(browser.get("/forgotten"), "/forgotten", email="nobody@adref.example")
        asked.append(browser.post("/forgotten", sent).status)
    assert asked == [200] * 3 + [429]
    redis.from_url(scaled.environment["ADREF_RATELIMIT_STORAGE_URI"]).flushall()
    assert browser.post("/forgotten", sent).status == 200


def test_broker_that_is_away_forgets_or_repeats_changes_nothing(scaled: Installation, begun: Round) -> None:
    """Pages go on without Redis; emptied, it is used again; what it says twice is done once."""
    scaled.redis.kill()
    browser, receipts = speak(scaled, begun, "MY", scaled.ports[0])
    assert scaled.flask("clock", "tick").returncode == 0
    assert is_signed(browser.get(path_of(receipts)))
    scaled.redis.start()
    wait_for(lambda: is_reached(scaled), f"Redis\n{scaled.redis.said()}")
    browser, receipts = speak(scaled, begun, "TH", scaled.ports[1])
    wait_for(lambda: is_signed(browser.get(path_of(receipts))), f"receipt\n{scaled.said()}")
    begun.tick()
    before = log_size(scaled)
    redis.from_url(scaled.environment["ADREF_RATELIMIT_STORAGE_URI"]).flushall()
    celery = scaled.app.extensions["celery"]
    for name, keys in (("keep", (begun.circulation,)), ("deliver", ()), ("sign", (begun.body,))) * 10:
        where = {"keep": tasks.CLOCK, "deliver": tasks.LETTERS, "sign": tasks.SIGNING}[name]
        celery.send_task(f"adref.{name}", keys, queue=tasks.queue(where))
    wait_for(lambda: not any(tasks.waiting(celery).values()), f"the queues\n{scaled.said()}")
    assert log_size(scaled) == before
    browser, receipts = speak(scaled, begun, "VN", scaled.ports[0])
    wait_for(lambda: is_signed(browser.get(path_of(receipts))), f"receipt\n{scaled.said()}")


def test_session_goes_from_a_host_three_days_ahead_to_another(scaled: Installation) -> None:
    """No host takes the other's cookie for one from the future."""
    browser = Browser(scaled.ports[1])
    browser.sign_in(contact_point("SG"))
    for port in (*scaled.ports, *scaled.ports):
        browser.base = f"http://127.0.0.1:{port}"
        assert browser.get("/desk").url == f"{browser.base}/desk"


def is_reached(scaled: Installation) -> bool:
    """Tell whether Redis answers."""
    try:
        return bool(redis.from_url(scaled.environment["ADREF_RATELIMIT_STORAGE_URI"]).ping())
    except redis.ConnectionError:
        return False


def caught(scaled: Installation) -> int:
    """Return how many letters the mail server took so far."""
    return len(list(scaled.letters.glob("*.eml")))


def log_size(scaled: Installation) -> int:
    """Return how many entries the log holds."""
    with scaled.database.reading() as session:
        return session.scalars(select(LogHead.size)).one()
