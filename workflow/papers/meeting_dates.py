"""Months printed beside a numbered meeting, doubted where they cannot be right (rule 43).

The words are never corrected here or elsewhere: they are kept as written, with a flag.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from workflow.domain import spelled
from workflow.domain.body import MeetingEntry
from workflow.domain.errors import says
from workflow.papers.paper import Level, Remark
from workflow.papers.plain_lines import Line

#: Sectoral bodies meet every year or so; further apart than this, a month is in doubt.
MOST_YEARS_BETWEEN_MEETINGS = 3

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ANY_MONTH = "|".join(_MONTHS)
# "24th September" is a day, not a meeting.
_ORDINAL = re.compile(rf"\b(?P<number>\d{{1,3}}) ?(?:st|nd|rd|th)\s+(?!{_ANY_MONTH})(?P<name>\w[^.;]*)")
_MONTH_YEAR = re.compile(rf"\b(?P<month>{_ANY_MONTH}),? (?P<year>\d{{4}})\b")
_PERIOD = re.compile(r"\b(?P<first>\d{4})\s*[–—-]\s*(?P<last>\d{4})\b")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def doubts(line: Line, meetings: Sequence[MeetingEntry] = ()) -> list[Remark]:
    """Return a flag for each month that cannot be that of the numbered meeting in its sentence.

    It is held against the periods named in the same sentence, and against the days on which the
    body's `meetings` were held: the meeting's own, else its neighbours'.
    """
    sentences = _SENTENCE_END.split(line.text)
    return [flag for sentence in sentences for flag in _in_sentence(sentence, line, meetings)]


def meeting_named(text: str) -> str | None:
    """Return the numbered meeting that a heading names, as "3rd Forum" for "3 rd Forum"."""
    found = re.search(r"\b(\d{1,3}) ?(st|nd|rd|th)\s+([\w-]+)", text)
    return f"{found[1]}{found[2]} {found[3]}" if found else None


def _in_sentence(sentence: str, line: Line, meetings: Sequence[MeetingEntry]) -> Iterator[Remark]:
    ordinal = _ORDINAL.search(sentence)
    if ordinal is None:
        return
    # Once for the sentence: it may name a month a thousand times.
    periods = [(int(found["first"]), int(found["last"])) for found in _PERIOD.finditer(sentence)]
    for found in _MONTH_YEAR.finditer(sentence, ordinal.end("number")):
        month = date(max(int(found["year"]), 1), _MONTHS.index(found["month"]) + 1, 1)
        number = int(ordinal["number"])
        doubt = _by_meetings(month, number, ordinal["name"], meetings) or _by_periods(month, periods)
        if doubt:
            message = says(
                "“{words}” cannot be right for meeting {number}: {doubt} It is kept as written.",
                words=found.group(),
                number=number,
                doubt=doubt,
            )
            yield Remark(line.number, Level.FLAG, message, text=sentence)


def _by_periods(month: date, periods: Sequence[tuple[int, int]]) -> str | None:
    # An edition is agreed shortly before it begins or while it runs, or reported on just after.
    if not periods or any(first - 1 <= month.year <= last + 1 for first, last in periods):
        return None
    first, last = periods[0]
    return says("the same sentence speaks of {first}–{last}.", first=first, last=last)


def _by_meetings(month: date, number: int, name: str, meetings: Sequence[MeetingEntry]) -> str | None:
    known = [meeting for meeting in meetings if _is_series(meeting, name)]
    # The meeting's own day is better evidence than its neighbours'.
    for meeting in sorted(known, key=lambda one: abs(one.number - number)):
        if meeting.held_on is None:
            continue
        step = meeting.number - number
        if step == 0:
            same = (month.year, month.month) == (meeting.held_on.year, meeting.held_on.month)
            return None if same else _held(meeting.name, meeting.held_on)
        years = (meeting.held_on.year - month.year) + (meeting.held_on.month - month.month) / 12
        if not 0 <= years / step <= MOST_YEARS_BETWEEN_MEETINGS:
            return _held(meeting.name, meeting.held_on)
    return None


def _is_series(meeting: MeetingEntry, name: str) -> bool:
    # "17th Forum Working Group" counts the meetings of a group, not those of the body.
    series = re.sub(r"^\d+\s?\w+\s+", "", meeting.name)
    return re.match(rf"{re.escape(series)}(?! Working| Sub|\w)", name) is not None


def _held(meeting: str, day: date) -> str:
    return says("the {meeting} was held on {day}.", meeting=meeting, day=spelled.day(day))
