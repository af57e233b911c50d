"""What the entries of a body say of reporting: periods, indicators, figures, highlights, reports drafted.

What the tables hold of it is read in `kept_of_reports`; how one item stands is told in `told_of_papers`.
"""

from collections import Counter

from workflow.audit.entries import PRIVATE, Entry
from workflow.audit.told import Facts, Told, text

#: The types that leave a row behind which this replay knows.
REPORT_TYPES = (
    Entry.PERIOD_PLANNED,
    Entry.PERIOD_CHANGED,
    Entry.PERIOD_REMOVED,
    Entry.INDICATOR_ADDED,
    Entry.INDICATOR_CHANGED,
    Entry.INDICATOR_REMOVED,
    Entry.FIGURE_REPORTED,
    Entry.HIGHLIGHTS_WRITTEN,
    Entry.REPORT_DRAFTED,
    Entry.REPORT_REMINDED,
)


class ReportsReplay:
    """Reads these entries of a body in order; `facts` is what they leave behind."""

    def __init__(self) -> None:
        self.facts: Facts = {}
        self._numbers: Counter[str] = Counter()

    def read(self, line: Told) -> None:
        """Take up one entry of `REPORT_TYPES`."""
        entry = line | {key: text(line, key) for key in PRIVATE & line.keys()}
        getattr(self, f"_{Entry(entry['type']).name.lower()}")(entry)

    def _period_planned(self, entry: Told) -> None:
        told = {key: entry[key] for key in ("last_day", "due_on")}
        told |= {"created_at": entry["at"], "created_by": entry["actor"], "highlights": "", "report": None}
        self.facts[period_name(entry["document"], entry["first_day"])] = told | {"reminders": 0}

    def _period_changed(self, entry: Told) -> None:
        document, before, after = entry["document"], entry["first_day"], entry["begins_on"]
        period = self.facts.pop(period_name(document, before))
        if period["due_on"] != entry["due_on"]:
            period["reminders"] = 0
        self.facts[period_name(document, after)] = period | {
            key: entry[key] for key in ("last_day", "due_on")
        }
        # Its figures are called by the day it begins on.
        mark, new = _ending(document, before), _ending(document, after)
        for thing in [one for one in self.facts if mark in one]:
            self.facts[thing.replace(mark, new)] = self.facts.pop(thing)
        for thing in [one for one in self._numbers if mark in one]:
            self._numbers[thing.replace(mark, new)] = self._numbers.pop(thing)

    def _period_removed(self, entry: Told) -> None:
        del self.facts[period_name(entry["document"], entry["first_day"])]

    def _indicator_added(self, entry: Told) -> None:
        told = {"row": entry["indicator_sha256"], "created_at": entry["at"], "created_by": entry["actor"]}
        # Bodies that added it before entries told of which item it is cannot be held to that.
        told |= {"item": entry["item"]} if "item" in entry else {}
        self.facts[indicator_name(entry["document"], entry["indicator"])] = told

    def _indicator_changed(self, entry: Told) -> None:
        fact = self.facts[indicator_name(entry["document"], entry["indicator"])]
        fact.update(row=entry["indicator_sha256"], item=entry["item"])

    def _indicator_removed(self, entry: Told) -> None:
        del self.facts[indicator_name(entry["document"], entry["indicator"])]

    def _figure_reported(self, entry: Told) -> None:
        indicator = indicator_name(entry["document"], entry["indicator"])
        thing = figure_name(indicator, entry["first_day"])
        self._numbers[thing] += 1
        told = {"whole": entry["whole"], "parts": entry["parts"], "reported_at": entry["at"]}
        self.facts[f"{thing} {self._numbers[thing]}"] = told | {"reported_by": entry["actor"]}

    def _highlights_written(self, entry: Told) -> None:
        self._period(entry)["highlights"] = entry["text"]

    def _report_drafted(self, entry: Told) -> None:
        self._period(entry)["report"] = entry["report"]

    def _report_reminded(self, entry: Told) -> None:
        self._period(entry)["reminders"] = entry["ordinal"]

    def _period(self, entry: Told) -> dict[str, object]:
        return self.facts[period_name(entry["document"], entry["first_day"])]


def period_name(document: object, first_day: object) -> str:
    """Return what a period is called."""
    return f"period of {document} from {first_day}"


def indicator_name(document: object, number: object) -> str:
    """Return what an indicator is called."""
    return f"indicator {number} of {document}"


def figure_name(indicator: str, first_day: object) -> str:
    """Return what the figures of an indicator in a period are called, before their number."""
    return f"figure of {indicator} from {first_day}, number"


def _ending(document: object, first_day: object) -> str:
    """Return what the figures of a document in a period have alike in their names."""
    return f" of {document} from {first_day}, number"
