"""What the entries of one circulation say there must be in the tables: facts, by replay and nothing else.

What the tables hold is read in `kept`; the two are compared in `tying`. Instants are as the log writes them.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from workflow.audit.entries import PRIVATE, Entry
from workflow.audit.record import written
from workflow.domain.terms import (
    REPLACED_REASON,
    CirculationStatus,
    EvidenceKind,
    RemarkKind,
    Result,
    Trigger,
)


class Text(NamedTuple):
    """A text of which the entry shows the HMAC; its salt is kept under the entry's number and the key."""

    seq: int
    key: str
    hmac: str


#: A thing by its name, with its columns.
Facts = dict[str, dict[str, object]]
Told = dict[str, Any]

_REMARKS = {
    Entry.LIFTED: RemarkKind.LIFTED,
    Entry.ANSWERED: RemarkKind.ANSWERED,
    Entry.ACCEPTED: RemarkKind.ACCEPTED,
    Entry.KIND_PROPOSED: RemarkKind.KIND_PROPOSED,
    Entry.REASONS_REQUESTED: RemarkKind.REASONS_REQUESTED,
}
_EVIDENCE = {
    Entry.SERVICE_ACCEPTED: EvidenceKind.ACCEPTED,
    Entry.SERVICE_ACKNOWLEDGED: EvidenceKind.ACKNOWLEDGED,
    Entry.SERVICE_BOUNCED: EvidenceKind.BOUNCED,
}
#: What a circulation has of its dispatch under the same names.
_DISPATCHED = (
    *("deadline", "zone", "window_end", "package", "urgent", "inputs_block", "floor_seconds"),
    *("preparation", "authority", "authority_date"),
)


def text(entry: Told, key: str) -> Text | str | list[Text]:
    """Return what the entry shows of a text, or "" where there was none; a list where it shows several."""
    shown = entry[key]
    if isinstance(shown, list):
        return [Text(entry["seq"], f"{key}.{place}", one) for place, one in enumerate(shown)]
    return Text(entry["seq"], key, shown) if shown is not None else ""


def _just_after(instant: str) -> str:
    """Return the next instant: time that stood still for none of it is kept as the least there is."""
    return written(datetime.fromisoformat(instant) + timedelta(microseconds=1))


