"""The letters: one function for each, called by the action whose fact it tells.

Every function writes rows in the caller's transaction, one per person, and nothing twice for one fact; `now`
is the instant of that fact (UTC), `loaded` the circulation as read after the change. Nothing is sent here
(`workflow/notices/outbox.py`); the words are in `templates/mail/`.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.domain.outcome import Verdict
from workflow.domain.terms import Letter
from workflow.models.body import State
from workflow.models.circulation import DeadlineMove
from workflow.models.document import Document, Version
from workflow.models.export import ExportJob
from workflow.models.notice import Notice
from workflow.models.people import AccountLink, Person
from workflow.models.response import ExtensionRequest, Response, ResponseRemark
from workflow.notices import links, told
from workflow.notices.invite import CANCEL, REQUEST
from workflow.notices.item_texts import numbers, printed
from workflow.notices.writer import Reader, Writer
from workflow.queries.cases import Loaded
from workflow.queries.overrides import overrides, treated
from workflow.queries.people import capacities, office_holder
from workflow.queries.reporting import Reported


def circulation(
    session: Session, loaded: Loaded, *, now: datetime, addressees: Sequence[Person] | None = None
) -> dict[str, int]:
    """Send every roster State the whole paper, with the calendar entry; this letter serves (rules 2, 7).

    `addressees` are those of a State served again, or a successor in office: they get it once more.
    Returns the number of letters by State code.
    """
    writer = _writer(session, loaded, now)
    readers, again = writer.states(), addressees is not None
    if addressees is not None:
        wanted = {person.id for person in addressees}
        readers = [reader for reader in readers if reader.person.id in wanted]
    writer.post(
        Letter.CIRCULATION,
        readers,
        fact=lambda person: writer.ordinal(person) if again else 1,
        method=REQUEST,
        proves_service=True,
        values={"items": printed(session, loaded, loaded.open_items)},
    )
    return dict(Counter(reader.state.code for reader in readers if reader.state is not None))


def for_information(session: Session, loaded: Loaded, *, now: datetime, state: State) -> None:
    """Send a State admitted during the circulation a copy for information (rule 32)."""
    writer = _writer(session, loaded, now)
    items = printed(session, loaded, loaded.open_items)
    writer.post(Letter.FOR_INFORMATION, writer.of_states([state]), fact="copy", values={"items": items})


def test_letter(session: Session, loaded: Loaded, *, now: datetime, person: Person) -> None:
    """Send the circulation letter to oneself as the State in office would receive it; it serves nobody."""
    writer = _writer(session, loaded, now)
    state = office_holder(session, writer.body.id) or (loaded.states[0] if loaded.states else None)
    items = printed(session, loaded, loaded.items)
    values: dict[str, object] = {"items": items, "reader": person}
    writer.post(Letter.TEST, [Reader(person, state, state)], fact=now.isoformat(), values=values)


def reminder(session: Session, loaded: Loaded, *, now: datetime, ordinal: int) -> list[State]:
    """Remind the States that have not answered every item, and no others (rule 6); return them."""
    missing = told.unanswered(loaded)
    writer = _writer(session, loaded, now)
    # After an extension the schedule begins anew, so the ordinal alone would not be a fact of its own.
    fact = f"{ordinal}:{loaded.circulation.deadline:%Y%m%dT%H%M%S}"
    values = {"missing": missing, "titles": _titles(loaded)}
    writer.post(Letter.REMINDER, writer.states(missing), fact=fact, values=values)
    return [state for state in loaded.states if state.id in missing]


def draft_waiting(session: Session, loaded: Loaded, *, now: datetime, state_id: int) -> None:
    """Warn a State that its draft was not sent: a draft is not a response (rule 23)."""
    writer = _writer(session, loaded, now)
    writer.post(Letter.DRAFT_WAITING, writer.states([state_id]), fact=now.isoformat())


def blocker(session: Session, loaded: Loaded, responses: Sequence[Response], *, now: datetime) -> None:
    """Tell all States and both offices of objections and inputs, with their text (rules 27, 33a)."""
    writer = _writer(session, loaded, now)
    values = {"said": told.said(loaded, responses)}
    writer.post(Letter.OBJECTION, writer.everyone(), fact=responses[0].id, values=values)


def lifted(session: Session, loaded: Loaded, responses: Sequence[Response], *, now: datetime) -> None:
    """Tell all States and both offices which objections and inputs ended, and what stands (rule 29)."""
    writer = _writer(session, loaded, now)
    writer.post(
        Letter.LIFTED,
        writer.everyone(),
        fact=responses[0].id,
        values={
            "said": told.said(loaded, responses),
            "is_late": not told.is_in_time(loaded, now),
            "words": told.endings(loaded, responses),
            "blocked": told.still_blocked(loaded, {one.version_id for one in responses}),
        },
    )


def receipt(session: Session, loaded: Loaded, responses: Sequence[Response], *, now: datetime) -> None:
    """Send a State a copy of what was recorded for it."""
    writer = _writer(session, loaded, now)
    lines = told.said(loaded, responses)
    readers = writer.states({one.state_id for one in responses})
    seqs = [one.entry_seq for one in responses]
    writer.post(Letter.RECEIPT, readers, fact=responses[0].id, values={"said": lines}, entries=seqs)


def reasons_requested(session: Session, loaded: Loaded, response: Response, *, now: datetime) -> None:
    """Ask a State for the reasons of its objection, which stands without them (rule 21)."""
    _to_its_state(session, loaded, response, now, Letter.REASONS_REQUESTED, response.id)


def kind_proposed(
    session: Session, loaded: Loaded, response: Response, remark: ResponseRemark, *, now: datetime
) -> None:
    """Tell a State which kind the Lead Shepherd proposes; only the State confirms (rule 20)."""
    _to_its_state(session, loaded, response, now, Letter.KIND_PROPOSED, remark.id, remark=remark)


def answer(
    session: Session, loaded: Loaded, response: Response, remark: ResponseRemark, *, now: datetime
) -> None:
    """Send a State the Lead Shepherd's answer, which waits for its acceptance (rule 19)."""
    _to_its_state(session, loaded, response, now, Letter.ANSWER, remark.id, remark=remark)


