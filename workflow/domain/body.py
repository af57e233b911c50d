"""A body as its file describes it: its offices, States, meetings, rules and wordings, as frozen values.

Reading and checking the file is not here: see `workflow/body_file.py`; nor are the body's tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from workflow.domain.rules import Rules


@dataclass(frozen=True)
class StateEntry:
    """A member State with dated membership (rule 32).

    `code` is ISO 3166 alpha-2, `zone` the capital's IANA name, `weekend` weekdays with Monday = 0,
    `calendar` the code of its holidays; `member_from` is included, `member_until` the last day or None.
    `in_text` is the name within a sentence, "" where that is the plain name.
    """

    code: str
    name: str
    capital: str
    zone: str
    weekend: frozenset[int]
    calendar: str
    member_from: date
    member_until: date | None = None
    in_text: str = ""

    def is_member(self, day: date) -> bool:
        """Tell whether the State is a member on a calendar day (rule 32)."""
        return self.member_from <= day and (self.member_until is None or day <= self.member_until)


@dataclass(frozen=True)
class MeetingEntry:
    """A meeting of the body: held on a day, or planned for a year, or known only as printed.

    `printed` is the date as a paper prints it, kept as written even where it cannot be right (rule 43).
    """

    number: int
    name: str
    place: str = ""
    held_on: date | None = None
    planned_year: int | None = None
    printed: str = ""


@dataclass(frozen=True)
class OfficeEntry:
    """The office that drafts and circulates, and the State that holds it at first."""

    title: str
    state: str


@dataclass(frozen=True)
class BodyFile:
    """A sectoral body as its file describes it.

    `wordings` says how an outcome is written in a table (`domain/taken.py`), with `{document}` for the
    document's short name; `holidays` maps a calendar's code to days it adds (their name) or drops (None).
    """

    code: str
    name: str
    short: str
    secretariat: str
    programme: str
    office: OfficeEntry
    rules: Rules
    states: tuple[StateEntry, ...]
    meetings: tuple[MeetingEntry, ...] = ()
    wordings: Mapping[str, str] = field(default_factory=dict)
    holidays: Mapping[str, Mapping[date, str | None]] = field(default_factory=dict)

    def members(self, day: date) -> tuple[StateEntry, ...]:
        """Return the States that are members on a calendar day, in the file's order (rule 32)."""
        return tuple(state for state in self.states if state.is_member(day))
