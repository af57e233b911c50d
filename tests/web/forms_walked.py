"""Every form that keeps what is typed, of every page that somebody may open.

What is done with them is in the tests beside; the people and their pages are in tests/faults/reaching.py.
"""

from collections.abc import Iterator

from tests.faults.reaching import Reaching
from tests.settable_clock import MORNING
from tests.web.forms_filled import Form, forms_of
from workflow.actions import documents, preparing
from workflow.actions.preparing import Plan
from workflow.domain.terms import Role

READERS = {
    "MY contact_point": Role.CONTACT_POINT,
    "lead_shepherd": Role.LEAD_SHEPHERD,
    "secretariat": Role.SECRETARIAT,
    "programme": Role.PROGRAMME,
}


def keeping_forms(reaching: Reaching, name: str) -> Iterator[Form]:
    """Give each form that keeps what is typed, of every page of this person, once for each address."""
    seen = set()
    client, things = reaching.client(name), reaching.things("MY")
    pages = {
        path for rule in reaching.open_to(READERS[name], "GET") for path in reaching.addresses(rule, things)
    }
    if name == "lead_shepherd":
        key = preparation(reaching)
        pages |= {f"/preparations/{key}/{step}" for step in ("items", "authority", "deadline")}
    for path in sorted(pages):
        page = client.get(path)
        for form in forms_of(page) if page.mimetype == "text/html" else ():
            where = form.action.partition("?")[0]
            if "opener" in form.fields and where not in seen:
                seen.add(where)
                yield form


def preparation(reaching: Reaching) -> int:
    """Prepare a circulation of the next text of an item; returns its key."""
    with reaching.database.writing() as session:
        given = {"by": reaching.world.actor("lead_shepherd"), "now": MORNING}
        text = {"title": "Again", "points": [], "texts": {"status": "Ongoing."}}
        draft = documents.revise(session, reaching.world.items[4].id, edition=None, **given, **text)
        plan = Plan(title="Item 1, revised", version_ids=(draft.id,))
        return preparing.prepare(session, body=reaching.world.body, plan=plan, **given).id
