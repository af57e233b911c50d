"""The migrations on both databases: up from empty, down to nothing, no drift, and constraints that bite.

That no migration imports the application, and that there is one head, is also kept by test_house.py.
"""

import ast
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, create_engine, delete, inspect, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.databases import Backend
from tests.factories import World, new_version, world
from tests.settable_clock import MORNING
from workflow import db
from workflow.domain.terms import CirculationStatus, Outcome, Status
from workflow.models.body import Body, State
from workflow.models.circulation import Circulation, Override
from workflow.models.document import Version
from workflow.models.people import Appointment, Person

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations" / "versions"
Spoil = Callable[[Session, World], object]


def tables(url: str) -> set[str]:
    """Return the names of the tables but alembic's own and those of the search index."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = set(inspect(connection).get_table_names()) - {"alembic_version"}
    engine.dispose()
    return {name for name in found if not name.startswith(db.UNDECLARED["table"])}


def test_migrations_go_up_from_empty_and_down_to_nothing(backend: Backend) -> None:
    with backend.bare() as url:
        db.migrate(url)
        assert tables(url) == set(db.Base.metadata.tables)
        command.downgrade(db.alembic_config(url), "base")
        assert tables(url) == set()
        db.migrate(url)
        assert tables(url) == set(db.Base.metadata.tables)


def test_each_migration_goes_up_and_down_by_itself(backend: Backend) -> None:
    with backend.bare() as url:
        config = db.alembic_config(url)
        before = [tables(url)]
        for revision in revisions():
            db.migrate(url, revision)
            before.append(tables(url))
        for stood in reversed(before[:-1]):
            command.downgrade(config, "-1")
            assert tables(url) == stood


def test_models_and_migrations_do_not_drift(fresh_database: db.Database) -> None:
    command.check(db.alembic_config(fresh_database.url))
    with fresh_database.reader.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": db.is_declared}
        )
        assert compare_metadata(context, db.Base.metadata) == []


def test_check_constraints_are_all_in_the_database(fresh_database: db.Database) -> None:
    """Autogenerate does not see CHECK constraints: their names are compared here."""
    with fresh_database.reader.connect() as connection:
        seen = inspect(connection)
        for name, table in db.Base.metadata.tables.items():
            wanted = {str(one.name) for one in table.constraints if isinstance(one, CheckConstraint)}
            assert {one["name"] for one in seen.get_check_constraints(name)} == wanted, name


def test_foreign_keys_and_uniques_carry_their_names(fresh_database: db.Database) -> None:
    with fresh_database.reader.connect() as connection:
        seen = inspect(connection)
        for name in db.Base.metadata.tables:
            named = [*seen.get_foreign_keys(name), *seen.get_unique_constraints(name)]
            assert [one for one in named if not str(one["name"]).startswith(("fk_", "uq_"))] == [], name


def test_every_table_carries_its_body() -> None:
    without = [name for name, table in db.Base.metadata.tables.items() if "body_id" not in table.columns]
    assert without == ["body"]


def test_there_is_one_line_of_migrations() -> None:
    script = ScriptDirectory.from_config(db.alembic_config("sqlite://"))
    assert len(script.get_heads()) == 1
    assert [f"{number:04}" for number in range(1, len(revisions()) + 1)] == revisions()
    assert sorted(path.name[:4] for path in MIGRATIONS.glob("[0-9]*.py")) == revisions()


def test_no_migration_imports_the_application() -> None:
    roots = set()
    for path in MIGRATIONS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                roots |= {alias.name.split(".")[0] for alias in node.names}
            if isinstance(node, ast.ImportFrom):
                roots.add(str(node.module).split(".")[0])
    assert roots == {"alembic", "sqlalchemy"}


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_sqlite_connections_are_prepared(fresh_database: db.Database) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    wanted["busy_timeout"] = db.LOCK_TIMEOUT_SECONDS * 1000
    for engine in (fresh_database.reader, fresh_database.writer):
        with engine.connect() as connection:
            assert {
                name: connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in wanted
            } == wanted


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_postgresql_connections_are_prepared(fresh_database: db.Database) -> None:
    for engine in (fresh_database.reader, fresh_database.writer):
        with engine.connect() as connection:
            assert connection.execute(text("SHOW timezone")).scalar_one() == "UTC"
            assert connection.execute(text("SHOW lock_timeout")).scalar_one() == "20s"


def circulation(given: World, **values: Any) -> Circulation:
    """Return a circulation that keeps every rule unless `values` break one."""
    dispatched = {
        "year": 2020,
        "number": 1,
        "symbol": "B/2020/1",
        "status": CirculationStatus.OPEN,
        "dispatched_at": MORNING,
        "deadline": MORNING + timedelta(days=14),
    }
    return Circulation(
        body_id=given.body.id,
        title="A circulation",
        zone="Asia/Jakarta",
        created_at=MORNING,
        created_by="test",
        **{**dispatched, **values},
    )


def override(session: Session, given: World, **values: Any) -> Override:
    """Return an override by two people of two offices unless `values` break that."""
    over = circulation(given)
    session.add(over)
    session.flush()
    people = given.people
    two = {
        "first_person_id": people["lead_shepherd"].id,
        "first_role": "lead_shepherd",
        "second_person_id": people["secretariat"].id,
        "second_role": "secretariat",
        "second_at": MORNING,
    }
    return Override(
        body_id=given.body.id,
        circulation_id=over.id,
        state_id=given.states["MY"].id,
        served_from=MORNING,
        evidence="Seen.",
        first_at=MORNING,
        **{**two, **values},
    )


def two_in_force(session: Session, given: World) -> None:
    """Endorse two versions of one item."""
    values = {"status": Status.ENDORSED, "decided_at": MORNING}
    session.execute(update(Version).where(Version.id == given.versions[0].id).values(**values))
    session.add(new_version(given.items[0], "Again", number=2, status=Status.ENDORSED))


def add(make: Callable[[Session, World], object]) -> Spoil:
    """Return what adds the row that `make` makes."""
    return lambda session, given: session.add(make(session, given))


def put(table: type[db.Base], **values: Any) -> Spoil:
    """Return what writes these values into every row of a table."""
    return lambda session, _given: session.execute(update(table).values(**values))


#: What the database itself refuses, by the name of what refuses it.
REFUSED: dict[str, Spoil] = {
    "uq_version_one_draft": add(lambda _, given: new_version(given.items[0], "Twice", number=2)),
    "uq_version_one_in_force": two_in_force,
    "ck_version_decided_has_date": put(Version, status=Status.ENDORSED, decided_at=None),
    "ck_version_sha256_is_hex": put(Version, sha256="abc"),
    "ck_version_number_from_one": put(Version, number=0),
    "ck_circulation_closed_has_outcome": add(
        lambda _, given: circulation(given, status=CirculationStatus.CLOSED)
    ),
    "ck_circulation_held_since": add(lambda _, given: circulation(given, status=CirculationStatus.HELD)),
    "ck_circulation_suspended_since": add(
        lambda _, given: circulation(given, status=CirculationStatus.SUSPENDED)
    ),
    "ck_circulation_status_from_dispatch": add(lambda _, given: circulation(given, dispatched_at=None)),
    "ck_circulation_dispatched_has_deadline": add(lambda _, given: circulation(given, deadline=None)),
    "ck_circulation_urgent_has_reasons": add(lambda _, given: circulation(given, urgent=True)),
    "ck_override_two_persons": add(
        lambda session, given: override(session, given, second_person_id=given.people["lead_shepherd"].id)
    ),
    "ck_override_two_offices": add(
        lambda session, given: override(session, given, second_role="lead_shepherd")
    ),
    "ck_override_second_has_instant": add(lambda session, given: override(session, given, second_at=None)),
    "ck_appointment_state_fits_role": put(Appointment, state_id=None),
    "uq_person_body_id_email": put(Person, email="one@example.org"),
    "ck_state_membership_runs_forward": put(State, member_until=MORNING.date() - timedelta(days=9000)),
}


@pytest.fixture
def given(session: Session) -> World:
    """Give a body with its people and one plan."""
    return world(session)


@pytest.mark.parametrize("name", REFUSED)
def test_database_refuses_what_the_rules_forbid(session: Session, given: World, name: str) -> None:
    with pytest.raises(IntegrityError) as caught:
        refuse(session, given, name)
    assert named(caught.value, name)


def test_database_takes_what_the_rules_allow(session: Session, given: World) -> None:
    session.add(override(session, given))
    session.add(
        circulation(given, number=2, symbol="B/2", status=CirculationStatus.CLOSED, outcome=Outcome.ENDORSED)
    )
    session.flush()


@pytest.mark.parametrize("table", [Body, Person, State])
def test_row_that_others_refer_to_stays(session: Session, given: World, table: type[db.Base]) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        session.execute(delete(table))


def refuse(session: Session, given: World, name: str) -> None:
    """Try the forbidden thing."""
    REFUSED[name](session, given)
    session.flush()


def named(error: IntegrityError, name: str) -> bool:
    """Tell whether the error names the constraint; of a unique one SQLite names the columns only."""
    return name in str(error.orig) or "UNIQUE constraint failed" in str(error.orig)


def revisions() -> list[str]:
    """Return the revisions, oldest first."""
    script = ScriptDirectory.from_config(db.alembic_config("sqlite://"))
    return [one.revision for one in script.walk_revisions()][::-1]
