"""One circulation on paper, and working time that remembers what it has told.

What is done with them is in `paper_body`.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.faults.journal import View
from tests.model.reference_terms import Phase
from workflow.domain.calendars import WorkingTime
from workflow.domain.lifecycle import Subject
from workflow.domain.outcome import Case, judge

_FAR = datetime.max.replace(tzinfo=UTC)


class Remembering(WorkingTime):
    """Working time that remembers the closes it has told: a year asks for the same ones again and again."""

    def lawful_close(self, served_since: datetime, window_end: datetime | None, suspensions: Any) -> datetime:
        """Return what the rules say, asking them once."""
        known: dict[Any, datetime] = self.__dict__.setdefault("known", {})
        key = (served_since, window_end, tuple(suspensions))
        if key not in known:
            known[key] = super().lawful_close(served_since, window_end, suspensions)
        return known[key]


@dataclass
class Round:
    """One circulation on paper; texts are numbered by their place."""

    items: tuple[str, ...]
    case: Case
    texts: dict[int, Subject]
    status: Any = None
    started: bool = False
    suspended_at: datetime | None = None
    results: dict[str, str] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    deadline: datetime = _FAR
    closes: int = 0

    def view(self, *, forecast: bool) -> View:
        """Show it as it is."""
        known = {number: name for name, number in self.names.items()}
        given = {known[one.id]: (str(one.kind), one.counts_at) for one in self.case.lodged}
        verdict = judge(self.case) if forecast else None
        would = {self.items[one.version]: str(one.would) for one in verdict.items} if verdict else None
        return View(
            Phase(str(self.status)), self.deadline, self.case.period.window_end,
            {item: str(self.texts[number].status) for number, item in enumerate(self.items)},
            dict(self.results), given, self.closes, would,
            frozenset(verdict.missing) if verdict else frozenset(),
        )  # fmt: skip
