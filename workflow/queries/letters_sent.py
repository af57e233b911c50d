"""The letters as rows to look through: page by key, with filters, one with every attempt and reply.

Writing and sending them is in `workflow/notices/`.
"""

from dataclasses import dataclass

from sqlalchemy import Select, case, null, select
from sqlalchemy.orm import Session

from workflow.domain.errors import NotFound
from workflow.domain.terms import SECRET_LETTERS, EvidenceKind, Letter, Service
from workflow.models.body import State
from workflow.models.circulation import Circulation
from workflow.models.notice import Attempt, Notice, ServiceEvidence
from workflow.models.people import Person

#: How many letters one page shows.
PAGE = 50
#: Letters whose text is for their reader alone: it holds a secret, or tells of a State's own draft (rule 23).
SEALED = SECRET_LETTERS | {Letter.DRAFT_WAITING}


@dataclass(frozen=True)
class Filter:
    """Which letters are wanted; None and "" are no wish, `without` are kinds the reader does not see."""

    circulation_id: int | None = None
    state: str = ""
    letter: Letter | None = None
    status: Service | None = None
    without: frozenset[Letter] = frozenset()


@dataclass(frozen=True)
class Listed:
    """One letter with whom it is for and what it is about."""

    notice: Notice
    symbol: str
    state: State | None
    person: str


@dataclass(frozen=True)
class Page:
    """One page of letters, newest first; `older` is the key of the next page, or None on the last."""

    rows: tuple[Listed, ...]
    older: int | None


@dataclass(frozen=True)
class One:
    """One letter with its text, its attempts, and what is known of its State's service by it.

    `text` is None for a kind of SEALED: it is never read.
    """

    listed: Listed
    text: str | None
    circulation: Circulation | None
    attempts: tuple[Attempt, ...]
    evidence: tuple[ServiceEvidence, ...]
    acknowledged: ServiceEvidence | None


def letters(
    session: Session, body_id: int, wanted: Filter, *, before: int | None = None, limit: int = PAGE
) -> Page:
    """Read one page of a body's letters, newest first, without their texts: one statement."""
    query = _query().where(Notice.body_id == body_id)
    if wanted.circulation_id is not None:
        query = query.where(Notice.circulation_id == wanted.circulation_id)
    if wanted.state:
        query = query.where(State.code == wanted.state)
    if wanted.letter is not None:
        query = query.where(Notice.letter == wanted.letter)
    if wanted.status is not None:
        query = query.where(Notice.status == wanted.status)
    if wanted.without:
        query = query.where(Notice.letter.not_in(wanted.without))
    if before is not None:
        query = query.where(Notice.id < before)
    rows = session.execute(query.order_by(Notice.id.desc()).limit(limit + 1)).all()
    shown = tuple(Listed(row[0], row[1] or "", row[2], row[3] or "") for row in rows[:limit])
    return Page(shown, shown[-1].notice.id if len(rows) > limit else None)


def letter(session: Session, body_id: int, key: int, without: frozenset[Letter] = frozenset()) -> One:
    """Read one letter with its text, attempts and evidence: four statements.

    Raises NotFound, for kinds in `without` too.
    """
    text = case((Notice.letter.in_(SEALED), null()), else_=Notice.text + Notice.below)
    query = _query().add_columns(text).where(Notice.body_id == body_id, Notice.id == key)
    row = session.execute(query).one_or_none()
    if row is None or row[0].letter in without:
        raise NotFound("There is no such letter.", remedy="Choose one from the list of letters.")
    notice: Notice = row[0]
    circulation = session.get(Circulation, notice.circulation_id) if notice.circulation_id else None
    attempts = session.scalars(select(Attempt).where(Attempt.notice_id == key).order_by(Attempt.id))
    evidence = session.scalars(
        select(ServiceEvidence)
        .where(
            ServiceEvidence.circulation_id == notice.circulation_id,
            ServiceEvidence.state_id == notice.state_id,
        )
        .order_by(ServiceEvidence.id)
    ).all()
    opened = [
        one for one in evidence if one.kind is EvidenceKind.ACKNOWLEDGED and one.person_id == notice.person_id
    ]
    return One(
        Listed(notice, row[1] or "", row[2], row[3] or ""),
        row[4],
        circulation,
        tuple(attempts),
        tuple(one for one in evidence if one.notice_id == key),
        opened[0] if opened else None,
    )


def _query() -> Select[Notice, str | None, State, str]:
    return (
        select(Notice, Circulation.symbol, State, Person.name)
        .outerjoin(Circulation, Circulation.id == Notice.circulation_id)
        .outerjoin(State, State.id == Notice.state_id)
        .outerjoin(Person, Person.id == Notice.person_id)
    )
