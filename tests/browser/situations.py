"""A body with something in every state, so that each page has all it can show.

How people act here is in scene.py; what the pages must look like is in test_pages.py.
"""

from datetime import date, timedelta
from hashlib import sha256

from sqlalchemy import select

from config.demo.setting_up import acting
from tests.browser.installed import Installed
from tests.browser.living import lives_on
from tests.browser.scene import (
    DEADLINE,
    SECOND_MORNING,
    SECRETARIAT,
    SHEPHERD,
    Scene,
    Who,
    body,
)
from tests.mail_messages import report, said_of, written
from workflow import db
from workflow.actions import (
    accounts,
    answering,
    correcting,
    course,
    documents,
    drafts,
    entering,
    files,
    incoming,
    meetings,
    overriding,
    people,
    progress,
    responses,
    serving,
)
from workflow.actions.admitting import Answer
from workflow.actions.drafts import DraftAnswer
from workflow.domain.terms import ResponseKind, Role
from workflow.models.body import State
from workflow.models.document import Version
from workflow.models.notice import Notice
from workflow.models.people import Person
from workflow.notices.inbox import Message
from workflow.papers.incoming_mail import read

OTHER = "Plan of exchanges between the authorities, with an unusually long title for a paper of this kind"
ITEMS = {"An agenda of exchanges": "Monthly.", "A study visit": "ไปศึกษาดูงาน", "A handbook": "", "A film": ""}
NOTED = date(2020, 10, 12)
MALAYSIA, VIET_NAM, LAO_PDR = ((Role.CONTACT_POINT, code) for code in ("MY", "VN", "LA"))
LONG = "The text does not say who decides which bilateral relationships are active. " * 12
#: Newly invited; a letter to this address holds the link that sets a password.
INVITED = "new.person@vn.example"


def furnish(product: Installed) -> None:
    """Bring about a closed, a held, a running and a suspended circulation, and two preparations."""
    scene = Scene(product)
    plan, report, other = scene.drafts("wp-"), scene.drafts("pr-"), scene.write(OTHER, ITEMS)
    closed = scene.dispatch("Work Plan 2020–2023", plan)
    held = scene.dispatch("An agenda of exchanges", other[:1])
    scene.lose_letters(held, "LA")
    product.tick()
    _answer(scene, closed, plan)
    product.tick(DEADLINE)
    product.tick(SECOND_MORNING)
    _after_the_close(scene, closed, plan)
    evidence = {"state_code": "LA", "served_from": DEADLINE, "evidence": "Handed over in Vientiane."}
    scene.act(overriding.override, held, by=SHEPHERD, **evidence)
    running = scene.dispatch("Progress Report 2019–2020", report)
    suspended = scene.dispatch("A study visit", other[1:2])
    product.tick()
    _discuss(scene, running, _answer(scene, running, report), report)
    scene.act(course.suspend, suspended, by=SHEPHERD, reason="The text is being translated.")
    scene.prepare("A handbook", other[2:3])
    scene.prepare("A film", other[3:4], deadline=None, meeting_id=None)
    _revise(scene, plan[3])
    lives_on(scene, product, closed, plan[4], noted=NOTED)
    _invite(scene)
    product.tick()
    _write_back(scene)


def _answer(scene: Scene, key: int, versions: list[int]) -> dict[ResponseKind, int]:
    """Let three States say something of every kind; returns the last response of each kind."""
    said: dict[ResponseKind, int] = {}

    def lodge(who: Who, kind: ResponseKind, *items: int, **words: str) -> None:
        answers = [Answer(versions[item - 1], kind, **words) for item in items]
        said[kind] = scene.act(responses.lodge, key, answers, by=who)[-1]

    lodge(MALAYSIA, ResponseKind.OBJECTION, 4, reasons=LONG, passage="active", cure="active, as agreed")
    lodge(MALAYSIA, ResponseKind.NO_OBJECTION, 1, 2, 3)
    lodge(VIET_NAM, ResponseKind.COMMENT, 1, reasons="Việt Nam đề nghị bổ sung thời hạn.")
    lodge(VIET_NAM, ResponseKind.INPUT, 5, reasons="Add the courts.", cure="and the courts")
    lodge(LAO_PDR, ResponseKind.RESERVATION, 6, reasons="ສປປ ລາວ ເຂົ້າໃຈວ່າເປັນຄຳແນະນຳ.")
    lodge(LAO_PDR, ResponseKind.ABSTENTION, 2)
    return said


