"""Which answers of a State are taken: roster, version, texts, the position replaced (rules 18, 21, 24).

What happens to an admitted answer is in `responses` and `entering`.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from workflow.audit.record import newest_at
from workflow.domain.errors import Invalid, NotAllowed, StaleVersion, VersionReplaced, says
from workflow.domain.mandates import Actor
from workflow.domain.positions import Remark, ended_responses, strength
from workflow.domain.terms import EXPLICIT, CirculationStatus, ResponseKind, Status
from workflow.domain.texts import clean
from workflow.models.circulation import Circulation
from workflow.models.response import Response
from workflow.queries.cases import ItemRow, Loaded

#: Kinds that break silence, or may (rule 19).
BREAKING = frozenset({ResponseKind.OBJECTION, ResponseKind.INPUT})
#: Kinds that say nothing without words.
WORDED = frozenset({ResponseKind.COMMENT, ResponseKind.INPUT, ResponseKind.RESERVATION})
GONE = frozenset({Status.SUPERSEDED, Status.WITHDRAWN})


@dataclass(frozen=True)
class Answer:
    """What a State answers on one version.

    `passage` quotes the text spoken about, `cure` is wording that would settle it (rule 21). `replaces` is
    the id of the State's latest response the writer saw (rule 24), `names` the standing blockers that a no
    objection, reservation or abstention replaces; without `names` that is `replaces` (rule 18).
    """

    version_id: int
    kind: ResponseKind
    reasons: str = ""
    passage: str = ""
    cure: str = ""
    replaces: int | None = None
    names: tuple[int, ...] = ()

    def cleaned(self) -> "Answer":
        """Return the answer with its texts checked; raises Invalid naming such as `reasons-7`."""
        number = self.version_id
        return replace(
            self,
            reasons=clean(self.reasons, f"reasons-{number}", required=self.kind in WORDED),
            passage=clean(self.passage, f"passage-{number}"),
            cure=clean(self.cure, f"cure-{number}"),
        )


def received(session: Session, circulation: Circulation, now: datetime, *, lagging: bool) -> datetime:
    """Return when an answer is received (UTC): after the close, never before what the log holds already.

    A clock that stands behind takes blockers all the same (rule 12); the close it has forgotten is in the
    log, so what comes then is late (rule 13).
    """
    if not lagging or circulation.status is not CirculationStatus.CLOSED:
        return now
    return max(now, newest_at(session, circulation.body_id) or now)


def require_on_roster(loaded: Loaded, by: Actor) -> None:
    """Raise NotAllowed for a State that is not entitled to speak here (rule 32)."""
    if by.state not in loaded.case().roster:
        raise NotAllowed(
            "Your State is not on the roster of this circulation.",
            remedy="It has copies for information and joins at the next.",
        )


def ended_ids(loaded: Loaded) -> frozenset[int]:
    """Return the ids of the responses that no longer stand, as now known."""
    return ended_responses([Remark(one.response_id, one.kind, one.at) for one in loaded.remarks], None)


def text_of(loaded: Loaded, version_id: int) -> ItemRow:
    """Return the item row; raises VersionReplaced for a text that is superseded or withdrawn (rule 18)."""
    row = loaded.row(version_id)
    if row.version.status in GONE:
        raise VersionReplaced(
            says(
                "The text “{title}” was {status}; nothing is recorded on it any more.",
                title=row.version.title,
                status=row.version.status,
            ),
            remedy="Open the item and see the text that replaced it.",
            field=f"kind-{version_id}",
            details={"item": row.item.key, "replaced_by": row.version.superseded_by_id},
        )
    return row


def admit(loaded: Loaded, answer: Answer, state: str) -> list[Response]:
    """Check one answer and return the standing blockers of the State that it replaces (rules 18, 24).

    Raises VersionReplaced, StaleVersion where a colleague answered meanwhile and this is not stronger, and
    Invalid for a response named that is not the State's own.
    """
    text_of(loaded, answer.version_id)
    own = [
        one
        for one in loaded.responses
        if one.version_id == answer.version_id and loaded.code_by_id[one.state_id] == state
    ]
    _require_current(loaded, answer, own)
    _require_own(answer, own)
    if answer.kind not in EXPLICIT:
        return []
    wanted = answer.names or (answer.replaces,)
    ended = ended_ids(loaded)
    standing = (ResponseKind.OBJECTION, ResponseKind.INPUT)
    return [one for one in own if one.id in wanted and one.kind in standing and one.id not in ended]


def about_own(loaded: Loaded, answer: Answer, state: str) -> Answer:
    """Return an objection without a reference that is not the State's own: it is always taken (rule 24)."""
    own = {
        one.id
        for one in loaded.responses
        if one.version_id == answer.version_id and loaded.code_by_id[one.state_id] == state
    }
    if answer.kind is ResponseKind.OBJECTION and answer.replaces not in own:
        return replace(answer, replaces=None)
    return answer


def _require_own(answer: Answer, own: list[Response]) -> None:
    """Refuse to name another State's response, also in an answer that would end nothing (rule 23).

    An objection is always taken: `about_own` has cleared what it names.
    """
    named = {*answer.names, answer.replaces} - {None}
    if answer.kind is not ResponseKind.OBJECTION and named - {one.id for one in own}:
        raise Invalid("The answer replaces one that is not your State's.", field=f"kind-{answer.version_id}")


def _require_current(loaded: Loaded, answer: Answer, own: list[Response]) -> None:
    latest = own[-1] if own else None
    if answer.replaces == (latest.id if latest else None) or answer.kind is ResponseKind.OBJECTION:
        return
    if latest is None:
        raise Invalid("The answer replaces one that is not there.", field=f"kind-{answer.version_id}")
    if strength(answer.kind) > _strength(own, ended_ids(loaded)):
        return
    raise StaleVersion(
        "A colleague answered this item for your State meanwhile.",
        remedy="Read that answer, then replace it if your State wants to.",
        field=f"kind-{answer.version_id}",
        details={
            "response": latest.id,
            "version": latest.version_id,
            "kind": str(latest.kind),
            "reasons": latest.reasons,
            "received_at": latest.received_at.isoformat(),
            "person": latest.person_id,
        },
    )


def _strength(own: list[Response], ended: frozenset[int]) -> int:
    """Return the strength of a State's position: its newest answer, or a blocker that still stands (18)."""
    standing = [one for one in own if one.kind in BREAKING or one is own[-1]]
    return max(strength(one.kind, ended=one.id in ended) for one in standing)
