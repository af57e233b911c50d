"""A round in which every State has things of its own, for the others to reach for; and what must stay hidden.

Who reaches for what is in test_authority.py and test_authority_routes.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.actions.rounds import Round
from tests.factories import World
from workflow.actions import answering, course, drafts, files, long_exports, responses
from workflow.actions.admitting import Answer
from workflow.audit.entries import Entry
from workflow.db import Base
from workflow.domain.terms import ResponseKind
from workflow.models.audit import AuditEntry, LogHead, LogNode
from workflow.models.document import Attachment
from workflow.models.export import ExportJob
from workflow.models.notice import Notice
from workflow.models.response import Response, ResponseDraft

#: Tables that grow by the entry of a refused act; it is looked at by itself.
_LOG = (AuditEntry.__tablename__, LogHead.__tablename__, LogNode.__tablename__)


def speak(round_: Round) -> None:
    """Let every State object, say no objection, prepare a draft and ask for time; the office answers it."""
    for place, state in enumerate(round_.world.members):
        code, items = state.code, [version.id for version in round_.world.versions]
        objected, silent, drafted = (items[(place + step) % len(items)] for step in range(3))
        said = [
            Answer(objected, ResponseKind.OBJECTION, f"Objection of {code}"),
            Answer(silent, ResponseKind.NO_OBJECTION, hidden(code, "no objection")),
        ]
        objection, _ = round_.act(responses.lodge, said, by=f"{code} contact_point", idem=lodging(code))
        kept = [drafts.DraftAnswer(drafted, ResponseKind.COMMENT, *[hidden(code, "draft")] * 3)]
        round_.act(drafts.save, kept, by=f"{code} drafter")
        round_.act(course.ask_for_time, by=f"{code} alternate", reasons=hidden(code, "request"))
        round_.act(answering.answer, objection.id, text=f"Answer to {code}")
        round_.act(answering.propose_kind, objection.id, kind=ResponseKind.INPUT, text=f"Proposed to {code}")
        asking = {"by": round_.world.actor(f"{code} contact_point"), "now": round_.clock()}
        job = long_exports.ask(round_.session, round_.world.document, "pdf", **asking)
        job.content, job.ended_at = b"%PDF", round_.clock()
    draft = round_.redraft(1)[0]
    given = {"filename": "terms.txt", "content": b"Terms", "types": ("txt",), "largest": 100}
    by = round_.world.actor("lead_shepherd")
    files.attach(round_.session, draft.id, by=by, now=round_.clock(), **given)


def hidden(code: str, what: str) -> str:
    """Return words of a State that no other State may read now (rules 23, 33a)."""
    return f"<{code}: hidden {what}>"


def lodging(code: str) -> str:
    """Return the key of a State's submission."""
    return f"submission-of-{code}"


@dataclass(frozen=True)
class Things:
    """What belongs to one State, by the names that stand in addresses, and the keys of its people."""

    code: str
    values: dict[str, object]
    objection: Response
    no_objection: Response
    drafted: int
    appointment: int


def things_of(session: Session, world: World, circulation: int, code: str) -> Things:
    """Read the things of a State in the round that `speak` made."""
    own = select(Response).where(Response.state_id == world.states[code].id).order_by(Response.id)
    objection, no_objection = session.scalars(own)
    notice = select(Notice.id).where(Notice.state_id == world.states[code].id).order_by(Notice.id)
    values = {
        "circulation_id": circulation,
        "response_id": objection.id,
        "version_id": objection.version_id,
        "lodging": lodging(code),
        "state_code": code,
        "notice_id": session.scalars(notice).first(),
        "person_id": world.people[f"{code} contact_point"].id,
        "appointment_id": world.appointments[f"{code} contact_point"].id,
        "document_id": world.document.id,
        "item_id": world.items[0].id,
        "code": world.document.code,
        "key": world.items[0].key,
        "attachment_id": session.scalars(select(Attachment.id)).one(),
        "meeting_id": world.meetings["21"].id,
        "dispute_id": 1,
        "period_id": 1,
        "relation": "predecessor",
        "entry_id": 1,
        "job_id": _export_of(session, world, code),
        "message_id": 1,
        "seq": objection.entry_seq,
        "year": 2020,
        "number": 1,
        "secret": "nobody-was-sent-this",
    }
    draft = session.scalars(
        select(ResponseDraft).where(ResponseDraft.state_id == world.states[code].id)
    ).one()
    values["draft"] = f"{draft.id}:{draft.saved_at.isoformat()}"
    appointment = world.appointments[f"{code} contact_point"].id
    return Things(code, values, objection, no_objection, draft.version_id, appointment)


def _export_of(session: Session, world: World, code: str) -> int:
    person = world.people[f"{code} contact_point"].id
    return session.scalars(select(ExportJob.id).where(ExportJob.person_id == person)).one()


def pairs(world: World, step: int | None = None) -> Iterator[tuple[str, str]]:
    """Give ordered pairs of States: all, or each State once on either side, `step` places apart."""
    codes = [state.code for state in world.members]
    for place, code in enumerate(codes):
        for other in range(1, len(codes)) if step is None else [1 + step % (len(codes) - 1)]:
            yield code, codes[(place + other) % len(codes)]


def kept(session: Session) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of every table but those of the log."""
    session.flush()
    return {
        table.name: [tuple(row) for row in session.execute(select(table))]
        for table in Base.metadata.sorted_tables
        if table.name not in _LOG
    }


def refused_acts(session: Session) -> int:
    """Count the entries of acts that were refused."""
    return len(session.scalars(select(AuditEntry.seq).where(AuditEntry.type == Entry.ACT_REFUSED)).all())
