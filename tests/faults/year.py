"""One simulated year of a body, drawn from a seed: who does what, and when; the journal judges every step.

The body is one on paper or one in a database: both answer to the same verbs. Clock, mail and chance are the
year's own.
"""

import random

from tests.faults.cast import DAY, HOUR, START, TICK, Body, Cast
from tests.faults.journal import Journal
from tests.model.reference_records import Bounce, Circulation, Evidence, Override, Response
from tests.model.reference_terms import BLOCKERS, EXPLICIT, RUNNING, Capacity, Kind, Phase, Rules
from tests.model.reference_time import next_deadline, period_end, resumed_end

KINDS = [*Kind, Kind.OBJECTION] + [Kind.NO_OBJECTION] * 8
#: What happens in a step, and how often.
STEPS = {
    "mail": 12, "lodge": 16, "end": 6, "extend": 4, "stop_or_go": 5, "override": 5, "bounce": 2,
    "withdraw_item": 1, "refer": 1, "replace": 3, "clock": 8, "answer_all": 8,
}  # fmt: skip


class Year:
    """One life of a body from a seed; `breach` is the first thing that must not be, with its step."""

    def __init__(
        self,
        seed: int,
        body: Body,
        cast: Cast,
        rules: Rules,
        *,
        days: int,
        stride: float = 5,
    ) -> None:
        self.chance, self.body, self.cast = random.Random(seed), body, cast
        self.now, self.end, self.stride = START, START + days * DAY, stride
        self.journal = Journal(rules)
        self.people: dict[str, tuple[str, str]] = {}
        self.former: dict[str, str] = {}
        self.served: list[tuple[str, str, str]] = []
        self.items = list(cast.items)
        self.steps, self.told, self.latest = 0, "", START
        for code in cast.states:
            self._appoint(f"{code} contact_point", "contact_point", code)

    def breach(self) -> str:
        """Live the year and return the first breach, or nothing."""
        while self.now < self.end and self.steps < 1000:
            self.steps += 1
            for line in self._step():
                return f"step {self.steps}, {self.now}, {self.told}: {line}"
        return ""

    def _step(self) -> list[str]:
        self._move()
        # What an act that was refused let the clock do first is in the log, too.
        newest = self.body.newest
        if newest is not None and newest > self.latest:
            return [f"an entry of {newest}, later than any clock has shown"]
        self.journal.newest = newest
        self.latest = max(self.latest, self.now)
        verb = self.chance.choices(list(STEPS), list(STEPS.values()))[0]
        running = [key for key, one in self.journal.circulations.items() if one.phase in RUNNING]
        if len(running) < 3 and self.items and self.chance.random() < 0.3:
            return self._dispatch()
        everything = list(self.journal.circulations)
        if not everything:
            return self._dispatch()
        key = self.chance.choice(running if running and self.chance.random() < 0.85 else everything[-4:])
        self.told = f"{verb} {key}"
        found = getattr(self, f"_{verb}")(key)
        return [*(found or ()), *self._judge(key, settled=False)]

    def _move(self) -> None:
        chance, draw = self.chance, self.chance.random()
        edges = [
            one.deadline
            for one in self.journal.circulations.values()
            if one.phase in (Phase.OPEN, Phase.HELD)
        ]
        coming = sorted(edge for edge in edges if edge > self.now)
        if draw < 0.25 and coming and coming[0] - self.now < 5 * DAY:
            self.now = coming[0] + chance.choice([-TICK, 0 * TICK, TICK])
        elif draw < 0.30:
            self.now -= chance.uniform(0, 3) * DAY
        elif draw < 0.32:
            self.now += chance.uniform(5, 25) * DAY
        elif draw < 0.86:
            self.now += chance.uniform(0, 2 * self.stride) * DAY
        else:
            self.now += chance.choice([TICK, HOUR])

    def _judge(self, key: str, *, settled: bool) -> list[str]:
        view = self.body.view(key, forecast=self.chance.random() < 0.1)
        return list(self.journal.breaches(key, view, self.now, self.latest, settled=settled))

    def _settled(self, key: str) -> list[str]:
        """Let the clock do its work in a circulation, however late: the outcome is as at the deadline."""
        self.body.attempt(self.now, "settle", key)
        return self._judge(key, settled=True)

    def _clock(self, key: str) -> list[str]:
        return [line for one in self.journal.circulations for line in self._settled(one)]

    def _dispatch(self) -> list[str]:
        chance, journal = self.chance, self.journal
        key, count = f"c{len(journal.circulations) + 1}", chance.randint(1, 3)
        items, rules = tuple(self.items[:count]), journal.rules
        urgent, package = chance.random() < 0.15, chance.random() < 0.3
        window = self.now + 3 * DAY if chance.random() < 0.2 else None
        end = period_end(rules, window or self.now, urgent=urgent)
        deadline = end if chance.random() < 0.6 or urgent else next_deadline(rules, end + TICK)
        roster = self.cast.members(self.now)
        plan = {"urgent": urgent, "package": package, "window_end": window, "deadline": deadline}
        self.told = f"dispatch {key}"
        if not self.body.attempt(self.now, "dispatch", key, items, roster, plan):
            return [] if journal.behind(self.now) else ["a lawful dispatch was refused"]
        versions = {item: item for item in items}
        journal.circulations[key] = Circulation(
            key, rules, self.now, deadline, window, urgent, package, frozenset(roster), versions
        )  # type: ignore[arg-type]
        journal.gone[key] = set()
        del self.items[:count]
        journal.note(self.now)
        if chance.random() < 0.7:
            self._mail(key)
        return self._judge(key, settled=False)

    def _appoint(self, name: str, role: str, code: str) -> None:
        if self.body.attempt(self.now, "appoint", name, role, code):
            self.people[name] = (role, code)
            self.journal.note(self.now)

    def _replace(self, _key: str) -> None:
        old = self.chance.choice(list(self.people))
        role, code = self.people[old]
        self._appoint(f"{code} {role} {self.steps}", role, code)
        if not self.journal.behind(self.now) and self.body.attempt(self.now, "dismiss", old):
            self.former[old] = self.people.pop(old)[1]

    def _mail(self, _key: str) -> None:
        fates = ["accepted"] * 16 + ["later", "refused", "lost", "dies"]
        behind = self.journal.behind(self.now)
        if behind:
            return
        for key, state, name, told in self.body.deliver(self.now, lambda _address: self.chance.choice(fates)):
            if told == "accepted":
                self.journal.circulations[key].evidence.append(Evidence(state, self.now, name))
                self.journal.accepted.setdefault((key, name), len(self.journal.bounces))
                self.served.append((key, state, name))
            else:
                self.journal.bounces.append(Bounce(name, self.now))
            self.journal.note(self.now)

    def _bounce(self, _key: str) -> None:
        if not self.served:
            return
        key, state, name = self.chance.choice(self.served[-60:])
        if self.body.attempt(self.now, "bounce", key, state, name):
            self.journal.bounces.append(Bounce(name, self.now))
            self.journal.note(self.now)
            self.served.remove((key, state, name))

    def _speaker(self, key: str) -> tuple[str, str] | None:
        pool = list(self.people) if self.chance.random() < 0.95 or not self.former else list(self.former)
        name = self.chance.choice(pool)
        return name, (self.people[name][1] if name in self.people else self.former[name])

    def _lodge(self, key: str, kind: Kind | None = None, name: str | None = None) -> list[str]:
        chance, journal = self.chance, self.journal
        speaker = self._speaker(key) if name is None else (name, self.people[name][1])
        assert speaker is not None
        name, code = speaker
        item = chance.choice(list(journal.circulations[key].versions))
        return self._say(key, name, code, str(item), kind or chance.choice(KINDS))

    def _answer_all(self, key: str) -> list[str]:
        """Let most States say that they do not object: else hardly a round would not wait for somebody."""
        found: list[str] = []
        for name in self.chance.sample(list(self.people), min(4, len(self.people))):
            for item in self.journal.circulations[key].versions:
                found += self._say(key, name, self.people[name][1], str(item), Kind.NO_OBJECTION)
        return found

    def _say(self, key: str, name: str, code: str, item: str, kind: Kind) -> list[str]:
        journal, found = self.journal, self.journal.circulations[key]
        response = f"r{len(journal.responses) + 1}-{self.steps}"
        ended = journal.standing(key, code, item) if kind in EXPLICIT else []
        given = (response, key, item, str(kind), name, [str(one.key) for one in ended])
        taken, behind = self.body.attempt(self.now, "lodge", *given), journal.behind(self.now)
        lawful = name in self.people and code in found.roster and item not in journal.gone[key]
        if taken != (lawful and (not behind or kind in BLOCKERS)):
            return [f"{kind} of {name} on {item}: {'taken' if taken else 'refused'}"]
        if taken:
            newest = journal.newest or self.now
            # What a close came before is late, whatever the clock says (rule 12).
            closed = self.body.view(key, forecast=False).phase is Phase.CLOSED
            at = max(self.now, newest) if closed and kind in BLOCKERS else self.now
            made = Response(response, key, item, code, kind, at, at, name)
            journal.responses[response] = made
            found.evidence.append(Evidence(code, max(at, newest)))
            for one in ended:
                one.ended = self.now
            journal.note(at)
        return []

    def _end(self, key: str) -> list[str]:
        """Let a State lift a blocker, or accept an answer."""
        standing = [one for one in self.journal.said(key) if one.blocker and one.ended is None]
        if not standing:
            return []
        one = self.chance.choice(standing)
        kind = "accepted" if one.kind is Kind.INPUT and self.chance.random() < 0.5 else "lifted"
        gone = one.item in self.journal.gone[key]
        if self.body.attempt(self.now, "end", key, str(one.key), kind) and not gone:
            one.ended = self.now
            self.journal.note(self.now)
        return []

    def _extend(self, key: str) -> list[str]:
        found, lines = self.journal.circulations[key], self._settled(key)
        start = self.now if found.phase is Phase.HELD else max(self.now, found.deadline)
        deadline = next_deadline(found.rules, period_end(found.rules, start, urgent=found.urgent) + TICK)
        lawful = found.phase in (Phase.OPEN, Phase.HELD) and not self.journal.behind(self.now)
        if self.body.attempt(self.now, "extend", key, deadline) != lawful:
            return [*lines, f"an extension while {found.phase}"]
        if lawful:
            found.deadline, found.phase = deadline, Phase.OPEN
            self.journal.note(self.now)
        return lines

    def _stop_or_go(self, key: str) -> list[str]:
        found, lines = self.journal.circulations[key], self._settled(key)
        verb = "resume" if found.phase is Phase.SUSPENDED else "suspend"
        lawful = found.phase in (Phase.SUSPENDED, Phase.OPEN) and not self.journal.behind(self.now)
        if self.body.attempt(self.now, verb, key) != lawful:
            return [*lines, f"{verb} while {found.phase}"]
        if lawful and verb == "suspend":
            found.suspensions.append((self.now, None))
            found.phase = Phase.SUSPENDED
        elif lawful:
            self._resumed(found)
        if lawful:
            self.journal.note(self.now)
        return lines

    def _resumed(self, found: Circulation) -> None:
        stopped, _ = found.suspensions[-1]
        found.suspensions[-1] = (stopped, self.now)
        found.deadline = resumed_end(found.rules, found.deadline, stopped, self.now)
        if found.window_end is not None and found.window_end > stopped:
            found.window_end = self.now + (found.window_end - stopped)
            full = period_end(found.rules, found.window_end, urgent=found.urgent)
            found.deadline = max(found.deadline, next_deadline(found.rules, full))
        found.phase = Phase.OPEN

    def _override(self, key: str) -> list[str]:
        found, lines = self.journal.circulations[key], self._settled(key)
        if found.phase is not Phase.HELD or self.journal.behind(self.now):
            return lines
        missing = sorted(self.body.view(key, forecast=True).missing)
        code = self.chance.choice(missing or sorted(map(str, found.roster)))
        if self.body.attempt(self.now, "override", key, code, found.dispatched):
            for office in (Capacity.LEAD_SHEPHERD, Capacity.SECRETARIAT):
                found.overrides.append(Override(code, found.dispatched, office, office))
            self.journal.note(self.now)
        return lines

    def _withdraw_item(self, key: str) -> list[str]:
        found, lines = self.journal.circulations[key], self._settled(key)
        item = self.chance.choice(list(found.versions))
        if item in self.journal.gone[key] or found.phase not in RUNNING:
            return lines
        if self.body.attempt(self.now, "withdraw_item", key, item):
            self.journal.gone[key].add(str(item))
            found.results[item] = "withdrawn"  # type: ignore[assignment]
            if not self.journal.left(key):
                found.phase = Phase.WITHDRAWN
            self.journal.note(self.now)
        return lines

    def _refer(self, key: str) -> list[str]:
        found, lines = self.journal.circulations[key], self._settled(key)
        lawful = found.phase is Phase.HELD and not self.journal.behind(self.now)
        if self.body.attempt(self.now, "refer", key) != lawful:
            return [*lines, f"referred while {found.phase}"]
        if lawful:
            found.results |= dict.fromkeys(self.journal.left(key), "deferred")  # type: ignore[arg-type]
            found.phase = Phase.CLOSED
            self.journal.note(self.now)
        return lines
