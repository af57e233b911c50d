"""The answer page: every item of a circulation, what the State says of each, and the drafts of its office.

Recording the answers is in `lodging`; the words of the page that asks for confirmation are in `sayings`.
"""

from uuid import uuid4

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from workflow.actions import closing, drafts
from workflow.actions.admitting import BREAKING, Answer
from workflow.domain.errors import Invalid, NotAllowed, StaleVersion
from workflow.domain.mandates import Act, require
from workflow.domain.positions import strength
from workflow.domain.terms import ResponseKind
from workflow.domain.texts import clean
from workflow.queries.own_responses import lodged
from workflow.queries.own_words import Answered as Said
from workflow.web.doors import permits
from workflow.web.focal_point import sayings
from workflow.web.focal_point.blueprint import blueprint
from workflow.web.focal_point.forms import (
    AnswersForm,
    answers,
    answers_form,
    chosen_kind,
    draft_answers,
    draft_mark,
    left_out,
    settle_rest,
    start_from,
)
from workflow.web.focal_point.opening import acknowledge
from workflow.web.focal_point.sheets import Sheet, sheet
from workflow.web.forms import refusals
from workflow.web.keys import asked
from workflow.web.wording import word

Answered = str | Response | tuple[str, int]


@blueprint.get("/desk/<int:circulation_id>")
@permits(Act.READ_OWN_DESK)
def circulation(circulation_id: int) -> str:
    """Show every item with its difference, and take an answer to each."""
    page = sheet(circulation_id)
    form = answers_form(page)
    start = asked("start")
    if start is not None:
        start_from(form, page, start, request.args.get("kind", ""))
    shown = answer_page(form, page)
    acknowledge(page)
    return shown


@blueprint.post("/desk/<int:circulation_id>")
@permits(Act.DRAFT_RESPONSE)
def check(circulation_id: int) -> Answered:
    """Say the answers in words without recording them, keep them as a draft, or go on writing."""
    if "save" in request.form:
        return _save(circulation_id)
    page = sheet(circulation_id)
    form = answers_form(page)
    if "back" in request.form:
        return answer_page(form, page)
    given = _checked(form, page) if form.validate() and _speaks(form, page) else []
    if form.errors or form.form_errors:
        return refused(form, page)
    if lodged(g.session, g.actor.state_id, str(form.key.data)):
        # This form was recorded already; what is written now is another submission.
        form.key.data = str(uuid4())
    return _confirm(form, page, given)


def answer_page(form: AnswersForm, page: Sheet) -> str:
    """Return the page with its form."""
    return render_template("focal_point/answer.html", form=form, page=page, state=page.asked.state)


def refused(form: AnswersForm, page: Sheet) -> tuple[str, int]:
    """Return the page with what was refused; it now shows, and will name, what is recorded by now."""
    mark_stale(form, page)
    form.shows(page)
    return answer_page(form, page), form.status


def is_whole(form: AnswersForm) -> bool:
    """Tell whether the State objects to the whole document (rule 28)."""
    return "whole" in request.form


def whole_words(form: AnswersForm) -> tuple[str, str]:
    """Return the reasons and the curing wording of an objection to the whole; raises Invalid."""
    reasons = clean(form.whole_reasons.data, "whole_reasons")
    return reasons, clean(form.whole_cure.data, "whole_cure")


def mark_stale(form: AnswersForm, page: Sheet) -> None:
    """Put beside each answered item what a colleague said meanwhile (rule 24)."""
    if is_whole(form):
        return
    for item in page.items:
        latest, kind = item.asked.latest, chosen_kind(form, item)
        seen = form.part("replaces", item.version_id)
        if latest is None or kind is None or seen == str(latest.response.id) or _is_stronger(kind, latest):
            continue
        said = gettext(
            "%(name)s answered it for %(state)s meanwhile: %(kind)s. Your answer is not recorded; "
            "read that one, then replace it if your State wants to.",
            name=latest.name,
            state=page.name,
            kind=word(latest.response.kind),
        )
        form.overtaken(item.version_id, said)


