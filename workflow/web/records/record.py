"""The record of a circulation as a page that prints, and as a CSV file.

What it holds is read in `workflow/queries/records.py`.
"""

from collections.abc import Iterator, Sequence

from flask import Response, g, render_template

from workflow.domain.errors import NotFound
from workflow.domain.mandates import Act, may
from workflow.domain.terms import CirculationStatus
from workflow.models.circulation import Circulation
from workflow.papers.csv_rows import Cell
from workflow.queries.positions_shown import Said
from workflow.queries.record_items import RecordItem
from workflow.queries.records import Record, record_of
from workflow.web.doors import permits
from workflow.web.records.blueprint import blueprint
from workflow.web.sentences import latin, tongue
from workflow.web.spreadsheets import table_file
from workflow.web.unchanged import unless_unchanged

HEADER = (
    "circulation",
    "item",
    "key",
    "title",
    "version",
    "sha256",
    "result",
    "as_at",
    "state",
    "place",
    "reasons",
    "passage",
    "cure",
    "received_at",
    "log_position",
)
_OVER = (CirculationStatus.CLOSED, CirculationStatus.WITHDRAWN)

blueprint.add_app_template_filter(latin, "latin")


@blueprint.get("/circulations/<int:circulation_id>/record")
@permits(Act.READ_RECORD)
@unless_unchanged
def record(circulation_id: int) -> str:
    """Show the record, or what has to happen before there is one."""
    circulation = dispatched(circulation_id)
    if circulation.status not in _OVER:
        return render_template("records/not_yet.html", circulation=circulation, now=g.now)
    read = record_of(g.session, circulation_id, for_actor=g.actor)
    return render_template(
        "records/record.html",
        record=read,
        tongue=tongue(),
        reads_log=may(g.actor, Act.READ_AUDIT),
        corrects=may(g.actor, Act.CORRECT),
    )


@blueprint.get("/circulations/<int:circulation_id>/record.csv")
@blueprint.get("/circulations/<int:circulation_id>/record.xlsx", endpoint="record_xlsx")
@permits(Act.READ_RECORD)
@unless_unchanged
def record_csv(circulation_id: int) -> Response:
    """Give the record as a file: a row for each item and State, and one for what stands besides."""
    dispatched(circulation_id)
    read = record_of(g.session, circulation_id, for_actor=g.actor)
    return table_file(f"record-{read.reference}", HEADER, _rows(read), _matrix(read))


def dispatched(circulation_id: int) -> Circulation:
    circulation = g.session.get(Circulation, circulation_id)
    if circulation is None or circulation.body_id != g.body.id or circulation.status is None:
        raise NotFound("There is no such circulation.", remedy="Choose one from the history.")
    return circulation


def _rows(read: Record) -> Iterator[list[Cell]]:
    for item in read.items:
        about = _about(read, item)
        if not read.shows_positions:
            yield [*about, *[None] * 7]
        for placed in item.places:
            words = _words(placed.said) if placed.said else [None] * 5
            yield [*about, placed.state, str(placed.place), *words]
        for place, besides in (("also", item.also), ("ended", item.ended), ("late", item.late)):
            for said in besides:
                yield [*about, said.state, f"{place}: {said.kind}", *_words(said)]


def _matrix(read: Record) -> tuple[str, Sequence[str], list[list[Cell]]]:
    """Return the places as a table of items and States; without States where the reader sees none."""
    states = list(dict.fromkeys(placed.state for item in read.items for placed in item.places))
    rows: list[list[Cell]] = []
    for item in read.items:
        places = {placed.state: str(placed.place) for placed in item.places}
        rows.append([item.number, item.title, str(item.result), *(places.get(state, "") for state in states)])
    return "Positions", ("item", "title", "result", *states), rows


def _about(read: Record, item: RecordItem) -> list[Cell]:
    return [
        read.symbol,
        item.number,
        item.key,
        item.title,
        item.version_number,
        item.sha256,
        str(item.result),
        item.as_at,
    ]


def _words(said: Said) -> list[Cell]:
    return [said.reasons, said.passage, said.cure, said.received_at, said.seq]
