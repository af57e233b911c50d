"""The two tables of the state machine, and `advance`, the only thing that sets a status.

Who may pull a trigger is not here (`mandates`), nor when the clock must (`outcome`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from transitions import Machine, MachineError

from workflow.domain.errors import WrongStatus, says
from workflow.domain.terms import CirculationStatus, CirculationTrigger, Status, Trigger


@dataclass(frozen=True)
class Row:
    """One row of the table: `needs` names the facts that must be true, in the order they are told."""

    trigger: Enum
    sources: tuple[Enum, ...]
    target: Enum
    needs: tuple[str, ...] = ()


_CIRCULATED, _SILENT, _BROKEN = Status.CIRCULATED, Status.NO_OBJECTION_DEADLINE, Status.SILENCE_BROKEN

#: The state machine of a version. Where two rows share trigger and source, the first whose needs hold wins.
VERSION_TABLE: tuple[Row, ...] = (
    Row(Trigger.CIRCULATE, (Status.DRAFT,), _CIRCULATED, ("rules_of_opening_hold",)),
    Row(Trigger.START_SILENCE, (_CIRCULATED,), _SILENT, ("window_over", "needed_states_served")),
    Row(Trigger.BREAK_SILENCE, (_CIRCULATED, _SILENT), _BROKEN, ("blocker_in_time",)),
    Row(Trigger.RESTORE_SILENCE, (_BROKEN,), _SILENT, ("last_blocker_gone_in_time", "silence_started")),
    Row(Trigger.RESTORE_SILENCE, (_BROKEN,), _CIRCULATED, ("last_blocker_gone_in_time",)),
    Row(
        Trigger.ENDORSE, (_SILENT,), Status.ENDORSED, ("deadline_passed", "nothing_blocks", "silence_counts")
    ),
    Row(Trigger.DEFER, (_BROKEN,), Status.DEFERRED, ("circulation_closed",)),
    Row(Trigger.DEFER, (_CIRCULATED, _SILENT, _BROKEN), Status.DEFERRED, ("referred_from_hold",)),
    Row(
        Trigger.ENDORSE_AT_MEETING,
        (_BROKEN, Status.DEFERRED),
        Status.ENDORSED,
        ("circulation_closed", "decision_referenced", "decision_dated_after_deadline"),
    ),
    Row(
        Trigger.SUPERSEDE,
        (_CIRCULATED, _SILENT, _BROKEN, Status.DEFERRED),
        Status.SUPERSEDED,
        ("successor_dispatched",),
    ),
    Row(Trigger.SUPERSEDE, (Status.ENDORSED,), Status.SUPERSEDED, ("successor_endorsed",)),
    Row(
        Trigger.WITHDRAW,
        (Status.DRAFT, _CIRCULATED, _SILENT, _BROKEN, Status.DEFERRED),
        Status.WITHDRAWN,
        ("withdrawal_open", "reason_given"),
    ),
)

_OPEN, _HELD = CirculationStatus.OPEN, CirculationStatus.HELD

#: The state machine of a circulation; a preparation (no status yet) is dispatched into it as open.
CIRCULATION_TABLE: tuple[Row, ...] = (
    Row(CirculationTrigger.SUSPEND, (_OPEN,), CirculationStatus.SUSPENDED, ("before_deadline",)),
    Row(CirculationTrigger.RESUME, (CirculationStatus.SUSPENDED,), _OPEN),
    Row(CirculationTrigger.HOLD, (_OPEN,), _HELD, ("deadline_passed", "silence_missing")),
    Row(CirculationTrigger.EXTEND, (_OPEN,), _OPEN, ("before_deadline",)),
    Row(CirculationTrigger.EXTEND, (_HELD,), _OPEN),
    Row(
        CirculationTrigger.CLOSE,
        (_OPEN, _HELD),
        CirculationStatus.CLOSED,
        ("deadline_passed", "nothing_held"),
    ),
    Row(CirculationTrigger.REFER, (_HELD,), CirculationStatus.CLOSED),
    Row(
        CirculationTrigger.WITHDRAW,
        (_OPEN, CirculationStatus.SUSPENDED, _HELD),
        CirculationStatus.WITHDRAWN,
        ("no_item_left",),
    ),
)


@dataclass(frozen=True)
class Change:
    """A status change that `advance` allowed: from `source` to `target` by `trigger`."""

    trigger: Enum
    source: Any
    target: Any


class Subject:
    """A thing with nothing but a status: asked about once for a whole set of rows of that status."""

    def __init__(self, status: Enum) -> None:
        self.status = status


def _guard(fact: str) -> Callable[..., bool]:
    def holds(*_args: object, **facts: object) -> bool:
        return facts.get(fact) is True

    holds.__name__ = fact
    return holds


def build(
    table: Iterable[Row], states: type[Enum], *, machine: type[Machine] = Machine, **options: Any
) -> Machine:
    """Return one machine over `table`, holding no model unless `options` give one."""
    rows = [
        {
            "trigger": str(row.trigger),
            "source": list(row.sources),
            "dest": row.target,
            "conditions": [_guard(fact) for fact in row.needs],
        }
        for row in table
    ]
    settings: dict[str, Any] = {"model": None, "initial": next(iter(states)), **options}
    return machine(
        states=states, transitions=rows, auto_transitions=False, model_attribute="status", **settings
    )


_MACHINES = {
    Trigger: build(VERSION_TABLE, Status),
    CirculationTrigger: build(CIRCULATION_TABLE, CirculationStatus),
}
_TABLES: dict[type[Enum], tuple[Row, ...]] = {
    Trigger: VERSION_TABLE,
    CirculationTrigger: CIRCULATION_TABLE,
}


def advance(thing: Any, trigger: Trigger | CirculationTrigger, **facts: bool) -> Change:
    """Move `thing.status` by `trigger`, given the facts its guards ask for.

    A fact that is not given counts as untrue: what is uncertain holds. Raises WrongStatus where no row
    of the table leads on from the status, or a needed fact is untrue (`details["missing"]` names it).
    """
    machine = _MACHINES[type(trigger)]
    source = thing.status
    if source is None:
        raise WrongStatus(
            says(
                "“{trigger}” needs a circulation that was dispatched; this is a preparation.", trigger=trigger
            ),
            remedy="Dispatch it, or discard it.",
            details={"trigger": str(trigger)},
        )
    unknown = set(facts) - {fact for row in _TABLES[type(trigger)] for fact in row.needs}
    if unknown:
        raise ValueError(f"no guard asks for {', '.join(sorted(unknown))}")
    try:
        moved = machine.events[str(trigger)].trigger(thing, **facts)
    except MachineError as refusal:
        raise WrongStatus(
            says("“{trigger}” does not lead on from “{source}”.", trigger=trigger, source=source),
            remedy="Read the page again: somebody may have acted meanwhile.",
            details={"status": str(source), "trigger": str(trigger)},
        ) from refusal
    if not moved:
        missing = _missing(trigger, source, facts)
        raise WrongStatus(
            says("“{trigger}” needs what does not hold: {what}.", trigger=trigger, what=", ".join(missing)),
            remedy="See what the page says is missing.",
            details={"status": str(source), "trigger": str(trigger), "missing": missing},
        )
    return Change(trigger, source, thing.status)


def begin(circulation: Any) -> None:
    """Give a preparation its first status at its dispatch; raises WrongStatus where it has one."""
    if circulation.status is not None:
        raise WrongStatus("This was dispatched before.", remedy="Open the circulation.")
    circulation.status = CirculationStatus.OPEN


def _missing(trigger: Trigger | CirculationTrigger, source: Enum, facts: dict[str, bool]) -> list[str]:
    rows = [row for row in _TABLES[type(trigger)] if row.trigger == trigger and source in row.sources]
    return [fact for fact in rows[-1].needs if facts.get(fact) is not True]
