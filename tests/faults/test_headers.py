"""Line ends, folds and encoded words in every value that reaches the head of a letter or of an answer.

The values are put into the tables, past every form, so that nothing but the writing of heads stands between.
"""

import email
import email.policy
import io
from datetime import datetime, timedelta
from email.message import EmailMessage
from urllib.parse import quote, unquote

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session, undefer

from tests.actions.rounds import DAY, DEADLINE, HOUR, Round
from tests.factories import World
from tests.faults.hostile import plant, taken_for_markup
from tests.settable_clock import MORNING, SettableClock
from tests.stages import INSTALLATION, Stage, brought
from tests.web.conftest import Visit, app, app_settings, visit, world
from workflow.actions import accounts, answering, course, lifting, preparing, reporting, withdrawing
from workflow.actions.accounts import Passwords
from workflow.db import Database
from workflow.domain.outcome import judge
from workflow.domain.terms import Letter, ResponseKind
from workflow.models.body import Body, State
from workflow.models.circulation import Circulation
from workflow.models.document import Attachment, Version
from workflow.models.export import ExportJob
from workflow.models.notice import Notice
from workflow.models.people import Person
from workflow.notices import connection, letters, rendering, typeset
from workflow.notices.connection import MailSettings
from workflow.notices.envelope import Outgoing
from workflow.queries.cases import load
from workflow.queries.reporting import find_period

__all__ = ["app", "app_settings", "visit", "world"]

#: What would begin a header of its own, or pass for other words, wherever it is written as it is.
BREAKS = (
    "\r\nX-Hostile: 1",
    "\nX-Hostile: 1",
    "\rX-Hostile: 1",
    "\r\n X-Hostile: folded",
    "\r\n\r\nX-Hostile: 1",
    "\u2028X-Hostile: 1",
    "\u2029X-Hostile: 1",
    "\x85X-Hostile: 1",
    "\x0bX-Hostile: 1\x0c",
    "=?utf-8?q?=0D=0AX-Hostile:_1?=",
    "=?utf-8?b?DQpYLUhvc3RpbGU6IDE=?=",
    "%0d%0aX-Hostile: 1",
    '"; filename="hostile.exe',
    "嘊嘍X-Hostile: 1",
)
#: Those of them that stand for all where there is little time.
_QUICK = (BREAKS[0], BREAKS[5], BREAKS[7], BREAKS[9], BREAKS[-1])
IN_LETTERS = [text if text in _QUICK else pytest.param(text, marks=pytest.mark.torture) for text in BREAKS]
HEADS = {
    "Subject",
    "From",
    "To",
    "Date",
    "Message-ID",
    "Reply-To",
    "Auto-Submitted",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
}
PASSWORDS = Passwords(1, 8, 1, timedelta(hours=1), timedelta(hours=1))


def broken_into(session: Session, text: str) -> None:
    """Write a text into every value that a letter's head, or a calendar entry, may show."""
    for model, columns in (
        (Circulation, ("title", "symbol")),
        (Version, ("title",)),
        (State, ("name", "in_text", "capital")),
        (Person, ("name",)),
        (Body, ("name", "short_name", "office_title", "secretariat_name")),
    ):
        values = {column: getattr(model, column) + text for column in columns}
        session.execute(update(model).values(**values).execution_options(synchronize_session=False))
    session.expire_all()


