"""What the entries of a body say there must be beside its circulations and papers: offices, people, links.

What entries tell of a circulation is in `told`, of papers in `told_of_papers`; what the tables hold is read
in `kept_of_body`.
"""

from collections import Counter

from workflow.audit.entries import PRIVATE, Entry
from workflow.audit.rows import STATE
from workflow.audit.told import Facts, Told, text

#: The types that leave a row behind which this replay knows.
TYPES = (
    Entry.BODY_FOUNDED,
    Entry.OFFICE_PASSED,
    Entry.PERSON_INVITED,
    Entry.PERSON_CHANGED,
    Entry.PERSON_DEACTIVATED,
    Entry.PERSON_REACTIVATED,
    Entry.RESET_ASKED,
    Entry.PASSWORD_SET,
    Entry.APPOINTMENT_MADE,
    Entry.APPOINTMENT_ENDED,
    Entry.PREPARATION_WRITTEN,
    Entry.PREPARATION_DISCARDED,
    Entry.MAIL_RECEIVED,
    Entry.MAIL_SETTLED,
    Entry.DISPATCHED,
    Entry.MEETING_ADDED,
    Entry.MEETING_DATED,
)


class BodyReplay:
    """Reads these entries of a body in order; `facts` is what they leave behind."""

    def __init__(self) -> None:
        self.facts: Facts = {}
        self._numbers: Counter[str] = Counter()

    def read(self, line: Told) -> None:
        """Take up one entry of `TYPES`, or that of the erasure of a person's data."""
        entry = line | {key: text(line, key) for key in PRIVATE & line.keys()}
        getattr(self, f"_{entry['type'].replace('.', '_')}")(entry)

    def _next(self, thing: str) -> str:
        self._numbers[thing] += 1
        return f"{thing} {self._numbers[thing]}"

    def _body_founded(self, entry: Told) -> None:
        self.facts["body"] = {"settings": entry["settings_sha256"], "rules": entry["rules"]}
        for told in entry["memberships"]:
            fact = {column: told[column] for column in STATE}
            self.facts[f"State {told['state']}"] = fact | {"called": told["called"]}
        for told in entry["meetings"]:
            self._meeting_added(told)
        self._office_passed(entry)

    def _meeting_added(self, entry: Told) -> None:
        fact = {"called": entry["called"], "held_on": entry["held_on"], "printed": entry.get("printed")}
        self.facts[f"meeting {entry['meeting']}"] = fact

    def _meeting_dated(self, entry: Told) -> None:
        self.facts[f"meeting {entry['meeting']}"]["held_on"] = entry["held_on"]

    def _office_passed(self, entry: Told) -> None:
        last = self.facts.get(f"term of office {self._numbers['term of office']}")
        if last is not None:
            last["until"] = entry["at"]
        term = {"state": entry["office"], "since": entry["at"], "until": None}
        self.facts[self._next("term of office")] = term

    def _person(self, entry: Told) -> dict[str, object]:
        return self.facts[f"person {entry['person']}"]

    def _person_changed(self, entry: Told) -> None:
        told = {"name": entry["name"], "email": entry["address"]}
        self._person(entry).update({column: value for column, value in told.items() if value})
        if entry["address"]:
            self._links_end(entry)

    def _person_deactivated(self, entry: Told) -> None:
        self._person(entry)["active"] = False
        self._ends_sessions(entry)

    def _person_reactivated(self, entry: Told) -> None:
        self._person(entry)["active"] = True
        self._ends_sessions(entry)

    def _password_set(self, entry: Told) -> None:
        self._person(entry)["password"] = entry["password_sha256"]
        self._ends_sessions(entry)
        self._links_end(entry)

    def _links_end(self, entry: Told, *purposes: str) -> None:
        """Let the links of a person that still work end, or those of one purpose."""
        start = f"link of person {entry['person']}, number"
        for number in range(1, self._numbers[start] + 1):
            fact = self.facts[f"{start} {number}"]
            if fact["used_at"] is None and fact["purpose"] in (purposes or (fact["purpose"],)):
                fact["used_at"] = entry["at"]

    def _ends_sessions(self, entry: Told) -> None:
        person = self._person(entry)
        person["epoch"] = int(str(person["epoch"])) + 1

    def _person_invited(self, entry: Told) -> None:
        self._link(entry, "invitation")

    def _reset_asked(self, entry: Told) -> None:
        self._link(entry, "reset")

    def _link(self, entry: Told, purpose: str) -> None:
        self._links_end(entry, purpose)
        fact = {"purpose": purpose, "created_at": entry["at"], "expires_at": entry["expires_at"]}
        fact |= {"secret_sha256": entry["link_sha256"], "used_at": None}
        self.facts[self._next(f"link of person {entry['person']}, number")] = fact

    def _data_erased(self, entry: Told) -> None:
        """Forget the links, which go with a person's data; what says who the person is went too."""
        start = f"link of person {entry['person']}, number"
        for name in [name for name in self.facts if name.startswith(start)]:
            del self.facts[name]
        self._numbers[start] = 0
        self._ends_sessions(entry)
        for column in ("name", "email"):
            self._person(entry).pop(column, None)
        self._person(entry)["password"] = None

    def _appointment_made(self, entry: Told) -> None:
        person = {"active": True, "epoch": 0, "created_at": entry["at"], "password": None}
        found = self.facts.setdefault(f"person {entry['person']}", person)
        # Entries of before these keys were written prove less of the person.
        told = {"name": entry.get("name"), "email": entry.get("address")}
        found.update({column: value for column, value in told.items() if value})
        fact = {"role": entry["role"], "state": entry["state"], "since": entry["since"]}
        fact["until"] = entry.get("until")
        self.facts[self._next(f"appointment of person {entry['person']}, number")] = fact

    def _appointment_ended(self, entry: Told) -> None:
        start = f"appointment of person {entry['person']}, number"
        for number in range(1, self._numbers[start] + 1):
            fact = self.facts[f"{start} {number}"]
            same = (fact["role"], fact["state"]) == (entry["role"], entry["state"])
            # An end that was planned when it was made can still come earlier.
            if same and (fact["until"] is None or str(fact["until"]) > entry["until"]):
                fact["until"] = entry["until"]
                return

    def _preparation_written(self, entry: Told) -> None:
        begun = {"created_at": entry["at"], "created_by": entry["actor"]}
        fact = self.facts.setdefault(f"preparation {entry['preparation']}", begun)
        fact.update(versions=entry["versions"], plan=entry["plan_sha256"])

    def _circulation_dispatched(self, entry: Told) -> None:
        self.facts[f"preparation {entry['preparation']}"]["plan"] = None

    def _preparation_discarded(self, entry: Told) -> None:
        self.facts.pop(f"preparation {entry['preparation']}", None)

    def _mail_received(self, entry: Told) -> None:
        self.facts[f"message of entry {entry['seq']}"] = {
            **{key: entry[key] for key in ("kind", "tie", "state", "arrived_at", "waits")},
            "read_at": entry["at"],
            "words": entry["text"],
            **dict.fromkeys(("settlement", "settled_at", "settled_by", "note")),
        }

    def _mail_settled(self, entry: Told) -> None:
        settled = {"settlement": entry["settlement"], "settled_at": entry["at"], "note": entry["text"]}
        self.facts[f"message of entry {entry['of']}"].update(settled, settled_by=entry["actor"], waits=False)
