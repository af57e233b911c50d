"""The clock on Celery: messages only wake somebody up, the rows of the database are all that counts.

What each task does is in `workflow/clock.py`; the clock in a thread, for one machine, is in `worker`.
"""

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from workflow import clock, journal, schema, worker
from workflow.db import Database
from workflow.worker import Application

if TYPE_CHECKING:
    from celery import Celery

log = logging.getLogger(__name__)

#: Deadlines never wait behind letters, nor a signature behind either.
CLOCK, LETTERS, SIGNING = "clock", "letters", "signing"
#: How long nobody is asked any more after the broker could not be reached; meanwhile the rows wait.
_PAUSE_SECONDS = 10
#: After how long RabbitMQ may drop a queue that nobody uses, in milliseconds: thirty days.
_UNUSED = 30 * 24 * 3600 * 1000
#: How long a page may wait for the broker.
_REACH_SECONDS = 1


class Asking:
    """Asks the one that signs, over the broker; never keeps a page waiting, and never fails."""

    def __init__(self) -> None:
        self.celery: Celery | None = None
        self._silent_until = 0.0

    def __call__(self, body: int) -> None:
        """Ask for the signatures that a body's log owes; what is lost is found at the next tick."""
        if self.celery is None or time.monotonic() < self._silent_until:
            return
        try:
            self.celery.send_task("adref.sign", (body,), queue=queue(SIGNING), retry=False)
        except Exception as failure:
            # Whatever the broker's library raises: what was committed counts, and its row is looked for.
            self._silent_until = time.monotonic() + _PAUSE_SECONDS
            log.warning("The broker cannot be reached, receipts follow later: %s", failure)


def init_app(app: Application) -> None:
    """Make the Celery application of these settings, `app.extensions["celery"]`; None without a broker."""
    app.extensions["celery"] = None
    if app.config["BROKER_URL"]:
        celery = _celery(app)
        _define(celery, app)
        app.extensions["celery"] = celery
        app.extensions["asking"].celery = celery


def _celery(app: Application) -> "Celery":
    # Only where there is a broker: one machine needs no Celery.
    from celery import Celery

    settings, interval = app.config, float(app.config["CLOCK_INTERVAL_SECONDS"])
    queues = [queue(CLOCK), queue(LETTERS), *([queue(SIGNING)] if settings["LOG_SIGNS"] else [])]
    celery = Celery("adref", broker=settings["BROKER_URL"], set_as_current=False)
    celery.conf.update(
        task_queues=queues,
        task_default_queue=CLOCK,
        task_create_missing_queues=True,
        task_ignore_result=True,
        task_store_eager_result=False,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=_REACH_SECONDS,
        broker_transport_options=_transport(settings["BROKER_URL"]),
        beat_scheduler="celery.beat:Scheduler",
        beat_max_loop_interval=max(interval, 1.0),
        beat_schedule=_schedule(app, interval),
    )
    return celery


def queue(name: str) -> Any:
    """Return a queue; on RabbitMQ a second consumer of signatures waits until the first is gone."""
    from kombu import Exchange, Queue

    alone = {"x-single-active-consumer": True} if name == SIGNING else {}
    # A queue that may expire is declared with each message: a Redis that forgot all learns it anew.
    return Queue(
        name, Exchange("adref", "direct"), routing_key=name, queue_arguments={"x-expires": _UNUSED, **alone}
    )


def waiting(celery: "Celery | None") -> dict[str, int]:
    """Return how many messages wait in each queue; nothing where no broker is set.

    Raises what the broker's library raises where it cannot be reached.
    """
    if celery is None:
        return {}
    with celery.connection_for_write(connect_timeout=_REACH_SECONDS) as connection:
        connection.ensure_connection(max_retries=1, timeout=_REACH_SECONDS)
        channel = connection.default_channel
        counts = {}
        for name in (CLOCK, LETTERS, SIGNING):
            # Declared as everybody declares it: one that nobody has used yet is no fault.
            counts[name] = int(queue(name)(channel).queue_declare().message_count)
        return counts


def _transport(url: str) -> dict[str, Any]:
    if not url.startswith("redis"):
        return {"max_retries": 1, "interval_start": 0}
    reach = {"socket_connect_timeout": _REACH_SECONDS, "socket_timeout": 5, "socket_keepalive": True}
    return reach | {"max_retries": 1, "interval_start": 0}


def _schedule(app: Application, interval: float) -> dict[str, dict[str, Any]]:
    """Return what beat asks for again and again; nothing here is an appointment for a deadline."""
    ticks: dict[str, tuple[str, str, float]] = {
        "keep due": ("adref.keep_due", CLOCK, interval),
        "deliver": ("adref.deliver", LETTERS, interval),
        "sign": ("adref.sign_owed", SIGNING, interval),
    }
    if app.extensions["mailbox_settings"].is_set:
        ticks["mailbox"] = ("adref.read_mailbox", LETTERS, float(app.config["BOUNCE_INTERVAL_SECONDS"]))
    return {
        name: {"task": task, "schedule": every, "options": {"queue": queue(where)}}
        for name, (task, where, every) in ticks.items()
    }


def _define(celery: "Celery", app: Application) -> None:
    database: Database = app.extensions["adref"]

    fits: list[bool] = []

    def task(name: str, work: Callable[..., object]) -> None:
        def run(made: Any, *keys: int) -> None:
            journal.REQUEST.set(made.request.id or "")
            problem = "" if fits else schema.problem(database)
            if problem:
                log.error("Nothing is done: %s", problem)
                return
            # A database that once had all tables keeps them: it is not asked again.
            fits[:] = [True]
            work(*keys)

        celery.task(run, name=f"adref.{name}", shared=False, bind=True)

    def keep_due() -> None:
        for key in clock.due(database):
            celery.send_task("adref.keep", (key,), queue=queue(CLOCK))
        clock.remind_reports(database)

    task("keep_due", keep_due)
    task("keep", lambda key: clock.keep(database, key))
    task("deliver", lambda: (clock.write_exports(database), worker.deliver_once(app)))
    task("read_mailbox", lambda: worker.read_once(app))
    task("sign", lambda _body: worker.sign_once(app))
    task("sign_owed", lambda: worker.sign_once(app))
    _let_children_connect_anew(database)


def _let_children_connect_anew(database: Database) -> None:
    """Let each process of a worker open connections of its own: a socket has one reader."""
    from celery.signals import worker_process_init

    def forget(**_: object) -> None:
        database.reader.dispose(close=False)

    worker_process_init.connect(forget, weak=False)
