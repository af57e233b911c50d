"""Tests of the tie between the tables and the log: what is changed behind the program's back is named."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from config.demo.main_job import installation
from config.demo.setting_up import set_up
from tests.audit import changed_columns, changed_rows
from tests.browser.installed import Installed
from tests.browser.situations import furnish
from tests.settable_clock import SettableClock
from tests.tampering import unguarded
from workflow.audit import searched, tying
from workflow.db import Database


@pytest.mark.timeout(300)
def test_every_change_behind_the_back_is_named(fresh_database: Database, clock: SettableClock) -> None:
    """On a body whose every row was made by the real acts: nothing differs, until somebody changes a row."""
    groups = [*changed_rows.TOGETHER, *changed_columns.TOGETHER]
    assert sum(map(len, groups)) >= 40
    with installation(clock, fresh_database) as (app, _):
        set_up(app)
        furnish(Installed(app, clock, ""))
    with fresh_database.writing() as session:
        assert list(tying.differences(session, 1)) == []
        assert list(searched.differences(session, 1)) == []
    unnamed: dict[str, str] = {}
    for changes in groups:
        with fresh_database.session(writing=True) as session:
            unguarded(session)
            done = {change: changed(session, change) for change in changes}
            found = list(tying.differences(session, 1))
            for change, told in changes.items():
                if not done[change] or not any(told in one for one in found):
                    unnamed[change] = f"{done[change]} rows: {found[:3]}"
            session.rollback()
    assert unnamed == {}


def changed(session: Session, change: str) -> int:
    """Make a change in SQL, and return how many rows it changed."""
    postgresql = session.get_bind().dialect.name == "postgresql"
    octets, tree = ("bytea", "json") if postgresql else ("blob", "text")
    # As text() reads it, what follows a colon would be a parameter.
    statement = text(change.format(bytes=octets, json=tree).replace(":", "\\:"))
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
