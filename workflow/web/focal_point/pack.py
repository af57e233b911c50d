"""What a State's office takes away on paper: the pack for clearance at home, and the clean text of an item.

The page on which the State answers is in `answer`.
"""

from flask import g, render_template

from workflow.domain.errors import NotFound
from workflow.domain.mandates import Act
from workflow.queries.desks import deadline_moves
from workflow.web.doors import permits
from workflow.web.focal_point.blueprint import blueprint
from workflow.web.focal_point.opening import acknowledge
from workflow.web.focal_point.sheets import sheet


@blueprint.get("/desk/<int:circulation_id>/pack")
@permits(Act.READ_OWN_DESK)
def pack(circulation_id: int) -> str:
    """Show all items with their texts, differences and the State's drafts, to be printed."""
    page = sheet(circulation_id)
    moves = deadline_moves(g.session, circulation_id)
    shown = render_template("focal_point/pack.html", page=page, state=page.asked.state, moves=moves)
    acknowledge(page)
    return shown


@blueprint.get("/desk/<int:circulation_id>/items/<int:version_id>")
@permits(Act.READ_OWN_DESK)
def clean_text(circulation_id: int, version_id: int) -> str:
    """Show the text of one item without any marks, as it would be endorsed."""
    page = sheet(circulation_id)
    if version_id not in page.asked.by_version:
        raise NotFound("This text is not in this circulation.", remedy="Open the circulation again.")
    item = page.item(version_id)
    shown = render_template("focal_point/text.html", page=page, state=page.asked.state, item=item)
    acknowledge(page)
    return shown
