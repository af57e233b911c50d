"""How pages see one circulation: what a reader may see of it, the matrix, who is served, if it closed now.

The facts are read in `workflow/queries/`, judged in `workflow/domain/outcome.py`; acts are on the desks.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from flask_babel import gettext, ngettext

from workflow.domain.mandates import Act, Actor, may
from workflow.domain.outcome import Case, Cause, Reason, Verdict, Would, judge
from workflow.domain.positions import Place, Position
from workflow.domain.serving import lawful_close, served_since
from workflow.domain.terms import RUNNING, CirculationStatus, ResponseKind, Result
from workflow.models.body import State
from workflow.models.circulation import Circulation
from workflow.queries.cases import ItemRow, Loaded
from workflow.web.filters import joined
from workflow.web.wording import Shown

#: What States see of each other before the close (rule 33a).
_OPENLY = frozenset(
    {
        Place.OBJECTION,
        Place.LIFTED_OBJECTION,
        Place.INPUT_OUTSTANDING,
        Place.INPUT_DISPOSED,
        Place.RESERVATION,
        Place.COMMENT,
    }
)
_NEVER = datetime.max.replace(tzinfo=UTC)

Word = Place | Shown


@dataclass(frozen=True)
class Service:
    """Whether one State is served: since when without a break, and from when its silence counts (UTC)."""

    state: State
    since: datetime | None
    counts_from: datetime | None


@dataclass(frozen=True)
class Cell:
    """What the reader sees of one State on one item; `position` is None where that is not shown."""

    state: State
    word: Word
    position: Position | None


@dataclass(frozen=True)
class MatrixRow:
    """One item with a cell for each State of the roster, in the roster's order."""

    row: ItemRow
    cells: tuple[Cell, ...]

    @property
    def number(self) -> int:
        """Return the item's number in this circulation."""
        return self.row.entry.position


@dataclass(frozen=True)
class Fate:
    """What the deadline does to one item, or has done, with the reasons in words."""

    row: ItemRow
    would: Would | Result
    because: str


