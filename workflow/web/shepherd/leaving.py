"""What leaves a circulation: items withdrawn, the whole withdrawn, referred or deferred to a meeting.

What each does is in `workflow/actions/withdrawing.py` and `deferring.py`.
"""

from collections.abc import Callable
from datetime import datetime

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from workflow.actions import deferring, withdrawing
from workflow.domain.mandates import Act
from workflow.models.circulation import Circulation
from workflow.web.doors import permits
from workflow.web.forms import refusals
from workflow.web.shepherd import desk
from workflow.web.shepherd.blueprint import blueprint
from workflow.web.shepherd.forms import ReasonForm

Answer = Response | tuple[str, int]
Doing = Callable[[Circulation, datetime, str], None]


@blueprint.get("/circulations/<int:circulation_id>/withdrawals")
@permits(Act.WITHDRAW)
def withdrawals(circulation_id: int) -> str:
    """Show the items that can be withdrawn, one by one."""
    return render_template("shepherd/withdrawals.html", seen=desk.seen(circulation_id))


@blueprint.get("/circulations/<int:circulation_id>/items/<int:version_id>/withdraw")
@permits(Act.WITHDRAW)
def item_withdrawal(circulation_id: int, version_id: int) -> str:
    """Show the form that takes one item out."""
    return _page("shepherd/withdraw_item.html", None, circulation_id, version_id)


@blueprint.post("/circulations/<int:circulation_id>/items/<int:version_id>/withdraw")
@permits(Act.WITHDRAW)
def withdraw_item(circulation_id: int, version_id: int) -> Answer:
    """Take one item out of a running circulation, or off a meeting's list (rule 31a)."""

    def act(circulation: Circulation, now: datetime, reason: str) -> None:
        withdrawing.withdraw_item(g.session, circulation, version_id, by=g.actor, now=now, reason=reason)

    done = gettext("The item is withdrawn. Every State is told.")
    return _answered("shepherd/withdraw_item.html", circulation_id, act, done, version_id)


@blueprint.get("/circulations/<int:circulation_id>/withdraw")
@permits(Act.WITHDRAW)
def withdrawal(circulation_id: int) -> str:
    """Show the form that withdraws the circulation."""
    return _page("shepherd/withdraw.html", None, circulation_id)


@blueprint.post("/circulations/<int:circulation_id>/withdraw")
@permits(Act.WITHDRAW)
def withdraw(circulation_id: int) -> Answer:
    """Withdraw a running circulation with all its undecided items (rule 31a)."""

    def act(circulation: Circulation, now: datetime, reason: str) -> None:
        withdrawing.withdraw_circulation(g.session, circulation, by=g.actor, now=now, reason=reason)

    done = gettext("The circulation is withdrawn. Every State is told.")
    return _answered("shepherd/withdraw.html", circulation_id, act, done)


@blueprint.get("/circulations/<int:circulation_id>/refer")
@permits(Act.REFER)
def referral(circulation_id: int) -> str:
    """Show the form that sends a held circulation to the next meeting."""
    return _page("shepherd/refer.html", None, circulation_id)


@blueprint.post("/circulations/<int:circulation_id>/refer")
@permits(Act.REFER)
def refer(circulation_id: int) -> Answer:
    """Close a held circulation and send what is undecided to the next meeting (rule 31)."""

    def act(circulation: Circulation, now: datetime, reason: str) -> None:
        deferring.refer(g.session, circulation, by=g.actor, now=now, reason=reason)

    done = gettext("It is sent to the next meeting. Every State is told.")
    return _answered("shepherd/refer.html", circulation_id, act, done)


@blueprint.get("/circulations/<int:circulation_id>/items/<int:version_id>/defer")
@permits(Act.DEFER)
def deferral(circulation_id: int, version_id: int) -> str:
    """Show the form that puts a stopped item on the next meeting’s list."""
    return _page("shepherd/defer.html", None, circulation_id, version_id)


@blueprint.post("/circulations/<int:circulation_id>/items/<int:version_id>/defer")
@permits(Act.DEFER)
def defer(circulation_id: int, version_id: int) -> Answer:
    """Put a stopped item of a closed circulation on the next meeting's list (rule 31)."""

    def act(circulation: Circulation, now: datetime, reason: str) -> None:
        deferring.defer(g.session, circulation, version_id, by=g.actor, now=now, reason=reason)

    done = gettext("The item is on the next meeting’s list.")
    return _answered("shepherd/defer.html", circulation_id, act, done, version_id)


def _answered(
    template: str, circulation_id: int, act: Doing, done: str, version_id: int | None = None
) -> Answer:
    """Do one act with its reason under the lock, or give the form back with why not."""
    form = ReasonForm()
    circulation, now = desk.settled(circulation_id)
    if form.validate():
        with refusals(form) as attempt:
            desk.require_as_opened(form, circulation)
            act(circulation, now, form.reason.data or "")
        if attempt:
            flash(done, "success")
            return redirect(url_for("shepherd.circulation", circulation_id=circulation_id))
    return _page(template, form, circulation_id, version_id), form.status


def _page(template: str, form: ReasonForm | None, circulation_id: int, version_id: int | None = None) -> str:
    seen = desk.seen(circulation_id)
    row = seen.loaded.row(version_id) if version_id is not None else None
    form = form or ReasonForm(opened=desk.fingerprint(seen.circulation))
    return render_template(template, form=form, seen=seen, row=row, place=desk.place())
