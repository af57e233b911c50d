"""Which field of an item a column of a foreign table holds, guessed by its heading.

What is guessed here is shown to a person, who decides; the rows are read in `grid_paper`.
"""

from collections.abc import Sequence
from enum import StrEnum

from workflow.domain.terms import DocumentKind


class Field(StrEnum):
    """What a column can hold; LEFT_OUT is read, and not imported."""

    TITLE = "title"
    POINTS = "points"
    SCHEDULED = "scheduled"
    STATUS = "status"
    ACTION = "action"
    AS_OF = "as_of"
    NUMBER = "number"
    LEFT_OUT = ""


#: The first words of headings, in small letters; what a heading equals counts before what it begins with.
_WORDS: dict[Field, tuple[str, ...]] = {
    Field.NUMBER: ("no", "no.", "nr", "nr.", "number", "#", "s/n", "item no", "nomor"),
    Field.TITLE: (
        "activity",
        "activities",
        "project",
        "projects",
        "title",
        "item",
        "programme activity",
        "output",
        "name",
        "kegiatan",
        "judul",
    ),
    Field.AS_OF: ("as of", "as at", "status date", "date of status", "reporting date", "reported on"),
    Field.SCHEDULED: (
        "scheduled",
        "schedule",
        "timeline",
        "time frame",
        "timeframe",
        "due",
        "deadline",
        "completion",
        "target date",
        "jadwal",
    ),
    Field.STATUS: ("status", "progress", "update", "current state", "remarks", "kemajuan"),
    Field.ACTION: ("actions taken", "action taken", "decision", "outcome"),
    Field.POINTS: ("points", "sub-activities", "sub-points", "components", "sub-projects"),
}
_SHORT = 3
#: The fields that an item of a document of each kind has, in the order of its columns.
FIELDS_OF = {
    DocumentKind.PROGRESS_REPORT: (Field.TITLE, Field.SCHEDULED, Field.STATUS),
    DocumentKind.WORK_PLAN: (Field.TITLE, Field.STATUS, Field.ACTION),
}


def guess_fields(headings: Sequence[str]) -> list[Field]:
    """Return what each column seems to hold, every field at most once."""
    found = [_guess(heading) for heading in headings]
    # A table of ours calls its last column so; elsewhere it may well be the title's.
    if Field.TITLE in found and Field.ACTION not in found:
        found = [
            Field.ACTION if plain(name) == "action" else one
            for name, one in zip(headings, found, strict=True)
        ]
    seen: set[Field] = set()
    for place, one in enumerate(found):
        if one in seen:
            found[place] = Field.LEFT_OUT
        seen.add(one)
    return found


def guess_kind(fields: Sequence[Field], heading: str) -> DocumentKind:
    """Return which kind of document a table seems to be, by the words above it, then by its columns."""
    plain = heading.casefold()
    if "progress" in plain and "work plan" not in plain:
        return DocumentKind.PROGRESS_REPORT
    if "work plan" in plain and "progress" not in plain:
        return DocumentKind.WORK_PLAN
    is_plan = Field.ACTION in fields or Field.POINTS in fields or Field.SCHEDULED not in fields
    return DocumentKind.WORK_PLAN if is_plan else DocumentKind.PROGRESS_REPORT


def looks_like_headings(cells: Sequence[str]) -> bool:
    """Tell whether a row is the headings of a table: a title's among them, and that of another text."""
    fields = set(guess_fields(cells)) - {Field.LEFT_OUT, Field.NUMBER}
    return Field.TITLE in fields and len(fields) > 1


def plain(heading: str) -> str:
    """Return a heading as it is compared: without case, breaks and spaces at its edges."""
    return " ".join(heading.casefold().split())


def _guess(heading: str) -> Field:
    words = plain(heading)
    exact = next((field for field, known in _WORDS.items() if words.rstrip(".:") in known), None)
    if exact is not None:
        return exact
    # "No objection" is no number: short words must be the whole heading.
    begun = (
        field
        for field, known in _WORDS.items()
        if any(words.startswith(word) for word in known if len(word) > _SHORT)
    )
    return next(begun, Field.LEFT_OUT)
