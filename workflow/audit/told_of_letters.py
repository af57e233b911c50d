"""What the entries say of letters and of the attempts to send them: facts, by replay and nothing else.

What the tables hold of them is read in `kept_of_letters`. Service, which letters prove, is in `told`.
"""

from collections import Counter

from workflow.audit.entries import PRIVATE, Entry
from workflow.audit.told import Facts, Told, text
from workflow.domain.terms import SECRET_LETTERS, Letter, Service

#: The types that tell of letters, or change what became of one.
LETTER_TYPES = (
    Entry.LETTERS_WRITTEN,
    Entry.LETTER_TRIED,
    Entry.LETTER_ENDED,
    Entry.SERVICE_ACKNOWLEDGED,
)
#: A mail server that may have taken a letter, or wants it later, leaves it in the queue.
_LEAVING = (Service.SENT, Service.REFUSED)


class LettersReplay:
    """Reads entries in order, those of one circulation or of none; `facts` is what they leave behind."""

    def __init__(self) -> None:
        self.facts: Facts = {}
        self._attempts: Counter[str] = Counter()

    def read(self, line: Told) -> None:
        """Take up one entry of `LETTER_TYPES`."""
        entry = line | {key: text(line, key) for key in PRIVATE & line.keys()}
        getattr(self, f"_{Entry(entry['type']).name.lower()}")(entry)

    def _letters_written(self, entry: Told) -> None:
        for told, words in zip(entry["letters"], entry["words"], strict=True):
            self.facts[f"letter {told['letter']}"] = {
                "letter": entry["letter"],
                "state": told["state"],
                "person": told["person"],
                "proves_service": entry["serves"],
                "written_at": entry["at"],
                "words": words,
                "status": Service.QUEUED.value,
                "attempts": 0,
                "settled_at": None,
            }

    def _letter_tried(self, entry: Told) -> None:
        name = f"letter {entry['letter']}"
        fact = self.facts[name]
        self._attempts[name] += 1
        fact["attempts"] = self._attempts[name]
        fact["sent"] = entry["sent"]
        attempt = {"at": entry["at"], "result": entry["result"], "reply": entry["reply"]}
        self.facts[f"attempt {self._attempts[name]} of {name}"] = attempt
        if entry["result"] in _LEAVING:
            self._settled(fact, entry["result"], entry)

    def _letter_ended(self, entry: Told) -> None:
        fact = self.facts[f"letter {entry['letter']}"]
        # What came back had left before, if it was known to.
        left_at = fact["settled_at"] if entry["status"] == Service.BOUNCED else None
        self._settled(fact, entry["status"], entry)
        fact["settled_at"] = left_at or entry["at"]

    @staticmethod
    def _settled(fact: dict[str, object], status: str, entry: Told) -> None:
        fact.update(status=status, settled_at=entry["at"], reply=entry["reply"])
        if fact["letter"] in SECRET_LETTERS:
            # What was sent cannot be told any more without the text, which was forgotten.
            fact.pop("sent", None)

    def _service_acknowledged(self, entry: Told) -> None:
        for fact in self.facts.values():
            own = (fact.get("person"), fact.get("letter")) == (entry["person"], Letter.CIRCULATION)
            if own and fact["status"] == Service.SENT:
                fact["status"] = Service.ACKNOWLEDGED.value
