"""Copies a whole database into one file and back, the same file for SQLite and PostgreSQL.

The file is a ZIP with one member of JSON lines a table and a list of contents with their SHA-256. It holds
personal data, but neither the signing key nor what remembers the highest checkpoint: those lie in
ADREF_LOG_FOLDER, which is never put back to an older state.
"""

import base64
import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import (
    Column,
    Date,
    Enum,
    LargeBinary,
    Table,
    bindparam,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from workflow.db import Base, Database, Instant
from workflow.domain.errors import Refused

#: What is told how much more is done.
Told = Callable[[int], object]

_FORM, _CONTENTS = 1, "contents.json"
_AT_ONCE = 500
_MODE = 0o600
#: The longest line that is read, in bytes: a row with an attached file in base64.
_LONGEST = 2**28


def tables() -> int:
    """Return how many tables a copy goes through."""
    return len(Base.metadata.sorted_tables)


class BackupUnusable(Refused):
    """A file that is no backup, or a database that cannot take one (409)."""

    code = "backup_unusable"


def backup(database: Database, path: Path, *, wrote: Told = lambda _: None) -> int:
    """Write all rows as they are at one instant into `path` (mode 600); return how many they are.

    Others write meanwhile. The file appears under its name once it is whole and on the disk. `wrote` is told
    after each table, with 1. Raises OSError where it cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, _MODE)
    with os.fdopen(handle, "w+b") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as copy, database.snapshot() as session:
            copied = {}
            for table in Base.metadata.sorted_tables:
                copied[table.name] = _write(session, table, copy)
                wrote(1)
            contents = {"form": _FORM, "revision": _revision(session), "tables": copied}
            copy.writestr(_CONTENTS, json.dumps(contents, indent=1))
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
    return sum(one["rows"] for one in copied.values())


def restore(database: Database, path: Path, *, read: Told = lambda _: None) -> int:
    """Put the rows of a backup into a migrated, empty database, all or none; return how many they are.

    `read` is told after each table, with 1.

    Raises BackupUnusable for a file that is none or not whole, for one of another migration, and for a
    database that holds anything; OSError where the file cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as copy, database.session(writing=True) as session, session.begin():
            contents = json.loads(copy.read(_CONTENTS))
            _require_fitting(session, contents)
            rows = 0
            for table in Base.metadata.sorted_tables:
                rows += _read(session, table, copy, contents["tables"][table.name])
                read(1)
            return rows
    except (zipfile.BadZipFile, ValueError, KeyError, TypeError, EOFError) as error:
        raise BackupUnusable(
            f"{path} is no backup, or not the whole of one.",
            remedy="Nothing was restored. Take another copy of it.",
        ) from error


def _write(session: Session, table: Table, copy: zipfile.ZipFile) -> dict[str, Any]:
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=_AT_ONCE)
    digest, rows = hashlib.sha256(), 0
    with copy.open(_member(table), "w", force_zip64=True) as member:
        for row in session.execute(query):
            line = json.dumps([_plain(value) for value in row], ensure_ascii=False).encode("utf-8") + b"\n"
            digest.update(line)
            member.write(line)
            rows += 1
    columns = [column.name for column in table.columns]
    return {"rows": rows, "columns": columns, "sha256": digest.hexdigest()}


def _read(session: Session, table: Table, copy: zipfile.ZipFile, told: dict[str, Any]) -> int:
    columns = [table.columns[name] for name in told["columns"]]
    digest, rows, later = hashlib.sha256(), 0, _Later(table)
    with copy.open(_member(table)) as member:
        for lines in _batches(member):
            for line in lines:
                digest.update(line)
            found = [later.without(_row(columns, json.loads(line))) for line in lines]
            session.execute(insert(table), found)
            rows += len(found)
    if (rows, digest.hexdigest()) != (told["rows"], told["sha256"]):
        raise ValueError(f"the rows of {table.name} are not those that were copied")
    later.fill_in(session)
    _count_on(session, table)
    return rows


class _Later:
    """What a row says of another row of its own table, which may come after it: filled in at the end."""

    def __init__(self, table: Table) -> None:
        self._table = table
        keys = {key.parent.name for key in table.foreign_keys if key.column.table is table}
        self._values: dict[str, list[dict[str, object]]] = {key: [] for key in keys}

    def without(self, row: dict[str, object]) -> dict[str, object]:
        for key, values in self._values.items():
            if row[key] is not None:
                values.append({"of": row["id"], "other": row[key]})
                row[key] = None
        return row

    def fill_in(self, session: Session) -> None:
        connection = session.connection()
        for key, values in self._values.items():
            if values:
                filled = update(self._table).where(self._table.columns["id"] == bindparam("of"))
                connection.execute(filled.values({key: bindparam("other")}), values)


def _row(columns: list[Column[Any]], values: list[Any]) -> dict[str, object]:
    return {column.name: _kept(column, value) for column, value in zip(columns, values, strict=True)}


def _batches(member: IO[bytes]) -> Iterator[list[bytes]]:
    lines: list[bytes] = []
    while line := member.readline(_LONGEST):
        lines.append(line)
        if len(lines) == _AT_ONCE:
            yield lines
            lines = []
    if lines:
        yield lines


def _member(table: Table) -> str:
    return f"{table.name}.jsonl"


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value.isoformat() if isinstance(value, date) else value


def _kept(column: Column[Any], value: Any) -> object:
    if value is None:
        return None
    kind = column.type
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return kind.enum_class(value)
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value, validate=True)
    if isinstance(kind, Instant):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value


def _require_fitting(session: Session, contents: dict[str, Any]) -> None:
    if contents["form"] != _FORM or contents["revision"] != _revision(session):
        raise BackupUnusable(
            f"The backup is of migration {contents['revision']}, the database of {_revision(session)}.",
            remedy="Restore it with the Adref that wrote it, then bring the database up to date.",
        )
    for table in Base.metadata.sorted_tables:
        if session.execute(select(func.count()).select_from(table)).scalar():
            raise BackupUnusable(
                f"The database is not empty: it has rows in {table.name}.",
                remedy="Restore into a new database: set ADREF_DATABASE_URL, run flask database upgrade.",
            )


def _revision(session: Session) -> str:
    if not inspect(session.connection()).has_table("alembic_version"):
        return "none"
    return str(session.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def _count_on(session: Session, table: Table) -> None:
    """Let PostgreSQL number new rows after the restored ones; SQLite does so by itself."""
    column = table.autoincrement_column
    if session.get_bind().dialect.name != "postgresql" or column is None:
        return
    name = {"of": table.name, "column": column.name}
    sequence = session.execute(text("SELECT pg_get_serial_sequence(:of, :column)"), name).scalar()
    newest = session.execute(select(func.max(column))).scalar()
    if sequence and newest is not None:
        session.execute(text("SELECT setval(:sequence, :newest)"), {"sequence": sequence, "newest": newest})
