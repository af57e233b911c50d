"""The reference model of the procedure, written from PROCEDURE.md alone: every event and every query.

`ReferenceModel(rules, lead_state)` takes events, each `event(..., at=instant) -> Verdict`, and answers
queries as at the last event. Run `clock(at=...)` to let time pass. Instants are aware UTC datetimes. It
imports nothing of the product. What PROCEDURE.md leaves open is chosen, and listed, in the docstrings:
`reference_time` periods, `reference_service` service, `reference_outcome` positions and the close,
`reference_clock` order and clock, `reference_people` people and mail, `reference_documents` texts and
meetings, `reference_rounds` circulations, `reference_responses` responses. Here:
- the outcome counts the items still in the circulation at its close; a referred one is not endorsed (31);
- while suspended, `deadline` and `window_end` are those that were in force when it was suspended (17).
"""

from datetime import datetime
from hashlib import sha256

from tests.model.reference_outcome import blocked, place, silence_counts, waiting
from tests.model.reference_people import PeopleEvents
from tests.model.reference_records import Circulation, Dispute
from tests.model.reference_responses import ResponseEvents
from tests.model.reference_rounds import RoundEvents
from tests.model.reference_service import proven_since, served_since
from tests.model.reference_terms import RUNNING, Forecast, Key, Outcome, Phase, Place, Status


