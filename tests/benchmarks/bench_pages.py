"""Row 1: the page of a circulation under gunicorn, beside a bare Flask page and Django's of the same rows.

One process each, asked in turns by one client over loopback; a connection for each request, as gunicorn's
plain workers close them.
"""

from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from tests.benchmarks import measured, web_hosts
from tests.benchmarks.measured import at_least
from tests.benchmarks.worlds import circulated, contact_points, present
from tests.databases import Backend
from tests.factories import World, actor
from workflow.actions import closing, responses
from workflow.actions.admitting import Answer
from workflow.domain.terms import ResponseKind

ITEMS, STATES, ASKED, ROUNDS = 10, 10, 15, 7
BARS = {"sqlite": 0.40, "postgresql": 0.30}

pytestmark = pytest.mark.timeout(600)


def spoken(session: Session, world: World, circulation: int) -> None:
    """Let six States answer every item, one of them by an objection to the first, and four be silent."""
    kinds = [ResponseKind.NO_OBJECTION] * 4 + [ResponseKind.COMMENT, ResponseKind.OBJECTION]
    for (person, appointment), kind in zip(contact_points(world)[1:], kinds, strict=False):
        by = actor(person, appointment, world.body, world.states, str(uuid4()))
        chosen = world.versions[:1] if kind is ResponseKind.OBJECTION else world.versions
        locked, now = closing.settled(session, circulation)
        answers = [Answer(version.id, kind, "Because <of> this & that.") for version in chosen]
        responses.lodge(session, locked, answers, by=by, now=now)


def test_page_of_a_circulation(durable: Backend, disk: Path) -> None:
    with durable.fresh(None) as database, ExitStack() as stack:
        world, circulation = circulated(database, STATES, ITEMS, present())
        with database.writing() as session:
            spoken(session, world, circulation)
        reader = contact_points(world)[1][0]
        ours = stack.enter_context(
            web_hosts.host("wsgi:app", disk, {"ADREF_CONFIG": "testing", "ADREF_DATABASE_URL": database.url})
        )
        bare = stack.enter_context(web_hosts.host("tests.benchmarks.peers.hello:app", disk))
        django = stack.enter_context(
            web_hosts.host(
                "tests.benchmarks.peers.django_page:application",
                disk,
                {"PEER_DATABASE_URL": database.url, "PYTHONPATH": f"{web_hosts.ROOT}:{web_hosts.PEERS}"},
            )
        )
        compare(
            durable.name, circulation, (ours, web_hosts.cookie(ours, reader.email)), bare, django, reader.id
        )


def compare(name: str, circulation: int, ours: tuple[int, str], bare: int, django: int, reader: int) -> None:
    """Ask all of them in turns and tell the quotients."""
    (port, cookie), path = ours, f"/circulations/{circulation}"
    asked = web_hosts.request(path, Cookie=cookie, Accept="text/html")
    page = web_hosts.ask(port, asked)
    assert page.count(b"Because &lt;of&gt; this") >= 1
    theirs = web_hosts.ask(django, web_hosts.request(f"/sign-in/{reader}"))
    known = next(line for line in theirs.split(b"\r\n") if line.startswith(b"Set-Cookie: "))[12:].decode()
    django_asked = web_hosts.request(path, Cookie=known.partition(";")[0])
    django_page = web_hosts.ask(django, django_asked)
    assert django_page.count(b"<td>") == ITEMS * STATES
    sides = {
        "page": lambda: web_hosts.seconds_each(port, asked, 200, ASKED),
        "unchanged": lambda: unchanged(port, path, cookie),
        "hello": lambda: web_hosts.seconds_each(bare, web_hosts.request("/"), 200, ASKED),
        "django": lambda: web_hosts.seconds_each(django, django_asked, 200, ASKED),
    }
    found = measured.in_turns(sides, ROUNDS)
    beside = ", ".join(f"{one} {measured.milliseconds(costs)}" for one, costs in found.items())
    sizes = (
        f"page {len(page) // 1000} kB, Django's {len(django_page) // 1000} kB without log, letters, rights"
    )
    hello = found["hello"]
    measured.tell(
        1,
        f"{name}, page over bare Flask",
        measured.quotient(hello, found["page"]),
        at_least(BARS[name]),
        beside,
    )
    measured.tell(
        1, f"{name}, 304 over bare Flask", measured.quotient(hello, found["unchanged"]), at_least(0.8)
    )
    measured.tell(
        1,
        f"{name}, page over Django's",
        measured.quotient(found["django"], found["page"]),
        at_least(3),
        sizes,
    )


def unchanged(port: int, path: str, cookie: str) -> float:
    """Return the seconds of asking again for a page that a browser holds; a new minute makes a new page."""
    while True:
        page = web_hosts.ask(port, web_hosts.request(path, Cookie=cookie, Accept="text/html"))
        tag = next(line for line in page.split(b"\r\n") if line.lower().startswith(b"etag: "))[6:]
        again = web_hosts.request(path, Cookie=cookie, Accept="text/html", If_None_Match=tag.decode())
        try:
            return web_hosts.seconds_each(port, again, 304, ASKED)
        except web_hosts.Otherwise:
            continue
