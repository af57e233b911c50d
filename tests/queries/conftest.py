"""The world and the round of the actions' tests, and a count of the statements a read sends.

Reads are tested beside this file.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.actions.conftest import round_, world

__all__ = ["round_", "world"]

Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def counted(session: Session) -> Counting:
    """Give a context manager that yields the list of statements sent within it."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        session.flush()
        session.expunge_all()
        sent: list[str] = []
        connection = session.connection()

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.startswith(("SAVEPOINT", "RELEASE")):
                sent.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(connection, "before_cursor_execute", note)

    return counting
