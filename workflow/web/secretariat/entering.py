"""Entering what a State wrote on paper or by plain e-mail, on its behalf (rule 26).

What counts from when is decided in `workflow/actions/entering.py`.
"""

from flask import flash, g, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from workflow.actions import entering
from workflow.actions.admitting import Answer
from workflow.domain import zones
from workflow.domain.errors import Invalid
from workflow.domain.mandates import Act
from workflow.domain.terms import CirculationStatus, ResponseKind
from workflow.queries.appointments import key_of
from workflow.queries.cases import load
from workflow.queries.incoming_mail import opened
from workflow.web import moments
from workflow.web.doors import permits
from workflow.web.filters import joined
from workflow.web.forms import refusals
from workflow.web.recorded import recorded
from workflow.web.rounds import Round
from workflow.web.secretariat.blueprint import blueprint
from workflow.web.secretariat.forms import EntryForm
from workflow.web.secretariat.offers import offers
from workflow.web.shepherd import desk

#: What the field of the item says where the State wrote of the whole paper (rule 28).
WHOLE = "whole"


@blueprint.get("/secretariat/circulations/<int:circulation_id>/entry")
@permits(Act.ENTER_ON_BEHALF)
def entry(circulation_id: int) -> str:
    """Show the form of an answer entered on behalf of a State."""
    form = EntryForm()
    form.state.data = request.args.get("state", "")
    seen = desk.seen(circulation_id)
    _quote(form, seen, key_of(request.args.get("reply", "")))
    return _page(form, seen)


@blueprint.post("/secretariat/circulations/<int:circulation_id>/entry")
@permits(Act.ENTER_ON_BEHALF)
def enter(circulation_id: int) -> Response | tuple[str, int]:
    """Enter the answer to one item or the whole paper; after the close this opens disputes, no more."""
    form = EntryForm()
    circulation, now = desk.settled(circulation_id)
    if form.validate():
        with refusals(form) as attempt:
            made = entering.enter_on_behalf(
                g.session,
                circulation,
                by=g.actor,
                now=now,
                state_code=form.state.data,
                answers=_answers(form, circulation.id),
                claimed_at=moments.read(
                    form.claimed_at.data, form.hour.data, form.zone.data or "", "claimed_at"
                ),
                evidence=form.evidence.data,
            )
        if attempt:
            places = [one.entry_seq for one in made]
            flash(_said(circulation.status, places), "success")
            return recorded(url_for("secretariat.circulation", circulation_id=circulation_id), places)
    return _page(form, desk.seen(circulation_id)), form.status


def _quote(form: EntryForm, seen: Round, message_id: int | None) -> None:
    """Fill in when a message arrived that came by e-mail, and where it is kept; a person copies the words."""
    if message_id is None:
        return
    message = opened(g.session, g.body.id, message_id).came.message
    form.zone.data = seen.circulation.zone
    # Never later than it was: an objection must not become late by a fraction of a second.
    arrived = zones.local(message.arrived_at.replace(microsecond=0), seen.circulation.zone)
    form.claimed_at.data, form.hour.data = arrived.date(), arrived.time()
    form.evidence.data = gettext(
        "E-mail from %(sender)s, message %(number)s of the replies, log entry %(entry)s",
        sender=message.sender,
        number=message.id,
        entry=message.entry_seq,
    )


def _answers(form: EntryForm, circulation_id: int) -> list[Answer]:
    whole = form.item.data == WHOLE
    if not whole and not form.item.data.isdecimal():
        raise Invalid("Choose the item.", field="item")
    answer = Answer(
        version_id=0 if whole else int(form.item.data),
        kind=ResponseKind(form.kind.data),
        reasons=form.reasons.data or "",
        passage=form.passage.data or "",
        cure=form.cure.data or "",
    )
    return entering.on_the_whole(load(g.session, circulation_id), answer) if whole else [answer]


def _said(status: CirculationStatus | None, places: list[int]) -> str:
    if status is CirculationStatus.CLOSED:
        return ngettext(
            "Entered, log position %(places)s. The circulation was closed: this opened a dispute.",
            "Entered, log positions %(places)s. The circulation was closed: this opened %(num)d disputes.",
            len(places),
            places=joined(places),
        )
    return ngettext(
        "Entered on behalf of the State, log position %(places)s. The State is sent a copy.",
        "Entered on behalf of the State, log positions %(places)s. The State is sent a copy.",
        len(places),
        places=joined(places),
    )


def _page(form: EntryForm, seen: Round) -> str:
    zone = seen.circulation.zone
    form.state.choices = offers(gettext("Choose"), [(one.code, one.name) for one in seen.loaded.states])
    form.item.choices = offers(
        gettext("Choose"),
        [
            (WHOLE, gettext("The whole paper: every item still in the circulation")),
            *(
                (str(row.version.id), f"{row.entry.position}. {row.version.title}")
                for row in seen.loaded.items
            ),
        ],
    )
    zones = moments.zone_choices(seen.loaded.states, zone, "UTC", at=seen.now)
    form.zone.choices = [SelectChoice(value=name, label=label) for name, label in zones]
    if form.zone.data is None:
        form.zone.data = zone
    return render_template("secretariat/entry.html", form=form, seen=seen)
