"""Measures things side by side in one run, in turns, and says in a line whether a bar is reached.

Absolute times belong to the machine and to whoever shares it: what counts are quotients within one round.
"""

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.tried import TRIED
from tests.house_sources import ROOT

#: How often each side is measured; the first time, which warms up, does not count.
ROUNDS = 5
#: Where the lines of a run are kept besides the terminal.
KEPT = ROOT / "build" / "benchmarks.txt"
BESIDE = "beside the rows"

#: A side: does its work once and returns what it cost, in any unit that the other sides share.
Side = Callable[[], float]


@dataclass(frozen=True)
class Spread:
    """The median of a quotient over all rounds, with the lowest and the highest."""

    median: float
    lowest: float
    highest: float

    def __str__(self) -> str:
        """Say it as `0.47 (0.44-0.51)`."""
        digits = 2 if abs(self.median) < 20 else 0
        return f"{self.median:.{digits}f} ({self.lowest:.{digits}f}-{self.highest:.{digits}f})"


@dataclass(frozen=True)
class Bar:
    """What is asked of a quotient: at least this, or at most this."""

    value: float
    at_least: bool

    def __str__(self) -> str:
        """Say it as `>= 0.4`."""
        return f"{'>=' if self.at_least else '<='} {self.value:g}"

    def is_reached(self, found: float) -> bool:
        """Tell whether a figure is as it is asked to be."""
        return found >= self.value if self.at_least else found <= self.value


def at_least(value: float) -> Bar:
    """Return the bar that asks for this or more."""
    return Bar(value, True)


def at_most(value: float) -> Bar:
    """Return the bar that asks for this or less."""
    return Bar(value, False)


def timed(act: Callable[[], object]) -> float:
    """Return how many seconds an act takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def in_turns(sides: Mapping[str, Side], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Measure each side once a round, every other round in the opposite order; round 0 does not count."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    for round_ in range(rounds + 1):
        names = list(sides) if round_ % 2 else list(reversed(sides))
        for name in names:
            gc.collect()
            cost = sides[name]()
            if round_:
                found[name].append(cost)
    return found


def quotient(over: list[float], under: list[float]) -> Spread:
    """Return the spread of one side's figures over another's, round by round."""
    each = [one / other for one, other in zip(over, under, strict=True)]
    return Spread(median(each), min(each), max(each))


def tell(row: int, what: str, found: Spread | float, bar: Bar | None, beside: str = "") -> None:
    """Print one line of the table: `row 1: what: 0.47 (0.44-0.51), bar >= 0.4: reached`; and keep it.

    Row 0 is what stands beside the table. Where a bar is missed, the line says what was tried.
    """
    figure = found.median if isinstance(found, Spread) else found
    shown = str(found) if isinstance(found, Spread) else f"{found:.2f}"
    line = f"{f'row {row}' if row else BESIDE}: {what}: {shown}"
    is_missed = bar is not None and not bar.is_reached(figure)
    if bar is not None:
        line += f", bar {bar}: {'NOT reached' if is_missed else 'reached'}"
    told = [beside, f"tried: {TRIED[row]}" if is_missed and row in TRIED else ""]
    say(line + "".join(f" [{one}]" for one in told if one))


def say(line: str) -> None:
    """Print a line that stands by itself, and keep it."""
    print(f"\n{line}", flush=True)
    KEPT.parent.mkdir(exist_ok=True)
    with KEPT.open("a") as file:
        file.write(f"{line}\n")


def milliseconds(costs: list[float]) -> str:
    """Say the median of some costs in seconds as milliseconds."""
    return f"{median(costs) * 1000:.2f} ms"
