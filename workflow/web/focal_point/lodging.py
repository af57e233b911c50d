"""Recording what the State answers: one submission, one transaction, receipts for all of it.

What may be recorded is decided in `workflow/actions/responses.py`, what of a refused submission is recorded
all the same in `workflow/actions/insisting.py`.
"""

from dataclasses import replace
from uuid import uuid4

from flask import g, make_response, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from workflow.actions import closing, responses
from workflow.actions.admitting import Answer
from workflow.actions.insisting import lodge_or_insist
from workflow.domain.errors import Refused, StaleVersion
from workflow.domain.mandates import Act
from workflow.models.circulation import Circulation
from workflow.models.response import Response
from workflow.queries.cases import load
from workflow.queries.own_responses import places
from workflow.web.doors import Later, permits
from workflow.web.focal_point.answer import answer_page, is_whole, refused, whole_words
from workflow.web.focal_point.blueprint import blueprint
from workflow.web.focal_point.forms import NO_ANSWER, AnswersForm, answers, answers_form
from workflow.web.focal_point.sheets import Sheet, sheet
from workflow.web.forms import refusals
from workflow.web.recorded import recorded, signed


@blueprint.post("/desk/<int:circulation_id>/answers")
@permits(Act.LODGE)
def lodge(circulation_id: int) -> str | AnyResponse | tuple[str, int]:
    """Record the answers for the State and hand out the receipts; the same form sent twice gives the same."""
    circulation, now = closing.settled(g.session, circulation_id)
    page = replace(sheet(circulation_id), now=now)
    form = answers_form(page)
    if "back" in request.form:
        return answer_page(form, page)
    if form.validate():
        with refusals(form) as attempt:
            given = _given(form, page, circulation)
            recorded_now, refusal = lodge_or_insist(g.session, circulation, given, by=g.actor, now=now)
            if refusal is None:
                _require_same(recorded_now, given)
        if attempt and refusal is not None:
            return _in_part(form, circulation_id, recorded_now, refusal)
        if attempt:
            page_of_receipts = url_for("focal_point.receipts", lodging=g.actor.idem)
            return recorded(page_of_receipts, places(g.session, recorded_now))
    return refused(form, page)


def _given(form: AnswersForm, page: Sheet, circulation: Circulation) -> list[Answer]:
    if not is_whole(form):
        return answers(form, page)
    reasons, cure = whole_words(form)
    return responses.object_to_all(load(g.session, circulation.id), page.asked.state.code, reasons, cure)


def _in_part(form: AnswersForm, circulation_id: int, taken: list[Response], refusal: Refused) -> Later:
    """Show, once it is committed, what was recorded; the rest can be looked at and sent again (rule 24)."""
    seqs, recorded_as = places(g.session, taken), {one.version_id: str(one.id) for one in taken}

    def answer() -> AnyResponse:
        signed(seqs)
        page = sheet(circulation_id)
        form.key.data = str(uuid4())
        for version, response in recorded_as.items():
            form[f"kind-{version}"].data, form[f"replaces-{version}"].data = NO_ANSWER, response
            for part in ("reasons", "passage", "cure"):
                form[f"{part}-{version}"].data = ""
        form.refuse(refusal)
        form.over_errors = gettext("Only a part is recorded: what stops an item. Please look at the rest:")
        return make_response(refused(form, page))

    return Later(answer)


def _require_same(recorded: list[Response], given: list[Answer]) -> None:
    """Refuse a form that was changed after it was recorded: its key leads to what was recorded."""
    before = {(one.version_id, one.kind, one.reasons, one.passage, one.cure) for one in recorded}
    now = {
        (one.version_id, one.kind, one.reasons, one.passage, one.cure)
        for one in (answer.cleaned() for answer in given)
    }
    if now - before:
        raise StaleVersion(
            "This form was recorded already, with other answers. The change is not recorded.",
            remedy="Check the answers in words once more, then record them.",
        )
