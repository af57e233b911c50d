"""What a history of calls and the rows they left must never show, whoever came first.

The calls are made in `sides`; here nothing is done, and of the product only its rows are read.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.faults.arena import Arena, Race
from tests.faults.sides import Answered, Call, Deed, History
from workflow.domain.errors import NotAllowed, WrongStatus
from workflow.models.audit import AuditEntry
from workflow.models.circulation import Circulation, CirculationItem
from workflow.models.document import Version
from workflow.models.people import Appointment, Person
from workflow.models.response import Response, ResponseRemark

#: What each deed may be refused by; everything else that it raises is a breach.
_REFUSALS = {
    Deed.LODGE: (NotAllowed,),
    Deed.LIFT: (NotAllowed,),
    Deed.CLOSE: (),
    Deed.EXTEND: (WrongStatus,),
    Deed.REVOKE: (WrongStatus,),
}
_ENDED = ("response.lifted", "response.replaced", "answer.accepted")


@dataclass
class Kept:
    """What the database holds of one race in the end."""

    circulation: Circulation
    version: Version
    result: str | None
    responses: list[Response] = field(default_factory=list)
    remarks: list[ResponseRemark] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    voice: Person | None = None
    until: datetime | None = None
    ended: dict[str, Any] | None = None

    def of(self, *types: str) -> list[dict[str, Any]]:
        """Return the entries of these types, in the log's order."""
        return [one for one in self.entries if one["type"] in types]


def breaches(arena: Arena, history: History, races: Iterable[Race]) -> list[str]:
    """Return everything that the races must not show, one line each."""
    with arena.database.reading() as session:
        log = [json.loads(one) for one in session.scalars(select(AuditEntry.entry).order_by(AuditEntry.seq))]
        kept = _kept(session, list(races), log)
    found = [] if [one["seq"] for one in log] == list(range(len(log))) else ["the log has a gap"]
    calls: dict[int, list[Call]] = defaultdict(list)
    for call in history.calls:
        calls[call.race.circulation].append(call)
    for key, one in kept.items():
        mine = calls[key]
        lines = [*_errors(mine), *_responses(one, mine), *_course(one, mine), *_mandates(one, mine)]
        found += [f"race {key}: {line}" for line in (*lines, *_order(one, mine))]
    return found


def _kept(session: Session, races: list[Race], log: list[dict[str, Any]]) -> dict[int, Kept]:
    keys = [race.circulation for race in races]
    rows = session.execute(
        select(Circulation, Version, CirculationItem.result)
        .join(CirculationItem, CirculationItem.circulation_id == Circulation.id)
        .join(Version, Version.id == CirculationItem.version_id)
        .where(Circulation.id.in_(keys))
    )
    kept = {row[0].id: Kept(*row) for row in rows}
    names = {f"{one.circulation.year}-{one.circulation.number}": one for one in kept.values()}
    for response in session.scalars(select(Response).where(Response.circulation_id.in_(keys))):
        kept[response.circulation_id].responses.append(response)
    for remark in session.scalars(select(ResponseRemark).where(ResponseRemark.circulation_id.in_(keys))):
        kept[remark.circulation_id].remarks.append(remark)
    voices = {race.voice.appointment: kept[race.circulation] for race in races if race.voice is not None}
    held = select(Person, Appointment).join(Appointment, Appointment.person_id == Person.id)
    people = {}
    for person, appointment in session.execute(held.where(Appointment.id.in_(voices))):
        one = voices[appointment.id]
        one.voice, one.until, people[person.public_id] = person, appointment.until, one
    for entry in log:
        if entry.get("circulation") in names:
            names[entry["circulation"]].entries.append(entry)
        if entry["type"] == "appointment.ended" and entry["person"] in people:
            people[entry["person"]].ended = entry
    return kept


def _errors(calls: list[Call]) -> Iterator[str]:
    retried = {call.key for call in calls if call.answered is Answered.UNKNOWN}
    for call in calls:
        if not call.returned:
            yield f"{call.deed} never came back"
        expected = call.error is None or isinstance(call.error, _REFUSALS[call.deed])
        if not expected or (call.error and call.deed is Deed.REVOKE and call.key not in retried):
            yield f"{call.deed}: {call.error!r}"


def _responses(kept: Kept, calls: list[Call]) -> Iterator[str]:
    """An acknowledged objection is there, with its entry and its instant; a refused one is not."""
    lodged = {entry["seq"]: entry for entry in kept.of("response.lodged")}
    by_key: dict[str | None, list[Response]] = defaultdict(list)
    for response in kept.responses:
        by_key[response.lodging].append(response)
        entry = lodged.get(response.entry_seq)
        if entry is None or entry["idem"] != response.lodging:
            yield f"response {response.id} has no entry of its own"
        elif entry["received_at"] != _written(response.received_at):
            yield f"response {response.id}: {response.received_at}, its entry {entry['received_at']}"
        elif entry["in_time"] != (entry["received_at"] < _in_force(kept, entry)):
            yield f"response {response.id} of {response.received_at} is told as in time: {entry['in_time']}"
    if len(lodged) != len(kept.responses):
        yield f"{len(lodged)} entries of {len(kept.responses)} responses"
    yield from _acknowledged(by_key, calls)


def _in_force(kept: Kept, entry: dict[str, Any]) -> str:
    """Return the deadline in force when an entry was written."""
    moved = [one["deadline"] for one in kept.of("deadline.extended") if one["seq"] < entry["seq"]]
    first = kept.circulation.first_deadline
    assert first is not None
    return str(moved[-1]) if moved else _written(first)


