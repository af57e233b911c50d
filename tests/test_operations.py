"""Tests that docs/operations.md and config/hosts speak of what is there; tests/scaled runs its commands."""

import re

import pytest

from tests.house_sources import ROOT
from tests.operations_document import DOCUMENT, blocks
from tests.test_config import names_in
from workflow.app import create_app
from workflow.settings import load

HOSTS = ROOT / "config" / "hosts"


def test_every_block_says_whether_it_is_run_or_why_not() -> None:
    assert len(blocks()) == DOCUMENT.read_text(encoding="utf-8").count("```") / 2
    assert [one for one in blocks() if not (one.is_run or re.match("not run: .{8}", one.label))] == []
    assert [one for one in blocks() if one.is_run and one.language != "sh"] == []


def test_settings_named_in_the_document_and_beside_it_exist() -> None:
    known = {f"ADREF_{name}" for name in ["CONFIG", *names_in(ROOT / "config" / "default.py")]}
    for path in (DOCUMENT, *HOSTS.iterdir()):
        named = set(re.findall(r"ADREF_[A-Z_]+[A-Z]", path.read_text(encoding="utf-8")))
        assert named - known == set(), path.name


def test_commands_named_in_the_document_exist() -> None:
    app = create_app(load({"ADREF_CONFIG": "testing"}))
    written = re.findall(r"flask (?:--app workflow\.app )?([a-z]+)(?: ([a-z-]+))?", DOCUMENT.read_text())
    assert len(written) > 10
    for group, command in written:
        found = app.cli.commands[group]
        assert not hasattr(found, "commands") or command in found.commands, (group, command)


def test_processes_of_the_document_are_those_of_the_procfile() -> None:
    [what_runs] = re.findall(r"^## What runs where$(.*?)^## ", DOCUMENT.read_text(), flags=re.M | re.S)
    table = re.findall(r"^\| `(\w+)` \| ", what_runs, flags=re.MULTILINE)
    started = re.findall(r"^(\w+): ", (HOSTS / "Procfile").read_text(), flags=re.MULTILINE)
    assert sorted(table) == sorted(started) == ["beat", "signer", "web", "worker"]


@pytest.mark.parametrize("name", ["adref@.service", "Containerfile", "operations.md"])
def test_files_named_are_there(name: str) -> None:
    path = DOCUMENT if name == DOCUMENT.name else HOSTS / name
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"(?:config/hosts/|^COPY )([\w@.-]+\w)", text, flags=re.MULTILINE)
    assert named != []
    missing = [one for one in named if not ((ROOT / one).exists() or (HOSTS / one).exists())]
    assert missing == []