class ReferenceModel(PeopleEvents, RoundEvents, ResponseEvents):
    """One body under the procedure: feed it events, ask it where everything stands."""

    def phase(self, circulation: Key) -> Phase:
        """Return the status of a circulation (The state machine of a version)."""
        return self.circulations[circulation].phase

    def deadline(self, circulation: Key) -> datetime:
        """Return the deadline in force (rules 13, 16, 17)."""
        return self.circulations[circulation].deadline

    def window_end(self, circulation: Key) -> datetime | None:
        """Return when the consultation window ends or ended, if there is one (rules 5, 17)."""
        return self.circulations[circulation].window_end

    def roster(self, circulation: Key) -> frozenset[Key]:
        """Return the States entitled to speak (rules 2, 32)."""
        return self.circulations[circulation].roster

    def remaining(self, circulation: Key) -> frozenset[Key]:
        """Return the items still in a circulation (rules 28, 31a)."""
        return self.left_in(self.circulations[circulation])

    def item_status(self, circulation: Key, item: Key) -> Status:
        """Return the status of the version that a circulation carried of an item (table)."""
        return self.version_status(self.circulations[circulation].versions[item])

    def version_status(self, version: Key) -> Status:
        """Return the status of a version, derived while its circulation runs (table)."""
        found = self.versions[version]
        if found.status is not Status.CIRCULATED or found.circulation is None:
            return found.status
        circulation = self.circulations[found.circulation]
        if found.item in blocked(self.book(circulation), self.left_in(circulation)):
            return Status.SILENCE_BROKEN
        started = found.item in circulation.started
        return Status.NO_OBJECTION_DEADLINE if started else Status.CIRCULATED

    def text_hash(self, version: Key) -> str:
        """Return the SHA-256 of a version's text (Terms: version)."""
        return sha256(self.versions[version].text.encode()).hexdigest()

    def endorsed_version(self, item: Key) -> Key | None:
        """Return the version of an item that is in force (rule 40)."""
        mine = (one for one in self.versions.values() if one.item == item)
        return next((one.key for one in mine if one.status is Status.ENDORSED), None)

    def place(self, circulation: Key, state: Key, item: Key) -> Place:
        """Return the one place of a State on an item; from the close on, as frozen (rules 34, 35)."""
        found = self.circulations[circulation]
        if (state, item) in found.places:
            return found.places[state, item]
        return place(self.book(found), state, item)

    def silent(self, circulation: Key, state: Key, item: Key) -> bool:
        """Tell whether a State has no response that counts on an item (Terms: silent)."""
        return self.place(circulation, state, item) is Place.SILENT

    def objecting(self, circulation: Key, state: Key, item: Key) -> bool:
        """Tell whether a State's blocker breaks the silence of an item (rule 19)."""
        at_place = self.place(circulation, state, item)
        inputs = self.circulations[circulation].rules.inputs_block
        return at_place is Place.OBJECTION or (inputs and at_place is Place.INPUT_OUTSTANDING)

    def served_since(self, circulation: Key, state: Key) -> datetime | None:
        """Return since when a State is served or, by override, treated so; None is unserved (rule 9)."""
        return served_since(self.circulations[circulation], state, self.bounces)

    def proven_since(self, circulation: Key, state: Key) -> datetime | None:
        """Return since when a State is proven served, overrides aside (rule 9)."""
        return proven_since(self.circulations[circulation], state, self.bounces)

    def silence_counts(self, circulation: Key, state: Key, item: Key) -> bool:
        """Tell whether silence would run its full period by the deadline in force (rule 9)."""
        return silence_counts(self.book(self.circulations[circulation]), state, item)

    def overridden(self, circulation: Key) -> dict[Key, datetime]:
        """Return the States whose service both offices overrode, and since when (rules 9, 35)."""
        return self.circulations[circulation].overridden()

    def waiting(self, circulation: Key) -> dict[Key, frozenset[Key]]:
        """Return per item the States whose silence holds, or would hold, a running circulation (9, 36)."""
        found = self.circulations[circulation]
        return waiting(self.book(found), self.left_in(found)) if found.phase in RUNNING else {}

    def dry_run(self, circulation: Key) -> dict[Key, Forecast]:
        """Return what the deadline in force would do to each item if nothing more arrived (rule 36).

        One item waiting holds the circulation, and so every item of it that is not broken (rule 9).
        """
        found = self.circulations[circulation]
        left = self.left_in(found)
        broken, held = blocked(self.book(found), left), bool(self.waiting(circulation))
        calm = Forecast.HELD if held else Forecast.ENDORSED
        return {item: Forecast.SILENCE_BROKEN if item in broken else calm for item in left}

    def results(self, circulation: Key) -> dict[Key, Status]:
        """Return what each item came to at the close, empty before: frozen then (rule 34)."""
        return dict(self.circulations[circulation].results)

    def outcome(self, circulation: Key) -> Outcome | None:
        """Return the outcome of a closed circulation, None before (The state machine of a version)."""
        results = list(self.circulations[circulation].results.values())
        if not results:
            return None
        endorsed = results.count(Status.ENDORSED)
        if endorsed == len(results):
            return Outcome.ENDORSED
        return Outcome.PARTIALLY_ENDORSED if endorsed else Outcome.NOT_ENDORSED

    def late(self, response: Key) -> bool:
        """Tell whether a response is late under the deadline in force (Terms: late; rule 13)."""
        found = self.responses[response]
        return not self.circulations[found.circulation].in_time(found.counted)

    def standing(self, circulation: Key, item: Key) -> frozenset[Key]:
        """Return the objections and inputs in time and not ended in time (rules 18, 19)."""
        book = self.book(self.circulations[circulation])
        return frozenset(one.key for one in book.responses if one.item == item and book.stands(one))

    def reasons_wanted(self, response: Key) -> bool:
        """Tell whether an objection came without reasons: asked for, never void (rule 21)."""
        found = self.responses[response]
        return found.kind == "objection" and not found.reasons

    def disputes(self, circulation: Key) -> list[Dispute]:
        """Return what came after the close and doubts it (Terms: dispute)."""
        return list(self.circulations[circulation].disputes)

    def letters_due(self, circulation: Key, at: datetime) -> frozenset[tuple[Key, Key]]:
        """Return the States and people to whom the circulation letter is owed by now (rule 2)."""
        found = self.circulations[circulation]
        return frozenset(
            (held.state, held.person)
            for held in self.appointments
            if held.speaks(at) and held.state in found.roster and self.emails[held.person]
        )

    def unanswered(self, circulation: Key) -> frozenset[Key]:
        """Return the States that have not answered every item, to be reminded (rule 6)."""
        found = self.circulations[circulation]
        return frozenset(state for state in found.roster if self._leaves_open(found, state))

    def _leaves_open(self, circulation: Circulation, state: Key) -> bool:
        """Tell whether a State has said nothing of an item still in a circulation (rule 6)."""
        book = self.book(circulation)
        return any(not book.of(state, item) for item in self.left_in(circulation))