def everything_written(round_: Round) -> None:
    """Bring about every letter there is."""
    session, world, by = round_.session, round_.world, round_.world.actor("lead_shepherd")
    round_.lodge("MY contact_point", ResponseKind.OBJECTION, 1, reasons="")
    round_.lodge("SG contact_point", ResponseKind.INPUT, 2)
    objection, proposal = (one.id for one in round_.loaded.responses)
    round_.act(answering.answer, proposal, text="Item 6 names them.")
    round_.act(answering.propose_kind, proposal, kind=ResponseKind.COMMENT, text="It stops nothing.")
    round_.act(lifting.lift, objection, by="MY contact_point")
    round_.act(course.ask_for_time, by="MY alternate", reasons="More time.")
    round_.act(course.extend, deadline=DEADLINE + 4 * DAY, reason="More time.")
    round_.act(course.suspend, reason="A disaster.")
    round_.clock.advance(HOUR)
    round_.act(course.resume)
    now, loaded = round_.clock(), load(session, round_.circulation.id)
    letters.circulation(session, loaded, now=now)
    letters.reminder(session, loaded, now=now, ordinal=1)
    letters.draft_waiting(session, loaded, now=now, state_id=world.states["MY"].id)
    letters.for_information(session, loaded, now=now, state=world.states["TL"])
    letters.held(session, loaded, now=now, verdict=judge(loaded.case()))
    letters.undelivered(session, round_.notices()[0], now=now)
    letters.undelivered(session, round_.notices()[1], now=now, withheld=True)
    accounts.invite(session, world.people["VN drafter"], by=world.actor("secretariat"), now=now)
    accounts.ask_reset(session, world.people["VN contact_point"].email, now=now)
    other_letters(round_, now)
    preparing.test_letter(session, round_.prepare(versions=round_.redraft(3)), by=by, now=now)
    round_.act(withdrawing.withdraw_item, world.versions[3].id, reason="It is settled.")
    round_.at(round_.loaded.circulation.deadline)
    session.flush()


def other_letters(round_: Round, now: datetime) -> None:
    """Bring about those of no circulation: a report is due, a long paper is written."""
    session, world = round_.session, round_.world
    days = {"first_day": now.date(), "last_day": now.date(), "due_on": now.date()}
    period = reporting.plan_period(session, world.document, by=world.actor("programme"), now=now, **days)
    found, document = find_period(session, world.body.id, period.id)
    letters.report_due(session, found, document, now=now, ordinal=1)
    person, held = (one["VN contact_point"] for one in (world.people, world.appointments))
    job = ExportJob(
        body_id=world.body.id, person_id=person.id, appointment_id=held.id, document_id=world.document.id,
        ending="docx", total=4, asked_at=now,
    )  # fmt: skip
    session.add(job)
    session.flush()
    letters.export_ready(session, job, world.document, person, now=now, days=7)


@pytest.fixture
def running(session: Session, served: Stage, clock: SettableClock) -> Round:
    """Give a round that is dispatched and served to all, an hour ago."""
    session.info.update(INSTALLATION, passwords=PASSWORDS)
    round_ = Round(session, brought(session, served.world), clock)
    round_.circulation = session.get_one(Circulation, served.circulation)
    round_.at(MORNING + HOUR)
    return round_


def messages(app: Flask, round_: Round) -> list[tuple[Notice, EmailMessage]]:
    """Return every letter as it would travel, as a mail program reads it; one of those that are alike."""
    query = select(Notice).options(undefer(Notice.text), undefer(Notice.invite)).order_by(Notice.id)
    settings = MailSettings.read(app)
    with app.app_context():
        different = {(one.letter, one.subject): one for one in round_.session.scalars(query)}
        written = [
            (one, Outgoing.of(one, round_.clock()).message(settings).as_bytes()) for one in different.values()
        ]
    return [(one, email.message_from_bytes(data, policy=email.policy.default)) for one, data in written]


