"""`make letters`: one sample of every letter, as its reader gets it, written into docs/letters/.

The letters come from acts of the product on the real plan, under an injected clock; what happens is invented
and chosen so that each letter is written once at least. Whether the samples are stale is tested.
"""

import re
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.demo.main_job import CURE, DISPATCH, Clock, installation
from config.demo.rounds import Round
from config.demo.setting_up import acting, set_up
from workflow import worker
from workflow.actions import (
    accounts,
    answering,
    closing,
    course,
    drafts,
    lifting,
    long_exports,
    people,
    preparing,
    reporting,
    responses,
    withdrawing,
)
from workflow.actions.admitting import Answer
from workflow.actions.drafts import DraftAnswer
from workflow.domain.mandates import OPERATOR
from workflow.domain.terms import DocumentKind, Letter, ResponseKind, Role, Status
from workflow.models.body import Body
from workflow.models.circulation import Circulation
from workflow.models.document import Document, Item, Version
from workflow.models.notice import Notice
from workflow.models.people import Person
from workflow.notices import typeset
from workflow.notices.catcher import messages

OUT = Path("docs/letters")
#: Six days before Timor-Leste becomes a member, so that it gets a copy for information.
NEXT_DISPATCH = datetime(2025, 10, 20, 3, 0, tzinfo=UTC)
#: Whose letter is shown where several States get it.
READER = "MY"
#: The letters that are also written as HTML.
AS_HTML = (Letter.CIRCULATION, Letter.OBJECTION, Letter.OUTCOME)
_SECRET_LINK = re.compile(r"(/account/)\S+")


@dataclass(frozen=True)
class Sample:
    """A letter as it arrived."""

    to: str
    subject: str
    text: str


def main(out: Path = OUT) -> int:
    """Walk the story and write the samples; returns the exit status."""
    clock = Clock(DISPATCH - timedelta(hours=1))
    with installation(clock) as (app, letters), redirect_stdout(StringIO()):
        body = set_up(app)
        _Story(Round(app, body.id, clock, letters)).tell()
        _Story(Round(app, body.id, clock, letters)).hold(NEXT_DISPATCH)
        arrived = {str(one.message["Message-ID"]): one.text for one in messages(letters)}
        with app.extensions["adref"].reading() as session:
            samples = {letter: _sample(session, letter, arrived) for letter in Letter}
        write(samples, out, app.config["BASE_URL"])
    print(f"Written: {len(samples)} letters into {out}/")
    return 0


def write(samples: dict[Letter, Sample], out: Path, home: str) -> None:
    """Write each sample as text, and some as HTML too."""
    out.mkdir(parents=True, exist_ok=True)
    for letter, one in samples.items():
        head = f"To: {one.to}\nSubject: {one.subject}\n\n"
        (out / f"{letter}.txt").write_text(head + one.text, encoding="utf-8")
        if letter in AS_HTML:
            html = typeset.html(one.text, one.subject, home=home)
            (out / f"{letter}.html").write_text(html + "\n", encoding="utf-8")


def _sample(session: Session, letter: Letter, arrived: Mapping[str, str]) -> Sample:
    """Return the first letter of this kind that arrived in the reader's State, or anywhere."""
    rows = session.scalars(select(Notice).where(Notice.letter == letter).order_by(Notice.id)).all()
    there = [row for row in rows if row.message_id in arrived]
    ours = [row for row in there if row.address.endswith(f"@{READER.lower()}.example")]
    if not there:
        raise LookupError(f"the story sends no {letter}")
    row = (ours or there)[0]
    return Sample(row.address, row.subject, _steady(arrived[row.message_id], row.below))


def _steady(text: str, below: str) -> str:
    """Return a letter's text without what is another at every run: a secret, a signature."""
    if below:
        # The note stands at its end: three lines, an empty one, and the signature.
        note = "\n".join(below.split("\n")[-6:])
        text = text.replace(note, "(the log's name, size, fingerprint and signature)\n")
    return _SECRET_LINK.sub(r"\1…", text).rstrip("\n") + "\n"


