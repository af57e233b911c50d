"""The Lead Shepherd answers a State, or proposes another kind for what it said (rules 19, 20).

Accepting an answer is the State's: see `lifting`.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from workflow.actions.admitting import BREAKING, ended_ids, text_of
from workflow.actions.remarks import remark_on
from workflow.domain.errors import Invalid, WrongStatus
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.terms import RemarkKind, ResponseKind
from workflow.domain.texts import clean
from workflow.models.circulation import Circulation
from workflow.models.response import ResponseRemark
from workflow.notices import letters
from workflow.queries.cases import load


def answer(
    session: Session, circulation: Circulation, response_id: int, *, by: Actor, now: datetime, text: str
) -> ResponseRemark:
    """Answer what a State said; an answered input still blocks until the State accepts (rule 19).

    Effects: a remark, an entry; for a standing blocker one letter to that State. Late it is stored and
    changes nothing. Raises WrongStatus for a blocker that no longer stands.
    """
    require(by, Act.ANSWER, body=circulation.body_id)
    text = clean(text, "text", required=True)
    loaded = load(session, circulation.id)
    response = loaded.response(response_id)
    text_of(loaded, response.version_id)
    if response.kind in BREAKING and response.id in ended_ids(loaded):
        raise WrongStatus("This does not stand any more; there is nothing to answer.")
    remark = remark_on(session, loaded, response, RemarkKind.ANSWERED, by, now, text)
    session.flush()
    letters.answer(session, load(session, circulation.id), response, remark, now=now)
    return remark


def propose_kind(
    session: Session,
    circulation: Circulation,
    response_id: int,
    *,
    by: Actor,
    now: datetime,
    kind: ResponseKind,
    text: str,
) -> ResponseRemark:
    """Propose another kind; only the State confirms, by a new response of its own (rule 20).

    Effects: a remark, an entry, one letter to that State. Raises Invalid for the kind it has already.
    """
    require(by, Act.PROPOSE_KIND, body=circulation.body_id)
    text = clean(text, "text", required=True)
    loaded = load(session, circulation.id)
    response = loaded.response(response_id)
    text_of(loaded, response.version_id)
    if response.kind is kind:
        raise Invalid("It is of this kind already.", remedy="Choose another kind.", field="kind")
    if response.id in ended_ids(loaded):
        raise WrongStatus("This does not stand any more.")
    remark = remark_on(session, loaded, response, RemarkKind.KIND_PROPOSED, by, now, text, proposed=kind)
    session.flush()
    letters.kind_proposed(session, load(session, circulation.id), response, remark, now=now)
    return remark
