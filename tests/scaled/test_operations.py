"""Runs every block of docs/operations.md that says it is run, in order, on an installation with a history."""

import os
import subprocess
from pathlib import Path

import pytest

from config.demo.rounds import Round
from tests.house_sources import ROOT
from tests.operations_document import blocks
from tests.scaled.installation import Installation

pytestmark = [pytest.mark.scaled, pytest.mark.timeout(300)]


def test_blocks_of_the_document_run(scaled: Installation, walked: list[Round], tmp_path: Path) -> None:
    """Each block by itself, on the host that signs; the clocks are years apart, which doctor must say."""
    new = scaled.servers.empty()
    given = {"BACKUPS": str(tmp_path), "NEW_DATABASE_URL": new, "PORT": str(scaled.ports[0])}
    try:
        for block in (one for one in blocks() if one.is_run):
            done = subprocess.run(
                ["/bin/bash", "-eu", "-o", "pipefail", "-c", block.text],
                cwd=ROOT,
                env={**os.environ, **scaled.environment, **scaled.signing, **given},
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            expected = 1 if "ends with 1" in block.label else 0
            assert done.returncode == expected, f"{block.text}\n{done.stdout}{done.stderr}"
    finally:
        scaled.servers.drop(new)
    verified = scaled.flask("audit", "verify")
    assert verified.returncode == 0, verified.stdout
