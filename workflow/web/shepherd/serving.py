"""Service from this desk: sending a State the paper again, and the two-person record that it was served.

What service is, is in `workflow/domain/serving.py`; every letter is on the secretariat's desk.
"""

from datetime import datetime

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext, ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from workflow.actions import overriding, serving
from workflow.domain.mandates import Act
from workflow.domain.terms import Letter, Service
from workflow.models.notice import Notice
from workflow.queries.happenings import Happening, happenings
from workflow.web import moments
from workflow.web.doors import permits
from workflow.web.forms import refusals
from workflow.web.rounds import Round
from workflow.web.shepherd import desk
from workflow.web.shepherd.blueprint import blueprint
from workflow.web.shepherd.forms import OverrideForm
from workflow.web.shepherd.missing import waiting_overrides

Answer = Response | tuple[str, int]


@blueprint.post("/circulations/<int:circulation_id>/serve/<state_code>")
@permits(Act.RESERVE)
def serve_again(circulation_id: int, state_code: str) -> Response:
    """Send the circulation letter again to a State's present contact points and alternates (rule 9)."""
    circulation, now = desk.settled(circulation_id)
    state = desk.seen(circulation_id).loaded.state(state_code)
    waiting = select(Notice.id).where(
        Notice.circulation_id == circulation.id,
        Notice.state_id == state.id,
        Notice.letter == Letter.CIRCULATION,
        Notice.status == Service.QUEUED,
    )
    if g.session.scalars(waiting.limit(1)).first() is not None:
        flash(gettext("A letter to %(state)s is waiting to be sent already.", state=state.in_text), "message")
    else:
        count = serving.reserve(g.session, circulation, state_code, by=g.actor, now=now)
        words = ngettext(
            "%(num)d letter to %(state)s is on its way.",
            "%(num)d letters to %(state)s are on their way.",
            count,
            state=state.in_text,
        )
        flash(words, "success")
    return redirect(url_for("shepherd.circulation", circulation_id=circulation_id))


@blueprint.get("/circulations/<int:circulation_id>/override/<state_code>")
@permits(Act.OVERRIDE)
def overriding_form(circulation_id: int, state_code: str) -> str:
    """Show the form by which two persons of two offices treat a State as served."""
    seen = desk.seen(circulation_id)
    form = OverrideForm()
    waiting = _waiting(seen, state_code)
    proposed = [one for one in waiting if one.detail != g.actor.role and one.before is not None]
    if proposed and proposed[0].before is not None:
        form.served_from.data, form.hour.data = moments.fields(proposed[0].before, seen.circulation.zone)
    return _page(form, seen, state_code, waiting)


@blueprint.post("/circulations/<int:circulation_id>/override/<state_code>")
@permits(Act.OVERRIDE)
def override(circulation_id: int, state_code: str) -> Answer:
    """Record that a State is treated as served from an instant, as the first or second person (rule 9)."""
    form = OverrideForm()
    circulation, now = desk.settled(circulation_id)
    if form.validate():
        with refusals(form) as attempt:
            made = overriding.override(
                g.session,
                circulation,
                by=g.actor,
                now=now,
                state_code=state_code,
                served_from=_instant(form, circulation.zone),
                evidence=form.evidence.data,
            )
        if attempt:
            first = gettext("Recorded. It takes effect when the other office records the same.")
            second = gettext("Recorded by both offices: it has taken effect.")
            flash(first if made.second_at is None else second, "success")
            return redirect(url_for("shepherd.circulation", circulation_id=circulation_id))
    seen = desk.seen(circulation_id)
    return _page(form, seen, state_code, _waiting(seen, state_code)), form.status


def _instant(form: OverrideForm, zone: str) -> datetime:
    return moments.read(form.served_from.data, form.hour.data, zone, "served_from")


def _waiting(seen: Round, state_code: str) -> list[Happening]:
    state = seen.loaded.state(state_code)
    return waiting_overrides(happenings(g.session, seen.circulation.id), state.id)


def _page(form: OverrideForm, seen: Round, state_code: str, waiting: list[Happening]) -> str:
    state = seen.loaded.state(state_code)
    return render_template(
        "shepherd/override.html", form=form, seen=seen, state=state, waiting=waiting, place=desk.place()
    )
