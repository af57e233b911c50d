"""What is taken of a submission that cannot be taken whole: no objection is lost to what stands beside it.

Recording a submission that can be taken is in `responses`, and what each answer must be in `admitting`.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from workflow.actions.admitting import BREAKING, GONE, Answer
from workflow.actions.responses import lodge
from workflow.domain.errors import ClockBehind, StaleVersion
from workflow.domain.mandates import Actor
from workflow.domain.terms import ResponseKind
from workflow.models.circulation import Circulation
from workflow.models.response import Response
from workflow.queries.cases import load

#: What is tried, the most first: an input may itself be overtaken, an objection cannot be (rule 24).
_TRIED = (BREAKING, frozenset({ResponseKind.OBJECTION}))


def lodge_or_insist(
    session: Session, circulation: Circulation, answers: Sequence[Answer], *, by: Actor, now: datetime
) -> tuple[list[Response], StaleVersion | ClockBehind | None]:
    """Record what the State answers: all of it, or else its objections and inputs, with why the rest is not.

    The rest is refused where a colleague answered meanwhile, a text is before the States no more, or the
    clock stands behind; an objection is taken all the same, and an input that is not overtaken itself
    (rules 12, 18, 24). Effects and other errors as in `lodge`. Raises the refusal where nothing is taken.
    """
    try:
        with session.begin_nested():
            return lodge(session, circulation, answers, by=by, now=now), None
    except (StaleVersion, ClockBehind) as refusal:
        taken = _insist(session, circulation, answers, by, now)
        if not taken:
            raise
        return taken, refusal


def _insist(
    session: Session, circulation: Circulation, answers: Sequence[Answer], by: Actor, now: datetime
) -> list[Response]:
    loaded = load(session, circulation.id)
    standing = [one for one in answers if loaded.row(one.version_id).version.status not in GONE]
    for kinds in _TRIED:
        chosen = [one for one in standing if one.kind in kinds]
        if not chosen or len(chosen) == len(answers):
            continue
        try:
            with session.begin_nested():
                return lodge(session, circulation, chosen, by=by, now=now)
        except StaleVersion:
            continue
    return []
