"""`make demo`: the main job without a browser, on the real plan, under an injected clock and real SMTP.

Every date is an illustration: the paper states neither a deadline nor who answered. Each step is an act of
the product; `checks` then compares what came of it with what the rules demand. Exit status 1 says it differs.
"""

import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select

from config.demo import checks, printing
from config.demo.log_checks import log_differences, write_log
from config.demo.papers import paper_differences, write_papers
from config.demo.rounds import Round, Settable
from config.demo.setting_up import set_up
from workflow import settings
from workflow.actions.exporting import table_rows
from workflow.app import create_app
from workflow.db import Database
from workflow.domain.terms import DocumentKind
from workflow.models.body import Body
from workflow.models.document import Document
from workflow.notices.catcher import Catcher
from workflow.papers.tables import HEADERS, section_table, write_tsv

SCENARIOS = ("silence", "objection")
OUT = Path("build/demo")
JAKARTA = ZoneInfo("Asia/Jakarta")
#: The day after the 20th meeting; the hour is invented.
DISPATCH = datetime(2020, 9, 25, 9, 30, tzinfo=JAKARTA).astimezone(UTC)
#: Who answers explicitly; every other State stays silent.
ANSWERING = ("ID", "MY", "PH", "SG", "TH", "VN")
#: The item Malaysia objects to in the scenario of that name, and the wording that would cure it.
OBJECTED, CURE = 4, ", as agreed by the Member States concerned"


class Clock:
    """The injected clock: it stands until told to move."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the instant it shows."""
        return self.now


def main(arguments: list[str], out: Path = OUT) -> int:
    """Run one scenario and write its tables to `out`; returns the exit status."""
    scenario = arguments[0] if arguments else SCENARIOS[0]
    if scenario not in SCENARIOS:
        print(f"There is no scenario “{scenario}”. Choose one: {', '.join(SCENARIOS)}.")
        return 2
    logging.basicConfig(level=logging.WARNING)
    objected = OBJECTED if scenario == "objection" else None
    clock = Clock(DISPATCH - timedelta(hours=1))
    with installation(clock) as (app, letters):
        rounds = walk(app, clock, letters, objected)
        write_tables(app.extensions["adref"], out)
        write_papers(app.extensions["adref"], rounds, out)
        write_log(app.extensions["adref"], out / "log")
        wrong = checks.differences(app.extensions["adref"], rounds, out, objected, CURE)
        wrong += paper_differences(rounds, out)
        wrong += log_differences(out / "log")
    return verdict(wrong)


@contextmanager
def installation(clock: Settable, database: Database | None = None) -> Iterator[tuple[Flask, Path]]:
    """Give the product with a real mail server, on this database or on one in a scratch folder.

    What is made here is gone afterwards; a database that is given stays open.
    """
    with tempfile.TemporaryDirectory(prefix="adref-demo-") as scratch:
        letters = Path(scratch) / "mailbox"
        chosen = settings.load(
            {
                "ADREF_CONFIG": "demonstration",
                "ADREF_DATABASE_URL": f"sqlite:///{scratch}/adref.sqlite3",
                "ADREF_MAILBOX_DIR": str(letters),
                "ADREF_LOG_FOLDER": f"{scratch}/log",
                "ADREF_SECRET_KEY": "a key for the minutes this demonstration takes",
            }
        )
        catcher = Catcher(letters).start()
        mail = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": catcher.port}
        try:
            app = create_app({**chosen, "CLOCK": clock, **mail}, database=database)
            yield app, letters
        finally:
            catcher.stop()
        if database is None:
            app.extensions["adref"].close()


def walk(
    app: Flask, clock: Settable, letters: Path, objected: int | None, kind: type[Round] = Round
) -> list[Round]:
    """Walk the plan through one round, and an objected item through a second; returns the rounds."""
    body = set_up(app)
    first = kind(app, body.id, clock, letters)
    _first_round(first, objected)
    if objected is None:
        return [first]
    second = kind(app, body.id, clock, letters)
    _second_round(first, second, objected)
    return [first, second]


def _first_round(first: Round, objected: int | None) -> None:
    print("Illustration: the paper states no deadline, no dispatch and no answers; they are invented.\n")
    first.clock.now = DISPATCH
    first.dispatch(first.projects(), "Work Plan 2020-2023")
    first.serve()
    for state in ANSWERING:
        stopping = {objected} if objected is not None and state == "MY" else set()
        first.no_objection(state, without=stopping)
        for number in stopping:
            first.object(state, number, "The text does not say who decides which are active.", CURE)
    first.pass_deadline()
    printing.record(first.record())


def _second_round(first: Round, second: Round, objected: int) -> None:
    second.clock.now += timedelta(days=7)
    version = first.revise(objected, CURE)
    second.dispatch([version], f"Work Plan 2020-2023, item {objected} revised")
    second.serve()
    for state in ANSWERING:
        second.no_objection(state)
    second.pass_deadline()
    printing.record(second.record())


def write_tables(database: Database, out: Path) -> None:
    """Write both documents as tab-separated tables, as the paper prints them."""
    with database.reading() as session:
        for document in session.scalars(select(Document).order_by(Document.id)):
            rows = table_rows(session, session.get_one(Body, document.body_id), document)
            path = out / _file_name(document.kind)
            write_tsv(path, HEADERS[document.kind], section_table(document.kind, rows))
            print(f"Written: {path}")


def _file_name(kind: DocumentKind) -> str:
    return "section-5.tsv" if kind is DocumentKind.WORK_PLAN else "section-4.tsv"


def verdict(wrong: list[str]) -> int:
    """Print what differs and the verdict; returns the exit status."""
    for difference in wrong:
        print(f"WRONG: {difference}")
    print("Something differs from what the rules demand." if wrong else "\nAll is as the rules demand.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
