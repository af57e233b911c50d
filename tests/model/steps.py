"""The steps of the machine: papers, their course and the members, drawn at random (rules 1-33)."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.model.machine import ITEMS, MOVES, NEWCOMER, PLACES, SHEPHERD, STATES, Life
from tests.model.product import WORDS
from tests.model.reference_terms import Kind, Phase, Status
from tests.model.steps_serving import Serving
from tests.model.steps_voices import Voices
from workflow.domain.terms import Service

HOW = st.sampled_from(["first", "first", "first", "later", "too early", "saturday"])
WINDOWS = st.sampled_from([None, None, None, 3])
JAKARTA = ZoneInfo("Asia/Jakarta")


class Papers(RuleBasedStateMachine):
    """Drafting and dispatching."""

    life: Life

    @precondition(lambda self: self.life.every(2) and len(self.life.drafts()) < len(ITEMS))
    @rule(move=MOVES, place=PLACES)
    def draft(self, move: str, place: int) -> None:
        """Write the next text of an item that has no draft (rule 40)."""
        life, now = self.life, self.life.move(move)
        free = [item for item in ITEMS if item not in life.drafts()]
        item = free[place % len(free)]
        key = life.new_key(f"{item}-")
        judged = life.model.draft(item, key, key, by=SHEPHERD, at=now)
        life.both(judged, lambda: life.product.draft(item, key))

    @precondition(lambda self: self.life.every(11) and len(self.life.drafts()) > 1)
    @rule(move=MOVES, place=PLACES)
    def withdraw_draft(self, move: str, place: int) -> None:
        """Withdraw a draft (rule 31a)."""
        life, now = self.life, self.life.move(move)
        key = list(life.drafts().values())[place % len(life.drafts())]
        judged = life.model.withdraw_draft(key, WORDS, by=SHEPHERD, at=now)
        life.both(judged, lambda: life.product.withdraw_draft(key))

    @precondition(lambda self: self.life.drafts() and (self.life.every(3) or not self.life.running()))
    @rule(
        move=MOVES, which=st.integers(1, 7), how=HOW, urgent=st.booleans(), package=st.booleans(),
        window=WINDOWS, held=st.integers(0, 9),
    )  # fmt: skip
    def dispatch(self, move: str, which: int, window: int | None, held: int, **plan: Any) -> None:
        """Dispatch some drafts (rules 1-5)."""
        self._dispatch(move, which, window, held, **plan)

    def _dispatch(self, move: str, which: int, window: int | None, held: int, **plan: Any) -> None:
        life, now = self.life, self.life.move(move)
        drafts = life.drafts()
        chosen = {item: key for item, key in drafts.items() if which >> item & 1} or drafts
        urgent, package = plan["urgent"], plan["package"]
        window_end = None if window is None else now + timedelta(days=window)
        deadline = life.deadline(window_end or now, urgent=urgent, how=plan["how"])
        key, reasons = life.new_key("c"), "a flood" if urgent else None
        meeting = life.product.world.meetings["21" if held == 0 else "20"]
        authority = (meeting.name, meeting.held_on) if meeting.held_on else None
        judged = life.model.dispatch(
            key, chosen, deadline, by=SHEPHERD, at=now, authority=authority, window_end=window_end,
            urgent_reasons=reasons, package=package,
        )  # fmt: skip
        given = {"meeting_id": meeting.id, "deadline": deadline, "window_end": window_end}
        given |= {"urgent": urgent, "urgent_reasons": reasons or "", "package": package}
        life.both(judged, lambda: life.product.dispatch(key, list(chosen.values()), given))


class Course(RuleBasedStateMachine):
    """What the Lead Shepherd does with time and with items."""

    life: Life

    @precondition(lambda self: self.life.model.circulations)
    @rule(move=MOVES, place=PLACES, how=HOW | st.just("same"))
    def extend(self, move: str, place: int, how: str) -> None:
        """Move a deadline (rule 16)."""
        life, now = self.life, self.life.move(move)
        key = str(life.circulation(place))
        found = life.model.circulations[key]
        start = now if found.phase is Phase.HELD else max(now, found.deadline)
        lawful = life.deadline(start, urgent=found.urgent, how=how)
        deadline = found.deadline if how == "same" else lawful
        judged = life.model.extend(key, deadline, WORDS, by=SHEPHERD, at=now)
        life.both(judged, lambda: life.product.extend(key, deadline))

    @precondition(lambda self: self.life.running())
    @rule(move=MOVES, place=PLACES, act=st.sampled_from(["suspend", "resume", "resume"]))
    def stop_or_go(self, move: str, place: int, act: str) -> None:
        """Suspend or resume (rule 17)."""
        life, now = self.life, self.life.move(move)
        key = life.running()[place % len(life.running())]
        given: tuple[str, ...] = (WORDS,) if act == "suspend" else ()
        judged = getattr(life.model, act)(key, *given, by=SHEPHERD, at=now)
        life.both(judged, lambda: getattr(life.product, act)(key))

    @precondition(lambda self: self.life.model.circulations)
    @rule(move=MOVES, place=PLACES, item=PLACES, act=st.sampled_from(["withdraw_item"] * 2 + ["defer"] * 3))
    def dispose(self, move: str, place: int, item: int, act: str) -> None:
        """Withdraw an item while the circulation runs, or defer it after the close (rules 31, 31a)."""
        life, now = self.life, self.life.move(move)
        key = str(life.circulation(place))
        carried = sorted(life.model.circulations[key].versions.items(), key=str)
        chosen, version = carried[item % len(carried)]
        life.model.clock(at=now)
        broken = life.model.version_status(version) is Status.SILENCE_BROKEN
        if act == "withdraw_item" and broken and life.model.phase(key) is Phase.CLOSED:
            # Whether it must be deferred first, the table of the procedure and rule 31a say differently.
            return
        given: tuple[str, ...] = (WORDS,) if act == "withdraw_item" else ()
        judged = getattr(life.model, act)(key, chosen, *given, by=SHEPHERD, at=now)
        life.both(judged, lambda: getattr(life.product, act)(key, str(version)))

    @precondition(lambda self: self.life.running())
    @rule(move=MOVES, place=PLACES, act=st.sampled_from(["refer"] * 5 + ["withdraw"]))
    def give_up(self, move: str, place: int, act: str) -> None:
        """Refer a held circulation to the next meeting, or withdraw one (rules 31, 31a)."""
        life, now = self.life, self.life.move(move)
        key = life.running()[place % len(life.running())]
        given: tuple[str, ...] = (WORDS,) if act == "withdraw" else ()
        judged = getattr(life.model, act)(key, *given, by=SHEPHERD, at=now)
        life.both(judged, lambda: getattr(life.product, act)(key))

    @rule(move=MOVES)
    def clock(self, move: str) -> None:
        """Let the clock's job run, twice (rule 34)."""
        life, now = self.life, self.life.move(move)
        judged = life.model.clock(at=now)
        life.both(judged, life.product.settle)


