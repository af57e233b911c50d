"""Every verb that a page can call, as a State would call it on what is another's.

Who calls them is in test_authority.py.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from tests.actions.rounds import DAY, DEADLINE, Round
from tests.faults.reach import Things
from tests.settable_clock import MORNING
from workflow.actions import (
    accounts,
    amending,
    annual_reports,
    answering,
    correcting,
    course,
    deferring,
    dispatching,
    documents,
    drafts,
    entering,
    files,
    filing,
    importing,
    importing_json,
    incoming,
    indicators,
    insisting,
    introducing,
    lifting,
    long_exports,
    making,
    matching_columns,
    meetings,
    offices,
    overriding,
    people,
    preparing,
    progress,
    relating,
    renaming,
    renewing,
    reporting,
    serving,
    withdrawing,
)
from workflow.actions.admitting import Answer
from workflow.actions.indicators import Counting
from workflow.actions.preparing import Plan
from workflow.domain.terms import (
    EXPLICIT,
    Audience,
    DocumentKind,
    LibraryKind,
    MailSettlement,
    Relation,
    ResponseKind,
    Role,
)
from workflow.models.people import Appointment, Person
from workflow.papers.paper import Paper, PaperDocument

Try = Callable[[Round, str, Things], object]
TODAY = date(2020, 9, 25)
NEW = {"name": "Somebody", "email": "somebody@example.org", "role": Role.CONTACT_POINT}
WORDS = {"title": "Words", "points": [], "texts": {}}
FILE = {"filename": "a.txt", "content": b"A", "types": ("txt",), "largest": 9}
FILED = filing.Filed(LibraryKind.NEWS, Audience.EVERYONE, "Ours", "Ours")
EDITION = PaperDocument(1, DocumentKind.WORK_PLAN, "Ours", "Ours", "5", 2020, 2021, [], [], [])


def on_round(action: Callable[..., Any], *names: str, **more: object) -> Try:
    """Try an action on the circulation and on these things of the other State."""

    def tried(round_: Round, by: str, things: Things) -> object:
        given = [things.values[name] for name in names]
        return round_.act(action, *given, by=by, **more)

    return tried


def on_body(action: Callable[..., Any], *names: str, **more: object) -> Try:
    """Try an action on the body and on these things of the other State, or rows of them."""

    def tried(round_: Round, by: str, things: Things) -> object:
        rows: dict[str, Callable[[], object]] = {
            "person": lambda: round_.session.get_one(Person, things.values["person_id"]),
            "appointment": lambda: round_.session.get_one(Appointment, things.values["appointment_id"]),
            "document": lambda: round_.world.document,
            "draft": lambda: round_.world.versions[0].id,
        }
        given = [rows[name]() if name in rows else things.values[name] for name in names]
        actor = round_.world.actor(by)
        return action(round_.session, *given, by=actor, now=round_.clock(), **more)

    return tried


def of_body(action: Callable[..., Any], *, state: bool = False, **more: object) -> Try:
    """Try an action that is told the body, and maybe the other State."""

    def tried(round_: Round, by: str, things: Things) -> object:
        given = more | ({"state_code": things.code} if state else {})
        return on_body(action, body=round_.world.body, **given)(round_, by, things)

    return tried


def at_meeting(action: Callable[..., Any], *names: str, **more: object) -> Try:
    """Try an action that is told a meeting, on these things of the other State."""

    def tried(round_: Round, by: str, things: Things) -> object:
        given = {"meeting_id": things.values["meeting_id"], "reference": "Paragraph 4"} | more
        return round_.act(action, *[things.values[name] for name in names], by=by, **given)

    return tried


def replacing(kind: ResponseKind) -> Try:
    """Answer by naming the other State's objection as the answer that is replaced."""

    def tried(round_: Round, by: str, things: Things) -> object:
        version, theirs = things.objection.version_id, things.objection.id
        return round_.act(insisting.lodge_or_insist, [Answer(version, kind, "Ours.", replaces=theirs)], by=by)

    return tried


def ending(kind: ResponseKind) -> Try:
    """Answer by naming the other State's objection among those that are ended by it."""

    def tried(round_: Round, by: str, things: Things) -> object:
        place = (things.objection.version_id, round_.world.states[by[:2]].id)
        said = [one.id for one in round_.loaded.responses if (one.version_id, one.state_id) == place]
        given = {"replaces": said[-1] if said else None, "names": (things.objection.id,)}
        return round_.act(insisting.lodge_or_insist, [Answer(place[0], kind, "Ours.", **given)], by=by)

    return tried


