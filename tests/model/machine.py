"""The machine that drives the product and the reference through one life of a body, step by step.

Three States, three texts, any number of circulations. Every step first moves the clock, often exactly to
a deadline or a microsecond beside it, then lets somebody act; whatever the product answers and shows must
be what the reference does. The steps themselves are in `steps`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from holidays import country_holidays
from hypothesis import strategies as st

from tests.model.comparing import differences
from tests.model.product import Product, Said
from tests.model.reference import ReferenceModel
from tests.model.reference_outcome import current
from tests.model.reference_records import Response
from tests.model.reference_terms import (
    EXPLICIT,
    RUNNING,
    Actor,
    Calendar,
    Capacity,
    Kind,
    Rules,
    Status,
    Verdict,
)
from tests.model.reference_time import is_working_day, period_end
from tests.settable_clock import SettableClock
from tests.stages import Stage, brought
from workflow.db import Database

STATES, NEWCOMER, OFFICE = ("PH", "MY", "BN"), "SG", "PH"
SHEPHERD = Actor("lead_shepherd", Capacity.LEAD_SHEPHERD)
SECRETARY = Actor("secretariat", Capacity.SECRETARIAT)
TICK = timedelta(microseconds=1)
#: The host's working days, straight from the library of holidays.
CALENDAR = Calendar(holidays=frozenset(country_holidays("ID", years=range(2020, 2031))))
ITEMS = (0, 1, 2)
_STEPS = {"an hour": timedelta(hours=1), "a day": timedelta(days=1), "four days": timedelta(days=4)}
_EDGES = {"just before": -TICK, "at": 0 * TICK, "just after": TICK}
#: How the clock moves before a step: mostly it stands, else it goes to the edge of what comes next.
MOVES = st.sampled_from(["no"] * 8 + ["a tick", *_STEPS] + list(_EDGES) * 2)
PLACES = st.integers(0, 20)


class Life:
    """One body told twice: once to the product, once to the reference."""

    def __init__(self, database: Database, stage: Stage, clock: SettableClock) -> None:
        self.clock = clock
        world = brought(session := database.session(writing=True), stage.world)
        for code, state in world.states.items():
            if code not in STATES:
                state.member_until = state.member_from
        session.flush()
        self.product = Product(session, world, clock)
        self.model = ReferenceModel(rules=Rules(calendars=(CALENDAR,)), lead_state=OFFICE)
        self.capacities: dict[str, tuple[Capacity, str]] = {}
        self.counted, self.turns = 10, 0
        self._tell_the_reference()

    def _tell_the_reference(self) -> None:
        start, world = self.clock(), self.product.world
        for code in STATES:
            self.model.admit(code, world.states[code].member_from, at=start)
        for code in (*STATES, NEWCOMER):
            for capacity in (Capacity.CONTACT_POINT, Capacity.ALTERNATE, Capacity.DRAFTER):
                name = f"{code} {capacity.value}"
                self.capacities[name] = (capacity, code)
                self.model.appoint(name, capacity, code, at=start)
                self.model.set_email(name, world.people[name].email, at=start)
        self.model.appoint("lead_shepherd", Capacity.LEAD_SHEPHERD, at=start)
        self.model.appoint("secretariat", Capacity.SECRETARIAT, at=start)
        for item in ITEMS:
            key = f"{item}-1"
            self.model.draft(item, key, key, by=SHEPHERD, at=start)
            self.product.versions[key] = world.versions[item].id

    def new_key(self, prefix: str) -> str:
        """Return a word not used before."""
        self.counted += 1
        return f"{prefix}{self.counted}"

    def both(self, judged: Verdict, act: Callable[[], object], *, same: bool = True) -> bool:
        """Let the product do what the reference has judged, and compare the answers and everything shown.

        `same` is False where only what follows is compared, not whether the act was taken.
        """
        taken = self.product.attempt(act)
        if same:
            assert taken == judged.accepted, f"product: {self.product.refusal or 'taken'}, rules: {judged}"
        self.product.settle()
        found = differences(self.product, self.model)
        assert found == [], "\n".join(found)
        return taken

    def move(self, how: str) -> datetime:
        """Move the clock on and return the instant."""
        self.turns += 1
        now = self.clock()
        if how == "a tick":
            now += TICK
        elif how in _STEPS:
            now += _STEPS[how]
        elif how in _EDGES:
            coming = [edge for edge in self._edges() if edge + _EDGES[how] > now]
            now = min(coming, default=now - _EDGES[how]) + _EDGES[how]
        self.clock.now = now
        return now

    def _edges(self) -> list[datetime]:
        running = [self.model.circulations[key] for key in self.running()]
        ends = [one.window_end for one in running if one.window_end is not None]
        return [one.deadline for one in running] + ends

    def every(self, turns: int) -> bool:
        """Tell whether what is done only now and then is due."""
        return self.turns % turns == turns - 1

    def running(self) -> list[str]:
        """Return the circulations that run."""
        return [str(key) for key, one in self.model.circulations.items() if one.phase in RUNNING]

    def circulation(self, place: int) -> str | None:
        """Return one circulation, the newest ones more often."""
        keys = [str(key) for key in self.model.circulations]
        return keys[-1 - place % len(keys)] if keys else None

    def drafts(self) -> dict[int, str]:
        """Return the draft of each item that has one."""
        versions = self.model.versions.values()
        return {int(one.item): str(one.key) for one in versions if one.status is Status.DRAFT}

    def speakers(self, *capacities: Capacity) -> list[str]:
        """Return the people who hold or held one of these capacities for a State."""
        return [name for name, (held, _) in self.capacities.items() if held in capacities]

    def own(self, circulation: str, state: str, item: int) -> list[Response]:
        """Return what a State said of an item, as stored."""
        found = self.model.circulations[circulation]
        return self.model.book(found).of(state, item)

    def position(self, circulation: str, state: str, item: int) -> Response | None:
        """Return the position a State is in on an item."""
        return current(self.own(circulation, state, item))

    def deadline(self, start: datetime, *, urgent: bool, how: str) -> datetime:
        """Return a deadline after `start`: the first lawful one, one later, too early or on a Saturday."""
        rules = self.model.rules
        first = period_end(rules, start, urgent=urgent)
        if how == "too early":
            return first - TICK
        if how == "saturday":
            while is_working_day(rules, first.astimezone(ZoneInfo(rules.zone)).date()):
                first += timedelta(days=1)
            return first
        return first + timedelta(days=7) if how == "later" else first

    def said(
        self, circulation: str, state: str, item: int, version: str, kind: str, seen: str
    ) -> tuple[Said, str | None]:
        """Return what a State says to both: aware of its position, unaware of any, or of an older one."""
        own, position = self.own(circulation, state, item), self.position(circulation, state, item)
        if seen == "none" or position is None:
            return Said(version, kind), None
        latest = own[-1]
        if seen == "current":
            standing = position.blocker and position.ended is None and kind in EXPLICIT
            ends = self.product.responses[str(position.key)] if standing else None
            return Said(version, kind, self.product.responses[str(latest.key)], ends), str(position.key)
        older = [one for one in own if one not in (latest, position)]
        if not older:
            return Said(version, kind), None
        return Said(version, kind, self.product.responses[str(older[0].key)]), str(older[0].key)

    def name_of(self, person: int | None) -> str:
        """Return the name of a person of the product."""
        return next(name for name, (key, _) in self.product.holders.items() if key == person)

    def blockers(self) -> list[Response]:
        """Return the blockers not ended, and some that are."""
        return [one for one in self.model.responses.values() if one.blocker]

    def inputs(self) -> list[Response]:
        """Return the inputs."""
        return [one for one in self.model.responses.values() if one.kind is Kind.INPUT]

    def voice(self, state: str, which: int) -> str:
        """Return somebody, mostly one who holds or held a capacity of this State."""
        own = [name for name in self.capacities if self.capacities[name][1] == state]
        everybody = own * 4 + list(self.capacities)
        return everybody[which % len(everybody)]

    def in_office(self) -> list[str]:
        """Return the contact points and alternates in office now."""
        now = self.clock()
        speaking = [one for one in self.model.appointments if one.speaks(now)]
        return [str(one.person) for one in speaking]