def _after_the_close(scene: Scene, key: int, versions: list[int]) -> None:
    """A late statement, a late entry that opens a dispute, a correction, a meeting that notes it."""
    late = [Answer(versions[0], ResponseKind.COMMENT, reasons="We would have liked a date.")]
    scene.act(responses.lodge, key, late, by=(Role.CONTACT_POINT, "TH"))
    entry = {"claimed_at": DEADLINE - timedelta(days=1), "evidence": "Note verbale 44/2020"}
    answer = Answer(versions[1], ResponseKind.OBJECTION, "Cambodia cannot agree to point two.")
    scene.act(entering.enter_on_behalf, key, by=SECRETARIAT, state_code="KH", answers=[answer], **entry)
    scene.act(correcting.correct, key, by=SECRETARIAT, text="The authority is the Manila meeting.")
    with scene.database.writing() as session:
        who = {"by": acting(session, Role.SECRETARIAT), "now": db.now(session)}
        made = meetings.add_meeting(session, **who, body=body(session), name="Special session", held_on=NOTED)
        undated = meetings.add_meeting(session, **who, body=body(session), name="Some day", held_on=None)
        meeting = made.id
        assert undated.held_on is None
    noting = {"meeting_id": meeting, "noted_on": NOTED, "reference": "Summary record, paragraph 4"}
    scene.act(meetings.note, key, by=SECRETARIAT, **noting)


def _discuss(scene: Scene, key: int, said: dict[ResponseKind, int], versions: list[int]) -> None:
    """An answer, another kind proposed, a draft, a request for time, a bounce."""
    scene.act(answering.answer, key, said[ResponseKind.INPUT], by=SHEPHERD, text="Item 6 names them.")
    proposed = {"kind": ResponseKind.INPUT, "text": "It proposes words."}
    scene.act(answering.propose_kind, key, said[ResponseKind.COMMENT], by=SHEPHERD, **proposed)
    draft = [DraftAnswer(versions[2], ResponseKind.COMMENT, reasons="ไทยขอเสนอให้เพิ่มกำหนดการ")]
    scene.act(drafts.save, key, draft, by=(Role.DRAFTER, "TH"))
    thailand = (Role.CONTACT_POINT, "TH")
    scene.act(course.ask_for_time, key, by=thailand, reasons="Our ministry is moving.")
    with scene.database.reading() as session:
        letters = select(Notice.id).join(State, State.id == Notice.state_id).order_by(Notice.id)
        sent = session.scalars(letters.where(Notice.circulation_id == key, State.code == "MM")).first()
    scene.act(serving.record_bounce, key, sent, by=SECRETARIAT, detail="552 5.2.2 mailbox full")


def _revise(scene: Scene, version: int) -> None:
    """Write the next text of an item that was stopped, and report how an item goes."""
    with scene.database.writing() as session:
        who = {"by": acting(session, Role.LEAD_SHEPHERD), "now": db.now(session)}
        old = session.get_one(Version, version)
        texts = {name: f"{text}, as agreed" for name, text in old.texts.items()}
        made = documents.revise(
            session, old.item_id, **who, edition=None, title=old.title, points=old.points, texts=texts
        )
        allowed = {"types": ("txt",), "largest": 100}
        files.attach(session, made.id, **who, **allowed, filename="terms-ຂໍ້ກຳນົດ.txt", content=b"Terms")
        progress.report(session, old.item_id, **who, as_of=NOTED, status="Two meetings were held.")


def _write_back(scene: Scene) -> None:
    """Let a State answer by e-mail, a letter come back from nobody knows where, and a reader be away."""
    with scene.database.writing() as session:
        answered = session.scalars(
            select(Notice.message_id).where(Notice.circulation_id.is_not(None))
        ).first()
        for raw in (
            written(f"ประเทศไทยคัดค้าน item 3.\n\n{LONG}", subject=f"Re: {OTHER}", In_Reply_To=answered or ""),
            report(said_of("nobody@example.org")),
            written("I am away until Monday.", Auto_Submitted="auto-replied"),
        ):
            message = Message(read(raw), sha256(raw).hexdigest(), db.now(session), False)
            incoming.keep(session, message, body(session).id)


def _invite(scene: Scene) -> None:
    with scene.database.writing() as session:
        who = {"by": acting(session, Role.SECRETARIAT), "now": db.now(session)}
        new = {"name": "Phạm Thị Hồng Nhung", "email": INVITED, "role": Role.ALTERNATE, "state_code": "VN"}
        appointed = people.appoint(session, **who, body=body(session), **new)
        accounts.invite(session, session.get_one(Person, appointed.person_id), **who)
