"""Comments and their resolution: what States said in words, what was answered, and what became of it.

One table for the page, for print and as CSV; who may see what is decided in `workflow/web/rounds.py`.
"""

from dataclasses import dataclass

from flask_babel import gettext, ngettext

from workflow.domain.mandates import Act, may
from workflow.domain.positions import ENDINGS, in_time
from workflow.domain.terms import RemarkKind, ResponseKind
from workflow.models.body import State
from workflow.models.response import Response, ResponseRemark
from workflow.papers.csv_rows import Cell
from workflow.queries.cases import ItemRow, is_heard
from workflow.web.filters import day
from workflow.web.rounds import Round
from workflow.web.wording import word

#: Kinds that all States read as they come (rule 33a).
OPEN_KINDS = frozenset(
    {ResponseKind.OBJECTION, ResponseKind.INPUT, ResponseKind.COMMENT, ResponseKind.RESERVATION}
)
COLUMNS = (
    "item",
    "title",
    "state",
    "kind",
    "received_at",
    "passage",
    "says",
    "cure",
    "answer",
    "disposition",
)
_BLOCKING = frozenset({ResponseKind.OBJECTION, ResponseKind.INPUT})


@dataclass(frozen=True)
class Said:
    """One response with words: who, on which item, its answers, and what became of it.

    `awaits_answer` tells that the reader may answer it and that nobody has yet.
    """

    row: ItemRow
    state: State
    response: Response
    answers: tuple[ResponseRemark, ...]
    disposition: str
    is_late: bool
    stands: bool
    awaits_answer: bool


def said(seen: Round) -> list[Said]:
    """Return the responses with words that the reader may see: those that stand first, then by item."""
    rows = {row.version.id: row for row in seen.loaded.items}
    states = {state.id: state for state in seen.loaded.states}
    found = [
        _said(seen, rows[one.version_id], states[one.state_id], one)
        for one in seen.loaded.responses
        if is_shown(seen, one)
    ]
    return sorted(found, key=_rank)


def _rank(said: Said) -> tuple[bool, bool, int, int]:
    """Return where a row stands: objections before inputs, both before what stops nothing."""
    objects = said.stands and said.response.kind is ResponseKind.OBJECTION
    return not said.stands, not objects, said.row.entry.position, said.response.id


def summary(found: list[Said]) -> str:
    """Say how many statements there are, how many of them stop something, how many wait for an answer."""
    if not found:
        return gettext("No State has written anything.")
    words = ngettext("%(num)d statement.", "%(num)d statements.", len(found))
    standing = sum(one.stands for one in found)
    if standing:
        words += " " + ngettext("%(num)d of them stands.", "%(num)d of them stand.", standing)
    waiting = sum(one.awaits_answer for one in found)
    if waiting:
        words += " " + ngettext("%(num)d waits for an answer.", "%(num)d wait for an answer.", waiting)
    return words


def is_shown(seen: Round, response: Response) -> bool:
    """Tell whether the reader sees this response in the table (rule 33a)."""
    if response.kind in OPEN_KINDS:
        return True
    own = seen.loaded.code_by_id[response.state_id] == seen.own
    return bool(response.reasons) and (seen.shows_all or own)


def remarks_on(seen: Round, response: Response) -> list[ResponseRemark]:
    """Return the remarks on a response, oldest first."""
    return [one for one in seen.loaded.remarks if one.response_id == response.id]


def as_rows(seen: Round) -> list[list[Cell]]:
    """Return the table for a spreadsheet, in the order of `COLUMNS`."""
    return [
        [
            one.row.entry.position,
            one.row.version.title,
            one.state.code,
            str(one.response.kind),
            one.response.received_at,
            one.response.passage,
            one.response.reasons,
            one.response.cure,
            "\n".join(answer.text for answer in one.answers),
            one.disposition,
        ]
        for one in said(seen)
    ]


def _said(seen: Round, row: ItemRow, state: State, response: Response) -> Said:
    remarks = remarks_on(seen, response)
    position = seen.positions[row.version.id, state.code]
    answers = tuple(one for one in remarks if one.kind is RemarkKind.ANSWERED)
    stands = response.id in {one.id for one in position.standing}
    is_late = not (in_time(response.counts_at, seen.case.deadline) and is_heard(seen.circulation, response))
    current = position.current is not None and position.current.id == response.id
    disposition = _disposition(seen, state, response, remarks, stands or is_late, current)
    if is_late:
        disposition = f"{word('late')}. {disposition}".strip() if disposition else word("late")
    open_to_answer = stands or (current and response.kind is ResponseKind.COMMENT)
    awaits = open_to_answer and not answers and seen.is_running and may(seen.actor, Act.ANSWER)
    return Said(row, state, response, answers, disposition, is_late, stands, awaits)


def _disposition(
    seen: Round,
    state: State,
    response: Response,
    remarks: list[ResponseRemark],
    not_ended: bool,
    current: bool,
) -> str:
    ended = [one for one in remarks if one.kind in ENDINGS]
    if ended:
        return _ended(seen, response, ended[0])
    answered = any(one.kind is RemarkKind.ANSWERED for one in remarks)
    if response.kind in _BLOCKING and not_ended:
        return _blocking(seen, state, answered)
    if response.kind is ResponseKind.RESERVATION:
        return gettext("Printed with the item") if current else gettext("Replaced by a later answer")
    if answered:
        return gettext("Answered")
    return gettext("Stops nothing") if current else gettext("Replaced by a later answer")


def _blocking(seen: Round, state: State, answered: bool) -> str:
    if not seen.is_running:
        return gettext("Stood at the end")
    if answered:
        return gettext("Waits for %(state)s to accept", state=state.in_text)
    return gettext("Open")


def _ended(seen: Round, response: Response, ending: ResponseRemark) -> str:
    on = day(ending.at, seen.circulation.zone)
    if ending.kind is RemarkKind.ACCEPTED:
        told = gettext("Answer accepted %(day)s", day=on)
    elif ending.kind is RemarkKind.REPLACED:
        told = gettext("Replaced %(day)s", day=on)
    elif response.kind is ResponseKind.INPUT:
        told = gettext("Withdrawn %(day)s", day=on)
    else:
        told = gettext("Lifted %(day)s", day=on)
    if in_time(ending.at, seen.case.deadline):
        return told
    return gettext("%(what)s, too late to count", what=told)
