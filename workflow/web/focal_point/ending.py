"""Lifting the State's own objection, withdrawing its input, accepting the answer to either.

What ending a blocker does is decided in `workflow/actions/lifting.py`.
"""

from collections.abc import Sequence
from dataclasses import replace

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from workflow.actions import closing, lifting
from workflow.domain.errors import WrongStatus
from workflow.domain.mandates import Act
from workflow.domain.positions import ENDINGS
from workflow.domain.terms import RemarkKind, ResponseKind
from workflow.models.response import ResponseRemark
from workflow.queries.own_words import Answered
from workflow.web.doors import permits
from workflow.web.focal_point.blueprint import blueprint
from workflow.web.focal_point.forms import LiftForm
from workflow.web.focal_point.sheets import Sheet, sheet
from workflow.web.forms import DoorForm, refusals
from workflow.web.recorded import recorded

Shown = str | Response | tuple[str, int]


@blueprint.get("/desk/<int:circulation_id>/responses/<int:response_id>/lift")
@permits(Act.LIFT)
def lifting_page(circulation_id: int, response_id: int) -> Shown:
    """Show what lifting an objection, or withdrawing an input, will do."""
    page = sheet(circulation_id)
    one = page.asked.answered(response_id)
    return _page("lift", LiftForm(), page, one) if one.stands else _done(one)


@blueprint.post("/desk/<int:circulation_id>/responses/<int:response_id>/lift")
@permits(Act.LIFT)
def lift(circulation_id: int, response_id: int) -> Shown:
    """Lift the objection, or withdraw the input."""
    circulation, now = closing.settled(g.session, circulation_id)
    page = replace(sheet(circulation_id), now=now)
    one = page.asked.answered(response_id)
    form = LiftForm()
    if sent_before := _ended_by_reader(one):
        _say_gone()
        return _recorded(response_id, sent_before)
    if form.validate():
        with refusals(form) as attempt:
            text = form.text.data or ""
            ended = lifting.lift(g.session, circulation, response_id, by=g.actor, now=now, text=text)
        if attempt:
            flash(_told(one, page, late=page.is_late), "warning" if page.is_late else "success")
            return _recorded(response_id, [ended])
    return _page("lift", form, page, one), form.status


@blueprint.get("/desk/<int:circulation_id>/responses/<int:response_id>/accept")
@permits(Act.ACCEPT_ANSWER)
def accepting_page(circulation_id: int, response_id: int) -> Shown:
    """Show the answer of the Lead Shepherd, and what accepting it will do."""
    page = sheet(circulation_id)
    one = page.asked.answered(response_id)
    if answer_to(one) is None:
        raise WrongStatus("There is no answer to accept yet.", remedy="Wait for the Lead Shepherd’s answer.")
    return _page("accept", DoorForm(), page, one) if one.stands else _done(one)


@blueprint.post("/desk/<int:circulation_id>/responses/<int:response_id>/accept")
@permits(Act.ACCEPT_ANSWER)
def accept(circulation_id: int, response_id: int) -> Shown:
    """Accept the answer; this ends the State's own objection or input."""
    circulation, now = closing.settled(g.session, circulation_id)
    page = replace(sheet(circulation_id), now=now)
    one = page.asked.answered(response_id)
    form = DoorForm()
    if sent_before := _ended_by_reader(one):
        _say_gone()
        return _recorded(response_id, sent_before)
    if form.validate():
        with refusals(form) as attempt:
            ended = lifting.accept_answer(g.session, circulation, response_id, by=g.actor, now=now)
        if attempt:
            flash(_told(one, page, late=page.is_late), "warning" if page.is_late else "success")
            return _recorded(response_id, [ended])
    return _page("accept", form, page, one), form.status


def answer_to(one: Answered) -> ResponseRemark | None:
    """Return the Lead Shepherd's newest answer to a response, if any."""
    found = [remark for remark in one.remarks if remark.kind is RemarkKind.ANSWERED]
    return found[-1] if found else None


def _ended_by_reader(one: Answered) -> list[ResponseRemark]:
    """Return by what this very person ended it already: the same form sent twice gets the same receipt."""
    return [remark for remark in one.remarks if remark.kind in ENDINGS and remark.person_id == g.person.id]


def _recorded(response_id: int, ended: Sequence[ResponseRemark]) -> Response:
    page_of_receipt = url_for("focal_point.receipt", response_id=response_id)
    return recorded(page_of_receipt, [remark.entry_seq for remark in ended])


def _done(one: Answered) -> Response:
    _say_gone()
    return redirect(url_for("focal_point.receipt", response_id=one.response.id))


def _say_gone() -> None:
    flash(gettext("This does not stand any more. Nothing was recorded twice."), "message")


def _told(one: Answered, page: Sheet, *, late: bool) -> str:
    if late:
        return gettext("It is recorded. It came after the deadline: it is shown to all and changes nothing.")
    if one.response.kind is ResponseKind.OBJECTION:
        return gettext("The objection of %(state)s is lifted. All States are told.", state=page.name)
    return gettext("The input of %(state)s is settled. All States are told.", state=page.name)


def _page(act: str, form: DoorForm, page: Sheet, one: Answered) -> str:
    return render_template(
        f"focal_point/{act}.html",
        form=form,
        page=page,
        state=page.asked.state,
        one=one,
        item=page.item(one.response.version_id),
        given=answer_to(one),
        is_objection=one.response.kind is ResponseKind.OBJECTION,
    )
