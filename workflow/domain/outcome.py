"""What the deadline does to each item, and why; the dry run asks the same question (rules 9, 13, 34, 36).

Who said what is folded in `positions`, who was served in `serving`; nothing is changed here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from workflow.domain.positions import Lodged, Position, Remark, blocks, positions
from workflow.domain.serving import Evidence, Period, served_since, silence_counts
from workflow.domain.terms import EvidenceKind, Outcome, Result, Term


class Cause(Term):
    """Why an item would not simply be endorsed."""

    BLOCKED = "blocked"
    PACKAGE = "package"
    UNSERVED = "unserved"
    PERIOD_SHORT = "period_short"
    SUSPENDED = "suspended"
    HELD_BY_OTHERS = "held_by_others"


class Would(Term):
    """What the deadline does to an item."""

    ENDORSE = "endorse"
    NOT_ENDORSE = "not_endorse"
    HOLD = "hold"


@dataclass(frozen=True)
class Reason:
    """One reason of a verdict: the cause, and the State it lies with (None: with no single State)."""

    cause: Cause
    state: str | None = None


@dataclass(frozen=True)
class Case:
    """All the facts of a circulation that decide its outcome; instants are UTC, States are codes.

    `versions` are the ids still in the circulation; `deadline` is the deadline in force, None while
    suspended; `held_states` are those whose missing silence held it at the deadline (empty: not held).
    """

    dispatched_at: datetime
    deadline: datetime | None
    versions: tuple[int, ...]
    roster: tuple[str, ...]
    period: Period
    package: bool = False
    inputs_block: bool = True
    lodged: tuple[Lodged, ...] = ()
    remarks: tuple[Remark, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    is_held: bool = False
    held_states: frozenset[str] = frozenset()

    def positions(self) -> dict[tuple[int, str], Position]:
        """Return every position as at the deadline in force; the caller changes nothing in it."""
        return self._folded

    @cached_property
    def _folded(self) -> dict[tuple[int, str], Position]:
        return positions(self.lodged, self.remarks, self.deadline, self.versions, self.roster)


@dataclass(frozen=True)
class ItemVerdict:
    """What the deadline does to one version, with the reasons."""

    version: int
    would: Would
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What the deadline does to a circulation: hold it because of `missing`, or close it."""

    items: tuple[ItemVerdict, ...]
    missing: tuple[str, ...] = ()
    positions: dict[tuple[int, str], Position] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Tell whether some item depends on silence that does not count."""
        return bool(self.missing)

    def having(self, would: Would) -> tuple[int, ...]:
        """Return the versions of this fate, in the circulation's order."""
        return tuple(item.version for item in self.items if item.would is would)


def blocked_versions(case: Case, folded: dict[tuple[int, str], Position] | None = None) -> frozenset[int]:
    """Return the versions whose silence is broken; a package breaks whole (rule 27)."""
    folded = case.positions() if folded is None else folded
    blocked = {
        version
        for (version, _), position in folded.items()
        if position.standing and position.blockers(case.inputs_block)
    }
    return frozenset(case.versions) if case.package and blocked else frozenset(blocked)


def needs_silence(case: Case) -> dict[str, tuple[int, ...]]:
    """Return, per State, the unblocked versions that depend on its silence (rule 9)."""
    folded = case.positions()
    blocked = blocked_versions(case, folded)
    unblocked = [version for version in case.versions if version not in blocked]
    needed = {
        state: tuple(version for version in unblocked if not folded[version, state].is_explicit)
        for state in case.roster
    }
    return {state: versions for state, versions in needed.items() if versions}


def silence_start(case: Case, *, at: datetime) -> datetime | None:
    """Return the instant from which silence runs for the circulation, judged as at `at`, or None.

    That is when the window is over and the last State whose silence is needed was served.
    """
    horizon = case.deadline or datetime.max.replace(tzinfo=at.tzinfo)
    known = [fact for fact in case.evidence if fact.at <= at and fact.at < horizon]
    starts = [case.dispatched_at, case.period.window_end or case.dispatched_at]
    for state in needs_silence(case):
        since = served_since(known, state, before=horizon)
        if since is None:
            return None
        starts.append(since)
    return max(starts) if max(starts) <= min(at, horizon) else None