def _acknowledged(by_key: dict[str | None, list[Response]], calls: list[Call]) -> Iterator[str]:
    asked = {call.key for call in calls if call.deed is Deed.LODGE}
    if not by_key.keys() <= asked:
        yield "a response that nobody lodged"
    for key in asked:
        answers = [call for call in calls if call.key == key and call.deed is Deed.LODGE]
        mine = [(one.id, one.received_at) for one in by_key[key]]
        acknowledged = [call.told for call in answers if call.answered is Answered.OK]
        if any(told != mine for told in acknowledged) or len(mine) > 1:
            yield f"acknowledged {acknowledged}, kept {mine}"
        certain = all(call.answered is Answered.FAIL for call in answers)
        if certain and mine:
            yield f"refused, yet kept {mine}"


def _course(kept: Kept, calls: list[Call]) -> Iterator[str]:
    """One close, at the deadline in force and not before; endorsed just where nothing stands against it."""
    circulation, closes = kept.circulation, kept.of("circulation.closed")
    deadline = circulation.deadline
    assert deadline is not None
    if circulation.status != "closed" or len(closes) != 1:
        yield f"{circulation.status}, closed {len(closes)} times"
        return
    if circulation.closed_at != deadline or closes[0]["at"] < _written(deadline):
        yield f"closed {closes[0]['at']} as at {circulation.closed_at}, the deadline {deadline}"
    standing = [one for one in kept.responses if one.received_at < deadline and not _lifted(kept, one)]
    expected = ("silence_broken", "not_endorsed") if standing else ("endorsed", "endorsed")
    if (str(kept.version.status), str(kept.result)) != expected:
        yield f"{kept.version.status}, {kept.result}; standing: {[one.id for one in standing]}"
    moves = kept.of("versions.moved")
    if sum(one["trigger"] == "endorse" for one in moves) != (not standing):
        yield f"moved {[one['trigger'] for one in moves]}"
    yield from _extensions(kept, calls, deadline)


def _lifted(kept: Kept, response: Response) -> bool:
    deadline = kept.circulation.deadline
    assert deadline is not None
    return any(
        one.response_id == response.id and one.kind == "lifted" and one.at < deadline for one in kept.remarks
    )


def _extensions(kept: Kept, calls: list[Call], deadline: datetime) -> Iterator[str]:
    moved = kept.of("deadline.extended")
    for entry in moved:
        if entry["at"] >= entry["before"] or entry["deadline"] <= entry["before"]:
            yield f"extended at {entry['at']} from {entry['before']} to {entry['deadline']}"
    told = [call.told for call in calls if call.deed is Deed.EXTEND and call.answered is Answered.OK]
    wanted = [_written(one) for one in told if isinstance(one, datetime)]
    if not set(wanted) <= {entry["deadline"] for entry in moved}:
        yield f"extensions acknowledged: {wanted}, in the log: {moved}"
    if moved and moved[-1]["deadline"] != _written(deadline):
        yield f"the deadline is {deadline}, the last extension to {moved[-1]['deadline']}"
    last = kept.of("circulation.closed")[0]["seq"]
    if any(entry["seq"] > last for entry in moved):
        yield "extended after the close"


def _mandates(kept: Kept, calls: list[Call]) -> Iterator[str]:
    """Nobody spoke after the appointment ended: by the log's order, by its instants, by the calls' order."""
    assert kept.voice is not None
    spoken = [one for one in kept.entries if one["actor"] == kept.voice.public_id]
    if any(one["on_behalf_of"] != "MY" for one in spoken if "on_behalf_of" in one):
        yield "spoke for another State"
    if kept.ended is None:
        return
    until = kept.ended["until"]
    for entry in spoken:
        if entry["seq"] > kept.ended["seq"] or entry["at"] >= until:
            yield f"{entry['type']} at {entry['at']}, the appointment ended at {until} ({kept.ended['seq']})"
    done = [call.returned for call in calls if call.deed is Deed.REVOKE and call.answered is Answered.OK]
    for call in calls:
        spoke = call.deed in (Deed.LODGE, Deed.LIFT) and call.answered is Answered.OK
        if spoke and done and call.invoked > min(done):
            yield f"{call.deed} was taken after the dismissal was acknowledged"


def _order(kept: Kept, calls: list[Call]) -> Iterator[str]:
    """What was answered before something else was asked stands before it in the log, and no later in time."""
    for earlier, entry in pairwise(kept.entries):
        # Who holds the lock reads the clock, so instants go as the locks do (rule 12).
        if entry["at"] < earlier["at"]:
            yield f"{entry['type']} at {entry['at']} stands behind {earlier['type']} at {earlier['at']}"
    spans = [(call, _entries(kept, call)) for call in calls if call.answered is Answered.OK]
    placed = [(call, entries) for call, entries in spans if entries]
    for call, entries in placed:
        for other, later in placed:
            if call.returned >= other.invoked or call.key == other.key:
                continue
            if max(one["seq"] for one in entries) > min(one["seq"] for one in later):
                yield f"{call.deed} was answered before {other.deed} was asked, but stands behind it"
            if max(one["at"] for one in entries) > min(one["at"] for one in later):
                yield f"{call.deed} was answered before {other.deed} was asked, but is dated after it"


def _entries(kept: Kept, call: Call) -> list[dict[str, Any]]:
    if call.deed is Deed.LODGE:
        return [one for one in kept.of("response.lodged") if one["idem"] == call.key]
    if call.deed is Deed.EXTEND and isinstance(call.told, datetime):
        return [one for one in kept.of("deadline.extended") if one["deadline"] == _written(call.told)]
    if call.deed is Deed.REVOKE:
        return [kept.ended] if kept.ended is not None else []
    return kept.of(*_ENDED) if call.deed is Deed.LIFT else []


def _written(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
