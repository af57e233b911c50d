"""The product against the reference: random lives of a body, the same answers and the same state."""

from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.machine import Life
from tests.model.steps import Machine
from tests.settable_clock import SettableClock
from tests.stages import INSTALLATION

_QUICK = settings(
    max_examples=60,
    stateful_step_count=12,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
# 2,000 lives together: two shares on each database, so that two workers share them within the hour.
_LONG = settings(_QUICK, max_examples=500, stateful_step_count=50, derandomize=False, print_blob=True)


def on(backend):
    """Return the machine on this database; each life begins with the same world and is rolled back."""

    class Here(Machine):
        def begin(self):
            self.left = ExitStack()
            clock = SettableClock()
            database = self.left.enter_context(backend.rolled_back(clock, "peopled"))
            database.info.update(INSTALLATION)
            return Life(database, backend.stage("peopled"), clock)

        def teardown(self):
            self.life.product.session.close()
            self.left.close()

    return Here


@pytest.mark.timeout(300)
def test_product_does_what_the_rules_say(backend):
    run_state_machine_as_test(on(backend), settings=_QUICK)


@pytest.mark.torture
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("share", range(2), ids=["one", "two"])
def test_product_does_what_the_rules_say_at_length(backend, share):
    run_state_machine_as_test(on(backend), settings=_LONG)
