"""The diagram and the tables of the state machine, made from what the product runs on.

The table itself is in `lifecycle`; `make diagram` writes `docs/lifecycle.md`, a test says when it is stale.
"""

from enum import Enum

from transitions.extensions import GraphMachine

from workflow.domain.lifecycle import CIRCULATION_TABLE, VERSION_TABLE, Row, Subject, build
from workflow.domain.terms import CirculationStatus, Status

_INTRODUCTION = """\
# The life of a version and of a circulation

Made by `make diagram` from `workflow/domain/lifecycle.py`, which the product runs on; do not edit it here.
A trigger leads on only when every fact in brackets holds; a fact that is not known counts as untrue.
"""


def page() -> str:
    """Return the whole page as Markdown: both machines, each as a mermaid diagram and as a table."""
    parts = [_INTRODUCTION]
    for title, table, states in (
        ("A version", VERSION_TABLE, Status),
        ("A circulation", CIRCULATION_TABLE, CirculationStatus),
    ):
        parts.append(f"## {title}\n\n```mermaid\n{drawing(table, states)}\n```\n\n{_as_table(table)}")
    return "\n".join(parts)


def drawing(table: tuple[Row, ...], states: type[Enum]) -> str:
    """Return a machine as mermaid text."""
    subject = Subject(next(iter(states)))
    machine = build(
        table,
        states,
        machine=GraphMachine,
        model=subject,
        graph_engine="mermaid",
        show_conditions=True,
    )
    assert isinstance(machine, GraphMachine)
    lines = str(machine.get_combined_graph().draw(None)).splitlines()
    # The library's head and colours say nothing about the procedure, and its head is no valid mermaid.
    drawn = lines[lines.index("stateDiagram-v2") :]
    return "\n".join(line.rstrip() for line in drawn if "lass" not in line and line.strip())


def _as_table(table: tuple[Row, ...]) -> str:
    lines = ["| trigger | from | to | needs |", "|---|---|---|---|"]
    for row in table:
        sources = ", ".join(str(source) for source in row.sources)
        needs = ", ".join(need.replace("_", " ") for need in row.needs) or "–"
        lines.append(f"| {row.trigger} | {sources} | {row.target} | {needs} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")
