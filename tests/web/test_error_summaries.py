"""Every form says what is wrong twice: at its head, with a link to the field, and beside the field."""

import re

import pytest
from flask import Flask

from tests.databases import RolledBack
from tests.factories import World
from tests.faults.reaching import Reaching
from tests.settable_clock import MORNING, SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.forms_filled import Form
from tests.web.forms_walked import READERS, keeping_forms

ONE_DATABASE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
#: What only the form itself fills in.
_ITS_OWN = ("key", "capacity", "opener", "csrf_token")


@pytest.fixture
def reaching(
    app: Flask, database: RolledBack, visit: Visit, world: World, outspoken: Stage, clock: SettableClock
) -> Reaching:
    """Give the people of a round in which every State spoke."""
    clock.now = MORNING
    assert outspoken.circulation is not None
    return Reaching(app, database, visit, world, outspoken.circulation)


def nothing(form: Form) -> dict[str, str]:
    """Return the form with every field empty."""
    return {name: value if name in _ITS_OWN else "" for name, value in form.fields.items()}


def unstorable(form: Form) -> dict[str, str]:
    """Return the form as it stands, with a character in each text that no database keeps."""
    return form.fields | dict.fromkeys(form.texts, "before\x00after")


def faults(page: str) -> list[str]:
    """Return what is wrong with how a refused page says what is wrong."""
    summary = re.search(r'<div class="note is-stop error-summary".*?</div>', page, re.DOTALL)
    if summary is None:
        return ["has no summary"]
    ids = set(re.findall(r'\sid="([^"]+)"', page))
    described = set(" ".join(re.findall(r'aria-describedby="([^"]+)"', page)).split())
    found = ["has a summary without a sentence"] if "<li>" not in summary[0] else []
    for target in re.findall(r'href="#([^"]+)"', summary[0]):
        beside = {f"{target}-error", f"{re.sub('-0$', '', target)}-error"} & ids & described
        if target not in ids:
            found.append(f"leads to {target}, which is not there")
        elif not beside:
            found.append(f"says nothing beside {target}")
    for orphan in re.findall(r'class="field-error" id="([^"]+)-error"', page):
        if f'href="#{orphan}"' not in summary[0] and f'href="#{orphan}-0"' not in summary[0]:
            found.append(f"says something beside {orphan}, and nothing at its head")
    return found


@ONE_DATABASE
@pytest.mark.parametrize("name", READERS)
def test_every_refused_form_has_a_summary_linked_to_what_stands_beside_its_fields(
    reaching: Reaching, name: str
) -> None:
    wrong, refused, linked = [], 0, 0
    # What an empty form does stays done: an act that is signed and then undone would stop the log.
    for form in list(keeping_forms(reaching, name)):
        for sent in (unstorable(form), nothing(form)):
            answer = reaching.client(name).post(form.action, data=sent)
            if answer.status_code >= 500:
                wrong.append(f"{form.action}: {answer.status_code}")
            if answer.status_code != 422:
                continue
            refused, linked = refused + 1, linked + ("</a></li>" in answer.text)
            wrong += [f"{form.action} {one}" for one in faults(answer.text)]
    assert wrong == [], "\n".join(wrong)
    assert refused >= linked >= 3
