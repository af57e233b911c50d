"""The pages of help: the guide of a role, by default the reader's own, and the words of the procedure.

What they say is in `states`, `offices` and `workflow/web/glossary.py`.
"""

from flask import g, render_template

from workflow.domain.errors import NotFound
from workflow.domain.terms import Role
from workflow.web.doors import public
from workflow.web.glossary import GLOSSARY
from workflow.web.help import offices, states
from workflow.web.help.blueprint import blueprint
from workflow.web.help.states import Guide

#: Every guide by its name in the address.
GUIDES: dict[str, Guide] = {
    "contact-point": states.CONTACT_POINT,
    "drafter": states.DRAFTER,
    "lead-shepherd": offices.LEAD_SHEPHERD,
    "secretariat": offices.SECRETARIAT,
    "programme": offices.PROGRAMME,
}
OF_ROLE: dict[Role, str] = {role: role.replace("_", "-") for role in Role} | {Role.ALTERNATE: "contact-point"}


@blueprint.get("")
@public
def guide() -> str:
    """Show the guide of the reader's role; to whoever has none, that of a contact point."""
    return _page(OF_ROLE[g.capacity.role] if g.capacity is not None else "contact-point")


@blueprint.get("/<name>")
@public
def guide_of(name: str) -> str:
    """Show the guide of any role."""
    if name not in GUIDES:
        raise NotFound("There is no such guide.", remedy="Choose one of the guides there are.")
    return _page(name)


@blueprint.get("/words")
@public
def words() -> str:
    """Show what every word of the procedure means."""
    return render_template("help/words.html", glossary=GLOSSARY)


def _page(name: str) -> str:
    return render_template("help/guide.html", guide=GUIDES[name], guides=GUIDES, name=name)
