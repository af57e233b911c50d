"""What a meeting does with one closed circulation, corrections of its record, and disputes settled.

The meetings themselves are in `meetings`; what these acts change is in `workflow/actions/`.
"""

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from workflow.actions import correcting
from workflow.actions import meetings as acts
from workflow.domain.errors import NotFound
from workflow.domain.mandates import Act
from workflow.models.circulation import Dispute
from workflow.queries.circulations import meetings as known_meetings
from workflow.web.doors import permits
from workflow.web.filters import day
from workflow.web.forms import DoorForm, refusals
from workflow.web.secretariat.blueprint import blueprint
from workflow.web.secretariat.forms import CorrectionForm, DecisionForm, NoteForm, SettlementForm
from workflow.web.secretariat.offers import offers
from workflow.web.shepherd import desk

Answer = Response | tuple[str, int]


@blueprint.get("/secretariat/circulations/<int:circulation_id>/note")
@permits(Act.NOTE_OUTCOME)
def note_outcome(circulation_id: int) -> str:
    """Show the form by which a meeting's noting is recorded."""
    return _meeting_page(NoteForm(), circulation_id)


@blueprint.post("/secretariat/circulations/<int:circulation_id>/note")
@permits(Act.NOTE_OUTCOME)
def note(circulation_id: int) -> Answer:
    """Record that a meeting noted the outcome (rule 38)."""
    form = NoteForm()
    circulation, now = desk.settled(circulation_id)
    if form.validate():
        with refusals(form) as attempt:
            acts.note(
                g.session,
                circulation,
                by=g.actor,
                now=now,
                meeting_id=_key(form),
                noted_on=form.noted_on.data,
                reference=form.reference.data,
            )
        if attempt:
            flash(gettext("Recorded: the meeting noted the outcome."), "success")
            return redirect(url_for("records.record", circulation_id=circulation_id))
    return _meeting_page(form, circulation_id), form.status


@blueprint.get("/secretariat/circulations/<int:circulation_id>/items/<int:version_id>/decision")
@permits(Act.ENDORSE_AT_MEETING)
def decision(circulation_id: int, version_id: int) -> str:
    """Show the form by which a meeting's decision on one item is recorded."""
    return _meeting_page(DecisionForm(), circulation_id, version_id)


@blueprint.post("/secretariat/circulations/<int:circulation_id>/items/<int:version_id>/decision")
@permits(Act.ENDORSE_AT_MEETING)
def endorse(circulation_id: int, version_id: int) -> Answer:
    """Record that a meeting endorsed a broken or deferred item (rule 29)."""
    form = DecisionForm()
    circulation, now = desk.settled(circulation_id)
    if form.validate():
        with refusals(form) as attempt:
            acts.endorse_at_meeting(
                g.session,
                circulation,
                version_id,
                by=g.actor,
                now=now,
                meeting_id=_key(form),
                decision_date=form.decision_date.data,
                reference=form.reference.data,
            )
        if attempt:
            flash(gettext("Recorded: the text is endorsed by the meeting and in force."), "success")
            return redirect(url_for("records.record", circulation_id=circulation_id))
    return _meeting_page(form, circulation_id, version_id), form.status


@blueprint.get("/secretariat/circulations/<int:circulation_id>/correction")
@permits(Act.CORRECT)
def correct(circulation_id: int) -> str:
    """Show the form of a correction."""
    seen = desk.seen(circulation_id)
    return render_template("secretariat/correction.html", form=CorrectionForm(), seen=seen)


@blueprint.post("/secretariat/circulations/<int:circulation_id>/correction")
@permits(Act.CORRECT)
def add_correction(circulation_id: int) -> Answer:
    """Add a correction to a closed record (rule 37)."""
    form = CorrectionForm()
    circulation, now = desk.settled(circulation_id)
    if form.validate():
        with refusals(form) as attempt:
            correcting.correct(g.session, circulation, by=g.actor, now=now, text=form.text.data)
        if attempt:
            flash(gettext("The correction is printed with the record."), "success")
            return redirect(url_for("records.record", circulation_id=circulation_id))
    return render_template(
        "secretariat/correction.html", form=form, seen=desk.seen(circulation_id)
    ), form.status


@blueprint.get("/secretariat/disputes/<int:dispute_id>")
@permits(Act.CORRECT)
def settle_dispute(dispute_id: int) -> str:
    """Show a dispute and the form that settles it."""
    return _dispute_page(SettlementForm(), _dispute(dispute_id))


@blueprint.post("/secretariat/disputes/<int:dispute_id>")
@permits(Act.CORRECT)
def settle(dispute_id: int) -> Answer:
    """Settle a dispute by words of correction or a new circulation (rule 37)."""
    form = SettlementForm()
    dispute = _dispute(dispute_id)
    circulation, now = desk.settled(dispute.circulation_id)
    if form.validate():
        with refusals(form) as attempt:
            correcting.settle(
                g.session,
                dispute_id,
                by=g.actor,
                now=now,
                text=form.text.data or "",
                symbol=form.symbol.data or "",
            )
        if attempt:
            flash(gettext("The dispute is settled; it stays printed with the record."), "success")
            return redirect(url_for("records.record", circulation_id=circulation.id))
    return _dispute_page(form, dispute), form.status


def _key(form: DoorForm) -> int:
    chosen = form["meeting"].data
    return int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0


def _dispute(dispute_id: int) -> Dispute:
    found = g.session.get(Dispute, dispute_id)
    if found is None or found.body_id != g.body.id:
        raise NotFound("There is no such dispute.", remedy="Choose it from the record.")
    return found


def _meeting_page(form: DoorForm, circulation_id: int, version_id: int | None = None) -> str:
    seen = desk.seen(circulation_id)
    known = known_meetings(g.session, g.body.id)
    form["meeting"].choices = offers(
        gettext("Choose"),
        [(str(one.id), f"{one.name}, {day(one.held_on)}" if one.held_on else one.name) for one in known],
    )
    row = seen.loaded.row(version_id) if version_id is not None else None
    template = "secretariat/decision.html" if row is not None else "secretariat/note.html"
    return render_template(template, form=form, seen=seen, row=row)


def _dispute_page(form: DoorForm, dispute: Dispute) -> str:
    seen = desk.seen(dispute.circulation_id)
    response = seen.loaded.response(dispute.response_id) if dispute.response_id is not None else None
    return render_template(
        "secretariat/dispute.html",
        form=form,
        seen=seen,
        dispute=dispute,
        state=seen.loaded.state(seen.loaded.code_by_id[dispute.state_id]),
        response=response,
    )
