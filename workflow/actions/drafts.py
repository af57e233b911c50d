"""What a State's office prepares before it speaks; an unsent draft is not a response (rule 23).

Speaking is in `responses`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from workflow.actions.admitting import require_on_roster, text_of
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.audit.rows import draft_sha256
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.terms import ResponseKind
from workflow.domain.texts import clean
from workflow.models.circulation import Circulation
from workflow.models.response import ResponseDraft
from workflow.queries.cases import load


@dataclass(frozen=True)
class DraftAnswer:
    """What is prepared on one version; without a kind and texts there is nothing to keep."""

    version_id: int
    kind: ResponseKind | None
    reasons: str = ""
    passage: str = ""
    cure: str = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was prepared."""
        return self.kind is None and not (self.reasons or self.passage or self.cure)


def save(
    session: Session, circulation: Circulation, answers: Sequence[DraftAnswer], *, by: Actor, now: datetime
) -> None:
    """Keep a draft inside the actor's State; what is empty is removed (rule 23).

    Effects: the drafts, one entry without their texts. Raises NotAllowed off the roster, VersionReplaced
    for a text that is gone, Invalid for text that cannot be kept.
    """
    require(by, Act.DRAFT_RESPONSE, body=circulation.body_id, state=by.state)
    loaded = load(session, circulation.id)
    require_on_roster(loaded, by)
    own = select(ResponseDraft).where(
        ResponseDraft.circulation_id == circulation.id, ResponseDraft.state_id == by.state_id
    )
    kept = {draft.version_id: draft for draft in session.scalars(own)}
    for answer in answers:
        text_of(loaded, answer.version_id)
        draft = kept.get(answer.version_id)
        if answer.is_empty:
            if draft is not None:
                session.delete(draft)
            continue
        if draft is None:
            draft = ResponseDraft(
                body_id=circulation.body_id,
                circulation_id=circulation.id,
                version_id=answer.version_id,
                state_id=by.state_id,
            )
            session.add(draft)
        _fill(draft, answer, by, now)
    session.flush()
    words = [draft_sha256(one) for one in session.scalars(own.order_by(ResponseDraft.version_id))]
    _record(session, circulation, Entry.DRAFT_SAVED, by, now, words=words)


def discard(session: Session, circulation: Circulation, *, by: Actor, now: datetime) -> None:
    """Throw away everything the actor's State has prepared on a circulation.

    Effects: the drafts, one entry. Raises NotAllowed off the roster.
    """
    require(by, Act.DRAFT_RESPONSE, body=circulation.body_id, state=by.state)
    require_on_roster(load(session, circulation.id), by)
    session.execute(
        delete(ResponseDraft).where(
            ResponseDraft.circulation_id == circulation.id, ResponseDraft.state_id == by.state_id
        )
    )
    _record(session, circulation, Entry.DRAFT_DISCARDED, by, now)


def _fill(draft: ResponseDraft, answer: DraftAnswer, by: Actor, now: datetime) -> None:
    number = answer.version_id
    values = {
        "kind": answer.kind,
        "reasons": clean(answer.reasons, f"reasons-{number}"),
        "passage": clean(answer.passage, f"passage-{number}"),
        "cure": clean(answer.cure, f"cure-{number}"),
    }
    if all(getattr(draft, name) == value for name, value in values.items()):
        return
    for name, value in values.items():
        setattr(draft, name, value)
    draft.person_id, draft.saved_at = by.person or 0, now


def _record(
    session: Session, circulation: Circulation, entry: Entry, by: Actor, now: datetime, **told: Any
) -> None:
    record(session, entry, by=by, at=now, circulation=circulation, on_behalf_of=by.state, **told)
