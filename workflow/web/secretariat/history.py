"""The history of endorsement: who endorsed what, when, and how we know; page by key, and as a file.

What is found is in `workflow/queries/history.py`; every capacity reads it, as far as rule 33a goes.
"""

from collections.abc import Iterator

from flask import Response, g, render_template, request, url_for
from flask_babel import gettext

from workflow.domain.errors import Invalid
from workflow.domain.mandates import Act, may
from workflow.domain.positions import Place
from workflow.papers.csv_rows import Cell
from workflow.queries.history import Filter, Spot, find
from workflow.queries.history_rows import HistoryRow, choices, rows_of
from workflow.web.doors import permits
from workflow.web.secretariat.blueprint import blueprint
from workflow.web.secretariat.narrowing import HistoryNarrowing, days
from workflow.web.secretariat.offers import documents_offered, offers
from workflow.web.sentences import translated
from workflow.web.spreadsheets import table_file
from workflow.web.unchanged import unless_unchanged
from workflow.web.wording import word

HEADER = (
    "document",
    "item",
    "title",
    "version",
    "sha256",
    "outcome",
    "as_at",
    "circulation",
    "meeting",
    "decided_on",
    "reference",
    "positions",
    "served",
    "log_position",
)
#: How many rows are read at a time for a file.
_AT_ONCE = 200


@blueprint.get("/history")
@permits(Act.READ_HISTORY)
@unless_unchanged
def history() -> str | tuple[str, int]:
    """Show one page of the history."""
    form = HistoryNarrowing()
    offered = choices(
        g.session,
        g.body.id,
        request.args.get("document", ""),
        with_people=may(g.actor, Act.READ_AUDIT),
    )
    form.document.choices = offers(gettext("All documents"), documents_offered(offered.documents))
    form.item.choices = offers(
        gettext("All items"), [(key, f"{number}. {title}") for key, number, title in offered.items]
    )
    form.state.choices = offers(gettext("All States"), [(state.code, state.name) for state in offered.states])
    form.meeting.choices = offers(gettext("All meetings"), [(one.code, one.name) for one in offered.meetings])
    form.person.choices = offers(gettext("Anybody"), list(offered.people))
    wanted = _wanted(form)
    if wanted is None:
        return _page(form, [], None), 422
    before = Spot.read(request.args["before"]) if request.args.get("before") else None
    found, older = find(g.session, g.body.id, wanted, before=before)
    return _page(form, rows_of(g.session, found, g.actor), older)


@blueprint.get("/history.csv")
@blueprint.get("/history.xlsx", endpoint="history_xlsx")
@permits(Act.READ_HISTORY)
@unless_unchanged
def history_csv() -> Response:
    """Give all rows of the same filter as a file."""
    form = HistoryNarrowing()
    wanted = _wanted(form)
    if wanted is None:
        raise form.refusal()
    return table_file("history", HEADER, _csv_rows(wanted))


def summary(row: HistoryRow) -> list[str]:
    """Return the places of the States as short phrases: a number for no objection, codes for the others."""
    phrases = []
    for place in (
        Place.OBJECTION,
        Place.INPUT_OUTSTANDING,
        Place.NO_OBJECTION,
        Place.LIFTED_OBJECTION,
        Place.INPUT_DISPOSED,
        Place.RESERVATION,
        Place.COMMENT,
        Place.ABSTENTION,
        Place.SILENT,
    ):
        codes = [one.state for one in row.places if one.place is place]
        if codes and place is Place.NO_OBJECTION:
            phrases.append(gettext("%(num)s no objection", num=len(codes)))
        elif codes:
            name = word(place).lower()
            phrases.append(gettext("%(place)s: %(states)s", place=name, states=", ".join(codes)))
    return phrases


def _wanted(form: HistoryNarrowing) -> Filter | None:
    """Return what is wanted, or None after saying on the form what cannot be."""
    if not form.validate():
        return None
    try:
        since, until = days(form.since.data, form.until.data, g.body.rules["zone"])
    except Invalid as error:
        form[error.field or "until"].errors = [f"{translated(error.message)} {translated(error.remedy)}"]
        return None
    return Filter(
        document=form.document.data or "",
        item=form.item.data or "",
        state=form.state.data or "",
        outcome=form.outcome.data or "",
        meeting=form.meeting.data or "",
        # Who acted by name is the secretariat's to ask.
        person=(form.person.data or "") if may(g.actor, Act.READ_AUDIT) else "",
        since=since,
        until=until,
    )


def _page(form: HistoryNarrowing, rows: list[HistoryRow], older: Spot | None) -> str:
    kept = form.kept()
    return render_template(
        "secretariat/history.html",
        form=form,
        rows=rows,
        summary=summary,
        zone=g.body.rules["zone"],
        older=url_for("secretariat.history", before=older.written(), **kept) if older else None,
        newest=url_for("secretariat.history", **kept) if request.args.get("before") else None,
        csv_url=url_for("secretariat.history_csv", **kept),
        xlsx_url=url_for("secretariat.history_xlsx", **kept),
        narrowed=bool(kept),
        counts_parts=may(g.actor, Act.READ_ALL_POSITIONS),
    )


def _csv_rows(wanted: Filter) -> Iterator[list[Cell]]:
    spot: Spot | None = None
    while True:
        found, spot = find(g.session, g.body.id, wanted, before=spot, limit=_AT_ONCE)
        for row in rows_of(g.session, found, g.actor):
            yield _csv_row(row)
        if spot is None:
            return


def _csv_row(row: HistoryRow) -> list[Cell]:
    version, meeting = row.version, row.meeting
    by_meeting = str(row.found.origin) == "meeting"
    return [
        row.document.code,
        row.number,
        version.title,
        version.number,
        version.sha256,
        str(row.found.result or row.found.origin),
        row.at,
        row.circulation.symbol if row.circulation else None,
        meeting.name if meeting and by_meeting else None,
        version.decision_date if by_meeting else None,
        version.decision_reference if by_meeting else None,
        "; ".join(summary(row)),
        f"{row.served}/{row.roster}" if row.served is not None else None,
        row.closed_seq,
    ]
