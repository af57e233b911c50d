"""The demonstration walked through a scaled installation: `make scaled` prints it and compares all of it."""

from pathlib import Path

import pytest

from config.demo import checks
from config.demo.log_checks import log_differences, write_log
from config.demo.main_job import CURE, OBJECTED, write_tables
from config.demo.rounds import Round
from tests.scaled.installation import Installation

pytestmark = [pytest.mark.scaled, pytest.mark.timeout(300)]


def test_demonstration_is_as_the_rules_demand(
    scaled: Installation, walked: list[Round], tmp_path: Path
) -> None:
    """Imported, circulated, served, answered, closed, recorded: by web hosts, workers and one signer."""
    write_tables(scaled.database, tmp_path)
    write_log(scaled.database, tmp_path / "log")
    assert checks.differences(scaled.database, walked, tmp_path, OBJECTED, CURE) == []
    assert log_differences(tmp_path / "log") == []
    verified = scaled.flask("audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "All that the tables hold follows from it." in verified.stdout
