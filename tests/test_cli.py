"""The operator's commands, as they are typed: database, body, first people, clock, mail.

What they call is tested beside it.
"""

import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import inspect, select, text

from tests.databases import Backend
from tests.factories import PASSWORD, world
from tests.notices.conftest import port, script
from tests.notices.servers import Script, free_port, words_of
from tests.settable_clock import SettableClock
from workflow import settings
from workflow.app import create_app
from workflow.audit import signing_key
from workflow.db import Database
from workflow.domain.terms import Role
from workflow.models.body import Body, Meeting, State
from workflow.models.circulation import Circulation
from workflow.models.people import Appointment, Person

__all__ = ["port", "script"]


def application(database: Database, **changes: Any) -> Flask:
    """Return the application on this database, with the settings of the tests and changes."""
    chosen = {**settings.load({"ADREF_CONFIG": "testing"}), "WTF_CSRF_ENABLED": False, **changes}
    return create_app({**chosen, "DATABASE_URL": database.url}, database=database)


@pytest.fixture
def app(fresh_database: Database, port: int) -> Flask:
    """Give the application on an empty migrated database, with a mail server that listens."""
    return application(fresh_database, MAIL_PORT=port)


@pytest.fixture
def founded(app: Flask) -> Flask:
    """Give the application with its body."""
    assert typed(app, "body found").exit_code == 0
    return app


def typed(app: Flask, *command: str) -> Result:
    """Run a command line: the first argument is split, the rest are arguments of their own."""
    words, *rest = command
    return app.test_cli_runner().invoke(args=[*words.split(), *rest])


def test_database_upgrade_makes_the_tables_and_can_be_repeated(
    backend: Backend, clock: SettableClock
) -> None:
    with backend.bare() as url, closing(Database(url, clock=clock)) as database:
        app = application(database)
        for _ in range(2):
            assert typed(app, "database upgrade").output == "The database is up to date.\n"
        with database.reader.connect() as connection:
            assert {"body", "version", "audit_entry"} <= set(inspect(connection).get_table_names())


def test_body_found_writes_the_file_s_body_once(app: Flask) -> None:
    for _ in range(2):
        found = typed(app, "body found")
        assert (found.exit_code, found.output) == (
            0,
            "SOMTC: Senior Officials Meeting on Transnational Crime.\n",
        )
    with app.extensions["adref"].reading() as session:
        assert len(session.scalars(select(Body)).all()) == 1
        assert len(session.scalars(select(State)).all()) == 11
        assert len(session.scalars(select(Meeting)).all()) >= 1


def test_people_invite_sends_a_link_that_opens_the_account(founded: Flask, script: Script) -> None:
    told = typed(founded, "people invite", "Siti Rahma", "siti@example.org")
    said = "Siti Rahma is appointed. The invitation goes out with the next tick of the clock.\n"
    assert (told.exit_code, told.output) == (0, said)
    assert typed(founded, "clock tick").output == ("0 circulations settled, 0 reminded, 1 letters sent.\n")
    assert script.to() == ["siti@example.org"]
    [link] = re.findall(r"https://adref\.example(/account/\S+)", words_of(script.received[0]))
    client = founded.test_client()
    assert client.get(link).status_code == 200
    chosen = client.post(link, data={"password": PASSWORD, "again": PASSWORD})
    assert chosen.status_code == 302, chosen.text
    signed_in = founded.test_client().post(
        "/sign-in", data={"email": "siti@example.org", "password": PASSWORD}
    )
    assert signed_in.status_code == 302
    assert client.get(link).status_code == 404


def test_people_invite_appoints_to_the_office_of_a_state(founded: Flask) -> None:
    told = typed(founded, "people invite --role lead_shepherd --state PH", "Jose", "jose@example.org")
    assert told.exit_code == 0, told.output
    with founded.extensions["adref"].reading() as session:
        query = select(Appointment.role, State.code).join(State, State.id == Appointment.state_id)
        assert session.execute(query).all() == [(Role.LEAD_SHEPHERD, "PH")]


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (["people invite --role lead_shepherd --state XX", "Jose", "jose@example.org"], "state"),
        (["people invite", "Jose", "not an address"], "email"),
        (["people invite", " ", "jose@example.org"], "name"),
    ],
)
def test_people_invite_names_what_is_wrong(founded: Flask, command: list[str], field: str) -> None:
    told = typed(founded, *command)
    assert told.exit_code == 1
    assert told.output.startswith(f"Error: {field}: ")
    with founded.extensions["adref"].reading() as session:
        assert session.scalars(select(Person)).all() == []


def test_people_invite_needs_a_body_first(app: Flask) -> None:
    told = typed(app, "people invite", "Jose", "jose@example.org")
    said = "Error: There is no body yet. Run: flask --app workflow.app body found\n"
    assert (told.exit_code, told.output) == (1, said)


def test_clock_tick_fails_where_a_circulation_cannot_be_settled(app: Flask, clock: SettableClock) -> None:
    with app.extensions["adref"].writing() as session:
        body = world(session).body
        session.add(broken_circulation(body, clock))
    told = typed(app, "clock tick")
    assert told.exit_code == 1
    assert told.output.splitlines() == [
        "0 circulations settled, 0 reminded, 0 letters sent.",
        "Error: 1 things could not be done; the log says what and why.",
    ]


