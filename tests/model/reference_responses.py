"""Events by which States respond: lodging, lifting, inputs, entries on their behalf (rules 13, 18-29).

Choices:
- a response that replaces a standing blocker ends that one alone; an objection or input ends none (18),
  unless the rules say that an input lifts the objection it names (29);
- a submission naming anything but the State's current position is stale: taken if an objection, or
  stronger than every standing blocker and the position (24); an ended blocker has no strength;
- the position that a comment on a standing blocker leaves is that blocker (18);
- lifting, answering and accepting are refused on a version superseded or withdrawn, as responses are;
- an entry on behalf is proof of service from its entry, never from its claimed receipt (9, 26);
- such an entry of a no objection, reservation or abstention that names a standing blocker is refused, and
  rule 24 applies to entries as to submissions; after the close an entry of any kind opens a dispute (26).
"""

from dataclasses import dataclass
from datetime import datetime

from tests.model.reference_clock import event
from tests.model.reference_documents import DocumentEvents
from tests.model.reference_outcome import current
from tests.model.reference_records import Appointment, Circulation, Dispute, Evidence, Response
from tests.model.reference_terms import (
    ACCEPTED,
    BLOCKERS,
    EXPLICIT,
    FOCAL,
    SPEAKERS,
    Actor,
    Capacity,
    Key,
    Kind,
    Phase,
    Verdict,
    demand,
)

STRENGTH = {Kind.OBJECTION: 2, Kind.INPUT: 1}


@dataclass(frozen=True)
class Letter:
    """What a State says, before it is stored; `counted` differs from `at` on paper alone (rule 26)."""

    key: Key
    state: Key
    item: Key
    kind: Kind
    at: datetime
    counted: datetime
    by: Key
    replaces: Key | None = None
    reasons: str = ""
    paper: bool = False


def strength(response: Response | None) -> int:
    """Return the rank of a position; an ended one has none (rule 24)."""
    if response is None or response.ended is not None:
        return -1
    return STRENGTH.get(response.kind, 0)


