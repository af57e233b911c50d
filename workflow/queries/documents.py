"""Documents as pages and tables show them: the list, one document's table, what was done ad referendum.

The life of one item is in `items`; writing is in `workflow/actions/documents.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from workflow.domain.errors import NotFound
from workflow.domain.taken import Facts, Taken, taken, worded
from workflow.domain.terms import LIVE, DocumentKind, Effect, ResponseKind, Result, Source, Status
from workflow.models.body import Body, Meeting
from workflow.models.circulation import Circulation, CirculationItem
from workflow.models.document import Document, Item, Progress, Version
from workflow.queries.said import Blocker, said

#: How many documents one page of the list holds.
PAGE = 20
#: Statuses that wait for the deadline or for a meeting.
UNDECIDED = frozenset({*LIVE, Status.DEFERRED})


@dataclass(frozen=True)
class Listed:
    """A document in the list, with how many items it has, in force, before the States, and in draft."""

    document: Document
    items: int
    in_force: int
    before_states: int
    drafts: int


@dataclass(frozen=True)
class Circulated:
    """A version and the dispatched circulation it stood in, with its frozen result there, if any.

    `meeting` is the name of the meeting that decided it, if one did.
    """

    version: Version
    circulation: Circulation | None = None
    result: Result | None = None
    meeting: str = ""


@dataclass
class ItemLine:
    """One row of a document's table: the item, its versions in order, the latest progress as of a day.

    `blockers` stand against the text before the States; `reserved` tells of a reservation to the text shown.
    """

    item: Item
    versions: list[Circulated] = field(default_factory=list)
    progress: Progress | None = None
    blockers: list[Blocker] = field(default_factory=list)
    reserved: bool = False

    @property
    def in_force(self) -> Circulated | None:
        """Return the endorsed version (at most one is)."""
        return self._newest({Status.ENDORSED})

    @property
    def before_states(self) -> Circulated | None:
        """Return the version that is before the States, or deferred to a meeting."""
        return self._newest(UNDECIDED)

    @property
    def draft(self) -> Circulated | None:
        """Return the draft (at most one is)."""
        return self._newest({Status.DRAFT})

    @property
    def is_dropped(self) -> bool:
        """Tell whether the States endorsed that the item goes."""
        return self.in_force is not None and self.in_force.version.effect is Effect.DROP

    @property
    def shown(self) -> Circulated:
        """Return the version whose words the table shows: in force, else circulated, else the newest."""
        kept = [one for one in self.versions if one.version.status is not Status.WITHDRAWN]
        return self.in_force or self.before_states or (kept or self.versions)[-1]

    @property
    def standing(self) -> list[Circulated]:
        """Return the versions that still matter: in force, before the States, in draft."""
        return [one for one in (self.in_force, self.before_states, self.draft) if one is not None]

    def _newest(self, statuses: Iterable[Status]) -> Circulated | None:
        found = [one for one in self.versions if one.version.status in statuses]
        return found[-1] if found else None


def listing(
    session: Session, body_id: int, before: int | None = None, *, limit: int = PAGE
) -> tuple[list[Listed], int | None]:
    """Return a page of a body's documents, newest first, and the key of the next page: one statement.

    `before` is that key: the id of the last document of the page before.
    """
    counts = [
        func.count(Version.id).filter(Version.status.in_(statuses), Version.effect.in_(effects))
        for statuses, effects in (
            ([Status.ENDORSED], [Effect.TEXT, Effect.EXTEND]),
            (list(UNDECIDED), list(Effect)),
            ([Status.DRAFT], list(Effect)),
        )
    ]
    # The page is chosen before anything is counted: else a database may count every item of the body.
    page = (
        select(Document.id).where(Document.body_id == body_id).order_by(Document.id.desc()).limit(limit + 1)
    )
    if before is not None:
        page = page.where(Document.id < before)
    query = (
        select(Document, func.count(Item.id.distinct()), *counts)
        .outerjoin(Item, Item.document_id == Document.id)
        .outerjoin(Version, Version.item_id == Item.id)
        .where(Document.id.in_(page.scalar_subquery()))
        .group_by(Document.id)
        .order_by(Document.id.desc())
    )
    rows = [Listed(*cells) for cells in map(tuple, session.execute(query))]
    more = len(rows) > limit
    return rows[:limit], rows[limit - 1].document.id if more else None


def find(session: Session, body_id: int, code: str) -> tuple[Document, Meeting | None]:
    """Return a document by its code, with the meeting it was drafted for; raises NotFound."""
    row = session.execute(
        select(Document, Meeting)
        .outerjoin(Meeting, Meeting.id == Document.meeting_id)
        .where(Document.body_id == body_id, Document.code == as_asked(code))
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such document.", remedy="Choose one from the list of documents.")
    return row[0], row[1]


def as_asked(name: str) -> str:
    """Return a name from an address as it can be asked for: one that no database keeps becomes empty."""
    return name if name.isprintable() else ""


def lines(session: Session, document: Document) -> list[ItemLine]:
    """Return the rows of a document's table in order: two statements however many items there are."""
    rows = session.execute(
        select(Item, Version, Circulation, CirculationItem.result, Meeting.name)
        .join(Version, Version.item_id == Item.id)
        .outerjoin(Meeting, Meeting.id == Version.meeting_id)
        .outerjoin(CirculationItem, stood_in())
        .outerjoin(Circulation, Circulation.id == CirculationItem.circulation_id)
        .where(Item.document_id == document.id)
        .order_by(Item.position, Version.number)
    )
    found: dict[int, ItemLine] = {}
    for item, version, circulation, result, meeting in rows:
        line = found.setdefault(item.id, ItemLine(item))
        line.versions.append(Circulated(version, circulation, result, meeting or ""))
    for report in _latest_progress(session, document):
        if report.item_id in found:
            found[report.item_id].progress = report
    return list(found.values())


