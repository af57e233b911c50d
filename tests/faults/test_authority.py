"""Every verb that a page can call, tried by every State on what is another's: refused, and nothing changed.

The verbs are read from the pages' source, so that none is forgotten. The same through the pages themselves
is in test_authority_routes.py.
"""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import ColumnElement, Delete, select
from sqlalchemy.orm import Session

from tests.actions.rounds import HOUR, Round
from tests.faults.authority_verbs import APART, REFUSED
from tests.faults.reach import Things, kept, pairs, things_of
from tests.settable_clock import MORNING, SettableClock
from tests.stages import INSTALLATION, Stage, brought
from workflow.actions import answering, drafts
from workflow.domain.errors import NotAllowed, NotFound, Refused
from workflow.models.circulation import Circulation, RosterState
from workflow.models.notice import ServiceEvidence
from workflow.models.response import ExtensionRequest, Response, ResponseDraft, ResponseRemark

WEB = Path(__file__).parents[2] / "workflow" / "web"
#: Whoever answers for its State may be told that the answer it names is not its own: that is no permission.
SPOKEN_WRONGLY = ("insisting.lodge_or_insist",)


@pytest.fixture
def reached(session: Session, outspoken: Stage, clock: SettableClock) -> Round:
    """Give the round in which every State has spoken, an hour after."""
    session.info.update(INSTALLATION)
    round_ = Round(session, brought(session, outspoken.world), clock)
    round_.circulation = session.get_one(Circulation, outspoken.circulation)
    round_.at(MORNING + HOUR)
    return round_


def called_by_pages() -> set[str]:
    """Return the verbs that pages call for their visitor, as "module.function"."""
    found: set[str] = set()
    for path in WEB.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        origins: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("workflow.actions"):
                for name in node.names:
                    whole = f"{node.module}.{name.name}".removeprefix("workflow.actions.")
                    origins[name.asname or name.name] = whole
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and any(word.arg == "by" for word in call.keywords):
                first, _, rest = ast.unparse(call.func).partition(".")
                if first in origins:
                    found.add(f"{origins[first]}.{rest}" if rest else origins[first])
    return found


def test_every_verb_of_the_pages_is_tried() -> None:
    verbs = called_by_pages() - {"refusing.tell_refused"}
    assert verbs == set(REFUSED) | set(APART)
    for verb in verbs:
        module, _, name = verb.partition(".")
        assert callable(getattr(importlib.import_module(f"workflow.actions.{module}"), name))


def breaches(round_: Round, verb: str, step: int | None) -> Iterator[str]:
    """Give one sentence for each State that was not refused a verb on what is another's."""
    for one, other in pairs(round_.world, step):
        things = things_of(round_.session, round_.world, round_.circulation.id, other)
        for number, tried in enumerate(REFUSED[verb], 1):
            undone = round_.session.begin_nested()
            try:
                tried(round_, f"{one} contact_point", things)
            except (NotAllowed, NotFound):
                pass
            except Refused as error:
                if verb not in SPOKEN_WRONGLY:
                    yield f"{verb} {number}: {one} was told {error.code} of what is {other}'s"
            else:
                yield f"{verb} {number}: {one} acted on what is {other}'s"
            undone.rollback()


def test_no_state_acts_on_what_is_another_states(reached: Round) -> None:
    """Each State is on each side once a verb."""
    before = kept(reached.session)
    found = [one for step, verb in enumerate(REFUSED) for one in breaches(reached, verb, step)]
    assert found == [], "\n".join(found)
    reached.session.expire_all()
    assert kept(reached.session) == before


@pytest.mark.torture
@pytest.mark.parametrize("verb", REFUSED)
def test_no_state_of_all_pairs_acts_on_what_is_another_states(reached: Round, verb: str) -> None:
    before = kept(reached.session)
    assert list(breaches(reached, verb, None)) == []
    reached.session.expire_all()
    assert kept(reached.session) == before


def own_rows(session: Session, round_: Round, things: Things) -> list[object]:
    """Return everything that is kept of one State in the round."""
    session.flush()
    state = round_.world.states[things.code].id
    tables = (Response, ResponseDraft, ExtensionRequest, ServiceEvidence, RosterState)
    queries = [select(table.__table__).where(table.state_id == state) for table in tables]
    responses = (things.objection.id, things.no_objection.id)
    queries.append(select(ResponseRemark.__table__).where(ResponseRemark.response_id.in_(responses)))
    return [session.execute(query).all() for query in queries]


def touched(round_: Round, verb: str, step: int | None) -> Iterator[str]:
    """Give one sentence for each State whose things another touched by what it did for itself."""
    for one, other in pairs(round_.world, step):
        things = things_of(round_.session, round_.world, round_.circulation.id, other)
        before = own_rows(round_.session, round_, things)
        for tried in APART[verb]:
            undone = round_.session.begin_nested()
            tried(round_, f"{one} contact_point", things)
            if own_rows(round_.session, round_, things) != before:
                yield f"{verb}: {one} touched what is {other}'s"
            undone.rollback()


def test_what_a_state_does_for_itself_leaves_the_others_as_they_are(reached: Round) -> None:
    found = [one for step, verb in enumerate(APART) for one in touched(reached, verb, step)]
    assert found == [], "\n".join(found)


@pytest.mark.torture
@pytest.mark.parametrize("verb", APART)
def test_what_each_state_does_for_itself_leaves_all_others_as_they_are(reached: Round, verb: str) -> None:
    assert list(touched(reached, verb, None)) == []


def test_verb_without_its_permission_is_found(reached: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "require", lambda *given, **more: None)
    found = list(breaches(reached, "answering.answer", 0))
    assert len(found) == 10
    assert found[0].startswith("answering.answer 1: BN acted on what is ")


def test_verb_that_forgets_whose_drafts_they_are_is_found(
    reached: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "delete", lambda table: _Everybodys(table))
    assert len(list(touched(reached, "drafts.discard", 0))) == 10


class _Everybodys(Delete):
    """A deletion that asks only for the circulation, whosever the rows are."""

    inherit_cache = False

    def where(self, *asked: ColumnElement[bool]) -> Delete:
        """Take the first condition, and forget the others."""
        return super().where(asked[0])
