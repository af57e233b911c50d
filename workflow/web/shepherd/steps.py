"""The steps of a preparation, in their order, with the address of each.

What each step asks is in `preparing`, `deadlines` and `dispatching`.
"""

from flask import url_for
from flask_babel import gettext

from workflow.models.circulation import Circulation

ITEMS, AUTHORITY, DEADLINE, LETTERS, DISPATCH = range(5)


def steps(circulation: Circulation | None) -> list[tuple[str, str | None]]:
    """Return the label and address of each step; before the first is done the others lead nowhere."""
    endpoints = (
        (gettext("Items"), "shepherd.items"),
        (gettext("Authority"), "shepherd.authority"),
        (gettext("Deadline"), "shepherd.deadline"),
        (gettext("Letters"), "shepherd.letters"),
        (gettext("Dispatch"), "shepherd.preparation"),
    )
    if circulation is None:
        return [(label, None) for label, _ in endpoints]
    return [(label, url_for(endpoint, circulation_id=circulation.id)) for label, endpoint in endpoints]
