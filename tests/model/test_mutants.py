"""The machine must see: each planted mistake in the rules of time and outcome is found by it."""

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

HOUSE = Path(__file__).resolve().parents[2]
_PARTS = ("config", "migrations", "templates", "tests", "workflow", "pyproject.toml")
#: How long a mistake may stay unseen, in seconds of a processor, however many others want it; and at all.
_SECONDS, _PATIENCE = 400, 1500


class Mutant(NamedTuple):
    """One mistake: the file, what stands there, and what a tired hand would have written."""

    file: str
    right: str
    wrong: str


MUTANTS = {
    "deadline_included": Mutant(
        "domain/positions.py", "deadline is None or at < deadline", "deadline is None or at <= deadline"
    ),
    "late_lifting_counts": Mutant(
        "domain/positions.py",
        "remark.kind in ENDINGS and in_time(remark.at, deadline)",
        "remark.kind in ENDINGS",
    ),
    "inputs_never_block": Mutant(
        "domain/positions.py", "(kind is ResponseKind.INPUT and inputs_block)", "False"
    ),
    "packages_break_apart": Mutant(
        "domain/outcome.py", "if case.package and blocked else", "if case.package and not blocked else"
    ),
    "comment_is_explicit": Mutant(
        "domain/outcome.py",
        "if not folded[version, state].is_explicit",
        "if folded[version, state].current is None",
    ),
    "held_states_forgotten": Mutant(
        "domain/outcome.py",
        "if state in case.held_states and not overridden",
        "if not case.held_states and overridden",
    ),
    "late_blockers_overridden": Mutant(
        "domain/outcome.py", "if overridden and case.is_held and", "if overridden and not case.is_held and"
    ),
    "held_judged_as_at_the_deadline": Mutant(
        "domain/outcome.py",
        "if case.is_held or case.deadline is None:\n        return evidence",
        "if case.deadline is None:\n        return evidence",
    ),
    "bounces_void_nothing": Mutant(
        "domain/serving.py",
        "return last is not None and fact.at <= last",
        "return last is not None and fact.at > last",
    ),
    "period_ends_before_the_deadline": Mutant(
        "domain/serving.py",
        "close is not None and close <= deadline",
        "close is not None and close < deadline",
    ),
    "clock_sleeps_at_the_deadline": Mutant(
        "actions/closing.py", "passed = now >= circulation.deadline", "passed = now > circulation.deadline"
    ),
    "extension_shortens": Mutant("actions/course.py", "if deadline <= before:", "if deadline < before:"),
}


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))


@pytest.mark.torture
@pytest.mark.timeout(_PATIENCE + 60)
@pytest.mark.parametrize("name", MUTANTS)
def test_machine_finds_a_planted_mistake(tmp_path: Path, name: str) -> None:
    for part in _PARTS:
        copy = shutil.copytree if (HOUSE / part).is_dir() else shutil.copy
        copy(HOUSE / part, tmp_path / part)
    mutant = MUTANTS[name]
    file = tmp_path / "workflow" / mutant.file
    whole = file.read_text(encoding="utf-8")
    assert whole.count(mutant.right) == 1
    file.write_text(whole.replace(mutant.right, mutant.wrong), encoding="utf-8")
    # Found is enough: what fails need not be made small.
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n0", "tests/model/test_machine.py"]
    told = subprocess.run(
        [*command, "-m", "torture", "-k", "sqlite", "--hypothesis-profile", "hunt"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(tmp_path)}, timeout=_PATIENCE,
        capture_output=True, text=True, check=False, preexec_fn=_bounded,
    )  # fmt: skip
    assert told.returncode == 1, told.stdout[-2000:]
    assert "AssertionError" in told.stdout, told.stdout[-2000:]
