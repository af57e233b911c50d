"""Steps of the machine: what States say, and what is said to them (rules 18-30)."""

from datetime import datetime

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.model.machine import MOVES, NEWCOMER, PLACES, SECRETARY, SHEPHERD, TICK, Life
from tests.model.product import WORDS, Said
from tests.model.reference_terms import EXPLICIT, Actor, Capacity, Kind

KINDS = st.sampled_from([*Kind, Kind.OBJECTION, Kind.INPUT])
MILD = st.sampled_from([Kind.COMMENT, Kind.COMMENT, Kind.NO_OBJECTION, Kind.ABSTENTION])
FOCAL = (Capacity.CONTACT_POINT, Capacity.ALTERNATE, Capacity.DRAFTER)


class Voices(RuleBasedStateMachine):
    """What States say."""

    life: Life

    @precondition(lambda self: self.life.model.circulations)
    @rule(
        move=MOVES, place=st.sampled_from([0, 0, 0, 1, 2]), item=PLACES, kind=KINDS, which=PLACES,
        seen=st.sampled_from(["current", "current", "current", "none", "stale"]),
    )  # fmt: skip
    def lodge(self, move: str, place: int, item: int, kind: Kind, which: int, seen: str) -> None:
        """Lodge a response, aware of the State's position, unaware of it, or behind it (rules 18-24)."""
        now, circulation = self.life.move(move), str(self.life.circulation(place))
        speakers = self.life.speakers(*FOCAL)
        self._lodge(now, circulation, speakers[which % len(speakers)], item, kind, seen)

    @precondition(lambda self: self.life.running())
    @rule(move=MOVES, place=PLACES, item=PLACES, kind=MILD, which=PLACES)
    def answer_unserved(self, move: str, place: int, item: int, kind: Kind, which: int) -> None:
        """Let a State that no letter reached speak: it has answered, yet may be silent still (rules 7, 9)."""
        life, now = self.life, self.life.move(move)
        circulation = life.running()[place % len(life.running())]
        reached = {proof.state for proof in life.model.circulations[circulation].evidence}
        names = [name for name in life.in_office() if life.capacities[name][1] not in reached]
        if names:
            self._lodge(now, circulation, names[which % len(names)], item, kind, "current")

    def _lodge(self, now: datetime, circulation: str, name: str, item: int, kind: Kind, seen: str) -> None:
        life, key = self.life, self.life.new_key("r")
        capacity, code = life.capacities[name]
        carried = sorted(life.model.circulations[circulation].versions.items(), key=str)
        chosen, version = carried[item % len(carried)]
        said, replaces = life.said(circulation, code, int(chosen), str(version), kind, seen)
        judged = life.model.lodge(
            key, circulation, chosen, kind=kind, by=Actor(name, capacity), at=now, replaces=replaces
        )
        life.both(judged, lambda: life.product.lodge(key, circulation, said, name))

    @precondition(lambda self: self.life.running())
    @rule(move=MOVES, place=PLACES, which=PLACES)
    def object_to_all(self, move: str, place: int, which: int) -> None:
        """Object to the whole circulation (rule 28)."""
        life, now = self.life, self.life.move(move)
        circulation, key = life.running()[place % len(life.running())], life.new_key("all")
        speakers = life.speakers(*FOCAL)
        name = speakers[which % len(speakers)]
        carried = life.model.circulations[circulation].versions
        items = {life.product.versions[str(version)]: int(item) for item, version in carried.items()}
        by = Actor(name, life.capacities[name][0])
        judged = life.model.object_to_all(key, circulation, by=by, at=now)
        life.both(judged, lambda: life.product.object_to_all(key, circulation, name, items))

    @precondition(lambda self: self.life.model.circulations)
    @rule(move=MOVES, place=PLACES, item=PLACES, kind=KINDS, which=PLACES, claimed=st.integers(0, 4))
    def enter_on_behalf(self, move: str, place: int, item: int, kind: Kind, which: int, claimed: int) -> None:
        """Enter a State's paper, claimed to have come at one of several instants (rule 26)."""
        life, now = self.life, self.life.move(move)
        circulation, key = str(life.circulation(place)), life.new_key("p")
        found = life.model.circulations[circulation]
        code = ("PH", "MY", "BN", NEWCOMER)[which % 4]
        carried = sorted(found.versions.items(), key=str)
        chosen, version = carried[item % len(carried)]
        position = life.position(circulation, code, int(chosen))
        if kind in EXPLICIT and position is not None and position.blocker:
            return
        edges = [now, found.deadline - TICK, found.deadline, found.dispatched, found.dispatched - TICK]
        received = edges[claimed]
        replaces = None if position is None else position.key
        judged = life.model.enter_on_behalf(
            key, circulation, code, chosen, kind=kind, claimed=received, evidence=WORDS,
            by=SECRETARY, at=now, replaces=replaces,
        )  # fmt: skip
        said = Said(str(version), str(kind))
        life.both(judged, lambda: life.product.enter_on_behalf(key, circulation, code, said, received))

    @precondition(lambda self: self.life.blockers())
    @rule(move=MOVES, place=PLACES, which=PLACES)
    def lift(self, move: str, place: int, which: int) -> None:
        """Let somebody lift a blocker, mostly of the right State (rules 18, 29)."""
        life, now = self.life, self.life.move(move)
        response = life.blockers()[place % len(life.blockers())]
        name = life.voice(str(response.state), which)
        by = Actor(name, life.capacities[name][0])
        judged = life.model.lift(response.key, by=by, at=now)
        life.both(judged, lambda: life.product.lift(str(response.key), name, str(response.circulation)))

    @precondition(lambda self: self.life.inputs())
    @rule(move=MOVES, place=PLACES)
    def answer_input(self, move: str, place: int) -> None:
        """Answer an input (rule 19)."""
        life, now = self.life, self.life.move(move)
        response = life.inputs()[place % len(life.inputs())]
        judged = life.model.answer_input(response.key, by=SHEPHERD, at=now)
        life.both(judged, lambda: life.product.answer(str(response.key), str(response.circulation)))

    @precondition(lambda self: self.life.inputs())
    @rule(move=MOVES, place=PLACES, which=PLACES)
    def accept_answer(self, move: str, place: int, which: int) -> None:
        """Accept the answer to an input, if there is one (rule 19)."""
        life, now = self.life, self.life.move(move)
        response = life.inputs()[place % len(life.inputs())]
        name = life.voice(str(response.state), which)
        by = Actor(name, life.capacities[name][0])
        judged = life.model.accept_answer(response.key, by=by, at=now)
        circulation = str(response.circulation)
        life.both(judged, lambda: life.product.accept_answer(str(response.key), name, circulation))
