"""A record on the terminal: the formula, then each item with every State in one place.

The record itself is the product's: see `workflow/queries/records.py`.
"""

from workflow.queries.record_items import PRINTED, RecordItem
from workflow.queries.records import Record


def record(made: Record) -> None:
    """Print the record of a closed circulation."""
    print(f"Record of {made.symbol}, {made.title}")
    print(f"  Authority: {made.opening.authority}, {made.opening.authority_day}")
    for sentence in made.formula():
        print(f"  {sentence}")
    print(f"  Served: {sum(state.since is not None for state in made.roster)} of {len(made.roster)} States.")
    for item in made.items:
        _item(made, item)
    print()


def _item(made: Record, item: RecordItem) -> None:
    print(f"\n  {item.number}. {item.title} (version {item.version_number})")
    print(f"     {item.sha256}")
    for sentence in made.item_formula(item):
        print(f"     {sentence}")
    for place in PRINTED:
        states = [placed.state for placed in item.places if placed.place is place]
        if states:
            print(f"     {str(place).replace('_', ' ')}: {', '.join(states)}")
    for placed in item.places:
        if placed.said is not None and placed.said.reasons:
            print(f"     {placed.state} said: “{placed.said.reasons}”")
