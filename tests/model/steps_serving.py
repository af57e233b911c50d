"""Steps of the machine: letters, and who was reached (rules 7-9, 34)."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.model.machine import MOVES, PLACES, SECRETARY, SHEPHERD, TICK, Life
from tests.model.product import WORDS
from tests.model.reference_terms import Actor, Capacity, Phase
from workflow.domain.terms import Service


class Serving(RuleBasedStateMachine):
    """Letters and who was reached."""

    life: Life

    @precondition(lambda self: self.life.running())
    @rule(move=MOVES, place=PLACES, many=st.integers(0, 8))
    def mail_accepted(self, move: str, place: int, many: int) -> None:
        """Let the mail server take one letter, or all that are due (rules 7-9)."""
        life, now = self.life, self.life.move(move)
        key = life.running()[place % len(life.running())]
        due = life.product.letters(key, Service.QUEUED)
        for notice in due if many > 2 else due[many : many + 1]:
            name = life.name_of(notice.person_id)
            judged = life.model.mail_accepted(key, name, at=now, address=notice.address)
            life.both(judged, lambda one=notice: life.product.mail_accepted(key, one), same=False)  # type: ignore[misc]

    @precondition(lambda self: self.life.model.circulations)
    @rule(move=MOVES, place=PLACES, which=PLACES)
    def bounce(self, move: str, place: int, which: int) -> None:
        """Let a letter that was taken come back (rules 9, 34)."""
        life, now = self.life, self.life.move(move)
        key = life.circulation(place)
        sent = life.product.letters(str(key), Service.SENT, Service.ACKNOWLEDGED)
        sent = [one for one in sent if life.product.concerns_all(one)]
        if key is None or not sent:
            return
        notice = sent[which % len(sent)]
        judged = life.model.bounce(notice.address, at=now)
        life.both(judged, lambda: life.product.bounce(key, notice))

    @precondition(lambda self: self.life.running())
    @rule(move=MOVES, place=PLACES, which=PLACES)
    def acknowledge(self, move: str, place: int, which: int) -> None:
        """Let a focal point open the circulation signed in (rule 7)."""
        life, now = self.life, self.life.move(move)
        key = life.running()[place % len(life.running())]
        speakers = life.speakers(Capacity.CONTACT_POINT, Capacity.ALTERNATE)
        name = speakers[which % len(speakers)]
        judged = life.model.acknowledge(key, by=Actor(name, life.capacities[name][0]), at=now)
        life.both(judged, lambda: life.product.acknowledge(key, name), same=False)

    @precondition(lambda self: self.life.running())
    @rule(move=MOVES, place=PLACES, which=PLACES)
    def serve_again(self, move: str, place: int, which: int) -> None:
        """Write to a State anew (rule 2)."""
        life, now = self.life, self.life.move(move)
        key = life.running()[place % len(life.running())]
        roster = sorted(map(str, life.model.roster(key)))
        judged = life.model.clock(at=now)
        code = roster[which % len(roster)]
        life.both(judged, lambda: life.product.serve_again(key, code), same=False)

    @precondition(lambda self: self.life.running())
    @rule(move=MOVES, place=PLACES, who=st.booleans(), which=PLACES, back=st.integers(0, 3))
    def override(self, move: str, place: int, who: bool, which: int, back: int) -> None:
        """Record one office's half of an override, often the other half of the last (rule 9)."""
        life, now = self.life, self.life.move(move)
        key = life.running()[place % len(life.running())]
        if life.model.phase(key) is Phase.SUSPENDED:
            return
        found, roster = life.model.circulations[key], sorted(map(str, life.model.roster(key)))
        code, since = roster[which % len(roster)], [found.dispatched, now, now - TICK, now + TICK][back]
        if found.overrides and which % 2:
            code, since = str(found.overrides[-1].state), found.overrides[-1].since
        by = SHEPHERD if who else SECRETARY
        judged = life.model.override(key, code, since, WORDS, by=by, at=now)
        life.both(judged, lambda: life.product.override(key, code, since, str(by.person)), same=False)
