"""The life of an item as a drawing: a line for each version, with the numbers of what happened to it.

The spaces are steps, not days: an item can rest for years and be decided in a week. What happened is told in
`steps`; the shapes are in the templates.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from workflow.queries.items import Life
from workflow.web.documents.steps import Step
from workflow.web.drawings import Bar, Place, Point, places

_LEFT, _RIGHT, _EDGE = 15.0, 92.0, 98.0


@dataclass(frozen=True)
class Lane:
    """The line of one version: its stretches, and its places with numbers; `level` counts from the top."""

    number: int
    level: int
    bars: list[Bar]
    places: list[Place]


@dataclass(frozen=True)
class LifeLine:
    """A drawing of one item: a line for each version; `joins` are (place, line, line of its successor)."""

    lanes: list[Lane]
    joins: list[tuple[float, int, int]]

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of stretches that are drawn, for the key beneath."""
        return list(dict.fromkeys(bar.kind for lane in self.lanes for bar in lane.bars))


def drawn(life: Life, steps: Sequence[Step]) -> LifeLine | None:
    """Return the drawing of a life, None where nothing followed its beginning."""
    if len(steps) < 2:
        return None
    space = (_RIGHT - _LEFT) / (len(steps) - 1)
    where = [round(_LEFT + space * index, 2) for index in range(len(steps))]
    lanes = [
        _lane(stage.version.number, level, list(zip(where, range(1, len(steps) + 1), steps, strict=True)))
        for level, stage in enumerate(life.stages)
    ]
    return LifeLine(lanes, _joins(life, list(zip(where, steps, strict=True))))


def _lane(number: int, level: int, numbered: Sequence[tuple[float, int, Step]]) -> Lane:
    own = [one for one in numbered if one[2].version == number]
    points = [Point(at, row, step.colour, mark=step.mark) for at, row, step in own]
    bars: list[Bar] = []
    kind, since = "", 0.0
    for at, _, step in own:
        if step.leads_to is None or step.leads_to == kind:
            continue
        if kind:
            bars.append(Bar(since, at, kind))
        kind, since = step.leads_to, at
    if kind:
        bars.append(Bar(since, _EDGE, kind))
    return Lane(number, level, bars, places(points))


def _joins(life: Life, placed: Sequence[tuple[float, Step]]) -> list[tuple[float, int, int]]:
    """Return where a version gave way to its successor: the place, and the levels of the two."""
    levels = {stage.version.id: level for level, stage in enumerate(life.stages)}
    found = []
    for stage in life.stages:
        successor = levels.get(stage.version.superseded_by_id or 0)
        ends = [at for at, step in placed if step.version == stage.version.number and step.leads_to == ""]
        if successor is not None and ends:
            found.append((ends[-1], levels[stage.version.id], successor))
    return found
