"""The life of one item: every version, where it was circulated, its files, what was reported of it.

The document's table is in `documents`; what the States said in one circulation is in `cases`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from workflow.domain.errors import NotFound, says
from workflow.domain.positions import Lodged, Place, Remark
from workflow.domain.terms import CirculationStatus, Result, Status
from workflow.models.body import Body, Meeting, State
from workflow.models.circulation import Circulation, CirculationItem, Noting
from workflow.models.document import Attachment, Document, Item, Progress, Version
from workflow.models.people import Person
from workflow.queries.deferrals import Deferral, deferrals
from workflow.queries.documents import UNDECIDED, as_asked, stood_in
from workflow.queries.said import Blocker, rosters, said


@dataclass
class Stage:
    """One version in the life of an item: its circulation and result, its files, who wrote it, how it ended.

    `deferral` tells when and by whom it was put on a meeting's list, whatever became of it since.
    `noted` are the meetings that noted the outcome. `roster` and `places`, by code, tell what each State said
    as at the deadline in force; `breaking` are objections and inputs, `endings` what ended them, `seqs` where
    each stands in the log; all empty before dispatch.
    """

    version: Version
    writer: str
    circulation: Circulation | None = None
    result: Result | None = None
    meeting: Meeting | None = None
    files: list[Attachment] = field(default_factory=list)
    deferral: Deferral | None = None
    noted: list[tuple[Noting, Meeting]] = field(default_factory=list)
    roster: list[State] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    blockers: list[Blocker] = field(default_factory=list)
    breaking: list[Lodged] = field(default_factory=list)
    endings: list[tuple[Lodged, Remark]] = field(default_factory=list)
    seqs: dict[int, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    @property
    def is_closed(self) -> bool:
        """Tell whether the circulation it stood in has ended."""
        ended = (CirculationStatus.CLOSED, CirculationStatus.WITHDRAWN)
        return self.circulation is not None and self.circulation.status in ended


@dataclass
class Life:
    """An item with its document, its versions in order, and its progress reports, the newest first."""

    item: Item
    document: Document
    meeting: Meeting | None
    stages: list[Stage]
    reports: list[tuple[Progress, str]]

    def having(self, status: Status) -> Stage | None:
        """Return the newest version of this status, None where there is none."""
        found = [stage for stage in self.stages if stage.version.status is status]
        return found[-1] if found else None

    @property
    def in_force(self) -> Stage | None:
        """Return the version in force."""
        return self.having(Status.ENDORSED)

    @property
    def draft(self) -> Stage | None:
        """Return the draft."""
        return self.having(Status.DRAFT)

    @property
    def before_states(self) -> Stage | None:
        """Return the version that is before the States, or deferred to a meeting."""
        found = [stage for stage in self.stages if stage.version.status in UNDECIDED]
        return found[-1] if found else None

    @property
    def latest(self) -> Stage:
        """Return the newest version that was not withdrawn, else the newest."""
        kept = [stage for stage in self.stages if stage.version.status is not Status.WITHDRAWN]
        return (kept or self.stages)[-1]

    def numbered(self, number: int) -> Stage:
        """Return the version of this number; raises NotFound."""
        for stage in self.stages:
            if stage.version.number == number:
                return stage
        raise NotFound(
            says("There is no version {number} of this item.", number=number),
            remedy="Choose one of its versions.",
        )


def find(session: Session, body_id: int, key: str) -> tuple[Item, Document, Meeting | None]:
    """Return an item by its key, with its document and that document's meeting; raises NotFound."""
    row = session.execute(
        select(Item, Document, Meeting)
        .join(Document, Document.id == Item.document_id)
        .outerjoin(Meeting, Meeting.id == Document.meeting_id)
        .where(Item.body_id == body_id, Item.key == as_asked(key))
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such item.", remedy="Choose one from the list of documents.")
    return row[0], row[1], row[2]


def life(session: Session, body_id: int, key: str) -> Life:
    """Return the life of an item: seven statements, six if nothing was stopped. Raises NotFound."""
    item, document, meeting = find(session, body_id, key)
    stages = _stages(session, item)
    by_id = {stage.version.id: stage for stage in stages}
    files = select(Attachment).where(Attachment.version_id.in_(by_id)).order_by(Attachment.id)
    for attachment in session.scalars(files):
        by_id[attachment.version_id].files.append(attachment)
    _hear(session, stages)
    _tell_deferrals(session, item, stages)
    return Life(item, document, meeting, stages, _reports(session, item))


def _tell_deferrals(session: Session, item: Item, stages: Sequence[Stage]) -> None:
    """Write to each version whether it was put on a meeting's list: only what was not endorsed can be."""
    stopped = {
        stage.version.number: stage
        for stage in stages
        if stage.result in (Result.NOT_ENDORSED, Result.DEFERRED) and stage.circulation is not None
    }
    circulations = {stage.circulation.id for stage in stopped.values() if stage.circulation is not None}
    for number, deferral in deferrals(session, item.key, circulations).items():
        if number in stopped:
            stopped[number].deferral = deferral


def attachment(session: Session, attachment_id: int, body: Body) -> Attachment:
    """Return a file of a body, without its content; raises NotFound."""
    found = session.get(Attachment, attachment_id)
    if found is None or found.body_id != body.id:
        raise NotFound("There is no such file.", remedy="Open the item and see its files.")
    return found


def _stages(session: Session, item: Item) -> list[Stage]:
    noting_meeting = aliased(Meeting)
    rows = session.execute(
        select(Version, Person.name, Circulation, CirculationItem.result, Meeting, Noting, noting_meeting)
        .outerjoin(Person, Person.public_id == Version.changed_by)
        .outerjoin(CirculationItem, stood_in())
        .outerjoin(Circulation, Circulation.id == CirculationItem.circulation_id)
        .outerjoin(Meeting, Meeting.id == Version.meeting_id)
        .outerjoin(Noting, Noting.circulation_id == Circulation.id)
        .outerjoin(noting_meeting, noting_meeting.id == Noting.meeting_id)
        .where(Version.item_id == item.id)
        .order_by(Version.number, Noting.id)
    )
    found: dict[int, Stage] = {}
    for version, name, circulation, result, at, noting, noted_by in rows:
        stage = found.setdefault(version.id, Stage(version, name or "", circulation, result, at))
        if noting is not None:
            stage.noted.append((noting, noted_by))
    return list(found.values())


def _reports(session: Session, item: Item) -> list[tuple[Progress, str]]:
    rows = session.execute(
        select(Progress, Person.name)
        .outerjoin(Person, Person.public_id == Progress.reported_by)
        .where(Progress.item_id == item.id)
        .order_by(Progress.as_of.desc(), Progress.id.desc())
    )
    return [(report, name or "") for report, name in rows]


def _hear(session: Session, stages: Sequence[Stage]) -> None:
    """Write to each version what the States said of it: two statements."""
    heard = said(session, [stage.version.id for stage in stages])
    circulations = [stage.circulation.id for stage in stages if stage.circulation is not None]
    roster = rosters(session, circulations)
    for stage in stages:
        key, circulation = stage.version.id, stage.circulation
        if circulation is not None:
            stage.roster = roster[circulation.id]
            stage.places = heard.places(key, circulation, stage.roster)
            stage.blockers = heard.blockers(key, circulation)
            stage.breaking = heard.breaking(key)
            stage.endings = heard.endings(stage.breaking)
            stage.seqs, stage.names = heard.seqs, heard.names