def hear(session: Session, lines: Sequence[ItemLine]) -> None:
    """Write to each row who stands against its text that is before the States, and whether one reserved.

    One statement however many rows there are.
    """
    asked = [one for line in lines for one in (line.before_states, line.shown) if one is not None]
    heard = said(session, sorted({one.version.id for one in asked if one.circulation is not None}))
    for line in lines:
        stood, shown = line.before_states, line.shown
        if stood is not None and stood.circulation is not None:
            line.blockers = heard.blockers(stood.version.id, stood.circulation)
        if shown.circulation is not None:
            line.reserved = heard.has_reservation(shown.version.id, shown.circulation)


def by_section(lines: Sequence[ItemLine]) -> list[tuple[str | None, list[ItemLine]]]:
    """Return the rows under their section rows, in order; None stands for those above the first."""
    groups: list[tuple[str | None, list[ItemLine]]] = []
    for line in lines:
        if not groups or groups[-1][0] != line.item.section:
            groups.append((line.item.section, []))
        groups[-1][1].append(line)
    return groups


def last_year(document: Document, lines: Iterable[ItemLine]) -> int:
    """Return the last year a document covers, as the extension in force says, if one is (rule 41)."""
    in_force = [line.in_force.version for line in lines if line.in_force is not None]
    extended = [one.extends_until for one in in_force if one.effect is Effect.EXTEND]
    return max([document.period_until, *(year for year in extended if year is not None)])


def titles_by_document(session: Session, documents: Sequence[Document]) -> dict[str, list[str]]:
    """Return by a document's code every title that a version of its items has, or had."""
    found: dict[str, list[str]] = {one.code: [] for one in documents}
    query = select(Document.code, Version.title).join(Item, Item.document_id == Document.id)
    query = query.join(Version, Version.item_id == Item.id).distinct()
    for code, title in session.execute(query.where(Document.id.in_([one.id for one in documents]))):
        found[code].append(title)
    return found


def years_of(session: Session, document: Document) -> tuple[int, int]:
    """Return the first and the last year a document covers, the latter as `last_year` finds it."""
    endorsed = (Version.status == Status.ENDORSED) & (Version.effect == Effect.EXTEND)
    query = select(func.max(Version.extends_until)).join(Item, Item.id == Version.item_id)
    extended = session.scalar(query.where(Item.document_id == document.id, endorsed))
    return document.period_from, max(document.period_until, extended or 0)


def actions_taken(body: Body, document: Document, line: ItemLine) -> str:
    """Return what was done *ad referendum* with the text a row shows, in the body's words; "" for nothing.

    It follows from the result frozen at the close of its circulation (rule 35). Of a version endorsed on
    paper it is what the paper prints (rule 43), else the body's word for an endorsement. `hear` comes first.
    """
    shown = line.shown
    version, title = shown.version, document.short_title
    if version.source is Source.DOCUMENT and shown.result is None:
        return version.decision_reference or worded(body.wordings, Taken.ENDORSED, document=title)
    objected = any(one.kind is ResponseKind.OBJECTION for one in line.blockers)
    extends = version.effect is Effect.EXTEND
    what = taken(Facts(version.status, shown.result, line.reserved, extends, objected, shown.meeting))
    return worded(body.wordings, what, document=title, meeting=shown.meeting) if what is not None else ""


def twins(session: Session, body_id: int, document: tuple[DocumentKind, int, int]) -> list[Document]:
    """Return the documents of the same kind and period (first and last year) that there are already."""
    kind, first, last = document
    query = select(Document).where(
        Document.body_id == body_id,
        Document.kind == kind,
        Document.period_from == first,
        Document.period_until == last,
    )
    return list(session.scalars(query.order_by(Document.id)))


def meetings(session: Session, body_id: int) -> list[Meeting]:
    """Return the meetings of a body, the latest first, those without a day at the top."""
    found = session.scalars(select(Meeting).where(Meeting.body_id == body_id).order_by(Meeting.id))
    return sorted(found, key=lambda one: one.held_on or date.max, reverse=True)


def stood_in() -> ColumnElement[bool]:
    """Join a version to its place in a dispatched circulation; preparations do not count."""
    dispatched = select(Circulation.id).where(Circulation.status.is_not(None))
    return (CirculationItem.version_id == Version.id) & CirculationItem.circulation_id.in_(dispatched)


def _latest_progress(session: Session, document: Document) -> list[Progress]:
    later = aliased(Progress)
    is_later = (later.as_of > Progress.as_of) | ((later.as_of == Progress.as_of) & (later.id > Progress.id))
    newer = select(later.id).where(later.item_id == Progress.item_id, is_later).exists()
    query = select(Progress).join(Item, Item.id == Progress.item_id)
    return list(session.scalars(query.where(Item.document_id == document.id, ~newer)))