def extension(session: Session, loaded: Loaded, move: DeadlineMove, *, now: datetime) -> None:
    """Tell every State the new final date and the reason (rule 16)."""
    _to_all(session, loaded, now, Letter.EXTENSION, move.at.isoformat(), method=REQUEST, move=move)


def suspension(session: Session, loaded: Loaded, *, now: datetime, reason: str) -> None:
    """Tell every State that time stands still (rule 17)."""
    _to_all(session, loaded, now, Letter.SUSPENSION, now.isoformat(), method=CANCEL, reason=reason)


def resumption(session: Session, loaded: Loaded, move: DeadlineMove, *, now: datetime) -> None:
    """Tell every State that time runs again, and to which deadline (rule 17)."""
    _to_all(session, loaded, now, Letter.RESUMPTION, move.at.isoformat(), method=REQUEST, move=move)


def withdrawal(
    session: Session, loaded: Loaded, *, now: datetime, reason: str, version: Version | None = None
) -> None:
    """Tell every State that one item, or the whole circulation, was withdrawn (rule 31a)."""
    fact = "all" if version is None else version.id
    method = CANCEL if version is None else None
    number = None if version is None else numbers(loaded)[version.id]
    _to_all(
        session,
        loaded,
        now,
        Letter.WITHDRAWAL,
        fact,
        method=method,
        reason=reason,
        version=version,
        number=number,
    )


def held(session: Session, loaded: Loaded, *, now: datetime, verdict: Verdict) -> None:
    """Tell all States and both offices that the deadline holds the circulation, and why (rule 9)."""
    missing = [state for state in loaded.states if state.code in verdict.missing]
    writer = _writer(session, loaded, now)
    fact = loaded.circulation.held_at.isoformat() if loaded.circulation.held_at else "held"
    writer.post(Letter.HELD, writer.everyone(), fact=fact, values={"missing": missing})


def outcome(session: Session, loaded: Loaded, *, now: datetime) -> None:
    """Tell all States and both offices the outcome, in the words of the formula (rules 35, 38)."""
    writer = _writer(session, loaded, now)
    items = told.decided(loaded)
    stood_in = treated(overrides(session, loaded.circulation.id))
    values: dict[str, object] = {"items": items, "treated": stood_in}
    writer.post(Letter.OUTCOME, writer.everyone(), fact="close", values=values)


