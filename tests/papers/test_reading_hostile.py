"""Files that mean harm are each answered clearly, in little time and memory, and leave nothing."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.papers.hostile_files import FILES
from workflow.domain.errors import Sentence
from workflow.papers.paper import PaperBroken
from workflow.papers.reading import read_file

ROOT = Path(__file__).resolve().parents[2]


def test_what_is_wrong_can_be_said_in_another_language() -> None:
    with pytest.raises(PaperBroken) as refused:
        read_file("plan.csv", b"1;2\n" * 6_000)
    said = refused.value.message
    assert isinstance(said, Sentence)
    assert (said.pattern, str(said.values["what"])) == (
        "The file has {what}; that is more than is read.",
        "more than 5,000 rows",
    )
    assert said.values["what"].values == {"most": 5_000}
    [grid] = read_file("plan.csv", b"Project;Status\nA;B\n").grids
    place = grid.rows[1].place
    assert isinstance(place, Sentence)
    assert (place, place.pattern) == ("Line 2", "Line {number}")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Read all files in a process of its own, so that the memory of its children is theirs alone."""
    folder = tmp_path_factory.mktemp("nothing")
    done = subprocess.run(
        [sys.executable, "-m", "tests.papers.hostile_files"],
        capture_output=True,
        timeout=55,
        check=True,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", FILES)
def test_hostile_file_is_told_what_is_wrong_in_time(told: dict[str, Any], name: str) -> None:
    said, seconds = told["told"][name]
    assert FILES[name][2] in said
    assert said.endswith(".")
    assert seconds < 5


def test_hostile_files_need_little_memory_and_write_nothing(told: dict[str, Any]) -> None:
    assert 0 < told["memory"] < 300_000_000
    assert told["files"] == []
