"""One scaled installation for all these tests; each leaves it running and quiet."""

from collections.abc import Iterator

import pytest

from tests.scaled.installation import Installation, installation


@pytest.fixture(scope="session")
def scaled() -> Iterator[Installation]:
    """Give the whole installation, started."""
    with installation() as made:
        made.start_all()
        yield made
