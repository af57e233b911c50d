"""The committed page of the state machine is the one that the table gives."""

from pathlib import Path

from workflow.domain.diagram import page

COMMITTED = Path(__file__).parents[2] / "docs" / "lifecycle.md"


def test_committed_diagram_is_not_stale():
    assert COMMITTED.read_text(encoding="utf-8") == page(), "run `make diagram` and commit docs/lifecycle.md"
