"""The record of a circulation as a paper to print (rule 35): positions, reservations, service, proof.

What a record holds, and who sees how much of it, is in `workflow/queries/records.py`.
"""

from collections.abc import Iterator
from datetime import datetime

from workflow.domain.spelled import day, to_the_second
from workflow.domain.terms import CirculationStatus, Result, Term
from workflow.domain.zones import named
from workflow.papers.printed import (
    Block,
    Facts,
    Heading,
    Paragraph,
    Points,
    Printed,
    Row,
    Table,
    Voice,
    cell,
    labelled,
)
from workflow.queries.positions_shown import Placed, Said, Sight
from workflow.queries.record_items import RecordItem
from workflow.queries.record_surroundings import Disputed, Overridden
from workflow.queries.records import Record, ServedState

_SERVED = (
    "Served means: mail to a contact point or alternate was accepted by the mail server and did not come"
    " back, or the paper was opened signed in, or the State answered."
)
_SILENT = "Silent means: the State gave no answer by the deadline. Silence is not recorded as “no objection”."
_CAUSES = {
    "deadline": "by the clock, at the deadline",
    "override": "when both offices had recorded the service that was missing",
    "nothing_missing": "when nothing depended any more on the silence that was missing",
    "referral": "by referral to the next meeting",
}


def printed_record(record: Record, body: str, checkpoint: str = "") -> Printed:
    """Return a record as it is printed; `checkpoint` is the text of the newest checkpoint of the log.

    Like every paper it is in English. A reader who sees outcomes only gets a record without positions.
    """
    cover = (body, f"{record.symbol}: {record.title}")
    blocks = [
        *_formula(record),
        *_opening(record),
        *_items(record),
        *_service(record),
        *_doubts(record),
        *_proof(record, checkpoint),
    ]
    title = f"Record of {record.symbol}"
    return Printed(title, body, cover, tuple(blocks), record.closing.recorded_at)


def _formula(record: Record) -> Iterator[Block]:
    for sentence in record.formula():
        yield Paragraph(sentence, Voice.FORMULA)
    if record.status is CirculationStatus.WITHDRAWN:
        at = to_the_second(record.closing.closed_at)
        yield Paragraph(f"The circulation was withdrawn on {at}: nothing in it was endorsed.", Voice.FORMULA)
        yield Paragraph(f"Reason: {record.closing.withdrawal_reason}")


def _opening(record: Record) -> Iterator[Block]:
    opening, zone = record.opening, record.opening.zone
    authority = opening.authority + (f", {day(opening.authority_day)}" if opening.authority_day else "")
    yield Heading("The circulation")
    moves = [
        f"Until {to_the_second(move.at)} it was {named(move.before, zone)}. Reason: {move.reason}"
        for move in record.around.moves
    ]
    yield labelled(
        [
            ("Authority", [authority, opening.authority_note]),
            ("Dispatched", _by(named(opening.dispatched_at, zone), opening.dispatched_by)),
            ("Deadline", [named(record.closing.deadline, zone), *moves]),
            ("Consultation until", named(opening.window_end, zone) if opening.window_end else ""),
            ("Period", _period(record)),
            ("Suspended", [_suspended(*one) for one in record.suspensions]),
            ("Package", "The items were declared inseparable." if opening.package else ""),
            ("Roster", ", ".join(state.name for state in record.roster)),
        ]
    )


def _by(what: str, name: str) -> str:
    return f"{what}, by {name}" if name else what


def _period(record: Record) -> list[str]:
    period, urgent = record.period, record.opening.urgent_reasons
    days = f"{period.working_days} working days"
    if period.calendars:
        days += f" by the calendar of {', '.join(period.calendars)}"
    if not urgent:
        return [days]
    return [f"{days}; urgent: the floor of {period.floor_seconds // 3600} hours took the place.", urgent]


def _suspended(since: datetime, until: datetime | None, reason: str) -> str:
    end = f" to {to_the_second(until)}" if until else ""
    return f"from {to_the_second(since)}{end}: {reason}"


def _items(record: Record) -> Iterator[Block]:
    yield Heading("The items")
    for item in record.items:
        yield Heading(f"{item.number}. {item.title}", 2)
        if item.points:
            yield Points(item.points)
        yield labelled([(name.capitalize(), text) for name, text in item.texts.items()])
        yield from (Paragraph(sentence, Voice.FORMULA) for sentence in record.item_formula(item))
        yield from _positions(item)
        yield _text(item)
    notes = {Sight.ALL: _SILENT, Sight.NONE: "Outcomes only: the positions of States are theirs to show."}
    if record.sight in notes:
        yield Paragraph(notes[record.sight], Voice.FINE)


def _text(item: RecordItem) -> Facts:
    files = [f"{one.filename}, SHA-256 {one.sha256}" for one in item.files]
    later = item.later
    decided = f"{later.meeting} on {day(later.day)}: {later.reference}" if later else ""
    reason = item.reason if item.result in (Result.WITHDRAWN, Result.DEFERRED) else ""
    return labelled(
        [
            ("Reason", reason),
            ("Afterwards endorsed by", decided),
            ("Text", f"{item.document}, version {item.version_number}, SHA-256 {item.sha256}"),
            ("Files", files),
        ]
    )