def broken_heads(app: Flask, round_: Round) -> list[str]:
    """Return one sentence for each letter whose head, or calendar entry, says what it should not."""
    found = []
    for notice, message in messages(app, round_):
        what = f"{notice.letter} to {notice.address}"
        found += [f"{what} has a header {name}" for name in message if name not in HEADS]
        if not notice.subject.isprintable() or message["Subject"].split() != notice.subject.split():
            found.append(f"{what} reads {message['Subject']!r} for {notice.subject!r}")
        lines = (notice.invite or "").replace("\r\n ", "").splitlines()
        found += [f"{what} has a calendar line {one}" for one in lines if one.upper().startswith("X-HOSTILE")]
    return found


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("text", IN_LETTERS, ids=ascii)
def test_no_value_breaks_into_the_head_of_a_letter(app: Flask, running: Round, text: str) -> None:
    before = {one.id for one in running.notices()}
    broken_into(running.session, text)
    everything_written(running)
    running.session.execute(update(Notice).where(Notice.id.in_(before)).values(subject="Written before"))
    assert set(running.session.scalars(select(Notice.letter))) == set(Letter)
    assert broken_heads(app, running) == []


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_head_that_is_written_raw_is_found(
    app: Flask, running: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "one_line", lambda text: text.strip())
    broken_into(running.session, "\u2028X-Hostile: 1")
    running.act(course.suspend, reason="A disaster.")
    assert broken_heads(app, running) != []


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_encoded_word_that_travels_as_it_is_is_found(
    app: Flask, running: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "subject_header", lambda text: text)
    broken_into(running.session, "=?utf-8?q?=0D=0AX-Hostile:_1?=")
    running.act(course.suspend, reason="A disaster.")
    assert any("reads" in one for one in broken_heads(app, running))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_no_letter_takes_a_text_for_markup(running: Round) -> None:
    home = INSTALLATION["base_url"]
    plant(running.session)
    running.session.expire_all()
    everything_written(running)
    query = select(Notice).options(undefer(Notice.text)).order_by(Notice.id)
    read = {
        (one.letter, typeset.html(one.text, one.subject, home=home)) for one in running.session.scalars(query)
    }
    # Nobody is found by an address with such a text in it, so nobody asks for a new password.
    assert {letter for letter, _ in read} == set(Letter) - {Letter.PASSWORD_RESET}
    assert sum("data-hostile" in page for _, page in read) > len(Letter) / 2
    assert [(letter, one) for letter, page in read for one in taken_for_markup(page, home)] == []


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("text", BREAKS, ids=ascii)
def test_no_name_of_a_file_breaks_into_the_head_of_an_answer(
    visit: Visit, database: Database, world: World, text: str
) -> None:
    """Whatever a file is called, the answer has the headers it always has, and the name comes back whole."""
    client, files = visit("lead_shepherd"), f"/documents/items/{world.items[0].key}/files"
    sent = client.post(files, data={"file": (io.BytesIO(b"Terms"), f"terms{text}.txt")})
    with database.reading() as session:
        kept = session.execute(select(Attachment.id, Attachment.filename)).all()
    if sent.status_code == 422:
        assert kept == []
        return
    [(key, name)] = kept
    answer = client.get(f"/documents/files/{key}")
    assert not any("hostile" in name.lower() for name, _ in answer.headers)
    plain, whole = answer.headers["Content-Disposition"].split("; ", 1)[1].rsplit("; filename*=UTF-8''", 1)
    assert unquote(whole) == name
    assert plain.isascii()
    assert plain.isprintable()
    assert plain.count('"') == 2


@pytest.mark.parametrize("text", BREAKS, ids=ascii)
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_no_address_breaks_into_the_head_of_an_answer(visit: Visit, world: World, text: str) -> None:
    """What an address or a form names comes back in a redirection only as it must be written there."""
    client = visit("MY contact_point")
    chosen = {"appointment": str(world.appointments["MY contact_point"].id)}
    answers = [
        client.get(f"/receipts/of/{quote(text, safe='')}/receipts.zip"),
        client.get(f"/documents/{quote(text, safe='')}/table.tsv"),
        client.get("/sign-in", query_string={"next": f"/desk{text}"}),
        client.get("/desk", query_string={"before": text}),
        client.post("/capacity", data=chosen | {"next": f"/d{text}"}),
    ]
    for answer in answers:
        assert answer.status_code < 500
        assert not any("hostile" in name.lower() for name, _ in answer.headers)
        assert all(value.isprintable() and value.isascii() for value in answer.headers.values())
