"""Preparing a circulation, the last two steps: reading the letters, and dispatching it.

What dispatch freezes and refuses is in `workflow/actions/dispatching.py`.
"""

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from workflow.actions import preparing
from workflow.actions.dispatching import dispatch as dispatch_action
from workflow.domain.errors import NotFound
from workflow.domain.mandates import Act, may
from workflow.models.body import State
from workflow.models.circulation import Circulation
from workflow.notices.previews import letter_to
from workflow.queries.cases import Loaded, load
from workflow.queries.people import addressees
from workflow.web.doors import permits
from workflow.web.forms import DoorForm, refusals
from workflow.web.shepherd import desk
from workflow.web.shepherd.blueprint import blueprint
from workflow.web.shepherd.deadlines import roster, unlawful
from workflow.web.shepherd.steps import steps

Answer = Response | tuple[str, int]


@blueprint.get("/preparations/<int:circulation_id>/letters")
@permits(Act.PREPARE)
def letters(circulation_id: int) -> str | Response:
    """Show the letter as a State will receive it; `state` in the address chooses which."""
    circulation = desk.prepared(circulation_id)
    if circulation.status is not None:
        return redirect(url_for("shepherd.circulation", circulation_id=circulation_id))
    states, unreachable = roster(circulation.zone)
    asked = request.args.get("state", states[0].code)
    chosen = next((one for one in states if one.code == asked), None)
    if chosen is None:
        raise NotFound("This State is sent no letter of this circulation.", remedy="Choose one of the list.")
    loaded = load(g.session, circulation_id)
    loaded.states = states
    lacking = _lacking(loaded)
    written_to = addressees(g.session, g.body.id, g.now)
    readers = written_to.get(chosen.id, [])
    # In the language and under the address of who reads it first; one's own where nobody is appointed yet.
    first = readers[0] if readers else g.person
    return render_template(
        "shepherd/letters.html",
        circulation=circulation,
        steps=steps(circulation),
        states=states,
        unreachable=unreachable,
        chosen=chosen,
        lacking=lacking,
        readers=readers,
        beside=_beside(states, chosen),
        total=sum(len(written_to.get(state.id, [])) for state in states),
        letter=letter_to(g.session, loaded, chosen, first, now=g.now) if not lacking else None,
    )


@blueprint.post("/preparations/<int:circulation_id>/test-letter")
@permits(Act.PREPARE)
def send_test_letter(circulation_id: int) -> Response:
    """Send the letter to oneself; it serves nobody."""
    circulation, now = desk.prepared_locked(circulation_id)
    preparing.test_letter(g.session, circulation, by=g.actor, now=now)
    flash(gettext("A test letter to %(address)s is on its way.", address=g.person.email), "success")
    return redirect(url_for("shepherd.letters", circulation_id=circulation_id))


@blueprint.get("/preparations/<int:circulation_id>")
@permits(Act.READ_ALL_POSITIONS)
def preparation(circulation_id: int) -> str | Response:
    """Show all that would be dispatched, and what is missing."""
    circulation = desk.prepared(circulation_id)
    if circulation.status is not None:
        return redirect(url_for("shepherd.circulation", circulation_id=circulation_id))
    return _page(DoorForm(), circulation)


@blueprint.post("/preparations/<int:circulation_id>/dispatch")
@permits(Act.DISPATCH)
def dispatch(circulation_id: int) -> Answer:
    """Dispatch the preparation; a second click finds it done and dispatches nothing again."""
    form = DoorForm()
    circulation, now = desk.prepared_locked(circulation_id)
    if circulation.status is not None and circulation.dispatched_by == g.actor.public_id:
        flash(gettext("It was dispatched already as %(symbol)s.", symbol=circulation.symbol), "message")
        return redirect(url_for("shepherd.circulation", circulation_id=circulation_id))
    if form.validate():
        with refusals(form) as attempt:
            dispatch_action(g.session, circulation, by=g.actor, now=now)
        if attempt:
            flash(gettext("Dispatched as %(symbol)s.", symbol=circulation.symbol), "success")
            return redirect(url_for("shepherd.circulation", circulation_id=circulation_id))
    g.session.refresh(circulation)
    return _page(form, circulation), form.status


def _page(form: DoorForm, circulation: Circulation) -> str:
    states, unreachable = roster(circulation.zone)
    loaded = load(g.session, circulation.id)
    missing = [*_lacking(loaded), *_authority(loaded)]
    if unreachable:
        names = ", ".join(state.name for state in unreachable)
        missing.append((gettext("A contact point for: %(names)s.", names=names), "shepherd.preparation"))
    return render_template(
        "shepherd/dispatch.html",
        form=form,
        circulation=circulation,
        steps=steps(circulation),
        loaded=loaded,
        states=states,
        missing=missing,
        refusal=unlawful(circulation) if not missing else "",
        question=_question(loaded, states),
        may_prepare=may(g.actor, Act.PREPARE),
    )


def _beside(states: list[State], chosen: State) -> tuple[State | None, State | None]:
    """Return the States before and after one in the list."""
    place = states.index(chosen)
    before = states[place - 1] if place else None
    return before, states[place + 1] if place + 1 < len(states) else None


def _lacking(loaded: Loaded) -> list[tuple[str, str]]:
    """Return what even a letter needs: a sentence and the step that helps."""
    found = []
    if not loaded.items:
        found.append((gettext("No item is chosen."), "shepherd.items"))
    if loaded.circulation.deadline is None:
        found.append((gettext("There is no deadline yet."), "shepherd.deadline"))
    return found


def _authority(loaded: Loaded) -> list[tuple[str, str]]:
    if loaded.meeting is None:
        return [(gettext("The meeting that agreed to this procedure is not named."), "shepherd.authority")]
    return []


def _question(loaded: Loaded, states: list[State]) -> str:
    items = ngettext("%(num)d item", "%(num)d items", len(loaded.items))
    return ngettext(
        "Dispatch %(items)s to %(num)d State now",
        "Dispatch %(items)s to %(num)d States now",
        len(states),
        items=items,
    )