def _positions(item: RecordItem) -> Iterator[Block]:
    rows = [_place(placed) for placed in sorted(item.places, key=lambda one: _order(item, one))]
    for label, besides in (("stood besides", item.also), ("ended in time", item.ended), ("late", item.late)):
        rows += [
            Row((cell(said.name), cell(f"{_label(said.kind)}, {label}"), _words(said))) for said in besides
        ]
    if rows:
        caption = f"Positions of the States on item {item.number}"
        yield Table(caption, ("State", "Position", "Its words"), tuple(rows), (3, 3, 8))


def _order(item: RecordItem, one: Placed) -> int:
    return [place for place, _ in item.by_place].index(one.place)


def _place(placed: Placed) -> Row:
    words = _words(placed.said) if placed.said else ()
    return Row((cell(placed.name), cell(_label(placed.place)), words))


def _words(said: Said) -> tuple[Paragraph, ...]:
    """Return what a State said, word for word (rule 22), and what followed."""
    told = [
        Paragraph(f"On the words “{said.passage}”", Voice.FINE) if said.passage else None,
        Paragraph(said.reasons, Voice.QUOTED) if said.reasons else None,
        Paragraph(f"Wording that would settle it: “{said.cure}”") if said.cure else None,
        Paragraph(f"Received {to_the_second(said.received_at)}, log {said.seq}", Voice.FINE),
        Paragraph(
            f"Entered by the secretariat; by the evidence received {to_the_second(said.claimed_at)}",
            Voice.FINE,
        )
        if said.claimed_at
        else None,
    ]
    for event in said.followed:
        late = "" if event.in_time else " (after the deadline: it changed nothing)"
        text = f": “{event.text}”" if event.text else ""
        told.append(
            Paragraph(
                f"{_label(event.kind)} {to_the_second(event.at)}{late}, log {event.seq}{text}", Voice.FINE
            )
        )
    return tuple(one for one in told if one is not None)


def _service(record: Record) -> Iterator[Block]:
    if not record.roster:
        return
    yield Heading("Service")
    rows = tuple(_served(state) for state in record.roster)
    columns = ("State", "Served since", "How", "Silence counts from")
    yield Table("How each State was served", columns, rows, (3, 5, 2, 5))
    yield from (Paragraph(_override(made)) for made in record.around.overrides if made.second_at)
    yield Paragraph(_SERVED, Voice.FINE)


def _served(state: ServedState) -> Row:
    notes = [f"A letter came back on {to_the_second(at)}" for at in state.returned]
    if state.held:
        notes.append("Its missing silence held the circulation")
    how = (*cell(_label(state.how) if state.how else ""), *cell(*notes, voice=Voice.FINE))
    since = to_the_second(state.since) if state.since else "Not served"
    counts = to_the_second(state.counts_from) if state.counts_from else ""
    return Row((cell(state.name), cell(since), how, cell(counts)))


def _override(made: Overridden) -> str:
    assert made.second_at is not None
    return (
        f"{made.name} is treated as served from {to_the_second(made.served_from)}: recorded by {made.first}"
        f" ({to_the_second(made.first_at)}): “{made.evidence}” and by {made.second}"
        f" ({to_the_second(made.second_at)}): “{made.second_evidence}”"
    )


def _doubts(record: Record) -> Iterator[Block]:
    around = record.around
    if not (around.disputes or around.corrections):
        return
    yield Heading("Disputes and corrections")
    yield from (Paragraph(_dispute(one)) for one in around.disputes)
    yield from (Paragraph(f"Correction of {to_the_second(one.at)}: {one.text}") for one in around.corrections)


def _dispute(one: Disputed) -> str:
    words = f" “{one.response.reasons}”" if one.response is not None and one.response.reasons else ""
    end = "Not settled: the outcome stands until a correction or a new circulation."
    if one.settled_at:
        end = f"Settled on {to_the_second(one.settled_at)}: {one.settlement}"
    return f"{_label(one.kind)}: {one.name}, {to_the_second(one.opened_at)}.{words} {end}"


def _proof(record: Record, checkpoint: str) -> Iterator[Block]:
    around, closing = record.around, record.closing
    yield Heading("Proof")
    cause = _CAUSES.get(closing.cause, closing.cause)
    written = f"as at {to_the_second(closing.closed_at)}, written down {to_the_second(closing.recorded_at)}"
    entries = (
        f"Entries {around.first_seq} to {around.last_seq}, {around.entries} of them speak of this circulation"
    )
    if around.closed_seq is not None:
        entries += f"; the close is entry {around.closed_seq}"
    noted = [f"{one.meeting} on {day(one.noted_on)}: {one.reference}" for one in around.notings]
    yield labelled(
        [
            ("Closed", f"{cause}; {written}" if cause else written),
            ("Log", entries),
            ("Noted by", noted or ["Not yet. The next meeting notes the outcome; that is a separate act."]),
        ]
    )
    yield from _checkpoint(checkpoint)


def _checkpoint(checkpoint: str) -> Iterator[Block]:
    if checkpoint:
        yield Heading("Checkpoint of the log", 2)
        yield Paragraph(checkpoint.strip())


def _label(term: Term | None) -> str:
    return str(term or "").replace("_", " ").capitalize()
