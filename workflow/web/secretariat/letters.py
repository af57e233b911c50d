"""The letters: page by key, with filters; one with its text, every attempt and the server's replies; bounces.

Sending them is in `workflow/notices/outbox.py`; sending a State the paper again on the Lead Shepherd's desk.
"""

from collections.abc import Iterator

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from workflow.actions import serving
from workflow.domain.mandates import Act, may
from workflow.domain.terms import RUNNING, Letter, Role, Service
from workflow.papers.csv_rows import Cell
from workflow.queries.appointments import key_of, states
from workflow.queries.letters_sent import Filter, Listed, One, Page, letter, letters
from workflow.queries.log_entries import symbols
from workflow.web.doors import permits
from workflow.web.forms import refusals
from workflow.web.secretariat.blueprint import blueprint
from workflow.web.secretariat.forms import BounceForm
from workflow.web.secretariat.narrowing import LetterNarrowing
from workflow.web.secretariat.offers import offers
from workflow.web.spreadsheets import csv_file

HEADER = (
    "letter",
    "written_at",
    "kind",
    "circulation",
    "state",
    "address",
    "subject",
    "status",
    "attempts",
    "settled_at",
    "reply",
    "message_id",
)
_AT_ONCE = 500
_SECRETARIATS = frozenset({Letter.DRAFT_WAITING, Letter.UNDELIVERED})


@blueprint.get("/secretariat/notices", endpoint="letters")
@permits(Act.READ_NOTICES)
def letters_list() -> str | tuple[str, int]:
    """Show one page of the letters."""
    form = LetterNarrowing()
    form.circulation.choices = offers(
        gettext("All circulations"), [(str(key), symbol) for key, symbol in symbols(g.session, g.body.id)]
    )
    form.state.choices = offers(
        gettext("All States"), [(one.code, one.name) for one in states(g.session, g.body.id)]
    )
    if not form.validate():
        return _list(form, Page((), None)), 422
    return _list(form, _read(key_of(request.args.get("before", ""))))


@blueprint.get("/secretariat/notices.csv")
@permits(Act.READ_NOTICES)
def letters_csv() -> Response:
    """Give all letters of the same filter as a file, without their texts."""
    return csv_file("letters", HEADER, _csv_rows())


@blueprint.get("/secretariat/notices/<int:notice_id>")
@permits(Act.READ_NOTICES)
def notice(notice_id: int) -> str:
    """Show one letter with all that became of it."""
    return _page(_letter(notice_id), BounceForm())


@blueprint.post("/secretariat/notices/<int:notice_id>/bounce")
@permits(Act.RECORD_BOUNCE)
def record_bounce(notice_id: int) -> tuple[str, int] | AnyResponse:
    """Record that a letter came back to the secretariat's mailbox (rules 9, 34)."""
    form = BounceForm()
    one = _letter(notice_id)
    _, now = serving.reached(g.session, one.listed.notice)
    if form.validate():
        with refusals(form) as attempt:
            serving.record_bounce(
                g.session, one.circulation, notice_id, by=g.actor, now=now, detail=form.detail.data
            )
        if attempt:
            flash(gettext("Recorded: what was accepted at this address before no longer counts."), "success")
            return redirect(url_for("secretariat.notice", notice_id=notice_id))
    return _page(_letter(notice_id), form), form.status


def _letter(notice_id: int) -> One:
    return letter(g.session, g.body.id, notice_id, _unseen())


def _unseen() -> frozenset[Letter]:
    """Return the kinds a reader does not see: that a State drafts is known inside that State (rule 23).

    What the secretariat is told of a letter that failed may name such a warning.
    """
    return frozenset() if g.actor.role is Role.SECRETARIAT else _SECRETARIATS


def _read(before: int | None, limit: int | None = None) -> Page:
    given = request.args
    wanted = Filter(
        circulation_id=key_of(given.get("circulation", "")),
        state=given.get("state", ""),
        letter=next((one for one in Letter if one == given.get("letter")), None),
        status=next((one for one in Service if one == given.get("status")), None),
        without=_unseen(),
    )
    options = {} if limit is None else {"limit": limit}
    return letters(g.session, g.body.id, wanted, before=before, **options)


def _list(form: LetterNarrowing, page: Page) -> str:
    kept = form.kept()
    return render_template(
        "secretariat/letters.html",
        form=form,
        page=page,
        narrowed=bool(kept),
        older=url_for("secretariat.letters", before=page.older, **kept) if page.older is not None else None,
        newest=url_for("secretariat.letters", **kept) if request.args.get("before") else None,
        csv_url=url_for("secretariat.letters_csv", **kept),
    )


def _page(one: One, form: BounceForm) -> str:
    circulation, found = one.circulation, one.listed.notice
    running = circulation is not None and circulation.status in RUNNING
    return render_template(
        "secretariat/letter.html",
        one=one,
        form=form,
        running=running,
        can_bounce=found.status in serving.BOUNCING and may(g.actor, Act.RECORD_BOUNCE),
        can_serve=running and one.listed.state is not None and may(g.actor, Act.RESERVE),
    )


def _csv_rows() -> Iterator[list[Cell]]:
    before = None
    while True:
        page = _read(before, _AT_ONCE)
        for row in page.rows:
            yield _csv_row(row)
        before = page.older
        if before is None:
            return


def _csv_row(row: Listed) -> list[Cell]:
    found = row.notice
    return [
        found.id,
        found.written_at,
        str(found.letter),
        row.symbol,
        row.state.code if row.state else None,
        found.address,
        found.subject,
        str(found.status),
        found.attempts,
        found.settled_at,
        found.reply,
        found.message_id,
    ]
