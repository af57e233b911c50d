"""Runs the migrations on the database that `workflow.db.alembic_config` names."""

import importlib
import pkgutil
from typing import Any

from alembic import context
from sqlalchemy import create_engine, make_url

import workflow.models
from workflow.db import Base, Instant, is_declared, sqlite_path_resolved


def _load_tables() -> None:
    for module in pkgutil.iter_modules(workflow.models.__path__):
        importlib.import_module(f"workflow.models.{module.name}")


def _render(kind: str, thing: Any, _context: Any) -> str | bool:
    """Write our own column types as plain ones, so that no migration imports the application."""
    if kind == "type" and isinstance(thing, Instant):
        return "sa.DateTime(timezone=True)"
    return False


def _run() -> None:
    _load_tables()
    url = sqlite_path_resolved(make_url(context.config.attributes["url"]))
    engine = create_engine(url)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Batch changes rebuild tables: with foreign keys on they would delete the child rows.
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            render_item=_render,
            include_object=is_declared,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


_run()
