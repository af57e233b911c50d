"""A State ends its own blocker: by lifting it, or by accepting the answer to it (rules 18, 19, 29).

Replacing it by a no objection, reservation or abstention is in `responses`.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from workflow.actions.admitting import BREAKING, ended_ids, text_of
from workflow.actions.moving import resettle
from workflow.actions.remarks import remark_on
from workflow.domain.errors import NotAllowed, WrongStatus
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.terms import RemarkKind
from workflow.domain.texts import clean
from workflow.models.circulation import Circulation
from workflow.models.response import Response, ResponseRemark
from workflow.notices import letters
from workflow.queries.cases import Loaded, load


def lift(
    session: Session, circulation: Circulation, response_id: int, *, by: Actor, now: datetime, text: str = ""
) -> ResponseRemark:
    """Lift the State's own objection, or withdraw its input (rules 18, 29).

    Effects: a remark, an entry, in time silence restored if no other blocker stands; all States are told.
    Late it is stored and changes nothing. Raises NotAllowed for another State's, WrongStatus for one that
    no longer stands.
    """
    return _end(session, circulation, response_id, by, now, RemarkKind.LIFTED, text)


def accept_answer(
    session: Session, circulation: Circulation, response_id: int, *, by: Actor, now: datetime
) -> ResponseRemark:
    """Accept the Lead Shepherd's answer; this ends the State's own blocker (rules 18, 19).

    Effects and errors as in `lift`; WrongStatus where nothing was answered.
    """
    return _end(session, circulation, response_id, by, now, RemarkKind.ACCEPTED, "")


def _end(
    session: Session,
    circulation: Circulation,
    response_id: int,
    by: Actor,
    now: datetime,
    kind: RemarkKind,
    text: str,
) -> ResponseRemark:
    accepting = kind is RemarkKind.ACCEPTED
    require(by, Act.ACCEPT_ANSWER if accepting else Act.LIFT, body=circulation.body_id, state=by.state)
    loaded = load(session, circulation.id)
    response = loaded.response(response_id)
    if loaded.code_by_id[response.state_id] != by.state:
        raise NotAllowed("Only the State that lodged it can end it.", remedy="Lodge your own State’s answer.")
    _require_standing(loaded, response, accepting)
    remark = remark_on(session, loaded, response, kind, by, now, clean(text, "text"))
    session.flush()
    loaded = load(session, circulation.id)
    resettle(session, loaded, by=by, now=now)
    letters.lifted(session, loaded, [response], now=now)
    return remark


def _require_standing(loaded: Loaded, response: Response, accepting: bool) -> None:
    if response.kind not in BREAKING or response.id in ended_ids(loaded):
        raise WrongStatus(
            "This does not stand any more.", remedy="Open the page again and see your position."
        )
    answered = any(
        one.kind is RemarkKind.ANSWERED and one.response_id == response.id for one in loaded.remarks
    )
    if accepting and not answered:
        raise WrongStatus("There is no answer to accept yet.", remedy="Wait for the Lead Shepherd’s answer.")
    text_of(loaded, response.version_id)
