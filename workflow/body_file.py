"""The reader of a body's file: TOML in, a checked `BodyFile` out, or an error that names the key.

What a body is stands in `workflow/domain/body.py`; writing it to the database is in
`workflow/actions/founding.py`.
"""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import holidays

from workflow.body_keys import BodyBroken, Keys
from workflow.domain.body import BodyFile, MeetingEntry, OfficeEntry, StateEntry
from workflow.domain.rules import Rules, Span
from workflow.domain.taken import Taken, places, strange_places
from workflow.domain.zones import zone_exists

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_body(path: Path) -> BodyFile:
    """Return the body that a file describes.

    Raises BodyBroken, which names the file, the key and what to do.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BodyBroken(
            path.name, f"it cannot be read ({error.strerror})", "Name a file that exists."
        ) from None
    except UnicodeDecodeError:
        raise BodyBroken(path.name, "it is not in UTF-8", "Save it in UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise BodyBroken(path.name, f"it is not TOML: {error}", "Correct that line.") from None
    return _body(Keys(given, path.name))


def _body(keys: Keys) -> BodyFile:
    body = BodyFile(
        code=keys.text("code", like="[a-z][a-z0-9-]*", example="forum"),
        name=keys.text("name"),
        short=keys.text("short"),
        secretariat=keys.text("secretariat"),
        programme=keys.text("programme", default=""),
        office=_office(keys.table("office")),
        rules=_rules(keys.table("rules")),
        states=tuple(_state(state) for state in keys.tables("states")),
        meetings=tuple(_meeting(meeting) for meeting in keys.tables("meetings", required=False)),
        wordings=_wordings(keys.table("wordings")),
        holidays=_holidays(keys.table("holidays", required=False)),
    )
    keys.nothing_else()
    _refuse_twins(keys, "states", [state.code for state in body.states])
    _refuse_twins(keys, "states", [state.name for state in body.states])
    _refuse_twins(keys, "meetings", [str(meeting.number) for meeting in body.meetings])
    _refuse_strangers(keys, body)
    _refuse_disorder(keys, body.meetings)
    return body


def _office(keys: Keys) -> OfficeEntry:
    office = OfficeEntry(keys.text("title"), keys.text("state", like="[A-Z]{2}", example="PH"))
    keys.nothing_else()
    return office


def _rules(keys: Keys) -> Rules:
    defaults = Rules(zone="UTC")
    rules = Rules(
        zone=_zone(keys),
        deadline_hour=keys.text("deadline_hour", like="([01][0-9]|2[0-3]):[0-5][0-9]", example="17:00"),
        minimum=_span(keys.table("minimum")),
        margin=_span(keys.table("margin")),
        floor_seconds=keys.number("floor_seconds"),
        reminders=tuple(_span(reminder) for reminder in keys.tables("reminders", required=False)),
        calendars=tuple(_known_calendar(keys, "calendars", code) for code in keys.texts("calendars")),
        inputs_block=keys.flag("inputs_block", default=defaults.inputs_block),
        positions_visible_to_states=keys.flag(
            "positions_visible_to_states", default=defaults.positions_visible_to_states
        ),
    )
    keys.nothing_else()
    if rules.minimum in (Span(working_days=0), Span(seconds=0)):
        raise keys.broken("minimum", "leaves no time to object", "Give at least one working day or second.")
    counts_days = any(
        span.working_days is not None for span in (rules.minimum, rules.margin, *rules.reminders)
    )
    if counts_days and not rules.calendars:
        raise keys.broken(
            "calendars", "is empty, but periods count working days", 'Name one, such as ["ID"].'
        )
    return rules


def _span(keys: Keys) -> Span:
    units = {unit: keys.number(unit) for unit in ("working_days", "seconds") if unit in keys.given}
    keys.nothing_else(known=("working_days", "seconds"))
    try:
        return Span.read(units)
    except ValueError as error:
        raise keys.broken("", str(error), "Write it as {working_days = 10} or {seconds = 3600}.") from None


def _state(keys: Keys) -> StateEntry:
    state = StateEntry(
        code=keys.text("code", like="[A-Z]{2}", example="PH"),
        name=keys.text("name"),
        capital=keys.text("capital"),
        zone=_zone(keys),
        weekend=_weekend(keys),
        calendar=_known_calendar(keys, "calendar", keys.text("calendar")),
        member_from=keys.day("member_from"),
        member_until=keys.day("member_until") if "member_until" in keys.given else None,
        in_text=keys.text("in_text", default=""),
    )
    keys.nothing_else(known=("member_until",))
    if state.member_until and state.member_until < state.member_from:
        raise keys.broken("member_until", "lies before member_from", "Correct one of the two days.")
    return state


def _meeting(keys: Keys) -> MeetingEntry:
    meeting = MeetingEntry(
        number=keys.number("number", least=1),
        name=keys.text("name"),
        place=keys.text("place", default=""),
        held_on=keys.day("held_on") if "held_on" in keys.given else None,
        planned_year=keys.number("planned_year") if "planned_year" in keys.given else None,
        printed=keys.text("printed", default=""),
    )
    keys.nothing_else(known=("held_on", "planned_year"))
    if not (meeting.held_on or meeting.planned_year or meeting.printed):
        raise keys.broken("held_on", "is missing", "Give held_on, planned_year or printed.")
    return meeting


def _wordings(keys: Keys) -> Mapping[str, str]:
    known = [what.value for what in Taken]
    wordings = {name: keys.text(name) for name in keys.given if name in known}
    keys.nothing_else(known=known)
    if Taken.ENDORSED.value not in wordings:
        raise keys.broken("endorsed", "is missing", 'Write it, such as "Endorsed in the {document}".')
    for name, wording in wordings.items():
        if strange_places(Taken(name), wording):
            allowed = " or ".join(f"{{{place}}}" for place in sorted(places(Taken(name))))
            raise keys.broken(name, f"has braces that are not {allowed}", "Remove them.")
    return wordings


def _holidays(keys: Keys) -> Mapping[str, Mapping[date, str | None]]:
    return {_known_calendar(keys, code, code): _days(keys.table(code)) for code in keys.given}


def _days(keys: Keys) -> Mapping[date, str | None]:
    days: dict[date, str | None] = {}
    for written, name in keys.given.items():
        try:
            day = date.fromisoformat(written)
        except ValueError:
            raise keys.broken(written, "is not a day", 'Write it as "2020-10-28".') from None
        if name is not False and not (isinstance(name, str) and name.strip()):
            raise keys.broken(
                written, "is neither a name nor false", "Name the holiday, or write false to drop it."
            )
        days[day] = name or None
    return days


def _zone(keys: Keys) -> str:
    zone = keys.text("zone")
    if not zone_exists(zone):
        raise keys.broken(
            "zone", f"“{zone}” is not a time zone", "Use a name of the IANA list, such as Asia/Jakarta."
        )
    return zone


def _weekend(keys: Keys) -> frozenset[int]:
    names = [name.lower() for name in keys.texts("weekend")]
    wrong = next((name for name in names if name not in WEEKDAYS), None)
    if wrong is not None or len(set(names)) == len(WEEKDAYS):
        fault = f"“{wrong}” is not a weekday" if wrong is not None else "leaves no working day"
        raise keys.broken("weekend", fault, 'Write it as ["saturday", "sunday"].')
    return frozenset(WEEKDAYS.index(name) for name in names)


def _known_calendar(keys: Keys, key: str, code: str) -> str:
    # Aliases of three letters would let one country stand under two names.
    if code not in holidays.list_supported_countries(include_aliases=False):
        fault = f"there is no holiday calendar for “{code}”"
        raise keys.broken(key, fault, "Use the two capital letters of a country, such as ID.")
    return code


def _refuse_twins(keys: Keys, key: str, names: Sequence[str]) -> None:
    twin = next((name for name in names if names.count(name) > 1), None)
    if twin is not None:
        raise keys.broken(key, f"“{twin}” stands there twice", "Remove one of the two.")


def _refuse_strangers(keys: Keys, body: BodyFile) -> None:
    if body.office.state not in {state.code for state in body.states}:
        fault = f"“{body.office.state}” is no State of this body"
        raise keys.broken("office.state", fault, "Use the code of one of its states.")
    used = {*body.rules.calendars, *(state.calendar for state in body.states)}
    for code in body.holidays:
        if code not in used:
            fault = "no State and no rule uses this calendar"
            raise keys.broken(f"holidays.{code}", fault, "Remove it, or correct its code.")


def _refuse_disorder(keys: Keys, meetings: Sequence[MeetingEntry]) -> None:
    held = sorted((meeting.number, meeting.held_on) for meeting in meetings if meeting.held_on)
    for (_, before), (number, day) in pairwise(held):
        if day <= before:
            fault = f"meeting {number} was held on {day}, not after the one before it"
            raise keys.broken("meetings", fault, "Correct held_on or number.")