def judge(case: Case) -> Verdict:
    """Return what the deadline in force does if nothing more arrives, and why (rules 9, 27, 34).

    With a deadline passed this is the outcome, with one to come the dry run: the same answer from the same
    facts, however late or often it is asked.
    """
    folded = case.positions()
    blocked = blocked_versions(case, folded)
    missing: dict[str, None] = {}
    depends: dict[int, list[Reason]] = {}
    for state, versions in needs_silence(case).items():
        for version, cause in _why_silence_fails(case, state, versions).items():
            missing[state] = None
            depends.setdefault(version, []).append(Reason(cause, state))
    items = tuple(
        _verdict(version, folded, blocked, depends, bool(missing), case) for version in case.versions
    )
    return Verdict(items, tuple(missing), folded)


def _verdict(
    version: int,
    folded: dict[tuple[int, str], Position],
    blocked: frozenset[int],
    depends: dict[int, list[Reason]],
    held: bool,
    case: Case,
) -> ItemVerdict:
    if version in blocked:
        own = tuple(
            Reason(Cause.BLOCKED, state)
            for state in case.roster
            if folded[version, state].blockers(case.inputs_block)
        )
        return ItemVerdict(version, Would.NOT_ENDORSE, own or (Reason(Cause.PACKAGE),))
    if case.deadline is None:
        return ItemVerdict(version, Would.HOLD, (Reason(Cause.SUSPENDED),))
    if version in depends:
        return ItemVerdict(version, Would.HOLD, tuple(depends[version]))
    if held:
        return ItemVerdict(version, Would.HOLD, (Reason(Cause.HELD_BY_OTHERS),))
    return ItemVerdict(version, Would.ENDORSE)


def _why_silence_fails(case: Case, state: str, versions: Sequence[int]) -> dict[int, Cause]:
    """Return why the silence of one State does not count, by version; evidence is looked through once."""
    if case.deadline is None:
        return {}
    own = [fact for fact in case.evidence if fact.state == state]
    overridden = any(fact.kind is EvidenceKind.OVERRIDE for fact in own)
    if state in case.held_states and not overridden:
        return dict.fromkeys(versions, Cause.UNSERVED)
    known = _known(case, own)
    proven = [fact for fact in known if fact.kind is not EvidenceKind.OVERRIDE]
    if silence_counts(served_since(proven, state, before=case.deadline), case.period, case.deadline):
        # It needs no override, and what its State says late changes nothing (rule 13).
        return {}
    failing: dict[int, Cause] = {}
    since = served_since(known, state, before=case.deadline)
    for version in versions:
        if overridden and case.is_held and _blocked_even_late(case, state, version):
            failing[version] = Cause.BLOCKED
        elif since is None:
            failing[version] = Cause.UNSERVED
        elif not silence_counts(since, case.period, case.deadline):
            failing[version] = Cause.PERIOD_SHORT
    return failing


def _known(case: Case, evidence: Sequence[Evidence]) -> Sequence[Evidence]:
    """Return the evidence to judge by: as at the deadline, but in a hold as now known (rule 34)."""
    if case.is_held or case.deadline is None:
        return evidence
    return [fact for fact in evidence if fact.at < case.deadline]


def _blocked_even_late(case: Case, state: str, version: int) -> bool:
    """Tell whether the State itself lodged a blocker too late to break silence (rule 9).

    That it ended the blocker, late as well, changes no outcome either (rules 13, 19): an extension makes
    both count.
    """
    own = case.positions()[version, state]
    return any(blocks(one.kind, case.inputs_block) for one in own.late)


def outcome(results: Sequence[Result]) -> Outcome:
    """Return the outcome of a closed circulation from the results of its items, frozen at the close."""
    endorsed = sum(result is Result.ENDORSED for result in results)
    if endorsed == 0:
        return Outcome.NOT_ENDORSED
    return Outcome.ENDORSED if endorsed == len(results) else Outcome.PARTIALLY_ENDORSED
