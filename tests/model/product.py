"""The product under the model's names: each event as the real act, through the lock and the door's mandate.

Keys are the machine's: States by code, people as tests/factories.py names them, texts, circulations and
responses by the words under which the machine made them. Nothing here judges; `comparing` does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import World
from tests.settable_clock import SettableClock
from workflow.actions import (
    answering,
    closing,
    course,
    deferring,
    dispatching,
    documents,
    entering,
    lifting,
    overriding,
    people,
    preparing,
    responses,
    serving,
    withdrawing,
)
from workflow.actions.admitting import Answer
from workflow.actions.authority import actor_for
from workflow.actions.preparing import Plan
from workflow.domain.errors import Refused
from workflow.domain.mandates import Actor
from workflow.domain.terms import ResponseKind, Role, Service
from workflow.models.circulation import Circulation
from workflow.models.notice import Notice
from workflow.models.people import Person
from workflow.models.response import Response
from workflow.queries.cases import load

WORDS = "For reasons given in the meeting."
_LAST_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Said:
    """What a State answers on one text: the latest response of its own it saw, and the blocker it ends."""

    version: str
    kind: str
    latest: int | None = None
    ends: int | None = None

    def answer(self, product: "Product") -> Answer:
        """Return it as the product takes it."""
        names = () if self.ends is None else (self.ends,)
        kind = ResponseKind(self.kind)
        return Answer(product.versions[self.version], kind, WORDS, replaces=self.latest, names=names)


class Product:
    """The real acts on one session; `refusal` is why the last one was refused."""

    def __init__(self, session: Session, world: World, clock: SettableClock) -> None:
        self.session, self.world, self.clock = session, world, clock
        self.holders = {name: (world.people[name].id, row.id) for name, row in world.appointments.items()}
        self.versions: dict[str, int] = {}
        self.circulations: dict[str, int] = {}
        self.responses: dict[str, int] = {}
        self.refusal: Refused | None = None
        self._forms = 0

    def attempt(self, act: Callable[[], object]) -> bool:
        """Do it in one transaction and return whether it was taken; what is refused leaves nothing."""
        self.refusal = None
        try:
            with self.session.begin_nested():
                act()
                self.session.flush()
        except Refused as refusal:
            self.refusal = refusal
        return self.refusal is None

    def actor(self, name: str) -> Actor:
        """Return who acts, as a door reads it in the transaction of the act (rule 25)."""
        person, appointment = self.holders[name]
        self._forms += 1
        key = str(UUID(int=self._forms))
        found = self.session.get_one(Person, person)
        return actor_for(self.session, found, appointment, self.clock(), idem=key)

    def locked(self, circulation: str) -> Circulation:
        """Take a circulation's lock and do what the clock owes it (rule 14)."""
        self.session.flush()
        return closing.settled(self.session, self.circulations[circulation])[0]

    def settle(self) -> None:
        """Let the clock do what it owes everywhere."""
        for key in self.circulations:
            self.locked(key)

    def take_part(self, code: str, first: date) -> None:
        """Make a State a member from a day on (rule 32)."""
        state = self.world.states[code]
        state.member_from, state.member_until = first, None
        self.session.flush()

    def leave(self, code: str, until: date) -> None:
        """End a State's membership at the start of a day (rule 32)."""
        self.world.states[code].member_until = until - _LAST_DAY
        self.session.flush()

    def replace_person(self, old: str, new: str, role: str, code: str) -> None:
        """Put a successor into a State's office; the predecessor's appointment ends."""
        by, now, body = self.actor("secretariat"), self.clock(), self.world.body
        email = f"{new.lower().replace(' ', '.')}@example.org"
        given = {"name": new, "email": email, "role": Role(role), "state_code": code}
        made = people.appoint(self.session, by=by, now=now, body=body, **given)  # type: ignore[arg-type]
        self.dismiss(old)
        self.holders[new] = (made.person_id, made.id)

    def dismiss(self, name: str) -> None:
        """End an appointment."""
        held = self.session.get_one(type(self.world.appointments["secretariat"]), self.holders[name][1])
        people.end_appointment(self.session, held, by=self.actor("secretariat"), now=self.clock())

    def draft(self, item: int, version: str) -> None:
        """Write the next draft of an item of the plan, counted from 0."""
        row = self.world.items[item]
        text = {"title": f"The text {version}", "points": ["A point"], "texts": {"status": "Ongoing"}}
        by, now = self.actor("lead_shepherd"), self.clock()
        made = documents.revise(self.session, row.id, by=by, now=now, edition=None, **text)  # type: ignore[arg-type]
        self.versions[version] = made.id

    def withdraw_draft(self, version: str) -> None:
        """Withdraw a draft."""
        given = {"by": self.actor("lead_shepherd"), "now": self.clock(), "reason": WORDS}
        documents.withdraw_draft(self.session, self.versions[version], **given)  # type: ignore[arg-type]

    def dispatch(self, circulation: str, versions: Sequence[str], plan: Mapping[str, object]) -> None:
        """Prepare these texts and dispatch them."""
        by, now = self.actor("lead_shepherd"), self.clock()
        chosen = tuple(self.versions[version] for version in versions)
        wanted = Plan(circulation, chosen, **plan)  # type: ignore[arg-type]
        made = preparing.prepare(self.session, by=by, now=now, body=self.world.body, plan=wanted)
        dispatching.dispatch(self.session, made, by=by, now=now)
        self.session.flush()
        self.circulations[circulation] = made.id

    def letters(self, circulation: str, *among: Service) -> list[Notice]:
        """Return the letters of a circulation that carry the whole paper, in one of these states."""
        query = select(Notice).where(
            Notice.circulation_id == self.circulations[circulation], Notice.status.in_(among)
        )
        return [one for one in self.session.scalars(query.order_by(Notice.id)) if one.proves_service]

    def concerns_all(self, notice: Notice) -> bool:
        """Tell whether no other circulation had closed when the mail server took this letter.

        Of one that had, the rules do not say whether a bounce of this letter doubts it.
        """
        closed = select(Circulation.id).where(
            Circulation.id != notice.circulation_id, Circulation.closed_at <= notice.settled_at
        )
        return self.session.scalars(closed).first() is None

    def mail_accepted(self, circulation: str, notice: Notice) -> None:
        """Let the mail server take a letter."""
        found = self.locked(circulation)
        serving.accepted(self.session, found, notice, now=self.clock(), reply="250 ok")
        notice.status, notice.settled_at, notice.due_at = Service.SENT, self.clock(), None

    def bounce(self, circulation: str, notice: Notice) -> None:
        """Let the secretariat enter that a letter came back."""
        found, by = self.locked(circulation), self.actor("secretariat")
        serving.record_bounce(
            self.session, found, notice.id, by=by, now=self.clock(), detail="550 no such user"
        )

    def serve_again(self, circulation: str, code: str) -> None:
        """Send a State the circulation letter again."""
        found, by = self.locked(circulation), self.actor("secretariat")
        serving.reserve(self.session, found, code, by=by, now=self.clock())

    def acknowledge(self, circulation: str, name: str) -> None:
        """Let a focal point open the circulation, signed in."""
        found = self.locked(circulation)
        serving.acknowledge(self.session, found, by=self.actor(name), now=self.clock())

    def lodge(self, key: str, circulation: str, said: Said, name: str) -> None:
        """Lodge one response."""
        found, by = self.locked(circulation), self.actor(name)
        [made] = responses.lodge(self.session, found, [said.answer(self)], by=by, now=self.clock())
        self.responses[key] = made.id

    def object_to_all(self, key: str, circulation: str, name: str, items: Mapping[int, str]) -> None:
        """Object to the whole circulation; `items` names the items by the ids of their texts."""
        found, by = self.locked(circulation), self.actor(name)
        answers = responses.object_to_all(load(self.session, found.id), str(by.state), WORDS)
        for made in responses.lodge(self.session, found, answers, by=by, now=self.clock()):
            self.responses[f"{key}:{items[made.version_id]}"] = made.id

    def enter_on_behalf(self, key: str, circulation: str, code: str, said: Said, claimed: datetime) -> None:
        """Enter a paper of a State."""
        found, by = self.locked(circulation), self.actor("secretariat")
        paper = {"state_code": code, "claimed_at": claimed, "evidence": "a letter"}
        given = [said.answer(self)]
        [made] = entering.enter_on_behalf(
            self.session, found, by=by, now=self.clock(), answers=given, **paper
        )  # type: ignore[arg-type]
        self.responses[key] = made.id

    def about(
        self, response: str, act: Callable[..., object], name: str, circulation: str, **more: str
    ) -> None:
        """Do one of the acts on a single response: lift, answer, accept the answer."""
        found, by = self.locked(circulation), self.actor(name)
        act(self.session, found, self.responses[response], by=by, now=self.clock(), **more)

    def lift(self, response: str, name: str, circulation: str) -> None:
        """Lift a blocker."""
        self.about(response, lifting.lift, name, circulation)

    def answer(self, response: str, circulation: str) -> None:
        """Answer an input."""
        self.about(response, answering.answer, "lead_shepherd", circulation, text=WORDS)

    def accept_answer(self, response: str, name: str, circulation: str) -> None:
        """Accept the answer."""
        self.about(response, lifting.accept_answer, name, circulation)

    def rule(self, act: Callable[..., object], circulation: str, *args: object, **more: object) -> None:
        """Do one of the Lead Shepherd's acts on a circulation."""
        found, by = self.locked(circulation), self.actor("lead_shepherd")
        act(self.session, found, *args, by=by, now=self.clock(), **more)

    def extend(self, circulation: str, deadline: datetime) -> None:
        """Move the deadline."""
        self.rule(course.extend, circulation, deadline=deadline, reason=WORDS)

    def suspend(self, circulation: str) -> None:
        """Stop time."""
        self.rule(course.suspend, circulation, reason=WORDS)

    def resume(self, circulation: str) -> None:
        """Let time run again."""
        self.rule(course.resume, circulation)

    def override(self, circulation: str, code: str, since: datetime, name: str) -> None:
        """Record one office's half of an override."""
        found, by = self.locked(circulation), self.actor(name)
        given = {"state_code": code, "served_from": since, "evidence": "a telephone call"}
        overriding.override(self.session, found, by=by, now=self.clock(), **given)  # type: ignore[arg-type]

    def withdraw_item(self, circulation: str, version: str) -> None:
        """Withdraw one item."""
        self.rule(withdrawing.withdraw_item, circulation, self.versions[version], reason=WORDS)

    def withdraw(self, circulation: str) -> None:
        """Withdraw the whole."""
        self.rule(withdrawing.withdraw_circulation, circulation, reason=WORDS)

    def refer(self, circulation: str) -> None:
        """Send a held circulation to the next meeting."""
        self.rule(deferring.refer, circulation, reason=WORDS)

    def defer(self, circulation: str, version: str) -> None:
        """Put a broken item on the next meeting's list."""
        self.rule(deferring.defer, circulation, self.versions[version])

    def latest(self, code: str, version: str) -> int | None:
        """Return the id of a State's latest response on a text, as its page shows it."""
        query = select(Response.id).where(
            Response.version_id == self.versions[version],
            Response.state_id == self.world.states[code].id,
        )
        return self.session.scalars(query.order_by(Response.id.desc())).first()