class Replay:
    """Reads the entries of one circulation in order; `facts` is what they leave behind."""

    def __init__(self) -> None:
        self.facts: Facts = {}
        self._numbers: Counter[str] = Counter()
        self._own: dict[str, object] = {}
        self._spoke: set[tuple[object, object]] = set()

    def read(self, line: Told) -> None:
        """Take up one entry; types that leave no row in the tables of a circulation change nothing."""
        kind = Entry(line["type"])
        entry = line | {key: text(line, key) for key in PRIVATE & line.keys()}
        act = getattr(self, f"_{kind.name.lower()}", None)
        if kind in _REMARKS:
            self._remark(entry, _REMARKS[kind])
        elif kind in _EVIDENCE:
            self._evidence(entry, _EVIDENCE[kind], entry.get("person"), entry.get("address"))
        elif act is not None:
            act(entry)

    def _next(self, thing: str) -> str:
        self._numbers[thing] += 1
        return f"{thing} {self._numbers[thing]}"

    def _dispatched(self, entry: Told) -> None:
        year, number = map(int, entry["circulation"].split("-"))
        self._own = {key: entry[key] for key in _DISPATCHED} | {
            "status": CirculationStatus.OPEN.value,
            "first_deadline": entry["deadline"],
            "dispatched_at": entry["at"],
            "dispatched_by": entry["actor"],
            "year": year,
            "number": number,
            "symbol": f"{year}/{number}",
            "frozen_roster": entry["roster"],
            "frozen_calendars": entry["calendars"],
            "terms": entry["terms_sha256"],
        }
        empty = ("silence_started_at", "suspended_at", "held_at", "closed_at", "recorded_at", "reminded_at")
        self._own.update(dict.fromkeys((*empty, "close_cause", "closed_seq", "outcome", "withdrawal_reason")))
        self.facts["circulation"] = self._own
        for place, version in enumerate(entry["versions"], 1):
            empty_item: dict[str, object] = {"position": place, "result": None, "left_at": None, "reason": ""}
            self.facts[self._item(version)] = empty_item
        for state in entry["roster"]:
            self.facts[f"roster row of {state}"] = {"holds": False}

    @staticmethod
    def _item(version: Told) -> str:
        return f"item {version['item']} of hash {version['version_sha256'][:12]}"

    def _silence_started(self, entry: Told) -> None:
        self._own["silence_started_at"] = entry["effective_at"]

    def _lodged(self, entry: Told) -> None:
        self.facts[f"response of entry {entry['seq']}"] = {
            "item": entry["item"],
            "version_sha256": entry["version_sha256"],
            "state": entry["on_behalf_of"],
            "kind": entry["kind"],
            "received_at": entry["received_at"],
            "counts_at": entry["counts_at"],
            "claimed_at": entry["claimed_at"],
            "on_behalf": entry["claimed_at"] is not None,
            "replaces": entry["replaces"],
            "lodging": entry["idem"],
            "person": entry["actor"],
            "role": entry["role"],
            "reasons": entry["text"],
            "passage": entry["passage"],
            "cure": entry["cure"],
            "evidence": entry["evidence"],
        }
        spoke = (entry["idem"], entry["on_behalf_of"])
        if spoke not in self._spoke:
            self._evidence(entry | {"dated": entry["at"]}, EvidenceKind.RESPONDED, entry["actor"], None)
        self._spoke.add(spoke)

    def _remark(self, entry: Told, kind: RemarkKind) -> None:
        if entry.get("by_replacement"):
            kind = RemarkKind.REPLACED
        proposed = entry["kind"] if kind is RemarkKind.KIND_PROPOSED else None
        person = None if kind is RemarkKind.REASONS_REQUESTED else entry["actor"]
        self.facts[f"remark of entry {entry['seq']}"] = {
            "kind": kind.value,
            "of": entry["of"],
            "at": entry["at"],
            "proposed_kind": proposed,
            "person": person,
            "text": entry.get("text", ""),
        }

    def _evidence(self, entry: Told, kind: EvidenceKind, person: object, address: object) -> None:
        name = self._next(f"evidence “{kind}” of {entry['on_behalf_of']}, number")
        self.facts[name] = {
            "at": entry["dated"],
            "recorded_at": entry["at"],
            "person": person,
            "address": address,
        }
        if kind is EvidenceKind.OVERRIDE:
            self.facts[name]["detail"] = entry["evidence"]
        elif address is not None:
            self.facts[name].update(detail=entry["detail"], letter=entry["letter"])
        elif address is None:
            self.facts[name]["detail"] = ""

    def _override_proposed(self, entry: Told) -> None:
        name = self._next(f"override for {entry['on_behalf_of']}, number")
        self.facts[name] = {
            "served_from": entry["served_from"],
            "evidence": entry["evidence"],
            "first": entry["actor"],
            "first_at": entry["at"],
            "second": None,
            "second_at": None,
            "second_role": None,
            **({"first_role": entry["role"]} if "role" in entry else {}),
        }

    def _override_made(self, entry: Told) -> None:
        # The second person records the same instant: that names which of the State's it completes.
        start = f"override for {entry['on_behalf_of']}, number"
        for name, fact in self.facts.items():
            proposed = (
                fact.get("served_from"),
                fact.get("first"),
                fact.get("first_role", entry["first_role"]),
            )
            same = proposed == (entry["served_from"], entry["first_actor"], entry["first_role"])
            if name.startswith(start) and same and fact["second_at"] is None:
                fact.update(second=entry["actor"], second_at=entry["at"], second_role=entry["role"])
                fact["first_role"] = entry["first_role"]
                break
        dated = entry | {"dated": entry["served_from"]}
        self._evidence(dated, EvidenceKind.OVERRIDE, entry["actor"], None)

    def _extended(self, entry: Told) -> None:
        self._moved(entry, "extension", entry["text"])
        self._own.update(status=CirculationStatus.OPEN.value, held_at=None, reminded_at=entry["at"])
        for name, fact in self.facts.items():
            if name.startswith("roster row"):
                fact["holds"] = False

    def _moved(self, entry: Told, cause: str, text: object) -> None:
        self._own["deadline"] = entry["deadline"]
        fact = {"cause": cause, "before": entry["before"], "after": entry["deadline"], "at": entry["at"]}
        self.facts[self._next("move of the deadline, number")] = fact | {"by": entry["actor"], "reason": text}

    def _suspended(self, entry: Told) -> None:
        self._own.update(status=CirculationStatus.SUSPENDED.value, suspended_at=entry["at"])
        self.facts[self._next("suspension")] = {"since": entry["at"], "until": None, "reason": entry["text"]}

    def _resumed(self, entry: Told) -> None:
        suspension = self.facts[f"suspension {self._numbers['suspension']}"]
        suspension["until"] = max(entry["at"], _just_after(str(suspension["since"])))
        self._moved(entry, "resumption", suspension["reason"])
        self._own.update(status=CirculationStatus.OPEN.value, suspended_at=None, reminded_at=entry["at"])
        self._own["window_end"] = entry["window_end"]

    def _reminded(self, entry: Told) -> None:
        self._own["reminded_at"] = entry["scheduled_at"]

    def _held(self, entry: Told) -> None:
        self._own.update(status=CirculationStatus.HELD.value, held_at=entry["effective_at"])
        for state in entry["states"]:
            self.facts[f"roster row of {state}"]["holds"] = True

    def _closed(self, entry: Told) -> None:
        self._own.update(
            status=CirculationStatus.CLOSED.value,
            closed_at=entry["effective_at"],
            recorded_at=entry["at"],
            close_cause=entry["cause"],
            closed_seq=entry["seq"],
            outcome=entry["outcome"],
        )
        for version in entry["results"]:
            self._left(version, version["result"], entry["effective_at"])

    def _left(self, version: Told, result: str, at: str) -> None:
        fact = self.facts.get(self._item(version))
        if fact is not None and fact["result"] is None:
            fact.update(result=result, left_at=at)

    def _versions_moved(self, entry: Told) -> None:
        result = {Trigger.WITHDRAW: Result.WITHDRAWN, Trigger.SUPERSEDE: Result.SUPERSEDED}.get(
            entry["trigger"]
        )
        if result is not None and self._own.get("closed_at") is None:
            for version in entry["versions"]:
                self._left(version, result.value, entry["at"])
                withdrawn = result is Result.WITHDRAWN
                self.facts[self._item(version)]["reason"] = entry["text"] if withdrawn else REPLACED_REASON

    def _withdrawn(self, entry: Told) -> None:
        self._own.update(status=CirculationStatus.WITHDRAWN.value, suspended_at=None, closed_at=entry["at"])
        self._own.update(recorded_at=entry["at"], withdrawal_reason=entry["text"])

    def _dispute_opened(self, entry: Told) -> None:
        name = self._next("dispute")
        fact = {"state": entry["on_behalf_of"], "kind": entry["kind"], "opened_at": entry["at"]}
        fact |= {"response": entry["of"], "letter": entry["letter"]}
        self.facts[name] = fact | {"settled_at": None, "settlement": None}

    def _dispute_settled(self, entry: Told) -> None:
        found = [
            fact
            for name, fact in self.facts.items()
            if name.startswith("dispute ")
            and (fact["state"], fact["kind"]) == (entry["on_behalf_of"], entry["kind"])
            and fact.get("settled_at", "") is None
        ]
        for fact in found:
            if len(found) == 1:
                fact.update(settled_at=entry["at"], settlement=entry["text"])
            else:
                # Of two of one State and kind the entry does not tell which was settled.
                del fact["settled_at"], fact["settlement"]

    def _corrected(self, entry: Told) -> None:
        fact = {"text": entry["text"], "at": entry["at"], "by": entry["actor"]}
        self.facts[self._next("correction")] = fact

    def _noted(self, entry: Told) -> None:
        fact = {"meeting": entry["meeting"], "noted_on": entry["noted_on"], "reference": entry["reference"]}
        self.facts[self._next("noting")] = fact | {"at": entry["at"], "by": entry["actor"]}

    def _time_asked(self, entry: Told) -> None:
        fact = {"state": entry["on_behalf_of"], "until": entry["until"], "at": entry["at"]}
        fact |= {"reasons": entry["text"], "person": entry["actor"]}
        self.facts[self._next("request for time, number")] = fact
