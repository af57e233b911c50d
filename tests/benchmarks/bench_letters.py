"""Row 7: letters claimed, built, sent and marked, beside Flask-Mail with a connection each; and how it grows.

Both send to the same mail server on this machine, which keeps nothing; both databases wait for the disk.
"""

import os
from contextlib import ExitStack

import pytest
from sqlalchemy import text

from tests.benchmarks import measured, programs
from tests.benchmarks.many_items import gather_statistics
from tests.benchmarks.measured import at_least, at_most
from tests.benchmarks.peers.flask_mail_letters import Sender
from tests.benchmarks.worlds import circulated, present
from tests.databases import Backend
from tests.notices.servers import free_port, settings
from workflow.actions import closing, serving
from workflow.db import Database
from workflow.notices.outbox import Keeper, deliver

BIG = bool(os.environ.get("BENCH_BIG"))
FEW, MANY = (500, 100_000) if BIG else (500, 20_000)
AT_ONCE = 50

pytestmark = pytest.mark.timeout(7200 if BIG else 900)

_COPIED = (
    "body_id, circulation_id, state_id, person_id, address, thread_id, subject, text, below, entry_seqs, "
    "written_at, attempts, reply"
)
#: Letters as they wait after an act, in the words of a real one.
_WAITING = (
    f"INSERT INTO notice ({_COPIED}, letter, once, message_id, proves_service, status, due_at)"
    f" SELECT {_COPIED}, 'reminder', once || :number, '<' || :number || message_id, false, 'queued',"
    " written_at FROM notice WHERE id = :pattern"
)


def waiting(database: Database, letters: int) -> tuple[str, str]:
    """Let so many letters wait, and return the subject and text of each."""
    _, circulation = circulated(database, 10, 10, present())
    with database.writing() as session:
        session.execute(text("UPDATE notice SET status = 'sent', due_at = NULL"))
        first = text("SELECT min(id) FROM notice WHERE circulation_id = :circulation")
        pattern = session.execute(first, {"circulation": circulation}).scalar_one()
        rows = [{"number": f"copy{number}", "pattern": pattern} for number in range(letters)]
        session.execute(text(_WAITING), rows)
        words = text("SELECT subject, text FROM notice WHERE id = :pattern")
        subject, told = session.execute(words, {"pattern": pattern}).one()
    gather_statistics(database)
    return subject, told


def test_letters(durable: Backend) -> None:
    keeper = Keeper(closing.settled, serving.accepted, serving.reached, serving.failed)
    port = free_port()
    with ExitStack() as stack:
        sink = stack.enter_context(programs.running("mail_sink", str(port)))
        ours = settings(port, MAIL_TIMEOUT_SECONDS=20, LEASE_SECONDS=180)
        few, many = (stack.enter_context(durable.fresh(None)) for _ in range(2))
        subject, told = waiting(few, FEW)
        waiting(many, MANY)
        theirs = Sender(stack.enter_context(durable.bare()), port, FEW, subject, told)

        def send(database: Database) -> float:
            def sending() -> None:
                assert deliver(database, ours, keeper=keeper, limit=AT_ONCE).sent == AT_ONCE

            return measured.timed(sending) / AT_ONCE

        found = measured.in_turns(
            {
                "ours": lambda: send(few),
                "many": lambda: send(many),
                "flask-mail": lambda: measured.timed(lambda: theirs.send(AT_ONCE)) / AT_ONCE,
            }
        )
        theirs.close()
        assert sink.does("taken") == 3 * AT_ONCE * (measured.ROUNDS + 1)
    each = ", ".join(f"{one} {measured.milliseconds(costs)}" for one, costs in found.items())
    over = measured.quotient(found["flask-mail"], found["ours"])
    lacks = "Flask-Mail keeps no lease, no reply, no entry in a log"
    measured.tell(7, f"{durable.name}, letters over Flask-Mail", over, at_least(4), f"{each}; {lacks}")
    growth = measured.quotient(found["many"], found["ours"])
    sized = "" if BIG else "sized down from 100,000; BENCH_BIG=1 measures that"
    measured.tell(7, f"{durable.name}, a letter of {MANY:,} over one of {FEW:,}", growth, at_most(1.1), sized)
