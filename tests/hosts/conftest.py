"""A scaled installation whose hosts are killed: started for these tests alone, its plan still in draft."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from config.demo.main_job import DISPATCH
from config.demo.setting_up import set_up
from tests.scaled.installation import Installation, installation


@pytest.fixture(scope="session")
def scaled() -> Iterator[Installation]:
    """Give the whole installation, started, with its body and people, at the day of the demonstration."""
    with installation() as made:
        made.clock.now = DISPATCH - timedelta(hours=1)
        set_up(made.app)
        made.start_all()
        yield made
