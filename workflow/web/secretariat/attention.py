"""The first page of this desk: what waits, most urgent first, each with the one act that helps; as a file.

The facts are read in `workflow/queries/attention.py` and judged as everywhere, in `workflow/web/rounds.py`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import Response as Answer
from flask import g, render_template
from flask_babel import ngettext

from workflow.domain.mandates import Act
from workflow.domain.outcome import needs_silence
from workflow.domain.terms import OFFICES, CirculationStatus, RemarkKind, ResponseKind
from workflow.models.body import State
from workflow.models.response import Response
from workflow.papers.csv_rows import Cell
from workflow.queries.agenda import not_noted
from workflow.queries.attention import Attention, attention
from workflow.queries.cases import ItemRow
from workflow.web.doors import permits
from workflow.web.filters import number_word
from workflow.web.rounds import Round
from workflow.web.secretariat.blueprint import blueprint
from workflow.web.spreadsheets import csv_file
from workflow.web.standing import sentences
from workflow.web.wording import word

HEADER = ("what", "circulation", "item", "state", "at", "details")
#: As many failed letters as a file holds; the file of all letters has the rest.
_IN_A_FILE = 10_000


@dataclass(frozen=True)
class Running:
    """One circulation that runs, as a sentence, with the States it is not served to and open inputs."""

    seen: Round
    sentence: str
    unserved: tuple[State, ...]
    unanswered: tuple[tuple[ItemRow, State, Response], ...]

    @property
    def waits(self) -> bool:
        """Tell whether somebody must act for it to go on."""
        held = self.seen.circulation.status is CirculationStatus.HELD
        return held or self.seen.has_passed


@blueprint.get("/secretariat/attention", endpoint="attention")
@permits(Act.READ_AUDIT)
def first_page() -> str:
    """Show what needs attention."""
    read = attention(g.session, g.body.id, g.now)
    running = [_running(Round(loaded, g.actor, g.now)) for loaded in read.running]
    return render_template(
        "secretariat/attention.html",
        read=read,
        running=running,
        opening=_opening(read, running),
        offices={str(role): word(role) for role in OFFICES},
    )


@blueprint.get("/secretariat/attention.csv")
@permits(Act.READ_AUDIT)
def attention_csv() -> Answer:
    """Give everything of the page as a file, a row for each."""
    read = attention(g.session, g.body.id, g.now, shown=_IN_A_FILE)
    running = [_running(Round(loaded, g.actor, g.now)) for loaded in read.running]
    return csv_file("attention", HEADER, [*_rows_of_running(running), *_other_rows(read)])


def _rows_of_running(running: list[Running]) -> Iterator[list[Cell]]:
    for one in running:
        circulation = one.seen.circulation
        symbol = circulation.symbol
        yield [str(one.seen.word), symbol, None, None, one.seen.case.deadline, one.sentence]
        for state in one.unserved:
            yield ["unserved", symbol, None, state.code, None, None]
        for row, state, said in one.unanswered:
            yield ["unanswered", symbol, row.entry.position, state.code, said.received_at, said.reasons]


def _other_rows(read: Attention) -> Iterator[list[Cell]]:
    for one in read.waiting:
        at, evidence = one.override.first_at, one.override.evidence
        yield ["override_waiting", one.circulation.symbol, None, one.state.code, at, evidence]
    for notice, state, symbol in read.failed:
        code = state.code if state is not None else None
        told = f"{notice.address} {notice.reply or ''}".strip()
        yield [f"letter_{notice.status}", symbol, None, code, notice.settled_at, told]
    for reply in read.replies:
        about = reply.circulation.symbol if reply.circulation is not None else None
        code = reply.state.code if reply.state is not None else None
        told = f"{reply.message.sender} {reply.message.subject}".strip()
        yield [f"mail_{reply.message.kind}", about, None, code, reply.message.arrived_at, told]
    for dispute, state, circulation in read.disputes:
        yield [str(dispute.kind), circulation.symbol, None, state.code, dispute.opened_at, None]
    for outcome in not_noted(g.session, g.body.id, limit=None):
        yield ["outcome_to_note", outcome.symbol, None, None, outcome.closed_at, str(outcome.outcome)]
    for act in read.refused:
        told = f"{act.name}: {act.act} {act.circulation}".strip()
        yield ["act_refused", None, None, act.state or None, act.at, told]
    for held in read.ending:
        code = held.state.code if held.state is not None else None
        about = f"{held.person.name}, {word(held.appointment.role)}"
        yield ["appointment_ends", None, None, code, held.appointment.until, about]


def _running(seen: Round) -> Running:
    return Running(seen, sentences(seen), tuple(_unserved(seen)), tuple(_unanswered(seen)))


def _unserved(seen: Round) -> Iterable[State]:
    """Return the States whose silence is needed and that are not served."""
    needed = needs_silence(seen.loaded.case())
    for state in seen.loaded.states:
        if state.code in needed and seen.services[state.code].since is None:
            yield state


def _unanswered(seen: Round) -> Iterable[tuple[ItemRow, State, Response]]:
    """Return the inputs that stand and that the Lead Shepherd has not answered."""
    answered = {one.response_id for one in seen.loaded.remarks if one.kind is RemarkKind.ANSWERED}
    for row in seen.loaded.open_items:
        for state in seen.loaded.states:
            for one in seen.positions[row.version.id, state.code].standing:
                if one.kind is ResponseKind.INPUT and one.id not in answered:
                    yield row, state, seen.loaded.response(one.id)


def _opening(read: Attention, running: list[Running]) -> str:
    count = sum(one.waits for one in running)
    count += sum(len(one.unserved) + len(one.unanswered) for one in running)
    count += (
        len(read.waiting) + len(read.failed) + len(read.disputes) + read.replies_waiting + len(read.ending)
    )
    words = number_word(count).capitalize()
    return ngettext("One thing waits.", "%(words)s things wait.", count, words=words) if count else ""
