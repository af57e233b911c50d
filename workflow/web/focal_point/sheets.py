"""One circulation as a focal point's pages show it: each item with its difference and present position.

The facts are read in `workflow/queries/asked.py`; the sentences about them are in `sayings`.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask import g

from workflow.domain.mandates import Act, Actor, may
from workflow.domain.positions import Position
from workflow.domain.terms import RUNNING, CirculationStatus, ResponseKind, Status
from workflow.models.circulation import Circulation
from workflow.papers.differences import VersionDifference, version_difference
from workflow.queries.asked import Asked, AskedItem, asked, working_time
from workflow.web.wording import Shown


@dataclass(frozen=True)
class SheetItem:
    """One item on a page: the facts, where the State stands, and what changed word by word."""

    asked: AskedItem
    position: Position

    @property
    def number(self) -> int:
        """Return the item's number in this circulation."""
        return self.asked.entry.position

    @property
    def version_id(self) -> int:
        """Return the id of the version before the States."""
        return self.asked.version.id

    @cached_property
    def difference(self) -> VersionDifference | None:
        """Return what changes the version in force, or None for a new item."""
        in_force = self.asked.in_force
        return version_difference(in_force, self.asked.version) if in_force is not None else None

    @cached_property
    def since_answered(self) -> VersionDifference | None:
        """Return what changed since the State last spoke, where that was not on the version in force."""
        before = self.asked.answered_before
        if before is None or (self.asked.in_force is not None and before.id == self.asked.in_force.id):
            return None
        return version_difference(before, self.asked.version)

    @property
    def word(self) -> str:
        """Return where the State stands as pages say it."""
        if self.position.current is None:
            return Shown.LATE if self.position.late else Shown.NO_ANSWER
        return self.position.place

    @property
    def is_stopped(self) -> bool:
        """Tell whether silence on the item is broken, by whomever."""
        return self.asked.version.status is Status.SILENCE_BROKEN


@dataclass(frozen=True)
class Sheet:
    """One circulation on the desk of the reader's State at `now` (UTC)."""

    asked: Asked
    actor: Actor
    now: datetime

    @property
    def circulation(self) -> Circulation:
        """Return the circulation."""
        return self.asked.circulation

    @property
    def name(self) -> str:
        """Return the name of the reader's State, as it stands within a sentence."""
        return self.asked.state.in_text

    @property
    def leading(self) -> str:
        """Return it as a sentence begins with it."""
        return self.asked.state.leading

    @cached_property
    def items(self) -> tuple[SheetItem, ...]:
        """Return the items in the circulation's order."""
        return tuple(SheetItem(item, self.asked.positions[item.version.id]) for item in self.asked.items)

    @property
    def open_items(self) -> list[SheetItem]:
        """Return the items still in the circulation."""
        return [item for item in self.items if item.asked.is_open]

    @property
    def answerable(self) -> list[SheetItem]:
        """Return the items on which something can still be said, in time or late (rule 18)."""
        return [item for item in self.items if not item.asked.is_gone]

    @property
    def unanswered(self) -> list[SheetItem]:
        """Return the items still in the circulation on which the State has said nothing."""
        return [item for item in self.open_items if item.asked.latest is None]

    @property
    def has_draft(self) -> bool:
        """Tell whether the State's office has prepared anything that is not sent."""
        return any(item.asked.prepared is not None for item in self.items)

    @property
    def is_running(self) -> bool:
        """Tell whether the circulation's items can still change."""
        return self.circulation.status in RUNNING

    @property
    def is_late(self) -> bool:
        """Tell whether what is said now comes too late for the deadline in force (rules 13, 15)."""
        return is_late(self.circulation, self.now)

    @property
    def may_speak(self) -> bool:
        """Tell whether the reader may submit here for the State (rule 23)."""
        return may(self.actor, Act.LODGE) and self.may_prepare

    @property
    def may_prepare(self) -> bool:
        """Tell whether there is anything the State can still say here."""
        return self.asked.on_roster and bool(self.answerable)

    @property
    def may_ask_for_time(self) -> bool:
        """Tell whether the State can ask for more time (rule 16)."""
        return self.asked.on_roster and self.is_running and may(self.actor, Act.ASK_FOR_TIME)

    @property
    def inputs_block(self) -> bool:
        """Tell whether an input stops an item here (rule 19)."""
        return self.asked.rules.inputs_block

    @property
    def stops(self) -> frozenset[ResponseKind]:
        """Return the kinds that stop an item here."""
        stopping = {ResponseKind.OBJECTION, ResponseKind.INPUT}
        return frozenset(stopping if self.inputs_block else {ResponseKind.OBJECTION})

    @property
    def working_days(self) -> int | None:
        """Return the working days left, or None where the deadline has passed or stands still."""
        return working_days(self.circulation, self.now)

    def item(self, version_id: int) -> SheetItem:
        """Return the item of a version; KeyError where it is not in this circulation."""
        found = {item.version_id: item for item in self.items}
        return found[version_id]


def sheet(circulation_id: int) -> Sheet:
    """Read a circulation for the reader's State: six statements. Raises NotFound."""
    return Sheet(asked(g.session, circulation_id, g.capacity.state, g.person.id), g.actor, g.now)


def is_late(circulation: Circulation, now: datetime) -> bool:
    """Tell whether what is said at `now` (UTC) comes too late for the deadline in force (rule 13)."""
    if circulation.status is CirculationStatus.SUSPENDED:
        return False
    return circulation.deadline is not None and now >= circulation.deadline


def working_days(circulation: Circulation, now: datetime) -> int | None:
    """Return the working days from `now` to the deadline, or None where it has passed or stands still."""
    deadline = circulation.deadline
    stands_still = circulation.status is CirculationStatus.SUSPENDED
    if deadline is None or stands_still or now >= deadline or circulation.status not in RUNNING:
        return None
    return working_time(circulation).working_days_between(now, deadline)
