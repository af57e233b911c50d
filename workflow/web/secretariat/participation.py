"""How each State took part over time, as a drawing and as a table, and as a file.

What is counted is said in `workflow/queries/participation.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask import Response, g, render_template, request, url_for
from flask_babel import gettext, ngettext

from workflow.domain.errors import Invalid
from workflow.domain.mandates import Act
from workflow.models.body import State
from workflow.papers.csv_rows import Cell
from workflow.queries.appointments import key_of
from workflow.queries.participation import Part, Participation, participation
from workflow.web.doors import permits
from workflow.web.secretariat.blueprint import blueprint
from workflow.web.secretariat.narrowing import PeriodNarrowing, days
from workflow.web.spreadsheets import table_file

HEADER = (
    "circulation",
    "closed_at",
    "state",
    "items",
    "answered",
    "objections",
    "inputs",
    "late",
    "hours_to_first_answer",
)
#: As many circulations as a file holds.
_IN_A_FILE = 10_000
#: Where the first and the last circulation stand in the drawing, in per cent.
_LEFT, _RIGHT = 16.0, 96.0


@dataclass(frozen=True)
class Mark:
    """One State in one circulation: its place, and in pixels how high its answers stand; what it stopped."""

    at: float
    height: int
    stopped: bool


@dataclass(frozen=True)
class Row:
    """One State in the drawing."""

    state: State
    marks: list[Mark]


@blueprint.get("/participation", endpoint="participation")
@permits(Act.READ_ALL_POSITIONS)
def page() -> str | tuple[str, int]:
    """Show how the States took part."""
    form = PeriodNarrowing()
    read = _read(form, before=key_of(request.args.get("before", "")))
    if read is None:
        return _page(form, Participation((), (), None)), 422
    return _page(form, read)


@blueprint.get("/participation.csv")
@blueprint.get("/participation.xlsx", endpoint="participation_xlsx")
@permits(Act.READ_ALL_POSITIONS)
def participation_csv() -> Response:
    """Give a row for each State in each circulation of the same period."""
    form = PeriodNarrowing()
    read = _read(form, limit=_IN_A_FILE)
    if read is None:
        raise form.refusal()
    return table_file("participation", HEADER, _csv_rows(read))


def places(count: int) -> list[float]:
    """Return where each of `count` circulations stands in the drawing, the newest at the right."""
    space = (_RIGHT - _LEFT) / max(count, 6)
    return [round(_LEFT + space * (index + 0.5), 2) for index in range(count)]


def drawn(read: Participation) -> list[Row]:
    """Return the rows of the drawing."""
    where = places(len(read.circulations))
    return [
        Row(
            taking.state,
            [
                Mark(at, round(18 * part.share), bool(part.objections or part.inputs))
                for at, part in zip(where, taking.parts, strict=True)
                if part is not None
            ],
        )
        for taking in read.rows
    ]


def told(part: Part | None) -> str:
    """Say in a few words what a State did: "6 of 6", "silent", with what it stopped and what came late."""
    if part is None:
        return gettext("not asked")
    words = [gettext("%(answered)d of %(items)d", answered=part.answered, items=part.items)]
    if part.answered == 0:
        words = [gettext("silent")]
    if part.objections:
        words.append(ngettext("%(num)d objection", "%(num)d objections", part.objections))
    if part.inputs:
        words.append(ngettext("%(num)d input", "%(num)d inputs", part.inputs))
    if part.late:
        words.append(gettext("%(num)d late", num=part.late))
    return ", ".join(words)


def after(time: timedelta | None) -> str:
    """Write a time to answer in days, or in hours where it is short."""
    if time is None:
        return "—"
    hours = round(time / timedelta(hours=1))
    if hours < 48:
        return ngettext("%(num)d hour", "%(num)d hours", hours)
    return ngettext("%(num)d day", "%(num)d days", round(hours / 24))


def _read(form: PeriodNarrowing, **page: int | None) -> Participation | None:
    if not form.validate():
        return None
    try:
        since, until = days(form.since.data, form.until.data, g.body.rules["zone"])
    except Invalid as error:
        form[error.field or "until"].errors = [f"{error.message} {error.remedy}"]
        return None
    wanted = {name: value for name, value in page.items() if value is not None}
    return participation(g.session, g.body.id, since=since, until=until, **wanted)


def _page(form: PeriodNarrowing, read: Participation) -> str:
    kept = form.kept()
    return render_template(
        "secretariat/participation.html",
        form=form,
        read=read,
        rows=drawn(read),
        places=places(len(read.circulations)),
        told=told,
        after=after,
        zone=g.body.rules["zone"],
        narrowed=bool(kept),
        older=url_for("secretariat.participation", before=read.older, **kept) if read.older else None,
        newest=url_for("secretariat.participation", **kept) if request.args.get("before") else None,
        csv_url=url_for("secretariat.participation_csv", **kept),
        xlsx_url=url_for("secretariat.participation_xlsx", **kept),
    )


def _csv_rows(read: Participation) -> Iterator[list[Cell]]:
    for index, circulation in enumerate(read.circulations):
        for taking in read.rows:
            part = taking.parts[index]
            if part is not None:
                first = part.first_after
                yield [
                    circulation.symbol,
                    circulation.closed_at,
                    taking.state.code,
                    part.items,
                    part.answered,
                    part.objections,
                    part.inputs,
                    part.late,
                    round(first / timedelta(hours=1), 1) if first is not None else None,
                ]
