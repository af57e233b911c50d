"""The calendar entry of a deadline, as a letter carries it (RFC 5545, RFC 5546).

Which letters carry one is in `workflow/notices/letters.py`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event, vCalAddress

from workflow.domain.zones import utc

REQUEST, CANCEL = "REQUEST", "CANCEL"
_PRODUCER = "-//Adref//Deadlines//EN"


@dataclass(frozen=True)
class DeadlineEntry:
    """What one person's calendar is told of one deadline.

    `uid` is the same for a circulation and a person for good, `sequence` grows with every change;
    `deadline` and `now` are instants.
    """

    uid: str
    sequence: int
    deadline: datetime
    now: datetime
    summary: str
    description: str
    url: str
    organizer: str
    attendee: str


def written(entry: DeadlineEntry, method: str) -> str:
    """Return the calendar entry as text; `method` is REQUEST, or CANCEL where the deadline no longer runs.

    It takes no time in the calendar and asks for no reply: accepting an entry answers no circulation.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCER)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    event = _event(entry, method)
    if method == REQUEST:
        event.add_component(_alarm(entry))
    calendar.add_component(event)
    return calendar.to_ical().decode("utf-8")


def _event(entry: DeadlineEntry, method: str) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", utc(entry.now))
    event.add("dtstart", utc(entry.deadline))
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    event.add("url", entry.url)
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    event.add("organizer", vCalAddress(f"mailto:{entry.organizer}"))
    attendee = vCalAddress(f"mailto:{entry.attendee}")
    attendee.params["RSVP"] = "FALSE"
    event.add("attendee", attendee)
    return event


def _alarm(entry: DeadlineEntry) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", entry.summary)
    alarm.add("trigger", timedelta(days=-1))
    return alarm