def extension_requested(
    session: Session, loaded: Loaded, request: ExtensionRequest, state: State, *, now: datetime
) -> None:
    """Tell the Lead Shepherd that a State asks for more time (rule 16)."""
    writer = _writer(session, loaded, now)
    readers = writer.lead_shepherd()
    writer.post(
        Letter.EXTENSION_REQUESTED, readers, fact=request.id, values={"request": request, "asking": state}
    )


def undelivered(session: Session, notice: Notice, *, now: datetime, withheld: bool = False) -> None:
    """Tell the secretariat which letter was refused, given up or withheld, and why (rule 8)."""
    writer = Writer(session, None, now, body=notice.body_id)
    state = session.get(State, notice.state_id) if notice.state_id is not None else None
    values: dict[str, object] = {"notice": notice, "concerned": state, "withheld": withheld}
    values["link"] = links.notices_page(session)
    writer.post(Letter.UNDELIVERED, writer.secretariat(), fact=notice.id, values=values)


def report_due(session: Session, found: Reported, document: Document, *, now: datetime, ordinal: int) -> None:
    """Remind the programme and the Lead Shepherd of a report, once a day it is due: 1 before, 2 after it."""
    writer, period = Writer(session, None, now, body=document.body_id), found.period
    values: dict[str, object] = {
        "document": document,
        "period": period,
        "is_late": ordinal > 1,
        "items": len(found.missing_items),
        "figures": len(found.missing_figures),
        "highlights": not period.highlights,
        "link": links.reporting_page(session, document, period),
    }
    readers = {one.person.id: one for one in [*writer.lead_shepherd(), *writer.programme()]}
    fact = f"{period.id}-{period.due_on}-{ordinal}"
    writer.post(Letter.REPORT_DUE, list(readers.values()), fact=fact, values=values)


def export_ready(
    session: Session, job: ExportJob, document: Document, person: Person, *, now: datetime, days: int
) -> None:
    """Tell who asked for a long export that its file is written, and kept for some days."""
    writer, link = Writer(session, None, now, body=job.body_id), links.export_page(session, job)
    values: dict[str, object] = {"job": job, "document": document, "link": link, "days": days}
    writer.post(Letter.EXPORT_READY, [Reader(person)], fact=job.id, values=values)


def invitation(session: Session, person: Person, secret: str, *, now: datetime) -> None:
    """Send a person the single-use link that opens the account."""
    _account(session, person, secret, now, Letter.INVITATION)


def password_reset(session: Session, person: Person, secret: str, *, now: datetime) -> None:
    """Send a person the single-use link to a new password."""
    _account(session, person, secret, now, Letter.PASSWORD_RESET)


def _writer(session: Session, loaded: Loaded, now: datetime) -> Writer:
    return Writer(session, loaded, now, body=loaded.circulation.body_id)


def _titles(loaded: Loaded) -> dict[int, str]:
    return {place: row.version.title for place, row in enumerate(loaded.items, 1)}


def _to_all(
    session: Session,
    loaded: Loaded,
    now: datetime,
    letter: Letter,
    fact: object,
    *,
    method: str | None = None,
    **values: object,
) -> None:
    writer = _writer(session, loaded, now)
    writer.post(letter, writer.states(), fact=fact, method=method, values=values)


def _to_its_state(
    session: Session,
    loaded: Loaded,
    response: Response,
    now: datetime,
    letter: Letter,
    fact: object,
    **values: object,
) -> None:
    writer = _writer(session, loaded, now)
    [line] = told.said(loaded, [response])
    writer.post(letter, writer.states([response.state_id]), fact=fact, values={"line": line, **values})


def _account(session: Session, person: Person, secret: str, now: datetime, letter: Letter) -> None:
    digest = hashlib.sha256(secret.encode("utf-8")).hexdigest()
    expires_at = session.scalar(select(AccountLink.expires_at).where(AccountLink.secret_sha256 == digest))
    held = capacities(session, person.id, now)
    home = next((capacity.state for capacity in held if capacity.state is not None), None)
    concerned = next((one.state for one in held if one.role.is_focal_point), None)
    writer = Writer(session, None, now, body=person.body_id)
    values: dict[str, object] = {
        "reader": person,
        "held": held,
        "expires_at": expires_at,
        "link": links.account_page(session, secret),
    }
    writer.post(letter, [Reader(person, concerned, home)], fact=digest[:32], values=values)
