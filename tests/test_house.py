"""Tests that the house keeps its law and its habits, and that each check would notice a breach."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from tests import house_habits as habits
from tests import house_law as law
from tests.house_sources import ROOT, Source, read

Check = Callable[[Source], Iterator[str]]

PRODUCT = ("workflow", "wsgi.py")
WRITTEN = (*PRODUCT, "config", "migrations", "tests")

#: What each check reads, and small sources it must refuse.
CHECKS: dict[Check, tuple[tuple[str, ...], list[tuple[str, str]]]] = {
    law.imports_only_downwards: (
        PRODUCT,
        [
            ("workflow/models/person.py", "from workflow.actions import people"),
            ("workflow/domain/terms.py", "from ..models.people import Person"),
            ("workflow/web/pages.py", "import workflow.api.pages"),
            ("workflow/notices/letters.py", "from workflow.notices.outbox import send"),
            ("workflow/actions/people.py", "def act():\n    from workflow import clock"),
            ("workflow/attic/boxes.py", ""),
            ("workflow/web/pages.py", "from workflow import attic"),
        ],
    ),
    law.domain_is_pure: (
        PRODUCT,
        [
            ("workflow/domain/terms.py", "import sqlalchemy"),
            ("workflow/domain/zones.py", "from flask_babel import gettext"),
            ("workflow/domain/zones.py", "from config import default"),
        ],
    ),
    law.flask_stays_at_the_doors: (
        PRODUCT,
        [
            ("workflow/actions/people.py", "from flask import request"),
            ("workflow/models/body.py", "from flask_login import UserMixin"),
            ("workflow/queries/lists.py", "from werkzeug.exceptions import NotFound"),
        ],
    ),
    law.only_the_outbox_sends: (
        PRODUCT,
        [
            ("workflow/actions/people.py", "import smtplib"),
            ("workflow/web/pages.py", "from flask_mail import Message"),
        ],
    ),
    habits.files_are_short: (WRITTEN, [("workflow/models/body.py", "number = 1\n" * 301)]),
    habits.refusals_keep_their_pattern: (
        PRODUCT,
        [
            ("workflow/actions/files.py", 'raise Invalid(f"“{name}” is empty.")'),
            ("workflow/web/pages.py", 'raise NotFound("Nothing.", remedy=f"Choose {one}.")'),
        ],
    ),
    habits.functions_are_short: (
        PRODUCT,
        [("workflow/clock.py", 'def tick():\n    """Tick."""\n' + "    print()\n" * 30)],
    ),
    habits.names_say_something: (
        (*WRITTEN, "templates"),
        [
            ("workflow/utils.py", ""),
            ("workflow/web/helpers/pages.py", ""),
            ("templates/common/head.html", ""),
            ("workflow/web/pages.py", "class PageManager: ..."),
        ],
    ),
    habits.names_have_letters: (
        WRITTEN,
        [
            ("workflow/web/pages.py", "x = 1"),
            ("workflow/web/pages.py", "print([i for i in range(2)])"),
            ("workflow/web/pages.py", "def page(p): ..."),
            ("workflow/web/pages.py", "def f(): ..."),
        ],
    ),
    habits.modules_say_what_lives_here: (
        (*PRODUCT, "config", "tests"),
        [("workflow/clock.py", "number = 1"), ("workflow/web/__init__.py", '"""Doors."""\nimport os')],
    ),
    habits.only_advance_sets_a_status: (
        PRODUCT,
        [
            ("workflow/actions/closing.py", "version.status = Status.ENDORSED"),
            ("workflow/web/pages.py", "first.status, second.status = both"),
            ("workflow/models/document.py", "self.status = Status.ENDORSED"),
            ("workflow/actions/closing.py", "setattr(version, 'status', target)"),
            ("workflow/queries/lists.py", "update(Version).where(old).values(status=target)"),
        ],
    ),
    habits.only_record_writes_the_audit: (
        PRODUCT,
        [
            ("workflow/actions/people.py", "session.add(AuditEntry(seq=1))"),
            ("workflow/web/pages.py", "session.execute(delete(audit.AuditEntry))"),
        ],
    ),
    habits.rules_ask_no_clock: (
        PRODUCT,
        [
            ("workflow/domain/zones.py", "instant = datetime.now(UTC)"),
            ("workflow/models/body.py", "made = datetime.datetime.utcnow()"),
            ("workflow/actions/people.py", "instant = time.time()"),
            ("workflow/queries/lists.py", "import random"),
        ],
    ),
    habits.no_body_is_known_by_name: (
        ("workflow", "templates"),
        [
            ("workflow/web/pages.py", "title = 'SOM" + "TC'"),
            ("templates/base.html", "<title>ASE" + "AN</title>"),
        ],
    ),
    habits.nothing_is_left_unfinished: (
        (*WRITTEN, "templates"),
        [
            ("workflow/web/pages.py", "# TO" + "DO: later"),
            ("workflow/web/pages.py", "number = 'a'  # type: " + "ignore"),
            ("workflow/web/pages.py", "try:\n    act()\nexcept Exception:\n    pass"),
        ],
    ),
    habits.no_test_is_left_out: (
        ("tests",),
        # Samples of what the habit must find: no test here is left out.
        [
            ("tests/test_pages.py", "@pytest.mark.skip\ndef test_page(): ..."),
            ("tests/test_pages.py", "pytest.xfail('later')"),
            ("tests/test_pages.py", "from unittest.mock import Mock"),
        ],
    ),
    habits.migrations_stand_alone: (
        ("migrations",),
        [("migrations/versions/0002_add_title.py", "from workflow.models.body import Body")],
    ),
}
OFFENCES = [(check, *offence) for check, (_, offences) in CHECKS.items() for offence in offences]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_house_keeps(check: Check) -> None:
    """No source of the project breaks the rule."""
    folders, _ = CHECKS[check]
    breaches = [breach for source in read(*folders) for breach in check(source)]
    assert breaches == [], "\n".join(breaches)


@pytest.mark.parametrize(("check", "path", "text"), OFFENCES)
def test_check_notices(check: Check, path: str, text: str) -> None:
    """An offending source is refused."""
    assert len(list(check(Source(path, text)))) > 0


def test_imports_go_in_no_circle() -> None:
    """No module imports itself through others."""
    assert law.circles(read(*PRODUCT)) == []


def test_circle_is_noticed() -> None:
    """Two modules that import each other are a circle, but not for the type checker's sake."""
    there = Source("workflow/models/body.py", "from workflow.models.people import Person")
    back = "from workflow.models.body import Body"
    assert law.circles([there, Source("workflow/models/people.py", back)]) != []
    typed = f"if TYPE_CHECKING:\n    {back}"
    assert law.circles([there, Source("workflow/models/people.py", typed)]) == []