def drafted(round_: Round, by: str, things: Things) -> object:
    """Write a draft on the very item on which the other State has one."""
    version = things.drafted
    return round_.act(drafts.save, [drafts.DraftAnswer(version, ResponseKind.COMMENT, "Ours.")], by=by)


def named_state(action: Callable[..., Any], **more: object) -> Try:
    """Try an action that is told a State by its code."""
    return lambda round_, by, things: round_.act(action, by=by, state_code=things.code, **more)


def entered(round_: Round, by: str, things: Things) -> object:
    """Try to enter an answer on behalf of the other State."""
    answers = [Answer(things.objection.version_id, ResponseKind.NO_OBJECTION)]
    given = {"answers": answers, "claimed_at": MORNING, "evidence": "A letter."}
    return round_.act(entering.enter_on_behalf, by=by, state_code=things.code, **given)


#: What a State of the round must be refused, whosever the thing is.
REFUSED: dict[str, list[Try]] = {
    "lifting.lift": [on_round(lifting.lift, "response_id", text="Lifted.")],
    "lifting.accept_answer": [on_round(lifting.accept_answer, "response_id")],
    "insisting.lodge_or_insist": [
        *(replacing(kind) for kind in ResponseKind if kind is not ResponseKind.OBJECTION),
        *(ending(kind) for kind in ResponseKind if kind in EXPLICIT),
    ],
    "answering.answer": [on_round(answering.answer, "response_id", text="Answered.")],
    "answering.propose_kind": [
        on_round(answering.propose_kind, "response_id", kind=ResponseKind.COMMENT, text="Why.")
    ],
    "entering.enter_on_behalf": [entered],
    "overriding.override": [named_state(overriding.override, served_from=MORNING, evidence="A receipt.")],
    "serving.reserve": [on_round(serving.reserve, "state_code")],
    "serving.record_bounce": [on_round(serving.record_bounce, "notice_id", detail="550")],
    "course.extend": [on_round(course.extend, deadline=DEADLINE + 4 * DAY, reason="More.")],
    "course.suspend": [on_round(course.suspend, reason="More.")],
    "course.resume": [on_round(course.resume)],
    "deferring.defer": [on_round(deferring.defer, "version_id", reason="No.")],
    "deferring.refer": [on_round(deferring.refer, reason="No.")],
    "withdrawing.withdraw_item": [on_round(withdrawing.withdraw_item, "version_id", reason="No.")],
    "withdrawing.withdraw_circulation": [on_round(withdrawing.withdraw_circulation, reason="No.")],
    "correcting.correct": [on_round(correcting.correct, text="Corrected.")],
    "incoming.settle": [
        on_body(incoming.settle, "message_id", settlement=MailSettlement.NOTHING, note="Nothing.")
    ],
    "correcting.settle": [on_body(correcting.settle, "dispute_id", text="Settled.")],
    "meetings.note": [at_meeting(meetings.note, noted_on=TODAY)],
    "meetings.endorse_at_meeting": [
        at_meeting(meetings.endorse_at_meeting, "version_id", decision_date=TODAY)
    ],
    "meetings.add_meeting": [of_body(meetings.add_meeting, name="Ours", held_on=None)],
    "meetings.date_meeting": [on_body(meetings.date_meeting, "meeting_id", held_on=TODAY)],
    "preparing.prepare": [of_body(preparing.prepare, plan=Plan("Ours", ()))],
    "preparing.change": [on_round(preparing.change, plan=Plan("Ours", ()))],
    "preparing.discard": [on_round(preparing.discard)],
    "preparing.test_letter": [on_round(preparing.test_letter)],
    "dispatching.dispatch": [on_round(dispatching.dispatch)],
    "amending.drop_item": [on_body(amending.drop_item, "item_id", reason="No.")],
    "amending.extend_period": [on_body(amending.extend_period, "document", until=2030, reason="No.")],
    "documents.add_item": [on_body(documents.add_item, "document", **WORDS)],
    "documents.revise": [on_body(documents.revise, "item_id", edition=None, **WORDS)],
    "documents.withdraw_draft": [on_body(documents.withdraw_draft, "draft", reason="No.")],
    "making.create_document": [
        of_body(
            making.create_document,
            kind=DocumentKind.WORK_PLAN,
            title="Ours",
            period_from=2020,
            period_until=2021,
        )
    ],
    "introducing.write_introduction": [on_body(introducing.write_introduction, "document_id", text="Ours.")],
    "importing.import_paper": [of_body(importing.import_paper, paper=Paper("", [], [], frozenset()))],
    "importing_json.import_document": [
        of_body(importing_json.import_document, given={"items": []}, types=("txt",), largest=9)
    ],
    "matching_columns.remember": [on_body(matching_columns.remember, headings=["Ours"], fields=[])],
    "renewing.renew": [on_body(renewing.renew, "document", read=EDITION, matched={})],
    "files.attach": [on_body(files.attach, "draft", **FILE)],
    "files.detach": [on_body(files.detach, "attachment_id")],
    "progress.report": [on_body(progress.report, "item_id", as_of=TODAY, status="Done.")],
    "reporting.plan_period": [
        on_body(reporting.plan_period, "document", first_day=TODAY, last_day=TODAY, due_on=TODAY)
    ],
    "reporting.plan_years": [on_body(reporting.plan_years, "document", last_year=2023)],
    "reporting.change_period": [
        on_body(reporting.change_period, "item_id", first_day=TODAY, last_day=TODAY, due_on=TODAY)
    ],
    "reporting.remove_period": [on_body(reporting.remove_period, "item_id")],
    "indicators.add_indicator": [
        on_body(indicators.add_indicator, "document", what=Counting("Ours", "of ours"))
    ],
    "indicators.change_indicator": [
        on_body(indicators.change_indicator, "document", number=1, what=Counting("Ours", "of ours"))
    ],
    "indicators.remove_indicator": [on_body(indicators.remove_indicator, "document", number=1)],
    "reporting.report_figures": [on_body(reporting.report_figures, "item_id", counted={}, fields={})],
    "reporting.write_highlights": [on_body(reporting.write_highlights, "item_id", text="Ours.")],
    "annual_reports.draft_report": [on_body(annual_reports.draft_report, "item_id")],
    "relating.name_predecessor": [on_body(relating.name_predecessor, "document", title="Ours")],
    "relating.record_endorsement": [
        on_body(relating.record_endorsement, "document", endorsed_by="Ours", endorsed_on=TODAY)
    ],
    "relating.remove": [on_body(relating.remove, "document", relation=Relation.PREDECESSOR, number=1)],
    "relating.add_obligation": [
        of_body(relating.add_obligation, instrument="Ours", place="Article 1", words="Ours.")
    ],
    "relating.change_obligation": [
        of_body(relating.change_obligation, number=1, instrument="Ours", place="Article 1", words="Ours.")
    ],
    "relating.remove_obligation": [of_body(relating.remove_obligation, number=1)],
    "relating.serve": [on_body(relating.serve, "item_id", numbers=())],
    "filing.file_entry": [of_body(filing.file_entry, filed=FILED, types=("txt",), largest=9)],
    "filing.take_out": [on_body(filing.take_out, "item_id")],
    "people.appoint": [of_body(people.appoint, state=True, **NEW)],
    "people.end_appointment": [on_body(people.end_appointment, "appointment")],
    "people.deactivate": [on_body(people.deactivate, "person")],
    "people.reactivate": [on_body(people.reactivate, "person")],
    "people.import_contacts": [of_body(people.import_contacts, rows=())],
    "renaming.change_person": [
        on_body(renaming.change_person, "person", name="Ours", email="our@example.org")
    ],
    "accounts.invite": [on_body(accounts.invite, "person")],
    "offices.hand_over": [
        of_body(offices.hand_over, state=True, name="Somebody", email="somebody@example.org")
    ],
}
#: What a State may do for itself, told the other's things; it must leave them as they are (rules 18, 23, 24).
APART: dict[str, list[Try]] = {
    "insisting.lodge_or_insist": [replacing(ResponseKind.OBJECTION)],
    "drafts.save": [drafted],
    "drafts.discard": [on_round(drafts.discard)],
    "course.ask_for_time": [on_round(course.ask_for_time, reasons="More time.")],
    "serving.acknowledge": [on_round(serving.acknowledge)],
    "long_exports.ask": [on_body(long_exports.ask, "document", ending="pdf")],
}
