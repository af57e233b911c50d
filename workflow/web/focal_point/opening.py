"""When a page of this desk counts as an opening of its circulation (rule 7).

Keeping it is in `workflow/web/acknowledging.py`.
"""

from flask import g

from workflow.domain.terms import SPEAKERS
from workflow.web.acknowledging import keep_opening
from workflow.web.focal_point.sheets import Sheet


def acknowledge(page: Sheet) -> None:
    """Record the opening by a contact point or alternate, once a person, after the page is made."""
    is_new = not page.asked.opened and page.asked.on_roster and page.is_running
    if is_new and g.actor.role in SPEAKERS:
        keep_opening(page.circulation.id)
