"""Caught letters: the list, newest first, one letter as its reader gets it, and its calendar entry.

Catching them is in `workflow/notices/catcher.py`.
"""

from pathlib import Path

from flask import Response, current_app, render_template, url_for
from flask_babel import gettext

from workflow.domain.errors import NotFound
from workflow.notices.catcher import Caught, message, messages
from workflow.web.doors import public
from workflow.web.keys import asked
from workflow.web.mailbox.blueprint import blueprint

#: Letters on one page of the list.
PAGE = 50


@blueprint.get("/")
@public
def index() -> str:
    """Show the caught letters, newest first, `?before=` the number of the last one shown."""
    before = asked("before")
    caught = [one for one in messages(_folder()) if before is None or one.number < before]
    page, more = caught[:PAGE], len(caught) > PAGE
    older = url_for("mailbox.index", before=page[-1].number) if more else None
    return render_template("mailbox/index.html", letters=page, older=older)


@blueprint.get("/<int:number>")
@public
def letter(number: int) -> str:
    """Show one letter."""
    return render_template("mailbox/letter.html", letter=_letter(number))


@blueprint.get("/<int:number>/deadline.ics")
@public
def calendar_entry(number: int) -> Response:
    """Give the calendar entry of a letter as a file."""
    invite = _letter(number).invite
    if invite is None:
        raise NotFound(gettext("This letter has no calendar entry."))
    disposition = {"Content-Disposition": "attachment; filename=deadline.ics"}
    return Response(invite, mimetype="text/calendar", headers=disposition)


def _letter(number: int) -> Caught:
    found = message(_folder(), number)
    if found is None:
        raise NotFound(gettext("There is no such letter."), remedy=gettext("Choose one from the mailbox."))
    return found


def _folder() -> Path:
    return Path(current_app.config["MAILBOX_DIR"])
