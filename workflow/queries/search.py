"""Searching texts, reasons and records: which words match, which of them this reader may find (rule 33a).

The index is kept in `workflow/models/search.py`; how words are folded is in `workflow/domain/folding.py`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, column, or_, select, table, text
from sqlalchemy.orm import Session, aliased

from workflow.db import Key
from workflow.domain.errors import Invalid
from workflow.domain.folding import terms
from workflow.domain.mandates import Act, Actor, may
from workflow.domain.terms import Audience, CirculationStatus, Term
from workflow.models.body import State
from workflow.models.circulation import Circulation
from workflow.models.document import Document, Item, Version
from workflow.models.search import Searchable

#: How many results one page shows.
PAGE = 20
#: Fewer letters than this have no trigram.
_TRIGRAM = 3
_BETWEEN = "~"


class Where(Term):
    """In which kind of words one looks."""

    TEXTS = "texts"
    REASONS = "reasons"
    RECORDS = "records"
    PROGRESS = "progress"
    LIBRARY = "library"


#: The tables of each kind.
SOURCES: dict[Where, tuple[str, ...]] = {
    Where.TEXTS: ("version",),
    Where.REASONS: ("response", "response_remark", "extension_request"),
    Where.RECORDS: (
        "circulation",
        "correction",
        "dispute",
        "noting",
        "deadline_move",
        "suspension",
        "override",
    ),
    Where.PROGRESS: ("progress",),
    Where.LIBRARY: ("library_entry",),
}


@dataclass(frozen=True)
class Question:
    """What is looked for; instants are UTC, `until` is not included, an empty text is no wish.

    `document` is a code, `state` the code of the State whose words they are.
    """

    words: str = ""
    where: str = ""
    document: str = ""
    state: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def terms(self) -> list[str]:
        """Return the folded words that must all be there."""
        return terms(self.words)


@dataclass(frozen=True)
class Hit:
    """One text that matches, with what it is about as far as it is about that."""

    found: Searchable
    item: Item | None
    version: Version | None
    document: Document | None
    circulation: Circulation | None
    state: State | None

    @property
    def where(self) -> Where:
        """Return in which kind of words it was found."""
        return next(where for where, sources in SOURCES.items() if self.found.source in sources)


def search(
    session: Session, actor: Actor, question: Question, *, before: str = "", limit: int = PAGE
) -> tuple[list[Hit], str]:
    """Return one page of what matches and may be found, newest first, and the key of the next: one statement.

    A question without words finds nothing. Raises Invalid for a key that no page has.
    """
    wanted = question.terms
    if not wanted:
        return [], ""
    query = _about().where(Searchable.body_id == actor.body, _may_find(actor), *_matching(session, wanted))
    query = query.where(*_narrowed(question))
    if before:
        query = query.where(_after(before))
    query = query.order_by(Searchable.at.desc(), Searchable.id.desc()).limit(limit + 1)
    hits = [Hit(*row) for row in session.execute(query)]
    last = hits[limit - 1].found if len(hits) > limit else None
    return hits[:limit], f"{last.at.isoformat()}{_BETWEEN}{last.id}" if last is not None else ""


def _about() -> Any:
    of_version = aliased(Item)
    item_id = Searchable.item_id
    return (
        select(Searchable, Item, Version, Document, Circulation, State)
        .outerjoin(Version, Version.id == Searchable.version_id)
        .outerjoin(of_version, of_version.id == Version.item_id)
        .outerjoin(Item, or_(Item.id == item_id, and_(item_id.is_(None), Item.id == of_version.id)))
        .outerjoin(Document, Document.id == Item.document_id)
        .outerjoin(Circulation, Circulation.id == Searchable.circulation_id)
        .outerjoin(State, State.id == Searchable.state_id)
    )


def _may_find(actor: Actor) -> ColumnElement[bool]:
    """Return which words this reader may find; drafts of a State's answer are in no index at all."""
    if may(actor, Act.READ_ALL_POSITIONS):
        return Searchable.id.is_not(None)
    everyone = Searchable.audience == Audience.EVERYONE
    if not may(actor, Act.READ_CIRCULATION):
        return everyone
    members = Searchable.audience == Audience.MEMBERS
    dispatched = Circulation.status.is_not(None)
    states = and_(Searchable.audience == Audience.STATES, dispatched)
    closed = Circulation.status == CirculationStatus.CLOSED
    close = and_(Searchable.audience == Audience.CLOSE, closed)
    own = and_(
        Searchable.audience.in_([Audience.CLOSE, Audience.OWN]),
        State.code == actor.speaks_for,
    )
    return or_(everyone, members, states, close, own)


def _matching(session: Session, wanted: list[str]) -> list[ColumnElement[bool]]:
    """Return that a row holds every one of these words."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    indexed = [term for term in wanted if is_sqlite and len(term) >= _TRIGRAM]
    parts: list[ColumnElement[bool]] = [
        Searchable.folded.contains(term, autoescape=True) for term in wanted if term not in indexed
    ]
    if indexed:
        # Between quotation marks nothing is an operator; a quotation mark itself is written twice.
        quoted = ['"' + term.replace('"', '""') + '"' for term in indexed]
        match = text("search_index MATCH :asked").bindparams(asked=" AND ".join(quoted))
        found = select(column("rowid", Key)).select_from(table("search_index")).where(match)
        parts.append(Searchable.id.in_(found))
    return parts


def _narrowed(question: Question) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = []
    if question.where in set(map(str, Where)):
        parts.append(Searchable.source.in_(SOURCES[Where(question.where)]))
    if question.document:
        parts.append(Document.code == question.document)
    if question.state:
        parts.append(State.code == question.state)
    if question.since is not None:
        parts.append(Searchable.at >= question.since)
    if question.until is not None:
        parts.append(Searchable.at < question.until)
    return parts


def _after(key: str) -> ColumnElement[bool]:
    try:
        at, number = key.split(_BETWEEN)
        instant, last = datetime.fromisoformat(at), int(number)
        known = instant.tzinfo is not None and abs(last) < 2**62
    except ValueError:
        known = False
    if not known:
        raise Invalid(
            "This page of the list does not exist.", remedy="Begin at the first page.", field="before"
        )
    return or_(Searchable.at < instant, and_(Searchable.at == instant, Searchable.id < last))
