"""Cases of the outcome written in a few words: three States, two versions, a period of ten working days."""

from datetime import UTC, date, datetime, timedelta

from workflow.domain.calendars import WorkingTime, national
from workflow.domain.outcome import Case
from workflow.domain.positions import Lodged, Remark
from workflow.domain.rules import Rules
from workflow.domain.serving import Evidence, Period
from workflow.domain.terms import EvidenceKind, RemarkKind, ResponseKind

#: 25 September 2020, 09:30 in Jakarta.
DISPATCHED = datetime(2020, 9, 25, 2, 30, tzinfo=UTC)
#: Ten working days later, 17:00 in Jakarta.
DEADLINE = datetime(2020, 10, 9, 10, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
STATES = ("BN", "MY", "PH")
FIRST, SECOND = 1, 2
RULES = Rules(zone="Asia/Jakarta", calendars=("ID",))
WORKING_TIME = WorkingTime(RULES, (national("ID", (5, 6), date(2020, 1, 1), date(2022, 12, 31)),))


def hours(number: float) -> datetime:
    """Return the instant so many hours after the dispatch."""
    return DISPATCHED + timedelta(hours=number)


def accepted(state: str, at: datetime = DISPATCHED, address: str = "") -> Evidence:
    """Return the acceptance of the circulation letter for a State."""
    return Evidence(state, EvidenceKind.ACCEPTED, at, address or f"{state.lower()}@example.org")


def bounced(state: str, at: datetime, address: str = "") -> Evidence:
    """Return a permanent bounce at a State's address."""
    return Evidence(state, EvidenceKind.BOUNCED, at, address or f"{state.lower()}@example.org")


def said(number: int, state: str, kind: ResponseKind, at: datetime, version: int = FIRST) -> Lodged:
    """Return a response of a State."""
    return Lodged(number, version, state, kind, at)


def lifted(number: int, at: datetime, kind: RemarkKind = RemarkKind.LIFTED) -> Remark:
    """Return the end of response `number`."""
    return Remark(number, kind, at)


def case(**changes: object) -> Case:
    """Return a round in which every State was served at the dispatch and nobody has said anything."""
    window_end = changes.pop("window_end", None)
    suspensions = changes.pop("suspensions", ())
    working_time = changes.pop("working_time", WORKING_TIME)
    facts: dict[str, object] = {
        "dispatched_at": DISPATCHED,
        "deadline": DEADLINE,
        "versions": (FIRST, SECOND),
        "roster": STATES,
        "period": Period(working_time, window_end, suspensions),
        "evidence": tuple(accepted(state) for state in STATES),
    }
    return Case(**(facts | changes))
