"""What the world of a simulated year was told, and what must hold of the body after every step of it.

The journal learns only what was acknowledged. It judges by the second reading of the rules
(tests/model/reference_*), and imports nothing of the product. Who does what is in `year`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from tests.model.reference_outcome import Book, blocked, waiting
from tests.model.reference_records import Bounce, Circulation, Response
from tests.model.reference_terms import RUNNING, Kind, Phase, Rules


@dataclass(frozen=True)
class View:
    """What the body shows of one circulation: by item its status and result, by response its receipt.

    `forecast` says by item what the deadline would do, `missing` whose silence fails; None: not asked.
    """

    phase: Phase
    deadline: datetime
    window_end: datetime | None
    statuses: dict[str, str]
    results: dict[str, str]
    responses: dict[str, tuple[str, datetime]]
    closes: int
    forecast: dict[str, str] | None = None
    missing: frozenset[str] = frozenset()


@dataclass
class Journal:
    """All that was acknowledged so far; `newest` is the instant of the newest act (rule 12).

    `accepted` says, by circulation and address, how many bounces there were before the first acceptance
    there: in the same instant as it, they void nothing that came after them.
    """

    rules: Rules
    circulations: dict[str, Circulation] = field(default_factory=dict)
    responses: dict[str, Response] = field(default_factory=dict)
    bounces: list[Bounce] = field(default_factory=list)
    accepted: dict[tuple[str, str], int] = field(default_factory=dict)
    gone: dict[str, set[str]] = field(default_factory=dict)
    newest: datetime | None = None
    seen: dict[str, tuple[object, ...]] = field(default_factory=dict)

    def behind(self, now: datetime) -> bool:
        """Tell whether the clock stands behind what was acknowledged (rule 12)."""
        return self.newest is not None and now < self.newest

    def note(self, now: datetime) -> None:
        """Remember the instant of an act that was taken."""
        self.newest = now if self.newest is None else max(now, self.newest)

    def left(self, key: str) -> list[str]:
        """Return the items still in a circulation."""
        return [str(item) for item in self.circulations[key].versions if item not in self.gone[key]]

    def said(self, key: str) -> list[Response]:
        """Return what was said in a circulation, in order."""
        return [one for one in self.responses.values() if one.circulation == key]

    def standing(self, key: str, state: str, item: str) -> list[Response]:
        """Return a State's blockers on an item that nothing has ended, in time or not."""
        own = [one for one in self.said(key) if (one.state, one.item) == (state, item)]
        return [one for one in own if one.blocker and one.ended is None]

    def book(self, key: str, behind: datetime | None = None) -> Book:
        """Return the facts that decide: while it is open, those before the deadline alone (rule 34).

        `behind` is the instant of a clock that stands behind the log: it decides nothing (rule 12), so what
        is said now came after what was decided.
        """
        circulation, said = self.circulations[key], self.said(key)
        said = [one for one in said if one.received != behind]
        if circulation.phase is Phase.OPEN:
            said = [one for one in said if one.received < circulation.deadline]
        return Book(circulation, tuple(said), tuple(self._voiding(key)))

    def _voiding(self, key: str) -> Iterator[Bounce]:
        """Give the bounces that came after some acceptance at their address in this circulation."""
        for place, bounce in enumerate(self.bounces):
            first = self.accepted.get((key, str(bounce.address)))
            if first is not None and first <= place:
                yield bounce

    def breaches(
        self, key: str, view: View, now: datetime, latest: datetime, *, settled: bool
    ) -> Iterator[str]:
        """Say what must not be, and keep what came to pass; `settled`: the clock has just done its work.

        `latest` is the latest instant that the clock has shown: it may have gone back since.
        """
        circulation, before = self.circulations[key], self.circulations[key].phase
        shown = (view.phase, *sorted(view.statuses.items()))
        if self.seen.get(key, shown) != shown and not self.behind(now):
            self.note(now)
        self.seen[key] = shown
        if before != view.phase:
            yield from self._passage(key, view, latest, now if self.behind(now) else None)
        elif before is Phase.OPEN and settled and not self.behind(now) and now >= circulation.deadline:
            yield f"neither held nor closed at {now}, the deadline was {circulation.deadline}"
        if (view.deadline, view.window_end) != (circulation.deadline, circulation.window_end):
            yield f"ends {view.deadline}, by the rules {circulation.deadline}"
        yield from self._kept(key, view)
        yield from self._shown(key, view)

    def _shown(self, key: str, view: View) -> Iterator[str]:
        circulation = self.circulations[key]
        if circulation.phase in RUNNING:
            yield from self._derived(key, view)
        elif view.results != circulation.results:
            yield f"results {view.results}, at the close {circulation.results}"
        if view.closes != (circulation.phase is Phase.CLOSED):
            yield f"{view.phase}, closed {view.closes} times"
        if view.forecast is not None and circulation.phase in (Phase.OPEN, Phase.HELD):
            yield from self._forecast(key, view)

    def _passage(self, key: str, view: View, latest: datetime, behind: datetime | None) -> Iterator[str]:
        circulation, before = self.circulations[key], self.circulations[key].phase
        if before not in (Phase.OPEN, Phase.HELD) or view.phase not in (Phase.HELD, Phase.CLOSED):
            yield f"from {before} to {view.phase}"
        if before is Phase.OPEN and latest < circulation.deadline:
            yield f"{view.phase} by {latest}, before the deadline {circulation.deadline}"
        book = self.book(key, behind)
        missing = waiting(book, self.left(key))
        if bool(missing) != (view.phase is Phase.HELD):
            yield f"{view.phase}, though the silence of {missing} does not count"
        broken = blocked(book, self.left(key))
        for item in self.left(key) if view.phase is Phase.CLOSED else ():
            circulation.results[item] = "not_endorsed" if item in broken else "endorsed"  # type: ignore[assignment]
            if view.results.get(item) == "endorsed" and (against := self._against(key, item)):
                yield f"{item} is endorsed against {against}"
        circulation.phase = view.phase

    def _against(self, key: str, item: str) -> list[str]:
        """Return the objections received in time and not lifted in time: said once more, in plain words."""
        deadline = self.circulations[key].deadline
        return [
            str(one.key)
            for one in self.said(key)
            if (one.item, one.kind) == (item, Kind.OBJECTION)
            and one.counted < deadline
            and not (one.ended is not None and one.ended < deadline)
        ]

    def _kept(self, key: str, view: View) -> Iterator[str]:
        told = {str(one.key): (str(one.kind), one.counted) for one in self.said(key)}
        if told != view.responses:
            lost = {name: told.get(name) for name in told if told[name] != view.responses.get(name)}
            yield f"acknowledged {lost}, kept {view.responses.keys() - told.keys()}"

    def _derived(self, key: str, view: View) -> Iterator[str]:
        broken = blocked(Book(self.circulations[key], tuple(self.said(key)), ()), self.left(key))
        for item in self.left(key):
            if (view.statuses[item] == "silence_broken") != (item in broken):
                yield f"{item} is {view.statuses[item]}, though blocked are {sorted(broken)}"

    def _forecast(self, key: str, view: View) -> Iterator[str]:
        book, left = self.book(key), self.left(key)
        missing, broken = waiting(book, left), blocked(book, left)
        held = {str(state) for states in missing.values() for state in states}
        if view.missing != held:
            yield f"waits for {sorted(view.missing)}, by the rules {sorted(held)}"
        calm = "hold" if missing else "endorse"
        told = {item: "not_endorse" if item in broken else calm for item in left}
        if view.forecast != told:
            yield f"would {view.forecast}, by the rules {told}"
