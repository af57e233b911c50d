"""Files that mean harm are each answered clearly, in little time and memory, and leave nothing."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.papers.hostile_files import FILES

ROOT = Path(__file__).resolve().parents[2]


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
