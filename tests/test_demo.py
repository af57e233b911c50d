"""The demonstration without a browser: it succeeds, it writes its tables, and each of its checks can fail.

What the steps do is tested in test_main_flow.py.
"""

import copy
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Executable, ScalarSelect, delete, func, insert, select, update

from config.demo import checks, main_job
from config.demo.rounds import Round
from config.demo.setting_up import set_up
from tests.notices.waiting import ONE_DATABASE
from tests.settable_clock import SettableClock
from tests.tampering import unguarded
from workflow import settings
from workflow.app import create_app
from workflow.db import Database
from workflow.domain.terms import Letter, Outcome, Result, Service
from workflow.models.audit import AuditEntry
from workflow.models.body import State
from workflow.models.circulation import Circulation, CirculationItem, RosterState
from workflow.models.document import Document, Version
from workflow.models.notice import Notice, ServiceEvidence
from workflow.models.people import Person
from workflow.models.response import Response

FIRST, SECOND = "SOMTC/2020/1", "SOMTC/2020/2"
CURED = (
    "Ongoing – active bilateral ASEAN Member States relationships, as agreed by the Member States concerned"
)
SILENT = "['BN', 'KH', 'LA', 'MM']"
RESULTS = ["endorsed"] * 3 + ["not_endorsed"] + ["endorsed"] * 2


