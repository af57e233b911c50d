"""Preparing a circulation, the first two steps: what is sent, and who agreed to the procedure.

The deadline is in `deadlines`, letters and dispatch in `dispatching`; what is lawful is in the actions.
"""

from itertools import groupby
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from workflow import db
from workflow.actions import preparing
from workflow.actions.preparing import Plan, require_preparation
from workflow.domain.errors import Invalid
from workflow.domain.mandates import Act
from workflow.models.circulation import Circulation
from workflow.models.document import Document
from workflow.papers.differences import VersionDifference, version_difference
from workflow.queries.circulations import Choice, choices, meetings
from workflow.web.doors import permits
from workflow.web.filters import day
from workflow.web.forms import refusals
from workflow.web.keys import every_asked
from workflow.web.shepherd import desk
from workflow.web.shepherd.blueprint import blueprint
from workflow.web.shepherd.forms import AuthorityForm, ItemsForm
from workflow.web.shepherd.steps import steps

Answer = Response | tuple[str, int]
Offered = list[tuple[Document, list[tuple[Choice, VersionDifference | None]]]]


@blueprint.get("/circulations/new")
@permits(Act.PREPARE)
def beginning() -> str:
    """Show the form that begins a preparation; `draft` in the address chooses drafts beforehand."""
    form = ItemsForm()
    form.items.data = every_asked("draft")
    offered = choices(g.session, g.body.id)
    form.title.data = _proposed_title(offered, form.items.data)
    return _items_page(form, None)


@blueprint.post("/circulations/new")
@permits(Act.PREPARE)
def begin() -> Answer:
    """Begin a preparation with its items."""
    form = ItemsForm()
    if form.validate():
        with refusals(form) as attempt:
            plan = Plan(**_chosen(form))
            made = preparing.prepare(g.session, by=g.actor, now=db.now(g.session), body=g.body, plan=plan)
        if attempt:
            return redirect(url_for("shepherd.authority", circulation_id=made.id))
    return _items_page(form, None), form.status


@blueprint.get("/preparations/<int:circulation_id>/items")
@permits(Act.PREPARE)
def items(circulation_id: int) -> str | Response:
    """Show what is sent, to be changed."""
    circulation = desk.prepared(circulation_id)
    if circulation.status is not None:
        return _dispatched(circulation_id)
    plan = desk.plan_of(circulation)
    form = ItemsForm(data={"items": list(plan.version_ids), "package": plan.package})
    form.title.data, form.message.data = plan.title, plan.message
    return _items_page(form, circulation)


@blueprint.post("/preparations/<int:circulation_id>/items")
@permits(Act.PREPARE)
def choose_items(circulation_id: int) -> Answer:
    """Change what is sent."""
    form = ItemsForm()
    circulation, now = desk.prepared_locked(circulation_id)
    if form.validate():
        with refusals(form) as attempt:
            desk.write_plan(circulation, now, **_chosen(form))
        if attempt:
            return redirect(url_for("shepherd.authority", circulation_id=circulation_id))
    return _items_page(form, circulation), form.status


@blueprint.get("/preparations/<int:circulation_id>/authority")
@permits(Act.PREPARE)
def authority(circulation_id: int) -> str | Response:
    """Show which meeting agreed to the procedure, and whether it is urgent, to be changed."""
    circulation = desk.prepared(circulation_id)
    if circulation.status is not None:
        return _dispatched(circulation_id)
    form = AuthorityForm(
        meeting=str(circulation.authority_meeting_id or ""),
        authority_note=circulation.authority_note,
        urgent=circulation.urgent,
        urgent_reasons=circulation.urgent_reasons,
    )
    return _authority_page(form, circulation)


@blueprint.post("/preparations/<int:circulation_id>/authority")
@permits(Act.PREPARE)
def choose_authority(circulation_id: int) -> Answer:
    """Change the authority and the urgency."""
    form = AuthorityForm()
    circulation, now = desk.prepared_locked(circulation_id)
    if form.validate():
        with refusals(form) as attempt:
            desk.write_plan(
                circulation,
                now,
                meeting_id=_meeting(form),
                authority_note=form.authority_note.data or "",
                urgent=form.urgent.data,
                urgent_reasons=form.urgent_reasons.data or "",
            )
        if attempt:
            return redirect(url_for("shepherd.deadline", circulation_id=circulation_id))
    return _authority_page(form, circulation), form.status


@blueprint.get("/preparations/<int:circulation_id>/discard")
@permits(Act.PREPARE)
def discarding(circulation_id: int) -> str | Response:
    """Ask whether a preparation is to be thrown away."""
    circulation = desk.prepared(circulation_id)
    if circulation.status is not None:
        return _dispatched(circulation_id)
    return render_template("shepherd/discard.html", circulation=circulation)


@blueprint.post("/preparations/<int:circulation_id>/discard")
@permits(Act.PREPARE)
def discard(circulation_id: int) -> Response:
    """Throw a preparation away; its drafts stay."""
    circulation, now = desk.prepared_locked(circulation_id)
    preparing.discard(g.session, circulation, by=g.actor, now=now)
    flash(gettext("The preparation is gone. Its drafts are still there."), "success")
    return redirect(url_for("shepherd.circulations"))


def _chosen(form: ItemsForm) -> dict[str, Any]:
    return {
        "version_ids": tuple(form.items.data or ()),
        "title": form.title.data or "",
        "message": form.message.data or "",
        "package": form.package.data,
    }


def _meeting(form: AuthorityForm) -> int | None:
    """Return the meeting chosen, which must be one of this body's."""
    if not form.meeting.data:
        return None
    known = {str(one.id): one.id for one in meetings(g.session, g.body.id)}
    if form.meeting.data not in known:
        raise Invalid(
            gettext("There is no such meeting."), remedy=gettext("Choose one of the list."), field="meeting"
        )
    return known[form.meeting.data]


def _offered() -> Offered:
    found = choices(g.session, g.body.id)
    return [
        (
            document,
            [(one, version_difference(one.in_force, one.version) if one.in_force else None) for one in group],
        )
        for document, group in groupby(found, key=lambda one: one.document)
    ]


def _proposed_title(offered: list[Choice], chosen: list[int]) -> str:
    documents = {one.document.title for one in offered if not chosen or one.version.id in chosen}
    return documents.pop() if len(documents) == 1 else ""


def _items_page(form: ItemsForm, circulation: Circulation | None) -> str:
    if circulation is not None and circulation.status is not None:
        require_preparation(circulation)
    form.items.choices = []
    return render_template(
        "shepherd/items.html",
        form=form,
        offered=_offered(),
        chosen=set(form.items.data or ()),
        circulation=circulation,
        steps=steps(circulation),
    )


def _authority_page(form: AuthorityForm, circulation: Circulation) -> str:
    require_preparation(circulation)
    form.meeting.choices = [("", gettext("Choose the meeting"))] + [
        (str(one.id), f"{one.name}, {day(one.held_on)}" if one.held_on else _planned(one.name))
        for one in meetings(g.session, g.body.id)
    ]
    return render_template(
        "shepherd/authority.html", form=form, circulation=circulation, steps=steps(circulation)
    )


def _planned(name: str) -> str:
    return gettext("%(meeting)s (no date is known)", meeting=name)


def _dispatched(circulation_id: int) -> Response:
    return redirect(url_for("shepherd.circulation", circulation_id=circulation_id))
