"""What answers mean in words before they are recorded: the sentence, the effects, what they replace.

What really follows is decided in `workflow/actions/`; how it is laid out is in the templates.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from workflow.actions.admitting import Answer
from workflow.domain.terms import EXPLICIT, CirculationStatus, ResponseKind
from workflow.papers.differences import Piece, difference
from workflow.queries.own_words import Answered
from workflow.web.filters import joined, number_word
from workflow.web.focal_point.sheets import Sheet, SheetItem
from workflow.web.moments import moment

#: In this order kinds are told: what stops first.
_ORDER = (
    ResponseKind.OBJECTION,
    ResponseKind.INPUT,
    ResponseKind.RESERVATION,
    ResponseKind.COMMENT,
    ResponseKind.ABSTENTION,
    ResponseKind.NO_OBJECTION,
)


@dataclass(frozen=True)
class Line:
    """One answer about to be recorded: its item, what it replaces, and how it differs from the draft."""

    item: SheetItem
    answer: Answer
    replaces: tuple[str, ...]
    changed: Sequence[Piece]


@dataclass(frozen=True)
class Effect:
    """What follows from the answers: a sentence, what it means, and the colour of its weight."""

    colour: str
    mark: str
    sentence: str
    detail: str = ""


def lines(sheet: Sheet, answers: Iterable[Answer]) -> list[Line]:
    """Return the answers with what they replace, those that stop an item first."""
    found = [_line(sheet, sheet.item(answer.version_id), answer) for answer in answers]
    return sorted(found, key=lambda line: (_ORDER.index(line.answer.kind), line.item.number))


def _line(sheet: Sheet, item: SheetItem, answer: Answer) -> Line:
    prepared = item.asked.prepared
    changed = difference(prepared.draft.reasons, answer.reasons) if prepared is not None else []
    return Line(
        item,
        answer,
        tuple(_replaced(sheet, item, answer)),
        changed if any(piece.kind != "same" for piece in changed) else [],
    )


def summary(sheet: Sheet, found: Sequence[Line]) -> str:
    """Say all answers in one sentence: "Malaysia objects to item 4 and comments on item 6."."""
    clauses = []
    for kind in _ORDER:
        numbers = [line.item.number for line in found if line.answer.kind is kind]
        if numbers:
            clauses.append(_clause(kind, len(numbers), joined(numbers)))
    return gettext("%(state)s %(what)s.", state=sheet.leading, what=joined(clauses))


def _clause(kind: ResponseKind, number: int, items: str) -> str:
    clauses = {
        ResponseKind.OBJECTION: ngettext(
            "objects to item %(items)s", "objects to items %(items)s", number, items=items
        ),
        ResponseKind.INPUT: ngettext(
            "proposes an input to item %(items)s", "proposes inputs to items %(items)s", number, items=items
        ),
        ResponseKind.RESERVATION: ngettext(
            "makes a reservation on item %(items)s",
            "makes reservations on items %(items)s",
            number,
            items=items,
        ),
        ResponseKind.COMMENT: ngettext(
            "comments on item %(items)s", "comments on items %(items)s", number, items=items
        ),
        ResponseKind.ABSTENTION: ngettext(
            "abstains on item %(items)s", "abstains on items %(items)s", number, items=items
        ),
        ResponseKind.NO_OBJECTION: ngettext(
            "has no objection to item %(items)s", "has no objection to items %(items)s", number, items=items
        ),
    }
    return clauses[kind]


def effects(sheet: Sheet, found: Sequence[Line]) -> list[Effect]:
    """Say what will follow: that it is late, what is stopped, what is lifted."""
    if sheet.is_late:
        return [_late(sheet)]
    stopping = [line for line in found if line.answer.kind in sheet.stops]
    kinds = [kind for kind in _ORDER if any(line.answer.kind is kind for line in stopping)]
    told: list[Effect | None]
    if sheet.circulation.package and kinds:
        told = [_stopped_together(sheet, kinds, stopping)]
    else:
        told = [_stop(sheet, kind, stopping) for kind in kinds]
    told.append(_lifted(sheet, found))
    return [effect for effect in told if effect is not None]


def _late(sheet: Sheet) -> Effect:
    held = sheet.circulation.status is CirculationStatus.HELD
    return Effect(
        "hold",
        "warning",
        gettext("The deadline has passed: this is a late statement."),
        gettext("It is stored, shown to all States, and changes no outcome unless the deadline is extended.")
        if held
        else gettext("A late statement is stored, shown to all States, and changes no outcome."),
    )


def _stop(sheet: Sheet, kind: ResponseKind, stopping: Sequence[Line]) -> Effect:
    numbers = [line.item.number for line in stopping if line.answer.kind is kind]
    return _weighing(kind, _stopped(kind, numbers), _after(sheet, [kind], stopping))


def _stopped_together(sheet: Sheet, kinds: list[ResponseKind], stopping: Sequence[Line]) -> Effect:
    """Say once that a package is stopped, be it by objections, by inputs or by both."""
    sentence = gettext("The items are one inseparable package: all of them are stopped for all States.")
    return _weighing(kinds[0], sentence, _after(sheet, kinds, stopping))


def _weighing(kind: ResponseKind, sentence: str, detail: str) -> Effect:
    return Effect("stop" if kind is ResponseKind.OBJECTION else "hold", str(kind), sentence, detail)


def _stopped(kind: ResponseKind, numbers: list[int]) -> str:
    items = joined(numbers)
    if kind is ResponseKind.OBJECTION:
        return ngettext(
            "The objection stops item %(items)s for all States.",
            "The objections stop items %(items)s for all States.",
            len(numbers),
            items=items,
        )
    return ngettext(
        "The input stops item %(items)s until it is settled.",
        "The inputs stop items %(items)s until they are settled.",
        len(numbers),
        items=items,
    )


def _after(sheet: Sheet, kinds: list[ResponseKind], stopping: Sequence[Line]) -> str:
    told = [
        gettext("All %(number)s States receive the text at once.", number=number_word(sheet.asked.roster))
    ]
    stopped = {line.item.version_id for line in stopping}
    others = len(
        [item for item in sheet.open_items if item.version_id not in stopped and not item.is_stopped]
    )
    if others and len(stopped) + others == len(sheet.open_items) and not sheet.circulation.package:
        told.append(ngettext("The other item goes on.", "The other %(number)s items go on.", others,
                             number=number_word(others)))  # fmt: skip
    if ResponseKind.OBJECTION in kinds:
        told.append(
            gettext("%(state)s can lift an objection in writing until the deadline.", state=sheet.leading)
        )
    if ResponseKind.INPUT in kinds:
        told.append(
            gettext(
                "An input is settled when %(state)s withdraws it or accepts the answer to it, before the "
                "deadline.",
                state=sheet.name,
            )
        )
    return " ".join(told)


def _lifted(sheet: Sheet, found: Sequence[Line]) -> Effect | None:
    numbers = [
        line.item.number for line in found if line.answer.kind in EXPLICIT and line.item.asked.standing
    ]
    if not numbers:
        return None
    return Effect(
        "run",
        "lifted",
        ngettext(
            "This is a lifting: what %(state)s lodged against item %(items)s ends.",
            "This is a lifting: what %(state)s lodged against items %(items)s ends.",
            len(numbers),
            state=sheet.name,
            items=joined(numbers),
        ),
        gettext("If no other State stops it, silence runs again; the period does not start anew."),
    )


def _replaced(sheet: Sheet, item: SheetItem, answer: Answer) -> Iterable[str]:
    """Say what becomes of what the State said before on this item (rules 18, 29)."""
    latest = item.asked.latest
    standing = item.asked.standing
    for one in standing:
        yield _standing(sheet, one, answer)
    if latest is not None and latest not in standing:
        yield gettext("It replaces the %(answer)s.", answer=named(sheet, latest))
    if answer.kind is ResponseKind.OBJECTION and not answer.reasons.strip():
        yield gettext("It states no reasons. It counts all the same; %(state)s will be asked for them.",
                      state=sheet.name)  # fmt: skip


def _standing(sheet: Sheet, one: Answered, answer: Answer) -> str:
    what = named(sheet, one)
    if answer.kind in EXPLICIT:
        return gettext("It replaces the %(answer)s, and lifts it.", answer=what)
    if answer.kind is one.response.kind:
        return gettext("It stands beside the %(answer)s; both must be lifted.", answer=what)
    return gettext("The %(answer)s keeps standing until it is lifted.", answer=what)


def named(sheet: Sheet, one: Answered) -> str:
    """Name an earlier answer within a sentence: "objection of 28 September 2020, 10:00 in …"."""
    received = moment(one.response.received_at, sheet.asked.state.zone, sheet.asked.state.capital)
    names = {
        ResponseKind.NO_OBJECTION: gettext("no objection of %(when)s", when=received),
        ResponseKind.COMMENT: gettext("comment of %(when)s", when=received),
        ResponseKind.INPUT: gettext("input of %(when)s", when=received),
        ResponseKind.OBJECTION: gettext("objection of %(when)s", when=received),
        ResponseKind.RESERVATION: gettext("reservation of %(when)s", when=received),
        ResponseKind.ABSTENTION: gettext("abstention of %(when)s", when=received),
    }
    return names[one.response.kind]


def button(sheet: Sheet, number: int) -> str:
    """Name the effect of recording: "Record these six answers for Malaysia"."""
    if sheet.is_late:
        return ngettext(
            "Record this late statement for %(state)s",
            "Record these %(number)s late statements for %(state)s",
            number,
            number=number_word(number),
            state=sheet.name,
        )
    return ngettext(
        "Record this answer for %(state)s",
        "Record these %(number)s answers for %(state)s",
        number,
        number=number_word(number),
        state=sheet.name,
    )
