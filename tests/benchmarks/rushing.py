"""A program that is one of several writers on one circulation, in the last seconds before its deadline.

Its words: the database, the body, a folder for what the log signed, which part of the answers is its own, of
how many.
"""

import sys
import time
from uuid import uuid4

from tests.benchmarks.lodging import Lodger
from tests.benchmarks.programs import obey
from workflow.actions import closing, responses
from workflow.actions.admitting import Answer
from workflow.domain.mandates import Actor
from workflow.domain.terms import ResponseKind

#: How many items one answer speaks of.
ITEMS_AT_ONCE = 10
Answered = tuple[float, float, int]


class Rusher(Lodger):
    """Lodges ten items at a time for its part of the States."""

    def __init__(self, url: str, body: str, folder: str, part: int, parts: int) -> None:
        super().__init__(url, body, folder)
        by_state: dict[str, tuple[Actor, list[int]]] = {}
        for by, version in self.waiting:
            by_state.setdefault(by.public_id, (by, []))[1].append(version)
        self.parts = [
            (by, versions[first : first + ITEMS_AT_ONCE])
            for by, versions in by_state.values()
            for first in range(0, len(versions), ITEMS_AT_ONCE)
        ][part::parts]

    def answer(self, count: int) -> list[Answered]:
        """Give so many answers, or all; returns of each when it began and ended, and its items."""
        told = []
        for by, versions in self.parts[:count]:
            begun = time.time()
            self._answer(by, versions)
            told.append((begun, time.time(), len(versions)))
        del self.parts[:count]
        return told

    def _answer(self, by: Actor, versions: list[int]) -> None:
        by = Actor(**{**vars(by), "idem": str(uuid4())})
        with self.database.writing() as session:
            circulation, now = closing.settled(session, self.circulation)
            answers = [Answer(version, ResponseKind.NO_OBJECTION, "") for version in versions]
            responses.lodge(session, circulation, answers, by=by, now=now)


if __name__ == "__main__":
    url, body, folder, part, parts = sys.argv[1:6]
    rusher = Rusher(url, body, folder, int(part), int(parts))
    obey({"answer": rusher.answer})
