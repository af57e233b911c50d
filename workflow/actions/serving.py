"""Facts about the service of a State: accepted, failed, acknowledged, served again, overridden (rules 7-9).

What they prove is in `workflow/domain/serving.py`; letters are sent by `workflow/notices/outbox.py`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from workflow.actions.closing import all_settled
from workflow.actions.disputing import open_dispute
from workflow.audit.entries import Entry
from workflow.audit.posted import name_of, record_ended
from workflow.audit.record import newest_at, record
from workflow.db import now as read_now
from workflow.domain.errors import Invalid, NotFound, StaleVersion, WrongStatus, says
from workflow.domain.mandates import CLOCK, Act, Actor, require
from workflow.domain.terms import (
    RUNNING,
    SPEAKERS,
    CirculationStatus,
    DisputeKind,
    EvidenceKind,
    Letter,
    Service,
)
from workflow.domain.texts import clean
from workflow.models.body import State
from workflow.models.circulation import Circulation
from workflow.models.notice import Notice, ServiceEvidence
from workflow.notices import letters
from workflow.queries.addresses import bounced_for, within_reach
from workflow.queries.cases import Loaded, earliest_close, load
from workflow.queries.people import addressees

#: What a letter must be for a bounce to be recorded of it: the mail server has, or may have, taken it.
BOUNCING = frozenset({Service.SENT, Service.ACKNOWLEDGED, Service.UNKNOWN})


def accepted(
    session: Session, circulation: Circulation, notice: Notice, *, now: datetime, reply: str
) -> None:
    """Keep that the mail server accepted a letter that carries the whole paper (rules 7-9).

    Effects: one fact of service as of `now`, one entry. The caller marks the notice.
    """
    if not notice.proves_service or not _speaks_still(session, notice, now):
        return
    assert notice.state_id is not None
    _prove(session, circulation, notice, notice.state_id, EvidenceKind.ACCEPTED, now, reply)
    record(
        session,
        Entry.SERVICE_ACCEPTED,
        by=CLOCK,
        at=now,
        circulation=circulation,
        **_of_letter(notice, reply),
        **_told(session, circulation, notice.state_id, now),
    )


def _of_letter(notice: Notice, reply: str) -> dict[str, Any]:
    return {"address": notice.address, "letter": name_of(notice.message_id), "detail": reply}


def _speaks_still(session: Session, notice: Notice, now: datetime) -> bool:
    """Tell whether the addressee is a contact point or alternate now: a former one serves nobody (rule 9)."""
    people = addressees(session, notice.body_id, now).get(notice.state_id or 0, [])
    return any(one.id == notice.person_id and one.email == notice.address for one in people)


def reached(session: Session, notice: Notice) -> tuple[list[Circulation], datetime]:
    """Lock the circulations that a bounce of this letter may concern, and return them and the instant.

    All are locked in the order of their ids, before the log is (rule 14). Raises StaleVersion where the
    address served in one more of them meanwhile.
    """
    keys = within_reach(session, notice)
    circulations = all_settled(session, keys)
    if not set(within_reach(session, notice)) <= set(keys):
        raise StaleVersion(
            "This address was served elsewhere at this very moment.",
            remedy="Nothing was recorded. Try again.",
        )
    return circulations, read_now(session)


def failed(
    session: Session,
    circulation: Circulation,
    notice: Notice,
    *,
    now: datetime,
    reply: str,
    by: Actor = CLOCK,
) -> None:
    """Keep a permanent failure of any letter: it voids earlier acceptances at that address (rule 9).

    Effects, for each State it concerns here: one fact of service as of `now`, one entry; after the close
    a dispute for a State that the address served (rule 34).
    """
    for state_id, served in bounced_for(session, circulation, notice).items():
        _prove(session, circulation, notice, state_id, EvidenceKind.BOUNCED, now, reply)
        record(
            session,
            Entry.SERVICE_BOUNCED,
            by=by,
            at=now,
            circulation=circulation,
            **_of_letter(notice, reply),
            **_told(session, circulation, state_id, now),
        )
        if served and circulation.status is CirculationStatus.CLOSED:
            kind = DisputeKind.LATE_BOUNCE
            open_dispute(session, circulation, kind, state_id, now, by, notice=notice)


def record_bounce(
    session: Session,
    circulation: Circulation | None,
    notice_id: int,
    *,
    by: Actor,
    now: datetime,
    detail: str,
) -> None:
    """Enter a bounce that came back to the secretariat's mailbox, dated as of its entry (rules 9, 34).

    `circulation` is the letter's own, None for a letter of none; the caller holds what `reached` locks.
    Effects: the notice's status, and what `failed` says in every circulation reached. Raises NotFound for
    a letter of another circulation, WrongStatus for one that was never accepted.
    """
    require(by, Act.RECORD_BOUNCE)
    detail = clean(detail, "detail", required=True)
    notice = session.get(Notice, notice_id)
    own = circulation.id if circulation is not None else None
    if notice is None or notice.body_id != by.body or notice.circulation_id != own:
        raise NotFound(
            "There is no such letter in this circulation.", remedy="Choose it from the list of letters."
        )
    concerned, _ = reached(session, notice)
    session.refresh(notice, with_for_update={"key_share": True})
    if notice.status not in BOUNCING:
        raise WrongStatus(
            "Only a letter that was sent can bounce.", remedy="See the attempts of this letter."
        )
    notice.status, notice.reply, notice.due_at = Service.BOUNCED, detail, None
    record_ended(session, notice, now=now, by=by)
    for one in concerned:
        failed(session, one, notice, now=now, reply=detail, by=by)


def acknowledge(session: Session, circulation: Circulation, *, by: Actor, now: datetime) -> bool:
    """Keep that a contact point or alternate opened the circulation signed in (rule 7), once a person.

    Effects: one fact of service, the letters of that person marked, one entry. Returns whether it was new;
    drafters, offices and closed circulations prove nothing and change nothing.
    """
    if by.role not in SPEAKERS or circulation.status not in RUNNING:
        return False
    loaded = load(session, circulation.id)
    if by.state not in loaded.case().roster or _acknowledged_before(loaded, by):
        return False
    spoken(session, circulation, EvidenceKind.ACKNOWLEDGED, by.state_id, by.person, now)
    session.execute(
        update(Notice)
        .where(Notice.circulation_id == circulation.id, Notice.person_id == by.person)
        .where(Notice.letter == Letter.CIRCULATION, Notice.status == Service.SENT)
        .values(status=Service.ACKNOWLEDGED)
    )
    record(
        session,
        Entry.SERVICE_ACKNOWLEDGED,
        by=by,
        at=now,
        circulation=circulation,
        person=by.public_id,
        **_told(session, circulation, by.state_id, now),
    )
    return True


def _acknowledged_before(loaded: Loaded, by: Actor) -> bool:
    return any(
        one.kind is EvidenceKind.ACKNOWLEDGED and one.person_id == by.person for one in loaded.evidence
    )


def spoken(
    session: Session,
    circulation: Circulation,
    kind: EvidenceKind,
    state_id: int | None,
    person_id: int | None,
    now: datetime,
    *,
    at: datetime | None = None,
    detail: str = "",
) -> None:
    """Add evidence that a person gave, not a mail server: dated `at`, else now."""
    session.add(
        ServiceEvidence(
            body_id=circulation.body_id,
            circulation_id=circulation.id,
            state_id=state_id,
            kind=kind,
            at=at or now,
            recorded_at=now,
            person_id=person_id,
            detail=detail,
        )
    )


def responded(
    session: Session, circulation: Circulation, state_id: int, by: Actor, now: datetime
) -> datetime | None:
    """Keep that a State responded, which serves it too; return its new earliest lawful close (rule 9)."""
    # A clock that stands behind must not make the State's silence older than it is (rules 9, 12).
    at = max(now, newest_at(session, circulation.body_id) or now)
    spoken(session, circulation, EvidenceKind.RESPONDED, state_id, by.person, now, at=at)
    session.flush()
    return earliest_close(session, circulation, state_id)


def reserve(session: Session, circulation: Circulation, state_code: str, *, by: Actor, now: datetime) -> int:
    """Send the circulation letter again to a State's present contact points and alternates (rules 2, 9).

    Effects: letters, one entry. Returns how many letters were written. Raises WrongStatus once it is closed,
    Invalid where the State has nobody to write to.
    """
    require(by, Act.RESERVE, body=circulation.body_id)
    if circulation.status not in RUNNING:
        raise WrongStatus("This circulation is over; nobody is served any more.", remedy="See its record.")
    loaded = load(session, circulation.id)
    state = loaded.state(state_code)
    people = addressees(session, circulation.body_id, now).get(state.id, [])
    if not people:
        raise Invalid(
            says("{state} has no contact point or alternate with an address.", state=state.leading),
            remedy="Ask the secretariat to appoint one; the letter then goes out by itself.",
            field="state",
        )
    letters.circulation(session, loaded, now=now, addressees=people)
    record(
        session,
        Entry.SERVED_AGAIN,
        by=by,
        at=now,
        circulation=circulation,
        on_behalf_of=state.code,
        letters=len(people),
    )
    return len(people)


def _prove(
    session: Session,
    circulation: Circulation,
    notice: Notice,
    state_id: int,
    kind: EvidenceKind,
    now: datetime,
    detail: str,
) -> None:
    session.add(
        ServiceEvidence(
            body_id=circulation.body_id,
            circulation_id=circulation.id,
            state_id=state_id,
            kind=kind,
            at=now,
            recorded_at=now,
            address=notice.address,
            notice_id=notice.id,
            detail=detail,
        )
    )
    session.flush()


def _told(session: Session, circulation: Circulation, state_id: int | None, now: datetime) -> dict[str, Any]:
    """Return what a service entry tells besides: the State, the date, its new earliest lawful close."""
    session.flush()
    state = session.get_one(State, state_id)
    close = earliest_close(session, circulation, state.id)
    return {"on_behalf_of": state.code, "dated": now, "earliest_close": close}
