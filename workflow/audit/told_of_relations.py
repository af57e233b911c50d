"""What the entries of a body say of relations: predecessors, endorsements, obligations and what serves them.

What the tables hold of them is read in `kept_of_relations`.
"""

from workflow.audit.entries import Entry
from workflow.audit.told import Facts, Told

#: The types that leave a row behind which this replay knows.
RELATION_TYPES = (
    Entry.RELATION_ENTERED,
    Entry.RELATION_REMOVED,
    Entry.OBLIGATION_ADDED,
    Entry.OBLIGATION_CHANGED,
    Entry.OBLIGATION_REMOVED,
    Entry.OBLIGATIONS_SERVED,
)


class RelationsReplay:
    """Reads these entries of a body in order; `facts` is what they leave behind."""

    def __init__(self) -> None:
        self.facts: Facts = {}

    def read(self, line: Told) -> None:
        """Take up one entry of `RELATION_TYPES`; none of them holds a private text."""
        getattr(self, f"_{Entry(line['type']).name.lower()}")(line)

    def _relation_entered(self, entry: Told) -> None:
        self.facts[_name(entry)] = _row(entry)

    def _relation_removed(self, entry: Told) -> None:
        del self.facts[_name(entry)]

    def _obligation_added(self, entry: Told) -> None:
        self.facts[f"obligation {entry['number']}"] = _row(entry)

    def _obligation_changed(self, entry: Told) -> None:
        self.facts[f"obligation {entry['number']}"]["row"] = entry["row_sha256"]

    def _obligation_removed(self, entry: Told) -> None:
        del self.facts[f"obligation {entry['number']}"]

    def _obligations_served(self, entry: Told) -> None:
        name = f"obligations of item {entry['item']}"
        self.facts.pop(name, None)
        if entry["obligations"]:
            self.facts[name] = {"numbers": entry["obligations"]}


def _name(entry: Told) -> str:
    return relation_name(entry["relation"], entry["number"], entry["document"])


def _row(entry: Told) -> dict[str, object]:
    return {"row": entry["row_sha256"], "created_at": entry["at"], "created_by": entry["actor"]}


def relation_name(relation: object, number: object, document: object) -> str:
    """Return what a relation is called."""
    return f"{relation} {number} of {document}"
