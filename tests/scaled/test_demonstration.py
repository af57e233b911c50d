"""The demonstration walked through a scaled installation: `make scaled` prints it and compares all of it."""

from datetime import timedelta
from pathlib import Path

import pytest

from config.demo import checks
from config.demo.log_checks import log_differences, write_log
from config.demo.main_job import CURE, DISPATCH, OBJECTED, walk, write_tables
from tests.scaled.installation import Installation
from tests.scaled.rounds import round_on

pytestmark = [pytest.mark.scaled, pytest.mark.timeout(120)]


def test_demonstration_is_as_the_rules_demand(scaled: Installation, tmp_path: Path) -> None:
    """Imported, circulated, served, answered, closed, recorded: by web hosts, workers and one signer."""
    scaled.clock.now = DISPATCH - timedelta(hours=1)
    rounds = walk(scaled.app, scaled.clock, scaled.letters, OBJECTED, round_on(scaled))
    write_tables(scaled.database, tmp_path)
    write_log(scaled.database, tmp_path / "log")
    assert checks.differences(scaled.database, rounds, tmp_path, OBJECTED, CURE) == []
    assert log_differences(tmp_path / "log") == []
    verified = scaled.flask("audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "All that the tables hold follows from it." in verified.stdout