@dataclass
class Walked:
    """A finished demonstration in which a test may spoil something, and what its checks then say."""

    database: Database
    rounds: list[Round]
    folder: Path

    def differences(self) -> list[str]:
        """Return what the checks find."""
        return checks.differences(self.database, self.rounds, self.folder, main_job.OBJECTED, main_job.CURE)

    def spoil(self, statement: Executable) -> None:
        """Change the database behind the product's back."""
        with self.database.writing() as session:
            unguarded(session)
            session.execute(statement)

    def rewrite(self, name: str, old: str, new: str) -> None:
        """Change a written table."""
        path = self.folder / name
        kept = path.read_text(encoding="utf-8")
        assert kept.count(old) == 1
        path.write_text(kept.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    """Walk the scenario with an objection once."""
    folder = tmp_path_factory.mktemp("demo")
    clock = SettableClock(main_job.DISPATCH)
    with main_job.installation(clock) as (app, letters):
        rounds = main_job.walk(app, clock, letters, main_job.OBJECTED)
        main_job.write_tables(app.extensions["adref"], folder)
        yield Walked(app.extensions["adref"], rounds, folder)


@pytest.fixture
def walked(finished: Walked, tmp_path: Path) -> Iterator[Walked]:
    """Give a copy of it to spoil."""
    connection = sqlite3.connect(finished.database.url.removeprefix("sqlite:///"))
    connection.execute("VACUUM INTO ?", [str(tmp_path / "copy.sqlite3")])
    connection.close()
    database = Database(f"sqlite:///{tmp_path}/copy.sqlite3")
    rounds = [copy.copy(one) for one in finished.rounds]
    for one in rounds:
        one.database = database
    yield Walked(database, rounds, shutil.copytree(finished.folder, tmp_path / "tables"))
    database.close()


@pytest.mark.parametrize(("arguments", "is_cured"), [([], False), (["objection"], True)])
def test_demonstration_succeeds_and_writes_its_tables(
    arguments: list[str], is_cured: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    earlier = tmp_path / "new" / "folder" / "log" / "checkpoint-1.txt"
    earlier.parent.mkdir(parents=True)
    earlier.write_text("of an earlier run, signed with another key\n", encoding="utf-8")
    assert main_job.main(arguments, tmp_path / "new" / "folder") == 0
    printed = capsys.readouterr().out
    assert printed.splitlines()[-1] == "All is as the rules demand."
    assert printed.splitlines()[0].startswith("Illustration: the paper states no deadline")
    written = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("new/folder/*.tsv")}
    assert sorted(written) == ["section-4.tsv", "section-5.tsv"]
    assert "verify.py log: Verified: " in printed
    assert "verify.py decisions: Verified: " in printed
    assert [text.splitlines()[0] for _, text in sorted(written.items())] == [
        "activity\tscheduled\tstatus",
        "project\tpoints\tstatus\taction",
    ]
    assert (f"\t{CURED}\t" in written["section-5.tsv"]) == is_cured


def test_unknown_scenario_names_the_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main_job.main(["silent"], tmp_path) == 2
    assert capsys.readouterr().out == "There is no scenario “silent”. Choose one: silence, objection.\n"
    assert list(tmp_path.iterdir()) == []


def test_verdict_tells_every_difference(capsys: pytest.CaptureFixture[str]) -> None:
    assert main_job.verdict(["the log has a gap"]) == 1
    said = "WRONG: the log has a gap\nSomething differs from what the rules demand.\n"
    assert capsys.readouterr().out == said


@ONE_DATABASE
def test_settings_of_another_kind_get_no_invented_people(fresh_database: Database) -> None:
    app = create_app(settings.load({"ADREF_CONFIG": "testing"}), database=fresh_database)
    with pytest.raises(RuntimeError, match="These settings are no demonstration's"):
        set_up(app)
    with fresh_database.reading() as session:
        assert session.scalars(select(Person.id)).all() == []


def test_set_up_again_keeps_what_is_there(finished: Walked) -> None:
    with finished.database.reading() as session:
        before = len(session.scalars(select(Person.id)).all())
    set_up(finished.rounds[0].app)
    with finished.database.reading() as session:
        assert len(session.scalars(select(Person.id)).all()) == before
        assert len(session.scalars(select(Document.id)).all()) == 2


def test_unspoiled_copy_has_no_differences(walked: Walked) -> None:
    assert walked.differences() == []


def test_changed_cell_is_named_by_line(walked: Walked) -> None:
    walked.rewrite("section-5.tsv", f"{CURED}\t", "Ongoing\t")
    [said] = walked.differences()
    name, action = "Support for transnational investigative cooperation", checks.ENDORSED
    right, wrong = [name, "", CURED, action], [name, "", "Ongoing", action]
    assert said == f"section-5.tsv, line 5: {wrong} instead of {right}"


def test_missing_row_is_seen(walked: Walked) -> None:
    walked.rewrite("section-4.tsv", "Other activities\t\t\n", "")
    assert walked.differences()[-1] == "section-4.tsv: 7 lines instead of 8"


def test_letter_that_waits_is_seen(walked: Walked) -> None:
    newest = select(func.max(Notice.id)).where(Notice.letter == Letter.OUTCOME).scalar_subquery()
    walked.spoil(update(Notice).where(Notice.id == newest).values(status=Service.QUEUED))
    assert walked.differences() == ["1 letters did not leave: ['outcome']"]


def test_gap_in_the_log_is_seen(walked: Walked) -> None:
    walked.spoil(delete(AuditEntry).where(AuditEntry.seq == 40))
    assert walked.differences() == ["the log has a gap"]


def test_entry_that_is_not_canonical_is_seen(walked: Walked) -> None:
    spaced = func.replace(AuditEntry.entry, '","', '", "')
    walked.spoil(update(AuditEntry).where(AuditEntry.seq == 40).values(entry=spaced))
    assert walked.differences() == ["entry 40 is not canonical"]


def test_lost_response_is_seen(walked: Walked) -> None:
    first = select(func.min(Response.id)).where(Response.state_id == state("TH")).scalar_subquery()
    walked.spoil(delete(Response).where(Response.id == first))
    assert walked.differences() == [
        f"{FIRST}, item 1: silent ['BN', 'KH', 'LA', 'MM', 'TH'], not {SILENT}",
    ]


def test_wrong_result_is_seen(walked: Walked) -> None:
    first = select(func.min(CirculationItem.id)).scalar_subquery()
    walked.spoil(update(CirculationItem).where(CirculationItem.id == first).values(result=Result.DEFERRED))
    assert walked.differences() == [f"{FIRST}: results {['deferred', *RESULTS[1:]]}"]


def test_wrong_outcome_is_seen(walked: Walked) -> None:
    first = Circulation.symbol == FIRST
    walked.spoil(update(Circulation).where(first).values(outcome=Outcome.ENDORSED))
    assert walked.differences() == [f"{FIRST}: outcome endorsed"]


def test_roster_of_another_year_is_seen(walked: Walked) -> None:
    newest = {"body_id": 1, "circulation_id": 1, "state_id": state("TL"), "holds": False}
    walked.spoil(insert(RosterState).values(newest))
    assert walked.differences()[0] == f"{FIRST}: the roster is not that of 2020"


def test_unserved_state_is_seen(walked: Walked) -> None:
    walked.spoil(delete(ServiceEvidence).where(ServiceEvidence.state_id == state("BN")))
    assert walked.differences() == [f"{FIRST}: a State was not served"]


def test_second_round_that_repeats_the_first_version_is_seen(walked: Walked) -> None:
    walked.spoil(update(Version).where(Version.number == 2).values(number=3))
    assert walked.differences()[0] == f"{SECOND}: the revised item is not version 2"


def state(code: str) -> ScalarSelect[int]:
    """Return the id of a State, as a subquery."""
    return select(State.id).where(State.code == code).scalar_subquery()
