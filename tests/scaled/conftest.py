"""One scaled installation for all these tests; each leaves it running and quiet."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from config.demo.main_job import DISPATCH, OBJECTED, walk
from config.demo.rounds import Round
from tests.scaled.installation import Installation, installation
from tests.scaled.rounds import round_on


@pytest.fixture(scope="session")
def scaled() -> Iterator[Installation]:
    """Give the whole installation, started."""
    with installation() as made:
        made.start_all()
        yield made


@pytest.fixture(scope="session")
def walked(scaled: Installation) -> list[Round]:
    """Give the rounds of the demonstration, walked through the installation."""
    scaled.clock.now = DISPATCH - timedelta(hours=1)
    return walk(scaled.app, scaled.clock, scaled.letters, OBJECTED, round_on(scaled))
