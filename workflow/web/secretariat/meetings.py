"""The meetings of the body: adding and dating them, and what awaits the next one; page by key, and as files.

What a meeting decides of one circulation is in `decisions`.
"""

from collections.abc import Iterator, Sequence

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from workflow.actions import meetings as acts
from workflow.domain.errors import NotFound
from workflow.domain.formula import formula
from workflow.domain.mandates import Act
from workflow.models.body import Meeting
from workflow.models.circulation import Circulation
from workflow.papers.csv_rows import Cell
from workflow.queries.agenda import OnAgenda, agenda, not_noted
from workflow.queries.agenda import meetings as listed
from workflow.queries.appointments import key_of
from workflow.web.doors import permits
from workflow.web.forms import DoorForm, refusals
from workflow.web.secretariat.blueprint import blueprint
from workflow.web.secretariat.forms import MeetingDayForm, MeetingForm
from workflow.web.sentences import tongue
from workflow.web.spreadsheets import csv_file

_AT_ONCE = 200


@blueprint.get("/secretariat/meetings")
@permits(Act.MANAGE_MEETINGS)
def meetings() -> str:
    """Show the meetings, and what awaits the next one."""
    return _page(MeetingForm())


@blueprint.post("/secretariat/meetings")
@permits(Act.MANAGE_MEETINGS)
def add_meeting() -> AnyResponse | tuple[str, int]:
    """Add a meeting."""
    form = MeetingForm()
    if form.validate():
        with refusals(form) as attempt:
            made = acts.add_meeting(
                g.session,
                by=g.actor,
                now=g.now,
                body=g.body,
                name=form["name"].data,
                held_on=form.held_on.data,
            )
        if attempt:
            flash(gettext("%(meeting)s is added.", meeting=made.name), "success")
            return redirect(url_for("secretariat.meetings"))
    return _page(form), form.status


@blueprint.get("/secretariat/meetings/<int:meeting_id>/day")
@permits(Act.MANAGE_MEETINGS)
def meeting_day(meeting_id: int) -> str:
    """Show the form for the first day of a meeting."""
    return _day_page(MeetingDayForm(), meeting_id)


@blueprint.post("/secretariat/meetings/<int:meeting_id>/day")
@permits(Act.MANAGE_MEETINGS)
def date_meeting(meeting_id: int) -> AnyResponse | tuple[str, int]:
    """Enter the first day of a meeting that had none."""
    form = MeetingDayForm()
    if form.validate():
        with refusals(form) as attempt:
            acts.date_meeting(g.session, meeting_id, by=g.actor, now=g.now, held_on=form.held_on.data)
        if attempt:
            flash(gettext("The day is entered."), "success")
            return redirect(url_for("secretariat.meetings"))
    return _day_page(form, meeting_id), form.status


@blueprint.get("/secretariat/meetings.csv")
@permits(Act.MANAGE_MEETINGS)
def meetings_csv() -> Response:
    """Give the meetings as a file."""
    header = ("code", "name", "held_on", "printed", "outcomes_noted", "items_endorsed")
    return csv_file("meetings", header, _meeting_rows())


@blueprint.get("/secretariat/agenda.csv")
@permits(Act.MANAGE_MEETINGS)
def agenda_csv() -> Response:
    """Give what awaits the next meeting as a file."""
    header = ("circulation", "item", "key", "title", "version", "sha256", "status", "because")
    return csv_file("next-meeting", header, _agenda_rows())


@blueprint.get("/secretariat/outcomes-to-note.csv")
@permits(Act.MANAGE_MEETINGS)
def to_note_csv() -> Response:
    """Give the outcomes that no meeting has noted as a file."""
    header = ("circulation", "title", "outcome", "deadline", "closed_at")
    rows = ([one.symbol, one.title, str(one.outcome), one.deadline, one.closed_at] for one in _to_note())
    return csv_file("outcomes-to-note", header, rows)


def because(row: OnAgenda) -> str:
    """Return why an item awaits a meeting, as the record says it."""
    deadline = row.circulation.deadline
    assert deadline is not None
    return " ".join(formula(deadline, [row.decided], tongue=tongue()))


def _page(form: DoorForm) -> str:
    after, before = key_of(request.args.get("after", "")), key_of(request.args.get("before", ""))
    waiting = agenda(g.session, g.body.id, after=after or 0)
    rows, older = listed(g.session, g.body.id, before=before)
    return render_template(
        "secretariat/meetings.html",
        form=form,
        waiting=waiting.rows,
        because=because,
        later=url_for("secretariat.meetings", after=waiting.later) if waiting.later else None,
        first=url_for("secretariat.meetings") if after else None,
        not_noted=not_noted(g.session, g.body.id),
        rows=rows,
        older=url_for("secretariat.meetings", before=older) if older else None,
        newest=url_for("secretariat.meetings") if before else None,
    )


def _day_page(form: DoorForm, meeting_id: int) -> str:
    meeting = g.session.get(Meeting, meeting_id)
    if meeting is None or meeting.body_id != g.body.id:
        raise NotFound("There is no such meeting.", remedy="Choose it from the list of meetings.")
    return render_template("secretariat/meeting_day.html", form=form, meeting=meeting)


def _to_note() -> Sequence[Circulation]:
    return not_noted(g.session, g.body.id, limit=None)


def _meeting_rows() -> Iterator[list[Cell]]:
    before: int | None = None
    while True:
        rows, before = listed(g.session, g.body.id, before=before, limit=_AT_ONCE)
        for row in rows:
            one = row.meeting
            yield [one.code, one.name, one.held_on, one.printed, row.noted, row.endorsed]
        if before is None:
            return


def _agenda_rows() -> Iterator[list[Cell]]:
    after: int | None = 0
    while after is not None:
        page = agenda(g.session, g.body.id, after=after, limit=_AT_ONCE)
        for row in page.rows:
            version = row.row.version
            yield [
                row.circulation.symbol,
                row.row.entry.position,
                row.row.item.key,
                version.title,
                version.number,
                version.sha256,
                str(version.status),
                because(row),
            ]
        after = page.later
