"""One State at its desk: opens a circulation, writes answers, checks them in words, records them.

The circulation itself is driven in rounds_seen.py.
"""

from dataclasses import dataclass, field

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.web.conftest import Visit
from tests.web.forms_filled import filled
from tests.web.rounds_seen import Story
from workflow.models.response import Response, ResponseDraft


@dataclass
class Desk:
    """A person of one State before a circulation; items are numbered from 1."""

    story: Story
    client: FlaskClient
    opened: list[TestResponse] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Return the address of the circulation on the desk."""
        return f"/desk/{self.story.id}"

    def open(self, query: str = "") -> TestResponse:
        """Open the answer page."""
        return self.client.get(self.path + query)

    def version(self, item: int) -> int:
        """Return the id of the version of an item."""
        return self.story.world.versions[item - 1].id

    def written(
        self, answers: dict[int, str], page: TestResponse | None = None, **more: str
    ) -> dict[str, str]:
        """Return the form of the page with these kinds and words; nothing is said of the rest."""
        sent = filled(page or self.open(), self.path) | {"rest": "no_answer"}
        for item, kind in answers.items():
            sent[f"kind-{self.version(item)}"] = kind
            if kind in ("objection", "input", "comment", "reservation"):
                sent[f"reasons-{self.version(item)}"] = f"Reasons on item {item}."
        return sent | more

    def check(self, sent: dict[str, str], **button: str) -> TestResponse:
        """Press a button of the answer page."""
        return self.client.post(self.path, data=sent | button)

    def record(self, confirmed: TestResponse) -> TestResponse:
        """Press the button of the page that says the answers in words."""
        return self.client.post(f"{self.path}/answers", data=filled(confirmed, f"{self.path}/answers"))

    def says(self, answers: dict[int, str], **more: str) -> TestResponse:
        """Answer through all pages and return where recording leads."""
        confirmed = self.check(self.written(answers, **more))
        assert confirmed.status_code == 200, confirmed.text
        return self.record(confirmed)

    def responses(self) -> list[Response]:
        """Return all responses in this circulation, in order."""
        with self.story.database.reading() as session:
            query = select(Response).where(Response.circulation_id == self.story.id).order_by(Response.id)
            return list(session.scalars(query))

    def drafts(self) -> list[ResponseDraft]:
        """Return all drafts in this circulation, by item."""
        with self.story.database.reading() as session:
            query = select(ResponseDraft).where(ResponseDraft.circulation_id == self.story.id)
            return list(session.scalars(query.order_by(ResponseDraft.version_id)))


def desk_of(story: Story, visit: Visit, name: str = "MY contact_point") -> Desk:
    """Sign in the person of this name and lead to the circulation."""
    return Desk(story, visit(name))
