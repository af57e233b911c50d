"""What the kinds and the readers of the library are called.

The words of the procedure are in `workflow/web/wording.py`.
"""

from typing import Any

from flask_babel import lazy_gettext as _

from workflow.domain.terms import Audience, LibraryKind

KINDS: dict[LibraryKind, Any] = {
    LibraryKind.POLICY_PAPER: _("Policy paper"),
    LibraryKind.TOOLKIT: _("Toolkit"),
    LibraryKind.RESEARCH: _("Research"),
    LibraryKind.EVENT: _("Event"),
    LibraryKind.NEWS: _("News"),
    LibraryKind.CONTACT: _("Contact"),
}
AUDIENCES: dict[Audience, Any] = {
    Audience.EVERYONE: _("Everyone who signs in"),
    Audience.MEMBERS: _("The States and both offices"),
    Audience.OFFICES: _("The Lead Shepherd and the secretariat"),
}
