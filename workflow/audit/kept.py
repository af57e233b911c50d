"""What the tables hold of one circulation, as facts of the same names and columns as the entries tell.

What the entries tell is in `told`; the two are compared in `tying`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from workflow.audit.posted import name_of
from workflow.audit.record import plain
from workflow.audit.terms import terms_digest
from workflow.audit.told import Facts
from workflow.models.body import Meeting, State
from workflow.models.circulation import (
    Circulation,
    CirculationItem,
    Correction,
    DeadlineMove,
    Dispute,
    Noting,
    Override,
    RosterState,
    Suspension,
)
from workflow.models.document import Item, Version
from workflow.models.notice import Notice, ServiceEvidence
from workflow.models.people import Person
from workflow.models.response import ExtensionRequest, Response, ResponseRemark

_OWN = [
    "deadline",
    "zone",
    "window_end",
    "reminded_at",
    "year",
    "number",
    "package",
    "urgent",
    "status",
    "first_deadline",
    "dispatched_at",
    "dispatched_by",
    "silence_started_at",
    "suspended_at",
    "held_at",
    "closed_at",
    "recorded_at",
    "close_cause",
    "closed_seq",
    "outcome",
    "withdrawal_reason",
]


class Names:
    """How entries name States, people, meetings, and versions, by the keys of their rows."""

    def __init__(self, session: Session, body: int) -> None:
        self.states = _by_id(session, State.id, State.code, State.body_id == body)
        self.people = _by_id(session, Person.id, Person.public_id, Person.body_id == body)
        days = session.execute(select(Meeting.id, Meeting.held_on).where(Meeting.body_id == body))
        self.days: dict[int | None, date | None] = {row[0]: row[1] for row in days}
        self.meetings = _by_id(session, Meeting.id, Meeting.code, Meeting.body_id == body)
        named = union(
            *(select(one.notice_id).where(one.body_id == body) for one in (ServiceEvidence, Dispute))
        )
        self.letters = _by_id(session, Notice.id, Notice.message_id, Notice.id.in_(named), name_of)
        #: The entries of the responses of the circulation that is read.
        self.responses: dict[int, int] = {}

    def response(self, key: int | None) -> int | str | None:
        """Return the entry of a response of the circulation that is read, by the key of its row."""
        return None if key is None else self.responses.get(key, f"row {key}, which is not there")


def facts(session: Session, circulation: Circulation, names: Names) -> Facts:
    """Return what the tables hold of this circulation, from one statement a table."""
    found: Facts = {"circulation": _own(circulation, names)}
    found.update(_items(session, circulation))
    found.update(_said(session, circulation, names))
    found.update(_remarks(session, circulation, names))
    for row in _rows(session, RosterState, circulation):
        found[f"roster row of {names.states[row.state_id]}"] = {"holds": row.holds}
    for table, (name, columns) in _IN_ORDER.items():
        numbers: Counter[str] = Counter()
        for row in _rows(session, table, circulation):
            thing = name(row, names)
            numbers[thing] += 1
            found[f"{thing} {numbers[thing]}"] = columns(row, names)
    return found


def _own(circulation: Circulation, names: Names) -> dict[str, object]:
    frozen = circulation.frozen
    return {
        **columns_of(circulation, *_OWN),
        **{key: frozen["rules"][key] for key in ("inputs_block", "floor_seconds")},
        "preparation": circulation.id,
        # It begins with the short name of the body, which stands in no entry.
        "symbol": "/".join(str(circulation.symbol).split("/")[-2:]),
        "authority": names.meetings[circulation.authority_meeting_id],
        "authority_date": plain(names.days.get(circulation.authority_meeting_id)),
        "frozen_roster": sorted(frozen["roster"]),
        "frozen_calendars": [one["version"] for one in frozen["calendars"]],
        "terms": terms_digest(circulation),
    }


def _items(session: Session, circulation: Circulation) -> Facts:
    query = (
        select(CirculationItem, Item.key, Version.sha256)
        .outerjoin(Version, Version.id == CirculationItem.version_id)
        .outerjoin(Item, Item.id == Version.item_id)
        .where(CirculationItem.circulation_id == circulation.id)
    )
    return {
        f"item {key} of hash {str(digest)[:12]}": columns_of(row, "position", "result", "left_at", "reason")
        for row, key, digest in session.execute(query)
    }


def _said(session: Session, circulation: Circulation, names: Names) -> Facts:
    query = (
        select(Response, Item.key)
        .outerjoin(Version, Version.id == Response.version_id)
        .outerjoin(Item, Item.id == Version.item_id)
        .where(Response.circulation_id == circulation.id)
    )
    rows = session.execute(query).all()
    names.responses = {row.id: row.entry_seq for row, _ in rows}
    found: Facts = defaultdict(dict)
    for row, item in rows:
        straight = (
            "version_sha256",
            "kind",
            "received_at",
            "counts_at",
            "claimed_at",
            "on_behalf",
            "lodging",
            "role",
        )
        found[free_name(found, f"response of entry {row.entry_seq}")] = {
            **columns_of(row, *straight, "reasons", "passage", "cure", "evidence"),
            "item": item,
            "state": names.states[row.state_id],
            "replaces": names.response(row.replaces_id),
            "person": names.people[row.person_id],
        }
    return dict(found)


def _remarks(session: Session, circulation: Circulation, names: Names) -> Facts:
    found: Facts = {}
    for remark in _rows(session, ResponseRemark, circulation):
        found[free_name(found, f"remark of entry {remark.entry_seq}")] = {
            **columns_of(remark, "kind", "at", "proposed_kind", "text"),
            "of": names.response(remark.response_id),
            "person": names.people[remark.person_id],
        }
    return found


def free_name(found: Mapping[str, object], name: str) -> str:
    """Return the name, marked where another row has it already: it then has no entry of its own."""
    return name if name not in found else free_name(found, f"{name} again")


def _rows(session: Session, table: Any, circulation: Circulation) -> Iterable[Any]:
    return session.scalars(select(table).where(table.circulation_id == circulation.id).order_by(table.id))


def columns_of(row: object, *names: str) -> dict[str, object]:
    """Return these columns of a row as the log writes such values."""
    return {name: plain(getattr(row, name)) for name in names}


class _ById(dict[int | None, str | None]):
    """Names by key; a row that points to nothing is named all the same, since a difference must be told."""

    def __missing__(self, key: int | None) -> str:
        return f"row {key}, which is not there"


def _by_id(session: Session, key: Any, value: Any, where: Any, name: Callable[[str], str] = str) -> _ById:
    rows = session.execute(select(key, value).where(where))
    return _ById({None: None, **{row[0]: name(row[1]) for row in rows}})


def _evidence(row: ServiceEvidence, names: Names) -> dict[str, object]:
    return {
        **columns_of(row, "at", "recorded_at", "address", "detail"),
        "person": names.people[row.person_id],
        "letter": names.letters[row.notice_id],
    }


def _override(row: Override, names: Names) -> dict[str, object]:
    return {
        **columns_of(row, "served_from", "evidence", "first_at", "first_role", "second_at", "second_role"),
        "first": names.people[row.first_person_id],
        "second": names.people[row.second_person_id],
    }


def _dispute(row: Dispute, names: Names) -> dict[str, object]:
    told = columns_of(row, "kind", "opened_at", "settled_at", "settlement")
    return told | {
        "state": names.states[row.state_id],
        "response": names.response(row.response_id),
        "letter": names.letters[row.notice_id],
    }


def _noting(row: Noting, names: Names) -> dict[str, object]:
    return columns_of(row, "noted_on", "reference", "at", "by") | {"meeting": names.meetings[row.meeting_id]}


def _request(row: ExtensionRequest, names: Names) -> dict[str, object]:
    return columns_of(row, "until", "at", "reasons") | {
        "state": names.states[row.state_id],
        "person": names.people[row.person_id],
    }


#: The tables whose rows the entries tell of in order: what a row is called, and its columns.
_IN_ORDER: dict[type, tuple[Callable[[Any, Names], str], Callable[[Any, Names], dict[str, object]]]] = {
    ServiceEvidence: (
        lambda row, names: f"evidence “{row.kind}” of {names.states[row.state_id]}, number",
        _evidence,
    ),
    Override: (lambda row, names: f"override for {names.states[row.state_id]}, number", _override),
    DeadlineMove: (
        lambda _row, _names: "move of the deadline, number",
        lambda row, _names: columns_of(row, "cause", "before", "after", "at", "by", "reason"),
    ),
    Suspension: (
        lambda _row, _names: "suspension",
        lambda row, _names: columns_of(row, "since", "until", "reason"),
    ),
    Dispute: (lambda _row, _names: "dispute", _dispute),
    Correction: (
        lambda _row, _names: "correction",
        lambda row, _names: columns_of(row, "text", "at", "by"),
    ),
    Noting: (lambda _row, _names: "noting", _noting),
    ExtensionRequest: (lambda _row, _names: "request for time, number", _request),
}
