"""Defects planted into a process that will be killed, each with the point at which a hunt must see it.

Nothing here is loaded by the product: a process plants one in itself before it begins.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from sqlalchemy import update

from workflow.actions import responses
from workflow.domain.terms import Service
from workflow.models.notice import Notice
from workflow.notices import envelope, outbox
from workflow.web import doors


def marked_before_it_is_sent() -> None:
    """Settle a letter as sent, and then hand it over."""
    hand_over = outbox.hand_over
    send = outbox._Round.send

    def sending(round_: Any, limit: int) -> Any:
        def handed(connection: Any, letter: Any) -> Any:
            with round_.database.writing() as session:
                marked = update(Notice).where(Notice.id == letter.id)
                session.execute(marked.values(status=Service.SENT, due_at=None))
            return hand_over(connection, letter)

        outbox.hand_over = handed  # type: ignore[assignment]
        return send(round_, limit)

    outbox._Round.send = sending  # type: ignore[method-assign]


def committed_before_the_entry() -> None:
    """Commit what a State answers before the entry of what it breaks."""
    resettle = responses.resettle

    def settled(session: Any, *given: Any, **more: Any) -> Any:
        session.connection().connection.commit()
        return resettle(session, *given, **more)

    responses.resettle = settled


def replied_before_the_commit() -> None:
    """Answer a visitor first; the process dies before it gets round to committing."""
    doors._commit = lambda: None


def message_id_of_each_attempt() -> None:
    """Give a letter another Message-ID whenever it is tried."""
    of = envelope.Outgoing.of.__func__  # type: ignore[attr-defined]

    def numbered(kind: Any, notice: Any, *given: Any) -> Any:
        letter = of(kind, notice, *given)
        object.__setattr__(letter, "message_id", f"<{uuid4()}@adref.example>")
        return letter

    envelope.Outgoing.of = classmethod(numbered)  # type: ignore[assignment, method-assign]


#: Each defect, and a kill that shows it.
SEEN_AT: dict[Callable[[], None], tuple[str, int]] = {
    marked_before_it_is_sent: ("within DATA", 5),
    committed_before_the_entry: ("before the transition", 2),
    replied_before_the_commit: ("after the reply", 1),
    message_id_of_each_attempt: ("after the 250", 5),
}