class Members(RuleBasedStateMachine):
    """People and States come and go."""

    life: Life

    @precondition(lambda self: self.life.every(7))
    @rule(move=MOVES, which=PLACES)
    def replace_person(self, move: str, which: int) -> None:
        """Put a successor into a contact point's or alternate's place (rules 2, 25)."""
        life, now = self.life, self.life.move(move)
        holders = life.in_office()
        old = holders[which % len(holders)]
        capacity, code = life.capacities[old]
        new = life.new_key(f"{code} {capacity.value} ")
        judged = life.model.replace_person(old, new, capacity, at=now)
        life.model.set_email(new, f"{new.lower().replace(' ', '.')}@example.org", at=now)
        life.capacities[new] = (capacity, code)
        life.both(judged, lambda: life.product.replace_person(old, new, capacity.value, code))

    @precondition(lambda self: self.life.turns > 8)
    @rule(move=MOVES, joins=st.booleans())
    def membership(self, move: str, joins: bool) -> None:
        """Let a new State join, or an old one leave: from tomorrow (rule 32)."""
        life, now = self.life, self.life.move(move)
        tomorrow = now.astimezone(JAKARTA).date() + timedelta(days=1)
        code = NEWCOMER if joins else "BN"
        known = life.model.memberships.get(code, [])
        if (joins and known) or (not joins and known[-1].until):
            return
        model, product = life.model, life.product
        change = model.admit if joins else model.end_membership
        same = product.take_part if joins else product.leave
        life.both(change(code, tomorrow, at=now), lambda: same(code, tomorrow))


class Machine(Papers, Serving, Voices, Course, Members):
    """All steps together; `begin` gives the life, `end` lets it go."""

    def __init__(self) -> None:
        super().__init__()
        self.life = self.begin()

    def begin(self) -> Life:
        """Give a body at its first morning; the test says on which database."""
        raise NotImplementedError

    @initialize(
        which=st.integers(1, 7), urgent=st.booleans(), package=st.booleans(), window=WINDOWS,
        first=st.sampled_from([None, None, Kind.COMMENT, Kind.NO_OBJECTION]),
        missed=st.sampled_from([(), (), STATES, *((one,) for one in STATES)]),
    )  # fmt: skip
    def begin_with_a_round(
        self, *, which: int, window: int | None, missed: tuple[str, ...], first: Kind | None, **plan: Any
    ) -> None:
        """Dispatch some texts, and let the mail server take all letters but those of some States.

        Those may speak of all texts the day after: they have answered, yet may be silent still (rule 9).
        """
        self._dispatch("no", which, window, 1, how="first", **plan)
        key = self.life.running()[0]
        for notice in self.life.product.letters(key, Service.QUEUED):
            name = self.life.name_of(notice.person_id)
            if self.life.capacities[name][1] in missed:
                continue
            judged = self.life.model.mail_accepted(key, name, at=self.life.clock(), address=notice.address)
            self.life.both(judged, lambda one=notice: self.life.product.mail_accepted(key, one), same=False)  # type: ignore[misc]
        for code in missed if first is not None else ():
            now = self.life.move("a day")
            for item in range(len(self.life.model.circulations[key].versions)):
                self._lodge(now, key, f"{code} contact_point", item, first, "current")
