"""Which stretches two sequences have in common, found within a bounded amount of work.

What the elements are (lines, words, clusters) is not here: see `differences`.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from typing import NamedTuple

#: Comparisons of one element each; about half a second in the worst case.
MOST_WORK = 2_000_000
#: Elements from which on a middle is cut before difflib sees it.
LONG = 500


class Match(NamedTuple):
    """`old[old_from:old_from + size]` equals `new[new_from:new_from + size]`."""

    old_from: int
    new_from: int
    size: int


class _Range(NamedTuple):
    old_from: int
    old_until: int
    new_from: int
    new_until: int


def matches(old: Sequence[str], new: Sequence[str], work: int = MOST_WORK) -> list[Match]:
    """Return the common stretches of two sequences in order, without overlap.

    difflib finds good ones but takes quadratic time where elements repeat. So the ends are compared
    first; elements that occur once in each then cut a long middle into short ones; and difflib gets
    what is left until the `work` is used up. A stretch beyond it counts as changed as a whole.
    """
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    middle = _Range(head, len(old) - tail, head, len(new) - tail)
    found = [Match(0, 0, head), Match(middle.old_until, middle.new_until, tail)]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    # A search compares each element of a range of `old` with its equals in `new`.
    equals = Counter(new)
    costs = list(accumulate((equals[element] for element in old), initial=0))
    ranges = [middle]
    # difflib searches once per stretch, so many small changes cost as much as many repetitions.
    cost = costs[middle.old_until] - costs[middle.old_from]
    if middle.old_until - middle.old_from > LONG or cost > work // 10:
        anchors = _anchors(old, new, middle)
        found += anchors
        ranges = list(_between(anchors, middle))
    found += _searched(matcher, costs, ranges, work)
    return sorted(match for match in found if match.size)


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    shorter = min(len(old), len(new))
    return next((place for place in range(shorter) if old[place] != new[place]), shorter)


def _anchors(old: Sequence[str], new: Sequence[str], middle: _Range) -> list[Match]:
    """Return matches of elements that occur once in each, in the longest common order (patience)."""
    once_old = Counter(old[middle.old_from : middle.old_until])
    once_new = Counter(new[middle.new_from : middle.new_until])
    new_place = {
        new[place]: place for place in range(middle.new_from, middle.new_until) if once_new[new[place]] == 1
    }
    pairs = [
        (place, new_place[old[place]])
        for place in range(middle.old_from, middle.old_until)
        if once_old[old[place]] == 1 and old[place] in new_place
    ]
    ends: list[int] = []
    at_end: list[int] = []
    before: list[int | None] = []
    for index, (_, right) in enumerate(pairs):
        length = bisect_left(ends, right)
        before.append(at_end[length - 1] if length else None)
        ends[length : length + 1] = [right]
        at_end[length : length + 1] = [index]
    chain: list[Match] = []
    step = at_end[-1] if at_end else None
    while step is not None:
        chain.append(Match(*pairs[step], 1))
        step = before[step]
    return chain[::-1]


def _between(anchors: Sequence[Match], middle: _Range) -> Iterator[_Range]:
    old_from, new_from = middle.old_from, middle.new_from
    for anchor in [*anchors, Match(middle.old_until, middle.new_until, 0)]:
        yield _Range(old_from, anchor.old_from, new_from, anchor.new_from)
        old_from, new_from = anchor.old_from + anchor.size, anchor.new_from + anchor.size


def _searched(
    matcher: "SequenceMatcher[str]", costs: Sequence[int], ranges: Sequence[_Range], work: int
) -> Iterator[Match]:
    waiting = list(ranges)[::-1]
    while waiting:
        part = waiting.pop()
        if part.old_from == part.old_until or part.new_from == part.new_until:
            continue
        cost = costs[part.old_until] - costs[part.old_from] + part.old_until - part.old_from
        if cost > work:
            continue
        work -= cost
        match = Match(*matcher.find_longest_match(*part))
        if match.size:
            yield match
            waiting.append(part._replace(old_until=match.old_from, new_until=match.new_from))
            after = (match.old_from + match.size, match.new_from + match.size)
            waiting.append(part._replace(old_from=after[0], new_from=after[1]))