class _Story:
    """What happens in one circulation, each step an act in a transaction of its own."""

    def __init__(self, round_: Round) -> None:
        self.round = round_
        self.app: Flask = round_.app

    def tell(self) -> None:
        """Walk a round in which everything happens but a hold."""
        self._accounts()
        self._test_letter()
        self._report()
        self._export()
        self.round.clock.now = DISPATCH
        self.round.dispatch(self.round.projects(), "Work Plan 2020-2023")
        self.round.serve()
        self._talk()
        self._move()
        self.round.pass_deadline()

    def hold(self, at: datetime) -> None:
        """Walk a round whose letters leave so late that the deadline holds it; a State is admitted in it."""
        self.round.clock.now = at
        self.round.dispatch(self._activities(), "Progress Report 2019-2020")
        self.round.clock.now = at + timedelta(days=8)
        worker.tick_once(self.app)
        self.round.pass_deadline()

    def _talk(self) -> None:
        """Let Malaysia object and Thailand propose, both be answered, and the objection end."""
        self._day()
        [objection] = self._lodge("MY", Answer(self._version(4), ResponseKind.OBJECTION))
        wording = "Also support the review of the Bohol TIP Work Plan."
        [proposal] = self._lodge("TH", Answer(self._version(1), ResponseKind.INPUT, wording))
        self._day()
        shepherd = (Role.LEAD_SHEPHERD, None)
        reply = "The review is part of this item; the status says so."
        self._act(answering.answer, proposal, by=shepherd, text=reply)
        kind = {"kind": ResponseKind.COMMENT, "text": "It asks for no other word."}
        self._act(answering.propose_kind, proposal, by=shepherd, **kind)
        self._act(
            lifting.lift, objection, by=(Role.CONTACT_POINT, "MY"), text=f"Malaysia can live with it{CURE}."
        )
        draft = [DraftAnswer(self._version(1), ResponseKind.NO_OBJECTION)]
        self._act(drafts.save, draft, by=(Role.DRAFTER, "MY"))

    def _move(self) -> None:
        """Ask for time and give it, stop time and let it run, take an item back."""
        self._day()
        shepherd = (Role.LEAD_SHEPHERD, None)
        self._act(
            course.ask_for_time, by=(Role.CONTACT_POINT, "LA"), reasons="A holiday falls into the period."
        )
        deadline = self.round.loaded().circulation.deadline
        assert deadline is not None
        later = {"deadline": deadline + timedelta(days=7), "reason": "Lao PDR asks for a week more."}
        self._act(course.extend, by=shepherd, **later)
        self._act(course.suspend, by=shepherd, reason="A typhoon closed the offices of two States.")
        self._day()
        self._act(course.resume, by=shepherd)
        self._act(withdrawing.withdraw_item, self._version(6), by=shepherd, reason="The project has ended.")

    def _accounts(self) -> None:
        with self.round.database.writing() as session:
            now, secretary = self.round.clock.now, acting(session, Role.SECRETARIAT)
            body = session.get_one(Body, self.round.body)
            given: dict[str, Any] = {"by": secretary, "now": now, "body": body, "role": Role.ALTERNATE}
            for name, state in (("Ahmad Faizal", "MY"), ("Kham Inthavong", "LA")):
                email = f"{name.lower().replace(' ', '.')}@{state.lower()}.example"
                made = people.appoint(session, name=name, email=email, state_code=state, **given)
                person = session.get_one(Person, made.person_id)
                accounts.invite(session, person, by=OPERATOR, now=now)
            # The last of them is closed again before the invitation leaves, so that it is withheld.
            people.deactivate(session, person, by=secretary, now=now)
            accounts.ask_reset(session, "nurul.hashim@my.example", now=now)

    def _test_letter(self) -> None:
        with self.round.database.writing() as session:
            shepherd = acting(session, Role.LEAD_SHEPHERD)
            body = session.get_one(Body, self.round.body)
            plan = self.round.plan(session, body, self.round.projects(), "Work Plan 2020-2023")
            now = self.round.clock.now
            circulation = preparing.prepare(session, by=shepherd, now=now, body=body, plan=plan)
            preparing.test_letter(session, circulation, by=shepherd, now=now)
            preparing.discard(session, circulation, by=shepherd, now=now)

    def _report(self) -> None:
        """Plan a report that falls due in a few days, so that the clock reminds of it."""
        with self.round.database.writing() as session:
            plan = session.scalars(select(Document).where(Document.kind == DocumentKind.WORK_PLAN)).one()
            today = self.round.clock.now.date()
            reporting.plan_period(
                session,
                plan,
                by=acting(session, Role.PROGRAMME),
                now=self.round.clock.now,
                first_day=date(2020, 1, 1),
                last_day=today,
                due_on=today + timedelta(days=7),
            )

    def _export(self) -> None:
        """Ask for a long export, so that the clock tells when it is ready."""
        with self.round.database.writing() as session:
            plan = session.scalars(select(Document).where(Document.kind == DocumentKind.WORK_PLAN)).one()
            asking = acting(session, Role.CONTACT_POINT, READER)
            long_exports.ask(session, plan, "docx", by=asking, now=self.round.clock.now)

    def _activities(self) -> list[int]:
        with self.round.database.reading() as session:
            query = (
                select(Version.id)
                .join(Item, Item.id == Version.item_id)
                .join(Document, Document.id == Item.document_id)
                .where(Document.kind == DocumentKind.PROGRESS_REPORT, Version.status == Status.DRAFT)
            )
            return list(session.scalars(query.order_by(Item.position)))

    def _version(self, number: int) -> int:
        return self.round.loaded().items[number - 1].version.id

    def _day(self) -> None:
        self.round.clock.now += timedelta(days=1)

    def _lodge(self, state: str, *answers: Answer) -> list[int]:
        made = self._act(responses.lodge, list(answers), by=(Role.CONTACT_POINT, state))
        return [response.id for response in made]

    def _act(
        self, action: Callable[..., Any], *given: object, by: tuple[Role, str | None], **more: object
    ) -> Any:
        """Let the first person of a role act on the circulation, under its lock."""
        with self.round.database.writing() as session:
            circulation: Circulation
            circulation, now = closing.settled(session, self.round.circulation)
            actor = acting(session, *by, idem=str(uuid4()))
            done = action(session, circulation, *given, by=actor, now=now, **more)
            session.flush()
            return done


if __name__ == "__main__":
    sys.exit(main())
