"""People of all States before the pages of one application, who reach for what is another State's.

What is whose is in reach.py; which pages there are is in test_authority_routes.py.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from io import BytesIO
from zipfile import ZipFile

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.databases import RolledBack
from tests.factories import World
from tests.faults.reach import Things, hidden, kept, lodging, pairs, refused_acts, things_of
from tests.web.conftest import Visit
from workflow.domain.mandates import MANDATES, Act
from workflow.domain.terms import Role

#: What a State says to itself or to the Lead Shepherd.
HIDDEN = ("draft", "no objection", "request")
Form = Callable[[Things], dict[str, str]]


class Reaching:
    """People who open and send pages in one database; each keeps the browser once signed in."""

    def __init__(
        self, app: Flask, database: RolledBack, visit: Visit, world: World, circulation: int
    ) -> None:
        self.app, self.database, self.world, self.circulation = app, database, world, circulation
        self._visit, self._clients = visit, dict[str, FlaskClient]()
        self._things = dict[str, Things]()

    def client(self, name: str) -> FlaskClient:
        """Return the browser of the person of this name."""
        if name not in self._clients:
            self._clients[name] = self._visit(name)
        return self._clients[name]

    def things(self, code: str) -> Things:
        """Return what belongs to a State."""
        if code not in self._things:
            with self.database.reading() as session:
                self._things[code] = things_of(session, self.world, self.circulation, code)
        return self._things[code]

    def address(self, endpoint: str, things: Things) -> str:
        """Return where a page of the things of a State is."""
        [rule] = [one for one in self.app.url_map.iter_rules() if one.endpoint == endpoint]
        named = {name: things.values[name] for name in rule.arguments}
        return str(self.app.url_map.bind("adref.example").build(endpoint, named))

    @cached_property
    def before(self) -> dict[str, list[tuple[object, ...]]]:
        """Return what was held in the beginning, to which every case goes back."""
        return self.kept()

    def kept(self) -> dict[str, list[tuple[object, ...]]]:
        """Return what the database holds beside the log."""
        with self.database.reading() as session:
            return kept(session)

    def refused(self) -> int:
        """Count the refused acts that the log tells of."""
        with self.database.reading() as session:
            return refused_acts(session)

    def breaches(self, case: tuple[str, str], form: Form | None, status: int, step: int | None) -> list[str]:
        """Return one sentence for each State that was not refused a page of what is another's."""
        endpoint, method = case
        told = self.refused()
        assert self.before
        found, undone = [], self.database.connection.begin_nested()
        for one, other in pairs(self.world, step):
            things = self.things(other)
            sent = form(things) if form is not None else {"text": "Ours."}
            path = self.address(endpoint, things)
            data = sent if method == "POST" else None
            answer = self.client(f"{one} contact_point").open(path, method=method, data=data)
            told += method == "POST" and status in (403, 404)
            if answer.status_code != status:
                found.append(f"{method} {path}: {one} reached for what is {other}'s: {answer.status_code}")
            if self.refused() != told:
                found.append(f"{method} {path}: the log tells of {self.refused()} refused acts, not {told}")
            found += [
                f"{method} {path}: {one} reads {words}"
                for words in self.secrets(other)
                if words in answer.text
            ]
        if self.kept() != self.before:
            found.append(f"{method} {endpoint}: something changed")
        undone.rollback()
        return found

    def read(self, name: str, role: Role, secrets: list[str], other: str) -> list[str]:
        """Return one sentence for each page that tells the person of this name one of these secrets.

        Every page the role may open is opened, with the things of another State in its address.
        """
        found, things = [], self.things(other)
        for rule in self.open_to(role, "GET"):
            for path in self.addresses(rule, things):
                answer = self.client(name).get(path)
                if answer.status_code not in (200, 302, 404, 409):
                    found.append(f"{path} answers {name} with {answer.status_code}")
                told = words_of(answer)
                found += [f"{path} tells {name}: {one}" for one in secrets if one in told]
        return found

    def open_to(self, role: Role, method: str) -> Iterator[Rule]:
        """Give the pages that a role may open, or send."""
        for rule in self.app.url_map.iter_rules():
            act = getattr(self.app.view_functions[rule.endpoint], "permission", None)
            if method in (rule.methods or ()) and isinstance(act, Act) and role in MANDATES[act]:
                yield rule

    def addresses(self, rule: Rule, things: Things) -> list[str]:
        """Return where a page is of each text on which a State said or prepared something."""
        texts = (things.objection.version_id, things.no_objection.version_id, things.drafted)
        said = (replace(things, values=things.values | {"version_id": text}) for text in texts)
        return sorted({self.address(rule.endpoint, one) for one in said})

    def secrets(self, *codes: str) -> Iterator[str]:
        """Give what no other State may read now, as a page would show it (rules 23, 33a)."""
        for code in codes:
            for what in HIDDEN:
                yield hidden(code, what)[1:-1]
            yield lodging(code)
            yield f"{code.lower()}.contact_point@"

    def others(self, code: str) -> list[str]:
        """Return the codes of all other States."""
        return [state.code for state in self.world.members if state.code != code]


def words_of(answer: TestResponse) -> str:
    """Return all that an answer says, of an archive the words of its files."""
    content = answer.get_data()
    if answer.mimetype == "application/zip":
        with ZipFile(BytesIO(content)) as archive:
            content = b"\n".join(archive.read(name) for name in archive.namelist())
    return content.decode("utf-8", errors="replace")
