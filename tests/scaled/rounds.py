"""The demonstration's rounds on a scaled installation: States answer over HTTP, workers keep time.

The steps and what must come of them are the demonstration's own (config/demo).
"""

from itertools import cycle

from config.demo.rounds import Round
from tests.scaled.installation import Installation
from tests.scaled.processes import wait_for
from tests.scaled.visiting import Answer as Page
from tests.scaled.visiting import Browser, contact_point
from workflow import clock
from workflow.actions.admitting import Answer
from workflow.audit.entries import SIGNED
from workflow.db import Database
from workflow.queries.measures import measures

#: What the page of receipts says before they are signed.
FOLLOWS = "The signature of this receipt follows"


def round_on(installation: Installation) -> type[Round]:
    """Return the kind of round that is walked on this installation, host after host."""
    ports = cycle(installation.ports)

    class ScaledRound(Round):
        """A round whose steps are taken by the installation's own processes."""

        def tick(self) -> None:
            """Wait until the workers have done what time owes, without being told."""
            wait_for(lambda: is_quiet(self.database), f"the workers\n{installation.said()}")

        def lodge(self, state: str, answers: list[Answer]) -> None:
            """Let the State's contact point answer over HTTP, at one web host and then at the other."""
            browser = Browser(next(ports))
            browser.sign_in(contact_point(state))
            receipts = browser.answer(self.circulation, _as_fields(answers))
            assert "/receipts/" in receipts.url, receipts.says
            wait_for(lambda: is_signed(browser.get(path_of(receipts))), f"receipt\n{installation.said()}")
            self.silent.discard(state)

    return ScaledRound


def is_signed(page: Page) -> bool:
    """Tell whether a page of receipts has them signed."""
    return page.status == 200 and FOLLOWS not in page.says


def is_quiet(database: Database) -> bool:
    """Tell whether time owes nothing now: no circulation, no letter, no signature waits."""
    if clock.due(database):
        return False
    with database.reading() as session:
        found = measures(session, SIGNED)
    return not (found.oldest_unsent or found.unsigned)


def _as_fields(answers: list[Answer]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for one in answers:
        fields[f"kind-{one.version_id}"] = str(one.kind)
        fields |= {f"reasons-{one.version_id}": one.reasons} if one.reasons else {}
        fields |= {f"cure-{one.version_id}": one.cure} if one.cure else {}
    return fields


def path_of(page: Page) -> str:
    """Return the path of the page one was led to."""
    return "/" + page.url.split("/", 3)[3]
