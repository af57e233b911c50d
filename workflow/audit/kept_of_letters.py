"""What the tables hold of letters and the attempts to send them, as facts of the names the entries tell.

What the entries tell is in `told_of_letters`. A letter's text is read to be fingerprinted, and let go.
"""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, undefer

from workflow.audit.kept import Names, columns_of, free_name
from workflow.audit.posted import name_of, sent_sha256, words_sha256
from workflow.audit.told import Facts
from workflow.domain.terms import Letter
from workflow.models.notice import Attempt, Notice

_AT_ONCE = 100
_COLUMNS = ("letter", "proves_service", "written_at", "status", "attempts", "settled_at", "reply")


def of_circulation(circulation: int) -> ColumnElement[bool]:
    """Return which letters are those of a circulation: what was tried out before its dispatch is not."""
    return (Notice.circulation_id == circulation) & (Notice.letter != Letter.TEST)


def of_none(body: int) -> ColumnElement[bool]:
    """Return which letters belong to the body alone."""
    return (Notice.body_id == body) & or_(Notice.circulation_id.is_(None), Notice.letter == Letter.TEST)


def facts(session: Session, own: ColumnElement[bool], names: Names) -> Facts:
    """Return what the tables hold of these letters and of the attempts to send them."""
    found: Facts = {}
    called: dict[int, str] = {}
    columns = (undefer(one) for one in (Notice.text, Notice.below, Notice.invite))
    query = select(Notice).where(own).options(*columns).execution_options(yield_per=_AT_ONCE)
    for notice in session.scalars(query):
        called[notice.id] = name = free_name(found, f"letter {name_of(notice.message_id)}")
        found[name] = {
            **columns_of(notice, *_COLUMNS),
            "state": names.states[notice.state_id],
            "person": names.people[notice.person_id],
            "words": words_sha256(vars(notice)),
            "sent": sent_sha256({**vars(notice), "text": notice.text + notice.below}),
        }
        session.expunge(notice)
    return {**found, **_attempts(session, own, called)}


def _attempts(session: Session, own: ColumnElement[bool], called: Mapping[int, str]) -> Facts:
    found: Facts = {}
    numbers: Counter[int] = Counter()
    query = select(Attempt).join(Notice, Notice.id == Attempt.notice_id).where(own).order_by(Attempt.id)
    for attempt in session.scalars(query.execution_options(yield_per=_AT_ONCE)):
        numbers[attempt.notice_id] += 1
        name = f"attempt {numbers[attempt.notice_id]} of {called[attempt.notice_id]}"
        found[name] = columns_of(attempt, "at", "result", "reply")
        session.expunge(attempt)
    return found
