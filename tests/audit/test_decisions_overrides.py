"""Tests that the verifier holds an override to both offices, one after the other (rule 9).

Other lies about an outcome are in `test_decisions`.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.audit.test_decisions import Entries, Logs, change, free_place, log_of, of_type, replayed
from workflow.audit.entries import Entry

__all__ = ["log_of"]


def propose_as(entries: Entries, role: str) -> None:
    """Let the first half of an override be of another role, and both halves say so."""
    of_type(entries, Entry.OVERRIDE_PROPOSED)[0]["role"] = role
    of_type(entries, Entry.OVERRIDE_MADE)[0]["first_role"] = role


def propose_last(entries: Entries) -> None:
    """Let the halves of an override change places."""
    [proposed], [made] = of_type(entries, Entry.OVERRIDE_PROPOSED), of_type(entries, Entry.OVERRIDE_MADE)
    first, second = dict(proposed), dict(made)
    proposed.clear()
    proposed.update(second, seq=first["seq"], at=first["at"])
    made.clear()
    made.update(first, seq=second["seq"], at=second["at"])


def override_unasked(entries: Entries) -> None:
    """Let one person override for a State whose silence counts without that."""
    place = free_place(entries)
    told = {"type": "override.made", "served_from": place["at"], "role": "secretariat"}
    place.update(told, first_actor=place["actor"], first_role="lead_shepherd")


#: The scenario, and what its log says wrongly.
LIES: dict[str, tuple[str, Callable[[Entries], None]]] = {
    "a third office proposed it": ("overridden", lambda log: propose_as(log, "contact_point")),
    "a third office completed it": ("overridden", change(Entry.OVERRIDE_MADE, role="alternate")),
    "another office proposed it than it says": (
        "overridden",
        change(Entry.OVERRIDE_MADE, first_role="programme"),
    ),
    "it was proposed after it was made": ("overridden", propose_last),
    "nobody needs it, and one person made it": ("endorsed", override_unasked),
}


@pytest.mark.parametrize("name", LIES)
def test_override_of_less_than_two_offices_is_refused(log_of: Logs, name: str, tmp_path: Path) -> None:
    scenario, lie = LIES[name]
    entries = log_of(scenario)
    lie(entries)
    with pytest.raises(SystemExit, match="two offices did not override"):
        replayed(tmp_path, entries)
