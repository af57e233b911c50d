"""The list of circulations: in preparation, running, over; newest first, page by key, and as a file.

One circulation is on its own page, in `panel`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, g, render_template, request, url_for
from flask_babel import gettext, ngettext

from workflow.domain.mandates import Act, may
from workflow.domain.terms import CirculationStatus
from workflow.papers.csv_rows import Cell
from workflow.queries.circulations import PAGE, Group, Listed, Page, listed
from workflow.web.doors import permits
from workflow.web.keys import asked as asked_key
from workflow.web.keys import not_understood
from workflow.web.rounds import Round
from workflow.web.shepherd.blueprint import blueprint
from workflow.web.shepherd.desk import place
from workflow.web.spreadsheets import csv_file
from workflow.web.standing import sentences
from workflow.web.wording import Shown

HEADER = (
    "circulation",
    "title",
    "status",
    "stands",
    "items",
    "dispatched_at",
    "deadline",
    "zone",
    "outcome",
    "closed_at",
)
#: How many rows are read at a time for a file.
_AT_ONCE = 200


@dataclass(frozen=True)
class ListRow:
    """One circulation as the list says it; `url` is None where the reader has no page of it."""

    symbol: str
    title: str
    url: str | None
    word: CirculationStatus | Shown
    sentence: str
    deadline: datetime | None
    zone: str
    items: int


@blueprint.get("/circulations")
@permits(Act.READ_CIRCULATION)
def circulations() -> str:
    """Show one page of the circulations."""
    group = _group()
    page = _read(group, asked_key("before"))
    asked: dict[str, Any] = {} if group is Group.ALL else {"group": group.value}
    older = url_for("shepherd.circulations", before=page.older, **asked) if page.older else None
    return render_template(
        "shepherd/circulations.html",
        rows=[_row(one) for one in page.rows],
        groups=_groups(group),
        older=older,
        newest=url_for("shepherd.circulations", **asked) if "before" in request.args else None,
        csv_url=url_for("shepherd.circulations_csv", **asked),
        place=place(),
        may_prepare=may(g.actor, Act.PREPARE),
    )


@blueprint.get("/circulations.csv")
@permits(Act.READ_CIRCULATION)
def circulations_csv() -> Response:
    """Give all circulations of the same group as a file."""
    return csv_file("circulations", HEADER, _csv_rows(_group()))


def _read(group: Group, before: int | None, limit: int = PAGE) -> Page:
    preparations = may(g.actor, Act.READ_ALL_POSITIONS)
    return listed(g.session, g.body.id, group=group, preparations=preparations, before=before, limit=limit)


def _csv_rows(group: Group) -> Iterator[list[Cell]]:
    before = None
    while True:
        page = _read(group, before, _AT_ONCE)
        for one in page.rows:
            yield _csv_row(one)
        before = page.older
        if before is None:
            return


def _csv_row(one: Listed) -> list[Cell]:
    shown, circulation = _row(one), one.circulation
    return [
        circulation.symbol,
        circulation.title,
        str(circulation.status or Shown.PREPARATION),
        shown.sentence,
        one.items,
        circulation.dispatched_at,
        shown.deadline,
        circulation.zone,
        str(circulation.outcome) if circulation.outcome is not None else None,
        circulation.closed_at,
    ]


def _group() -> Group:
    asked = request.args.get("group", "")
    if asked and asked not in list(Group):
        raise not_understood("group")
    return Group(asked) if asked else Group.ALL


def _groups(chosen: Group) -> list[tuple[str, str, bool]]:
    """Return the ways to narrow the list: label, address, whether it is chosen."""
    labels = {
        Group.ALL: gettext("All"),
        Group.PREPARATION: gettext("In preparation"),
        Group.RUNNING: gettext("Running"),
        Group.OVER: gettext("Over"),
    }
    if not may(g.actor, Act.READ_ALL_POSITIONS):
        del labels[Group.PREPARATION]
    return [
        (label, url_for("shepherd.circulations", group=group.value), group is chosen)
        for group, label in labels.items()
    ]


def _row(one: Listed) -> ListRow:
    circulation = one.circulation
    word: CirculationStatus | Shown = circulation.status or Shown.PREPARATION
    if one.loaded is not None:
        seen = Round(one.loaded, g.actor, g.now)
        word, sentence = seen.word, sentences(seen)
    else:
        sentence = _quiet(one)
    return ListRow(
        symbol=circulation.symbol or gettext("not dispatched"),
        title=circulation.title,
        url=_url(one),
        word=word,
        sentence=sentence,
        deadline=None if circulation.status is CirculationStatus.SUSPENDED else circulation.deadline,
        zone=circulation.zone,
        items=one.items,
    )


def _url(one: Listed) -> str:
    endpoint = "shepherd.preparation" if one.circulation.status is None else "shepherd.circulation"
    return url_for(endpoint, circulation_id=one.circulation.id)


def _quiet(one: Listed) -> str:
    """Say where a circulation stands that is not running."""
    circulation = one.circulation
    if circulation.status is None:
        lacking = [
            gettext("items") if not one.items else "",
            gettext("the authority") if circulation.authority_meeting_id is None else "",
            gettext("the deadline") if circulation.deadline is None else "",
        ]
        told = ", ".join(part for part in lacking if part)
        return gettext("Missing: %(what)s.", what=told) if told else gettext("Ready to be dispatched.")
    if circulation.outcome is None:
        return gettext("Nothing is before the States any more.")
    known = {
        "endorsed": ngettext("The item is endorsed.", "All %(num)d items are endorsed.", one.items),
        "partially_endorsed": gettext("Some items are endorsed, others are not."),
        "not_endorsed": ngettext(
            "The item is not endorsed.", "None of %(num)d items is endorsed.", one.items
        ),
    }
    return known[circulation.outcome.value]