def _is_stronger(kind: ResponseKind, latest: Said) -> bool:
    """Tell whether an answer is taken though a colleague answered meanwhile (rule 24)."""
    ended = latest.response.kind in BREAKING and not latest.stands
    stronger = strength(kind) > strength(latest.response.kind, ended=ended)
    return kind is ResponseKind.OBJECTION or stronger


def _speaks(form: AnswersForm, page: Sheet) -> bool:
    """Tell whether the reader may submit here; else say on the form what to do instead (rules 23, 32)."""
    if page.may_speak:
        return True
    try:
        require(g.actor, Act.LODGE, state=g.actor.state)
    except NotAllowed as error:
        form.refuse(Invalid(error.message, remedy=error.remedy))
        return False
    form.refuse(Invalid("Your State takes no position in this circulation."))
    return False


def _checked(form: AnswersForm, page: Sheet) -> list[Answer]:
    """Return what would be recorded, with every refusal that can be known now on the form."""
    try:
        if is_whole(form):
            return _whole(form, page)
        given = answers(form, page)
    except Invalid as error:
        form.refuse(error)
        return []
    mark_stale(form, page)
    cleaned = []
    for answer in given:
        if page.item(answer.version_id).asked.is_gone:
            form.refuse(_gone(f"kind-{answer.version_id}"))
        try:
            cleaned.append(answer.cleaned())
        except Invalid as error:
            form.refuse(error)
    if not given:
        form.refuse(Invalid("No item is answered.", remedy="Choose an answer for at least one item."))
    return cleaned


def _whole(form: AnswersForm, page: Sheet) -> list[Answer]:
    reasons, cure = whole_words(form)
    standing = [item for item in page.items if not item.asked.is_gone]
    if not standing:
        raise Invalid("No item is in this circulation any more.", remedy="See what replaced its items.")
    return [Answer(item.version_id, ResponseKind.OBJECTION, reasons, cure=cure) for item in standing]


def _confirm(form: AnswersForm, page: Sheet, given: list[Answer]) -> str:
    found = sayings.lines(page, given)
    whole = is_whole(form)
    left = [] if whole else [item.number for item in page.items if left_out(form, item)]
    if not whole:
        settle_rest(form, given)
    return render_template(
        "focal_point/confirm.html",
        form=form,
        page=page,
        state=page.asked.state,
        lines=found,
        whole=whole,
        summary=sayings.summary(page, found),
        effects=sayings.effects(page, found),
        left_out=left,
        label=sayings.button(page, len(found)),
    )


def _save(circulation_id: int) -> Answered:
    circulation, now = closing.settled(g.session, circulation_id)
    page = sheet(circulation_id)
    form = answers_form(page)
    if form.validate():
        kept = [one for one in draft_answers(form, page) if _is_kept(form, page, one)]
        if not form.errors:
            with refusals(form) as attempt:
                drafts.save(g.session, circulation, kept, by=g.actor, now=now)
            if attempt:
                told = gettext(
                    "The draft is saved. Only %(state)s sees it; nothing is sent.", state=page.name
                )
                flash(told, "success")
                return redirect(url_for("focal_point.circulation", circulation_id=circulation_id))
    form.shows(page)
    return answer_page(form, page), form.status


def _is_kept(form: AnswersForm, page: Sheet, given: drafts.DraftAnswer) -> bool:
    """Tell whether to keep what was written on an item; what cannot be kept is said on the form.

    A colleague's draft that the writer has not seen is never overwritten.
    """
    item = page.item(given.version_id)
    prepared, field = item.asked.prepared, f"kind-{given.version_id}"
    if item.asked.is_gone:
        if not given.is_empty:
            form.refuse(_gone(field))
        return False
    if prepared is None or form.part("draft", given.version_id) == draft_mark(item):
        return True
    if not given.is_empty:
        told = gettext("%(name)s saved a draft on this item meanwhile.", name=prepared.name)
        form.refuse(StaleVersion(told, remedy="Read it beside your own words, then save again.", field=field))
    return False


def _gone(field: str) -> StaleVersion:
    return StaleVersion(
        "This text is not before the States any more; nothing is recorded on it.",
        remedy="Set the item to “No answer yet”, empty its fields, and read what replaced it.",
        field=field,
    )