def test_mail_test_shows_the_dialogue(founded: Flask, script: Script, port: int) -> None:
    told = typed(founded, "mail test", "operator@example.org")
    lines = told.output.splitlines()
    assert told.exit_code == 0
    assert lines[0] == f"  127.0.0.1, port {port}, no TLS"
    assert "> rcpt TO:<operator@example.org>" in lines
    assert lines[-1] == "Accepted by the mail server: 250 taken as 1"
    assert script.to() == ["operator@example.org"]


def test_mail_test_says_that_nobody_listens(fresh_database: Database) -> None:
    closed = free_port()
    told = typed(application(fresh_database, MAIL_PORT=closed), "mail test", "operator@example.org")
    lines = told.output.splitlines()
    assert told.exit_code == 1
    assert lines[0] == f"  127.0.0.1, port {closed}, no TLS"
    assert lines[1].startswith("Not accepted: ")
    assert "refused" in lines[1]
    assert lines[-1] == "Error: The mail server did not accept the letter."


def test_mail_test_shows_a_refusal(founded: Flask, script: Script) -> None:
    script.at_rcpt["operator@example.org"] = "550 5.1.1 no such user"
    told = typed(founded, "mail test", "operator@example.org")
    assert told.exit_code == 1
    assert "< 550 5.1.1 no such user" in told.output.splitlines()


def broken_circulation(body: Body, clock: SettableClock) -> Circulation:
    """Return an open circulation past its deadline without the rules it was dispatched under."""
    return Circulation(
        body_id=body.id,
        title="Broken",
        zone="Asia/Jakarta",
        symbol="B/1",
        year=2020,
        number=1,
        status="open",
        dispatched_at=clock.now,
        deadline=clock.now,
        first_deadline=clock.now,
        created_at=clock.now,
        created_by="test",
    )


def test_audit_commands_check_and_hand_out_the_log(fresh_database: Database, tmp_path: Path) -> None:
    app = application(fresh_database)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["body", "found"]).exit_code == 0
    status = runner.invoke(args=["audit", "status"])
    assert (status.exit_code, "The log can be written to." in status.output) == (0, True)
    whole = (
        "The log is whole, and is what was signed; newest entries that stand in no checkpoint yet: 1. "
        "All that the tables hold follows from it.\n"
    )
    assert runner.invoke(args=["audit", "verify"]).output == whole
    handed_out = runner.invoke(args=["audit", "export", str(tmp_path / "log")])
    assert handed_out.output == f"1 entries and 0 checkpoints are in {tmp_path / 'log'}.\n"
    signer = app.extensions["log_signer"]
    signer.sign(fresh_database, 1, [1])
    with fresh_database.writing() as session:
        session.execute(text("UPDATE log_head SET size = 0"))
    stopped = runner.invoke(args=["audit", "status"])
    assert stopped.exit_code == 1
    assert "The log holds 0 entries, but 1 were signed: a restored backup?" in stopped.output
    assert "Never delete or replace the files in ADREF_LOG_FOLDER" in stopped.output
    wrong = runner.invoke(args=["audit", "verify"])
    assert (wrong.exit_code, "The log's head says 0 entries, but there are 1." in wrong.output) == (1, True)


def test_log_is_verified_from_a_trusted_checkpoint_and_says_so(founded: Flask, tmp_path: Path) -> None:
    database: Database = founded.extensions["adref"]
    kept = tmp_path / "checkpoint"
    kept.write_text(founded.extensions["log_signer"].sign(database, 1, [1])[0], encoding="utf-8")
    assert typed(founded, "people invite", "A Name", "name@example.org").exit_code == 0
    assert typed(founded, "audit verify --from", str(kept)).output == (
        "Partial: entries before 1 were not read; the checkpoint given vouches for them.\n"
        "From entry 1 on, the log is what was signed; newest entries that stand in no checkpoint yet: 3.\n"
    )
    kept.write_text("Something else\n", encoding="utf-8")
    refused = typed(founded, "audit verify --from", str(kept))
    assert (refused.exit_code, refused.output) == (
        1,
        "Error: --from: There is no checkpoint in this text. "
        "Paste the lines at the end of a letter, all of them, as they are.\n",
    )


def test_a_new_signing_key_is_printed_and_usable(fresh_database: Database) -> None:
    runner = application(fresh_database).test_cli_runner()
    keys = {runner.invoke(args=["audit", "new-key"]).output for _ in range(2)}
    assert len(keys) == 2
    assert [len(signing_key.parse(key, "it").private_bytes_raw()) for key in keys] == [32, 32]


def test_audit_verify_names_a_table_changed_behind_its_back(founded: Flask) -> None:
    assert typed(founded, "people invite", "A Name", "name@example.org").exit_code == 0
    assert typed(founded, "audit verify").exit_code == 0
    database: Database = founded.extensions["adref"]
    with database.writing() as session:
        session.execute(text("UPDATE appointment SET role = 'programme'"))
    wrong = typed(founded, "audit verify")
    assert wrong.exit_code == 1
    assert "the role of appointment" in wrong.output
    assert "All that the tables hold" not in wrong.output


def test_audit_verify_of_the_whole_log_sees_a_head_set_into_the_future(founded: Flask) -> None:
    database: Database = founded.extensions["adref"]
    with database.writing() as session:
        session.execute(text("UPDATE log_head SET newest_at = '2190-01-01 00:00:00'"))
    wrong = typed(founded, "audit verify")
    assert (wrong.exit_code, "The log's head says its newest entry is of 2190" in wrong.output) == (1, True)
