"""The circular note of a circulation as a paper, with its annexes: the items word for word, and the files.

The letters that serve the States are in `workflow/notices/`; the record of what came of it in
`exporting_records`.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from workflow.domain.errors import NotFound
from workflow.domain.spelled import clock, day
from workflow.domain.zones import local, named
from workflow.models.body import Body
from workflow.notices.item_texts import Changed, PrintedItem
from workflow.notices.item_texts import printed as items_of
from workflow.papers.printed import (
    Block,
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
from workflow.queries.cases import Loaded

_ASKED = (
    "Each State entitled to speak is asked whether it objects to any of the items in Annex 1. It may answer"
    " each item with no objection, a comment, an input (a proposed amendment), an objection, a reservation or"
    " an abstention, through its contact point or an alternate, before the deadline."
)
_SILENCE = (
    "A State that says nothing is recorded as silent. An item is considered endorsed ad referendum if no"
    " objection and no open input stands at the deadline."
)
_MARKS = "Words between [- and -] are left out, words between [+ and +] are new."


def circular_note(session: Session, loaded: Loaded, body: Body) -> Printed:
    """Return the note of a dispatched circulation as it is printed; raises NotFound for a preparation.

    Two statements however many items there are. Instants are those in force now: an extension shows.
    """
    circulation = loaded.circulation
    if circulation.dispatched_at is None or circulation.deadline is None:
        raise NotFound("There is no such circulation.", remedy="Choose one that was dispatched.")
    items = items_of(session, loaded, loaded.items)
    blocks = [
        *_head(loaded, body),
        *_message(loaded, body),
        *_request(loaded),
        *_items(items),
        *_files(items),
    ]
    cover = (body.name, circulation.title)
    title = f"Circular note {circulation.symbol}"
    return Printed(title, body.name, cover, tuple(blocks), circulation.dispatched_at)


def _head(loaded: Loaded, body: Body) -> Iterator[Block]:
    circulation, meeting, zone = loaded.circulation, loaded.meeting, loaded.circulation.zone
    assert circulation.dispatched_at is not None
    assert circulation.deadline is not None
    held = f", {day(meeting.held_on)}" if meeting is not None and meeting.held_on else ""
    authority = f"{meeting.name}{held}" if meeting is not None else ""
    window = circulation.window_end
    yield labelled(
        [
            ("From", body.office_title),
            ("To", ", ".join(state.name for state in loaded.states)),
            ("Dispatched", named(circulation.dispatched_at, zone)),
            ("Deadline", named(circulation.deadline, zone)),
            ("Consultation until", named(window, zone) if window else ""),
            ("Authority to use the procedure", [authority, circulation.authority_note]),
            ("Urgent", circulation.urgent_reasons),
            ("Package", "What stops one item stops all of them." if circulation.package else ""),
        ]
    )


def _message(loaded: Loaded, body: Body) -> Iterator[Block]:
    if loaded.circulation.message:
        yield Heading(f"Message of the {body.office_title}")
        yield Paragraph(loaded.circulation.message)


def _request(loaded: Loaded) -> Iterator[Block]:
    deadline = loaded.circulation.deadline
    assert deadline is not None
    yield Heading("What is asked")
    yield Paragraph(_ASKED)
    yield Paragraph(_SILENCE)
    rows = tuple(
        Row((cell(state.name), cell(state.capital), cell(clock(local(deadline, state.zone)))))
        for state in loaded.states
    )
    yield Table("The deadline in each capital", ("State", "Capital", "Deadline there"), rows, (2, 2, 3))


def _items(items: Sequence[PrintedItem]) -> Iterator[Block]:
    yield Heading("Annex 1. The items")
    if any(one.in_force or one.last for one in items):
        yield Paragraph(_MARKS, Voice.FINE)
    for one in items:
        version = one.version
        yield Heading(f"Item {one.number}. {version.title}", 2)
        if version.points:
            yield Points(tuple(version.points))
        yield labelled([(name.capitalize(), text) for name, text in one.fields])
        yield from _changes(one)
        text = f"{one.row.document.short_title}, version {version.number}, SHA-256 {version.sha256}"
        yield Paragraph(text, Voice.FINE)


def _changes(one: PrintedItem) -> Iterator[Block]:
    for changed, label in ((one.in_force, "in force"), (one.last, "last before the States")):
        if changed is not None:
            yield Heading(f"Changes from version {changed.since.number}, {label}", 3)
            yield _changed(changed)
    if one.in_force is None:
        yield Paragraph("This item is new: no text of it is in force.", Voice.FINE)


def _changed(changed: Changed) -> Block:
    if not changed.is_changed:
        return Paragraph("No word differs.")
    fields = [(name.capitalize(), text) for name, text in changed.fields]
    return labelled([("Title", changed.title), ("Points", changed.points), *fields])


def _files(items: Sequence[PrintedItem]) -> Iterator[Block]:
    rows = tuple(
        Row((cell(str(one.number)), cell(file.filename), cell(f"{file.size:,} bytes"), cell(file.sha256)))
        for one in items
        for file in one.files
    )
    if rows:
        yield Heading("Annex 2. The files")
        yield Paragraph("The files travel beside this note; these are their fingerprints.")
        yield Table("Files of the items", ("Item", "File", "Size", "SHA-256"), rows, (1, 4, 2, 5))
