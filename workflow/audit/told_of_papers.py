"""What the entries of a body say of its papers: documents, items, versions, files and progress.

What the tables hold of them is read in `kept_of_papers`. Circulations are in `told`, people in
`told_of_body`.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from workflow.audit.entries import PRIVATE, Entry
from workflow.audit.told import Facts, Told, text
from workflow.domain.terms import Effect, Source, Status, Trigger

#: The types that change a paper.
PAPER_TYPES = (
    Entry.DOCUMENT_CREATED,
    Entry.VERSION_WRITTEN,
    Entry.VERSION_IMPORTED,
    Entry.EFFECT_GIVEN,
    Entry.INTRODUCTION_WRITTEN,
    Entry.FILE_ATTACHED,
    Entry.FILE_DETACHED,
    Entry.VERSIONS_MOVED,
    Entry.ENDORSED_AT_MEETING,
    Entry.PROGRESS_REPORTED,
)
_DECIDING = (Trigger.ENDORSE, Trigger.ENDORSE_AT_MEETING, Trigger.WITHDRAW)
_SUCCEEDING = (Trigger.CIRCULATE, Trigger.ENDORSE, Trigger.ENDORSE_AT_MEETING)
_EMPTY = (
    "decided_at",
    "ended_at",
    "superseded_by",
    "reason",
    "meeting",
    "decision_reference",
    "decision_date",
)


class PapersReplay:
    """Reads these entries of a body in order; `facts` is what they leave behind."""

    def __init__(self) -> None:
        self.facts: Facts = {}
        self._numbers: Counter[str] = Counter()
        self._versions: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
        #: By version, each file with the fingerprint of its row, in order.
        self._files: dict[str, dict[str, str]] = defaultdict(dict)
        self._without_successor: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def read(self, line: Told) -> None:
        """Take up one entry of `PAPER_TYPES`."""
        entry = line | {key: text(line, key) for key in PRIVATE & line.keys()}
        kind = Entry(entry["type"])
        if kind in (Entry.FILE_ATTACHED, Entry.FILE_DETACHED):
            self._file(entry, kind)
        else:
            getattr(self, f"_{kind.name.lower()}")(entry)

    def _document_created(self, entry: Told) -> None:
        told = {key: entry[key] for key in ("kind", "period_from", "period_until")}
        told |= {"created_at": entry["at"], "row": entry["document_sha256"]}
        self.facts[f"document {entry['document']}"] = told | {"introduction": "", "introduced_at": None}

    def _introduction_written(self, entry: Told) -> None:
        fact = self.facts[f"document {entry['document']}"]
        fact.update(introduction=entry["text"], introduced_at=entry["at"])

    def _version_written(self, entry: Told) -> None:
        fact = self._version(entry) or self._begun(entry, Source.PROCEDURE)
        self._changed(fact, entry)
        fact["edition"] = entry["edition"]

    def _version_imported(self, entry: Told) -> None:
        is_endorsed = entry["to"] == Status.ENDORSED
        fact = self._begun(entry, Source.DOCUMENT if is_endorsed else Source.PROCEDURE)
        self._changed(fact, entry)
        fact.update(status=entry["to"], edition=1)
        if is_endorsed:
            fact["decided_at"] = entry["at"]
        # What the paper says of a decision is told by its fingerprint alone.
        del fact["decision_reference"]
        fact.update(remarks=entry["remarks_sha256"], reference=entry["reference_sha256"])

    def _begun(self, entry: Told, source: Source) -> dict[str, Any]:
        item, number = entry["item"], entry["version"]
        if f"item {item}" not in self.facts:
            self._placed(item, entry)
        fact: dict[str, Any] = {"status": Status.DRAFT.value, "source": source.value}
        fact |= {"created_at": entry["at"], **dict.fromkeys(_EMPTY)}
        fact |= {"effect": Effect.TEXT.value, "extends_until": None}
        for digest, named in self._files_taken_along(item).items():
            self._attached(_name(item, number), digest, named)
        self._versions[item][number] = self.facts[_name(item, number)] = fact
        return fact

    def _effect_given(self, entry: Told) -> None:
        fact = self._versions[entry["item"]][entry["version"]]
        fact.update(effect=entry["effect"], extends_until=entry["extends_until"])

    def _placed(self, item: str, entry: Told) -> None:
        """Give a new item its place; those from there on moved one place down."""
        for name, fact in self.facts.items():
            same = name.startswith("item ") and fact["document"] == entry["document"]
            if same and int(str(fact["position"])) >= entry["position"]:
                fact["position"] = int(str(fact["position"])) + 1
        told = {key: entry[key] for key in ("document", "position")}
        self.facts[f"item {item}"] = told | {"section": entry["section_sha256"]}

    def _files_taken_along(self, item: str) -> Mapping[str, str]:
        """Return the files of the newest version that was not withdrawn: the next one begins with them."""
        before = self._versions[item]
        kept = [number for number in before if before[number]["status"] != Status.WITHDRAWN] or list(before)
        return dict(self._files[_name(item, max(kept))]) if kept else {}

    def _version(self, named: Told) -> dict[str, Any] | None:
        return self._versions[named["item"]].get(named["version"])

    @staticmethod
    def _changed(fact: dict[str, Any], entry: Told) -> None:
        fact["sha256"] = fact["kept_sha256"] = entry["version_sha256"]
        fact.update(changed_at=entry["at"], changed_by=entry["actor"])

    def _file(self, entry: Told, kind: Entry) -> None:
        name, digest = _name(entry["item"], entry["version"]), entry["file_sha256"]
        if kind is Entry.FILE_ATTACHED:
            self._attached(name, digest, entry["named_sha256"])
        else:
            del self._files[name][digest]
            del self.facts[file_name(digest, name)]
        self._changed(self._versions[entry["item"]][entry["version"]], entry)

    def _attached(self, name: str, digest: str, named: str) -> None:
        self._files[name][digest] = named
        self.facts[file_name(digest, name)] = {"sha256": digest, "row": named}

    def _versions_moved(self, entry: Told) -> None:
        trigger = entry["trigger"]
        for named in entry["versions"]:
            # A version that no entry wrote is told of by its moves alone.
            fact = self._version(named) or self.facts.setdefault(_name(named["item"], named["version"]), {})
            digest = named["version_sha256"]
            fact.update(status=entry["to"], sha256=digest, kept_sha256=digest)
            self._versions[named["item"]][named["version"]] = fact
            if trigger in _DECIDING:
                fact["decided_at"] = entry["effective_at"]
            if trigger in _SUCCEEDING:
                for former in self._without_successor.pop(named["item"], ()):
                    former["superseded_by"] = _name(named["item"], named["version"])
            if trigger == Trigger.SUPERSEDE:
                fact["ended_at"] = entry["effective_at"]
                self._without_successor[named["item"]].append(fact)
            elif trigger in (Trigger.WITHDRAW, Trigger.DEFER):
                fact["reason"] = entry["text"]

    def _endorsed_at_meeting(self, entry: Told) -> None:
        for fact in self._versions[entry["item"]].values():
            if (fact["status"], fact["sha256"]) == (Status.ENDORSED, entry["version_sha256"]):
                fact.update(meeting=entry["meeting"], decision_date=entry["decided_on"])
                fact["decision_reference"] = entry["reference"]
                fact.pop("reference", None)

    def _progress_reported(self, entry: Told) -> None:
        thing = f"progress of item {entry['item']}, number"
        self._numbers[thing] += 1
        told = {"as_of": entry["as_of"], "status": entry["text"], "reported_at": entry["at"]}
        if "more_sha256" in entry:
            told["more"] = entry["more_sha256"]
        self.facts[f"{thing} {self._numbers[thing]}"] = told | {"reported_by": entry["actor"]}


def _name(item: str, number: int) -> str:
    return f"version {number} of item {item}"


def file_name(digest: str, version: str) -> str:
    """Return what a file of a version is called."""
    return f"file {digest[:12]} of {version}"
