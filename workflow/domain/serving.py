"""Since when a State has been served, and from when its silence counts (rules 7-9, 34).

How letters are sent is not here (`workflow/notices/outbox.py`), nor what silence decides (`outcome`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow.domain.calendars import WorkingTime
from workflow.domain.terms import EvidenceKind


@dataclass(frozen=True)
class Evidence:
    """One fact about the service of a State, as of `at` (UTC).

    `address` is given for mail (ACCEPTED, BOUNCED) and None for what a person did. Only letters that carry
    the whole paper are ACCEPTED evidence; a permanent failure of any letter is BOUNCED evidence.
    """

    state: str
    kind: EvidenceKind
    at: datetime
    address: str | None = None


@dataclass(frozen=True)
class Period:
    """How silence runs in one circulation: its working time, window end and suspensions (all UTC)."""

    working_time: WorkingTime
    window_end: datetime | None
    suspensions: tuple[tuple[datetime, datetime], ...] = ()


def served_since(evidence: Iterable[Evidence], state: str, *, before: datetime) -> datetime | None:
    """Return the instant since which `state` has been served without a break, or None (rule 9).

    Positive evidence dated at or after `before` proves nothing. Every bounce given voids earlier
    acceptances at its address: a caller who judges as at an instant leaves later bounces out.
    """
    own = [fact for fact in evidence if fact.state == state]
    bounced: dict[str | None, datetime] = {}
    for fact in own:
        if fact.kind is EvidenceKind.BOUNCED:
            bounced[fact.address] = max(fact.at, bounced.get(fact.address, fact.at))
    standing = [
        fact.at
        for fact in own
        if fact.kind is not EvidenceKind.BOUNCED and fact.at < before and not _voided(fact, bounced)
    ]
    return min(standing, default=None)


def _voided(fact: Evidence, bounced: dict[str | None, datetime]) -> bool:
    if fact.kind is not EvidenceKind.ACCEPTED:
        return False
    last = bounced.get(fact.address)
    # Of two facts in one instant the doubting one prevails.
    return last is not None and fact.at <= last


def lawful_close(since: datetime | None, period: Period) -> datetime | None:
    """Return the earliest instant at which the silence of a State served since `since` counts, or None."""
    if since is None:
        return None
    return period.working_time.lawful_close(since, period.window_end, period.suspensions)


def silence_counts(since: datetime | None, period: Period, deadline: datetime) -> bool:
    """Tell whether silence that began at `since` ran the full minimum period by `deadline` (rule 9)."""
    close = lawful_close(since, period)
    return close is not None and close <= deadline


def addresses_without_service(evidence: Sequence[Evidence], state: str) -> tuple[str, ...]:
    """Return the addresses of `state` whose last mail evidence is a bounce, in order of the bounce."""
    last: dict[str, Evidence] = {}
    for fact in sorted(
        (one for one in evidence if one.state == state and one.address), key=lambda one: one.at
    ):
        last[str(fact.address)] = fact
    return tuple(address for address, fact in last.items() if fact.kind is EvidenceKind.BOUNCED)