class ResponseEvents(DocumentEvents):
    """What States say, and what is done with it."""

    def speaker(self, by: Actor, at: datetime, among: frozenset[Capacity] = SPEAKERS) -> Appointment:
        """Demand one who speaks for a State (rules 23, 33)."""
        demand(by.capacity in among, "23", "does not speak for a State")
        return self.office(by, at)

    def open_version(self, circulation: Circulation, item: Key) -> None:
        """Demand that an item is still in a circulation (rule 18)."""
        demand(item in circulation.versions, "18", "the item was not circulated")
        successor = self.versions[circulation.versions[item]].successor
        demand(item in self.left_in(circulation), "18", f"superseded by {successor}, or withdrawn")

    def _store(self, circulation: Circulation, letter: Letter) -> bool:
        """Take a response in, or refuse it; return whether it is late (rules 13, 18, 24)."""
        demand(letter.key not in self.responses, "18", "stored already")
        demand(letter.state in circulation.roster, "32", "the State is not on the roster")
        self.open_version(circulation, letter.item)
        said = self.book(circulation).of(letter.state, letter.item)
        self._not_stale(said, letter)
        self._lift_named(said, letter)
        response = Response(
            letter.key, circulation.key, letter.item, letter.state, letter.kind, letter.at,
            letter.counted, letter.by, letter.paper, letter.reasons,
        )  # fmt: skip
        self.responses[letter.key] = response
        circulation.evidence.append(Evidence(letter.state, letter.at))
        doubts = letter.paper or (response.blocker and letter.counted < circulation.deadline)
        if circulation.phase is Phase.CLOSED and doubts:
            circulation.disputes.append(Dispute(f"response {letter.key}", letter.at))
        self.unsent.discard((circulation.key, letter.state, letter.item))
        return not circulation.in_time(letter.counted)

    def _not_stale(self, said: list[Response], letter: Letter) -> None:
        """Refuse what overlooks a colleague's answer, unless stronger (rule 24)."""
        position = current(said)
        named = position.key if position else None
        if letter.kind is Kind.OBJECTION or letter.replaces == named:
            return
        standing = [one for one in said if one.blocker and one.ended is None]
        best = max(strength(one) for one in (position, *standing))
        fresh = letter.replaces is None or letter.replaces in {one.key for one in said}
        demand(fresh and STRENGTH.get(letter.kind, 0) > best, "24", f"the position is {named}")

    def _lift_named(self, said: list[Response], letter: Letter) -> None:
        """End the standing blocker that a response names as replaced (rules 18, 26, 29)."""
        for one in said:
            if one.key != letter.replaces or not one.blocker or one.ended is not None:
                continue
            downgrade = letter.kind is Kind.INPUT and one.kind is Kind.OBJECTION
            allowed = downgrade and self.circulations[one.circulation].rules.input_lifts_objection
            if letter.kind in EXPLICIT or allowed:
                demand(not letter.paper, "26", "an entry on behalf replaces no blocker")
                one.ended = letter.at

    @event
    def lodge(
        self,
        response: Key,
        circulation: Key,
        item: Key,
        *,
        kind: Kind,
        by: Actor,
        at: datetime,
        replaces: Key | None = None,
        reasons: str = "",
    ) -> Verdict:
        """Lodge one response for the speaker's State, late or not (rules 13, 18, 23-25)."""
        office, found = self.speaker(by, at), self.circulation(circulation)
        assert office.state is not None
        letter = Letter(response, office.state, item, kind, at, at, by.person, replaces, reasons)
        return Verdict(accepted=True, receipts=(response,), late=self._store(found, letter))

    @event
    def object_to_all(
        self, prefix: Key, circulation: Key, *, by: Actor, at: datetime, reasons: str = ""
    ) -> Verdict:
        """Object to each item still in the circulation; receipts are `prefix:item` (rule 28)."""
        office, found = self.speaker(by, at), self.circulation(circulation)
        assert office.state is not None
        demand(office.state in found.roster, "32", "the State is not on the roster")
        items = sorted(self.left_in(found), key=str)
        demand(items, "28", "no item is left")
        keys = tuple(f"{prefix}:{item}" for item in items)
        demand(not self.responses.keys() & set(keys), "18", "stored already")
        late = False
        for key, item in zip(keys, items, strict=True):
            letter = Letter(key, office.state, item, Kind.OBJECTION, at, at, by.person, reasons=reasons)
            late = self._store(found, letter)
        return Verdict(accepted=True, receipts=keys, late=late)

    @event
    def enter_on_behalf(
        self,
        response: Key,
        circulation: Key,
        state: Key,
        item: Key,
        *,
        kind: Kind,
        claimed: datetime,
        evidence: str,
        by: Actor,
        at: datetime,
        replaces: Key | None = None,
    ) -> Verdict:
        """Enter a paper response for a State; a blocker counts from its claimed receipt (rule 26)."""
        demand(by.capacity is Capacity.SECRETARIAT, "26", "only the secretariat enters")
        self.office(by, at)
        found = self.circulation(circulation)
        demand(found.dispatched <= claimed <= at and evidence, "26", "claimed when, and on what evidence?")
        counted = claimed if kind in BLOCKERS else at
        letter = Letter(response, state, item, kind, at, counted, by.person, replaces, paper=True)
        return Verdict(accepted=True, receipts=(response,), late=self._store(found, letter))

    def _blocker(self, response: Key, rule: str) -> tuple[Circulation, Response]:
        """Return a blocker not yet ended, on a version that still takes responses (rules 18, 19)."""
        demand(response in self.responses, rule, "no such response")
        found = self.responses[response]
        circulation = self.circulations[found.circulation]
        self.open_version(circulation, found.item)
        demand(found.blocker and found.ended is None, rule, "no blocker that stands")
        return circulation, found

    @event
    def lift(self, response: Key, *, by: Actor, at: datetime) -> Verdict:
        """Lift an objection or withdraw an input of one's own State (rules 18, 19, 29)."""
        office = self.speaker(by, at)
        circulation, found = self._blocker(response, "18")
        demand(found.state == office.state, "29", "only the same State lifts")
        found.ended = at
        return Verdict(accepted=True, late=not circulation.in_time(at))

    @event
    def answer_input(self, response: Key, *, by: Actor, at: datetime) -> Verdict:
        """Answer an input; unaccepted, it still blocks (rule 19)."""
        self.lead_shepherd(by, at)
        circulation, found = self._blocker(response, "19")
        demand(found.kind is Kind.INPUT, "19", "only inputs are answered")
        found.answered = at
        return Verdict(accepted=True, late=not circulation.in_time(at))

    @event
    def accept_answer(self, response: Key, *, by: Actor, at: datetime) -> Verdict:
        """Accept the Lead Shepherd's answer to one's own State's input, which ends it (rule 19)."""
        office = self.speaker(by, at)
        circulation, found = self._blocker(response, "19")
        demand(found.state == office.state, "19", "only its State accepts")
        demand(found.answered is not None, "19", "there is no answer")
        found.ended = at
        return Verdict(accepted=True, late=not circulation.in_time(at))

    @event
    def propose_kind(self, response: Key, proposed: Kind, *, by: Actor, at: datetime) -> Verdict:
        """Propose that a response be of another kind; nothing changes by it (rule 20)."""
        self.lead_shepherd(by, at)
        demand(response in self.responses, "20", "no such response")
        found = self.responses[response]
        demand(found.kind is not proposed, "20", "it is of that kind")
        found.proposed = proposed
        return ACCEPTED

    @event
    def confirm_kind(self, response: Key, confirmed: Key, *, by: Actor, at: datetime) -> Verdict:
        """Confirm the kind proposed for `confirmed`, by a new response named `response` (rule 20)."""
        office = self.speaker(by, at)
        demand(confirmed in self.responses, "20", "no such response")
        old = self.responses[confirmed]
        demand(old.state == office.state, "20", "only that State confirms")
        demand(old.proposed is not None, "20", "nothing was proposed")
        assert old.proposed is not None
        letter = Letter(response, old.state, old.item, old.proposed, at, at, by.person, confirmed)
        late = self._store(self.circulations[old.circulation], letter)
        return Verdict(accepted=True, receipts=(response,), late=late)

    @event
    def save_draft(self, circulation: Key, item: Key, *, by: Actor, at: datetime) -> Verdict:
        """Save an unsent answer, which is no response (rule 23)."""
        office, found = self.speaker(by, at, FOCAL), self.circulation(circulation)
        demand(office.state in found.roster, "32", "the State is not on the roster")
        self.open_version(found, item)
        assert office.state is not None
        self.unsent.add((circulation, office.state, item))
        return ACCEPTED