def test_migrations_have_one_head() -> None:
    """Two people's migrations are put in one line before they meet."""
    assert len(ScriptDirectory(str(ROOT / "migrations")).get_heads()) == 1


def test_two_heads_are_noticed(tmp_path: Path) -> None:
    """Two migrations on one foundation are two heads."""
    (tmp_path / "versions").mkdir()
    for revision, below in (("0001", None), ("0002a", "0001"), ("0002b", "0001")):
        text = f"revision = {revision!r}\ndown_revision = {below!r}\n"
        (tmp_path / "versions" / f"{revision}.py").write_text(text)
    assert len(ScriptDirectory(str(tmp_path)).get_heads()) == 2


def test_permitted_sources_pass() -> None:
    """What the law allows is not refused."""
    permitted = [
        ("workflow/models/people.py", "from flask_login import UserMixin\nfrom workflow.db import Base"),
        ("workflow/domain/zones.py", "import zoneinfo\nfrom workflow.domain.errors import NotAllowed"),
        ("workflow/notices/outbox.py", "import smtplib\nfrom workflow.notices.letters import compose"),
        ("workflow/actions/moving.py", "version.status = change.target\nnow = db.now(session)"),
        ("workflow/notices/outbox.py", "notice.status = Service.SENT"),
        ("workflow/web/forms.py", "self.status = 422"),
    ]
    checks = [check for check in CHECKS if check is not habits.modules_say_what_lives_here]
    sources = [Source(path, text) for path, text in permitted]
    assert [breach for check in checks for source in sources for breach in check(source)] == []