@dataclass(frozen=True)
class Round:
    """One dispatched circulation as one reader may see it at `now` (UTC).

    `own` is the code of the State the reader speaks for. Nothing is read from the database here.
    """

    loaded: Loaded
    actor: Actor
    now: datetime

    @property
    def circulation(self) -> Circulation:
        """Return the circulation itself."""
        return self.loaded.circulation

    @property
    def own(self) -> str | None:
        """Return the code of the State the reader speaks for."""
        return self.actor.speaks_for

    @property
    def is_running(self) -> bool:
        """Tell whether its items can still change."""
        return self.circulation.status in RUNNING

    @cached_property
    def has_passed(self) -> bool:
        """Tell whether the deadline has passed though the close is not written down yet (rule 15)."""
        deadline = self.circulation.deadline
        is_open = self.circulation.status is CirculationStatus.OPEN
        return is_open and deadline is not None and self.now >= deadline

    @cached_property
    def shows_all(self) -> bool:
        """Tell whether the reader sees who said no objection and who is silent (rule 33a)."""
        if may(self.actor, Act.READ_ALL_POSITIONS) or self.loaded.rules.positions_visible_to_states:
            return True
        return self.circulation.status is CirculationStatus.CLOSED

    @property
    def word(self) -> CirculationStatus | Shown:
        """Return the status as pages say it."""
        if self.has_passed or self.circulation.status is None:
            return Shown.DEADLINE_PASSED
        return self.circulation.status

    @cached_property
    def case(self) -> Case:
        """Return the facts about every item, those that left included."""
        return self.loaded.case([row.version.id for row in self.loaded.items])

    @cached_property
    def verdict(self) -> Verdict:
        """Return what the deadline does to the items still open if nothing more arrives (rule 36)."""
        return judge(self.loaded.case())

    @cached_property
    def services(self) -> dict[str, Service]:
        """Return, by code, whether each State is served as now known."""
        horizon = self.case.deadline or _NEVER
        found = {}
        for state in self.loaded.states:
            since = served_since(self.case.evidence, state.code, before=horizon)
            found[state.code] = Service(state, since, lawful_close(since, self.case.period))
        return found

    @cached_property
    def positions(self) -> dict[tuple[int, str], Position]:
        """Return every position as at the deadline in force, keyed (version, state), whoever reads."""
        return self.case.positions()

    @cached_property
    def matrix(self) -> list[MatrixRow]:
        """Return the items × States as the reader may see them."""
        return [
            MatrixRow(
                row,
                tuple(
                    self._cell(row, state, self.positions[row.version.id, state.code])
                    for state in self.loaded.states
                ),
            )
            for row in self.loaded.items
        ]

    def _cell(self, row: ItemRow, state: State, position: Position) -> Cell:
        word = self._word(row, state, position)
        if self.discloses(state.code, position):
            return Cell(state, word, position)
        # The letter that tells of a hold names these States to everybody.
        held = word is Shown.UNSERVED and state.code in self.loaded.holding
        return Cell(state, word if held else Shown.UNDISCLOSED, None)

    def _word(self, row: ItemRow, state: State, position: Position) -> Word:
        if position.place is not Place.SILENT:
            return position.place
        if position.late:
            return Shown.LATE
        unserved = self.services[state.code].since is None or state.code in self.loaded.holding
        return Shown.UNSERVED if unserved and self.is_running and row.is_open else Place.SILENT

    def discloses(self, code: str, position: Position) -> bool:
        """Tell whether the reader may see this position of this State (rule 33a)."""
        if self.shows_all or code == self.own or position.place in _OPENLY:
            return True
        # What came late is shown to all (rule 13), but not what the State had said in time.
        return position.place is Place.SILENT and bool(position.late)

    @cached_property
    def fates(self) -> list[Fate]:
        """Return what would become of every item if it closed now, and why."""
        verdicts = {one.version: one for one in self.verdict.items}
        found = []
        for row in self.loaded.items:
            if row.entry.result is not None:
                found.append(Fate(row, row.entry.result, _begun(row.reason or self._stopped(row))))
                continue
            verdict = verdicts[row.version.id]
            because = self._because(row, verdict.reasons) or self._unopposed(row)
            found.append(Fate(row, verdict.would, _begun(because)))
        return found

    def _stopped(self, row: ItemRow) -> str:
        """Say what stood against an item at the deadline."""
        inputs_block = self.case.inputs_block
        codes = [
            state.code
            for state in self.loaded.states
            if self.positions[row.version.id, state.code].blockers(inputs_block)
        ]
        return "; ".join(self._blocker(row, code) for code in codes)

    def _unopposed(self, row: ItemRow) -> str:
        if not self.shows_all:
            return gettext("no objection stands")
        silent = sum(
            position.current is None
            for (version, _), position in self.positions.items()
            if version == row.version.id
        )
        if not silent:
            return gettext("no objection stands; every State has answered")
        words = ngettext(
            "no objection stands; %(num)d State is silent",
            "no objection stands; %(num)d States are silent",
            silent,
        )
        return words

    def _because(self, row: ItemRow, reasons: tuple[Reason, ...]) -> str:
        causes: dict[Cause, list[str]] = {}
        for reason in reasons:
            causes.setdefault(reason.cause, []).append(reason.state or "")
        return "; ".join(self._cause(row, cause, codes) for cause, codes in causes.items())

    def _cause(self, row: ItemRow, cause: Cause, codes: list[str]) -> str:
        if cause is Cause.BLOCKED:
            return "; ".join(self._blocker(row, code) for code in codes)
        if cause in (Cause.UNSERVED, Cause.PERIOD_SHORT):
            return self._unserved(cause, codes)
        return {
            Cause.PACKAGE: gettext("another item of the package is stopped"),
            Cause.SUSPENDED: gettext("the circulation is suspended"),
            Cause.HELD_BY_OTHERS: gettext("another item depends on a State that is not served"),
        }[cause]

    def _unserved(self, cause: Cause, codes: list[str]) -> str:
        named = self.shows_all or set(codes) <= self.loaded.holding
        if not named:
            return gettext("a State whose silence is needed is not served in time")
        names = self.names(codes)
        if cause is Cause.UNSERVED:
            return ngettext("%(names)s is not served", "%(names)s are not served", len(codes), names=names)
        return ngettext(
            "%(names)s was served too late for the full period",
            "%(names)s were served too late for the full period",
            len(codes),
            names=names,
        )

    def _blocker(self, row: ItemRow, code: str) -> str:
        position = self.positions[row.version.id, code]
        name = self.loaded.state(code).in_text
        standing = {one.kind for one in position.standing}
        if ResponseKind.OBJECTION in standing:
            return gettext("objection of %(name)s", name=name)
        if ResponseKind.INPUT in standing:
            return gettext("input of %(name)s not settled", name=name)
        return gettext("%(name)s objected after the deadline", name=name)

    def leading(self, codes: list[str]) -> str:
        """Return the names of these States as a sentence begins with them."""
        return _begun(self.names(codes))

    def names(self, codes: list[str]) -> str:
        """Return the names of these States as a sentence joins them."""
        return joined([self.loaded.state(code).in_text for code in codes])

    def numbers(self, versions: list[int]) -> str:
        """Return the numbers of these items as a sentence joins them."""
        return joined([row.entry.position for row in self.loaded.items if row.version.id in versions])

    @property
    def working_days_left(self) -> int | None:
        """Return the working days from now to the deadline, None where it stands still or has passed."""
        deadline = self.case.deadline
        if deadline is None or not self.is_running or deadline <= self.now:
            return None
        return self.loaded.working_time.working_days_between(self.now, deadline)


def _begun(words: str) -> str:
    """Return words with a capital at their beginning, as a cell of a table begins."""
    return words[:1].upper() + words[1:]
