"""The position of one State on one item: what it said, and the Lead Shepherd's answer to it.

What an answer does is in `workflow/actions/answering.py`; only the State itself ends what it said.
"""

from dataclasses import dataclass

from flask import flash, g, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Page

from workflow.actions import answering
from workflow.actions.remarks import said_before
from workflow.domain.errors import StaleVersion
from workflow.domain.mandates import Act, may
from workflow.domain.positions import ENDINGS
from workflow.domain.terms import RemarkKind, ResponseKind
from workflow.models.body import State
from workflow.models.response import Response, ResponseRemark
from workflow.queries.cases import ItemRow, Loaded, load
from workflow.web.doors import permits
from workflow.web.forms import DoorForm, refusals
from workflow.web.recorded import recorded
from workflow.web.rounds import Cell, Round
from workflow.web.shepherd import desk, resolution
from workflow.web.shepherd.blueprint import blueprint
from workflow.web.shepherd.forms import AnswerForm, KindForm

Answer = Page | tuple[str, int]


@dataclass(frozen=True)
class Spoken:
    """One response with the remarks on it, and whether it can be answered now."""

    response: Response
    remarks: list[ResponseRemark]
    is_late: bool
    answerable: bool


@blueprint.get("/circulations/<int:circulation_id>/positions/<int:version_id>/<state_code>")
@permits(Act.READ_CIRCULATION)
def position(circulation_id: int, version_id: int, state_code: str) -> str:
    """Show what one State says of one item, as far as the reader may see it (rule 33a)."""
    seen = desk.seen(circulation_id)
    return _page(seen, seen.loaded.row(version_id), seen.loaded.state(state_code))


@blueprint.post("/circulations/<int:circulation_id>/responses/<int:response_id>/answer")
@permits(Act.ANSWER)
def answer(circulation_id: int, response_id: int) -> Answer:
    """Answer what a State said (rule 19)."""
    form = AnswerForm()
    circulation, now = desk.settled(circulation_id)
    if form.validate():
        with refusals(form) as attempt:
            made = said_before(g.session, response_id, RemarkKind.ANSWERED, g.actor)
            if made is None:
                _require_as_opened(form, load(g.session, circulation.id), response_id)
                text = form.text.data
                made = answering.answer(g.session, circulation, response_id, by=g.actor, now=now, text=text)
        if attempt:
            flash(gettext("Your answer is recorded."), "success")
            return _back(circulation_id, response_id, made)
    return _refused(circulation_id, response_id, answer_form=form), form.status


@blueprint.post("/circulations/<int:circulation_id>/responses/<int:response_id>/kind")
@permits(Act.PROPOSE_KIND)
def propose_kind(circulation_id: int, response_id: int) -> Answer:
    """Propose another kind for what a State said; only the State confirms (rule 20)."""
    form = KindForm()
    circulation, now = desk.settled(circulation_id)
    if form.validate():
        with refusals(form) as attempt:
            made = said_before(g.session, response_id, RemarkKind.KIND_PROPOSED, g.actor)
            if made is None:
                _require_as_opened(form, load(g.session, circulation.id), response_id)
                made = answering.propose_kind(
                    g.session,
                    circulation,
                    response_id,
                    by=g.actor,
                    now=now,
                    kind=ResponseKind(form.kind.data),
                    text=form.text.data,
                )
        if attempt:
            flash(
                gettext("The proposal is sent to the State. Only the State can change the kind."), "success"
            )
            return _back(circulation_id, response_id, made)
    return _refused(circulation_id, response_id, kind_form=form), form.status


def _last_remark(loaded: Loaded, response_id: int) -> str:
    """Return what a form about a response was opened with: the newest remark on it."""
    return str(max((one.id for one in loaded.remarks if one.response_id == response_id), default=0))


def _require_as_opened(form: DoorForm, loaded: Loaded, response_id: int) -> None:
    loaded.response(response_id)
    newest = _last_remark(loaded, response_id)
    if form["opened"].data in ("", None, newest):
        return
    form["opened"].data = newest
    form["opened"].raw_data = None
    raise StaleVersion(
        gettext("Something was said about this response while your form was open; it stands above."),
        remedy=gettext("Nothing was recorded. Read it, then send the form again if it is still right."),
    )


def _refused(
    circulation_id: int,
    response_id: int,
    *,
    answer_form: AnswerForm | None = None,
    kind_form: KindForm | None = None,
) -> str:
    seen = desk.seen(circulation_id)
    response = seen.loaded.response(response_id)
    row = seen.loaded.row(response.version_id)
    state = seen.loaded.state(seen.loaded.code_by_id[response.state_id])
    return _page(seen, row, state, answer_form, kind_form)


def _page(
    seen: Round,
    row: ItemRow,
    state: State,
    answer_form: AnswerForm | None = None,
    kind_form: KindForm | None = None,
) -> str:
    spoken = _spoken(seen, row, state)
    current = next((one for one in reversed(spoken) if one.answerable), None)
    opened = _last_remark(seen.loaded, current.response.id) if current is not None else ""
    return render_template(
        "shepherd/position.html",
        seen=seen,
        row=row,
        state=state,
        cell=_cell(seen, row, state),
        spoken=spoken,
        answered=current,
        answer_form=answer_form or AnswerForm(formdata=None, opened=opened),
        kind_form=kind_form or KindForm(formdata=None, opened=opened),
        place=desk.place(),
    )


def _spoken(seen: Round, row: ItemRow, state: State) -> list[Spoken]:
    """Return the responses of this State on this item that the reader may see, oldest first."""
    position = seen.positions[row.version.id, state.code]
    late = {one.id for one in position.late}
    whole = seen.shows_all or state.code == seen.own
    found = []
    for one in seen.loaded.responses:
        if one.version_id != row.version.id or one.state_id != state.id:
            continue
        if not whole and one.id not in late and not resolution.is_shown(seen, one):
            continue
        remarks = resolution.remarks_on(seen, one)
        ended = any(remark.kind in ENDINGS for remark in remarks)
        open_to_answer = may(seen.actor, Act.ANSWER) and one.kind in resolution.OPEN_KINDS and not ended
        found.append(Spoken(one, remarks, one.id in late, open_to_answer))
    return found


def _cell(seen: Round, row: ItemRow, state: State) -> Cell:
    for line in seen.matrix:
        for cell in line.cells:
            if line.row is row and cell.state is state:
                return cell
    raise LookupError(state.code)


def _back(circulation_id: int, response_id: int, made: ResponseRemark) -> Page:
    """Lead back to what the State said; the receipt of what was said of it comes with the answer."""
    response = g.session.get_one(Response, response_id)
    state = g.session.get_one(State, response.state_id)
    location = url_for(
        "shepherd.position",
        circulation_id=circulation_id,
        version_id=response.version_id,
        state_code=state.code,
    )
    return recorded(location, [made.entry_seq])
