"""Replies that came by e-mail: what waits for a person, everything that came, and what was found of each.

An answer of a State is entered in `entering`, a letter that came back is recorded in `letters`.
"""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from workflow.actions import incoming
from workflow.domain.mandates import Act
from workflow.domain.terms import MailSettlement
from workflow.queries.appointments import key_of
from workflow.queries.incoming_mail import Opened, came, opened, reading
from workflow.web.doors import permits
from workflow.web.forms import refusals
from workflow.web.secretariat.blueprint import blueprint
from workflow.web.secretariat.forms import SettleMailForm
from workflow.web.wording import word


@blueprint.get("/secretariat/replies")
@permits(Act.ENTER_ON_BEHALF)
def replies() -> str:
    """Show what waits for a person, or everything that came."""
    everything = bool(request.args.get("all"))
    before = key_of(request.args.get("before", ""))
    page = came(g.session, g.body.id, waiting=not everything, before=before)
    kept: dict[str, Any] = {"all": 1} if everything else {}
    return render_template(
        "secretariat/replies.html",
        page=page,
        everything=everything,
        mailbox=reading(g.session, g.body.id),
        older=url_for("secretariat.replies", before=page.older, **kept) if page.older is not None else None,
        newest=url_for("secretariat.replies", **kept) if before is not None else None,
    )


@blueprint.get("/secretariat/replies/<int:message_id>")
@permits(Act.ENTER_ON_BEHALF)
def reply(message_id: int) -> str:
    """Show one message, and what can be done about it."""
    return _page(opened(g.session, g.body.id, message_id), _form())


@blueprint.post("/secretariat/replies/<int:message_id>")
@permits(Act.ENTER_ON_BEHALF)
def settle_reply(message_id: int) -> tuple[str, int] | AnyResponse:
    """Mark a message as entered on behalf of its State, or as needing nothing (rule 26)."""
    form = _form()
    one = opened(g.session, g.body.id, message_id)
    if form.validate():
        with refusals(form) as attempt:
            settlement, note = MailSettlement(form.settlement.data), form.note.data
            incoming.settle(g.session, message_id, settlement, by=g.actor, now=g.now, note=note)
        if attempt:
            flash(gettext("Recorded. The message stays in the list of everything that came."), "success")
            return redirect(url_for("secretariat.replies"))
    return _page(one, form), form.status


def _form() -> SettleMailForm:
    form = SettleMailForm()
    form.settlement.choices = [(str(one), word(one)) for one in MailSettlement]
    return form


def _page(one: Opened, form: SettleMailForm) -> str:
    hints = {
        MailSettlement.ENTERED: gettext("The answer stands in its circulation, on behalf of the State."),
        MailSettlement.NOTHING: gettext("It is no answer of a State. Say why."),
    }
    return render_template(
        "secretariat/reply.html",
        one=one,
        message=one.came.message,
        form=form,
        hints={str(settlement): hint for settlement, hint in hints.items()},
    )
