"""What a living document has beside its circulations: editions, a period with figures, a shelf of its own.

The circulations are brought about in situations.py.
"""

from datetime import date
from typing import Any

from sqlalchemy import select

from config.demo import furnishing
from config.demo.setting_up import acting
from tests.browser.installed import Installed
from tests.browser.scene import SECRETARIAT, Scene, body
from workflow import db
from workflow.actions import filing, meetings, reporting
from workflow.actions.filing import Filed
from workflow.domain.terms import Audience, LibraryKind, Role
from workflow.models.body import Meeting
from workflow.models.reporting import ReportingPeriod

WORDS = "คู่มือการคัดแยกผู้เสียหาย: questions to ask, and whom to call."


def lives_on(scene: Scene, product: Installed, key: int, version: int, *, noted: date) -> None:
    """Let the meeting of this day endorse what was stopped, and report, relate and file something."""
    with scene.database.reading() as session:
        meeting = session.scalars(select(Meeting.id).where(Meeting.held_on == noted)).one()
    decided = {"meeting_id": meeting, "decision_date": noted, "reference": "Summary record, paragraph 5"}
    scene.act(meetings.endorse_at_meeting, key, version, by=SECRETARIAT, **decided)
    furnishing.furnish(product.app)
    with scene.database.writing() as session:
        who: dict[str, Any] = {"by": acting(session, Role.PROGRAMME), "now": db.now(session)}
        period = session.scalars(select(ReportingPeriod.id)).one()
        reporting.write_highlights(session, period, **who, text="Five courses were held.\n\nຫ້າຫຼັກສູດ.")
        guide = Filed(
            LibraryKind.TOOLKIT,
            Audience.EVERYONE,
            "A guide for those who meet victims first",
            "Identification",
            summary=WORDS,
            item_key="wp-1",
            sent=("guide-ຄູ່ມື.txt", WORDS.encode()),
            words=WORDS,
        )
        filing.file_entry(session, guide, **who, body=body(session), types=("txt",), largest=1000)
