"""Keeping that a contact point or alternate opened a circulation signed in (rule 7), whatever page shows it.

What it proves is in `workflow/domain/serving.py`.
"""

import logging

from flask import g
from sqlalchemy.exc import SQLAlchemyError

from workflow.actions import closing, serving
from workflow.actions.authority import actor_for
from workflow.domain.errors import Refused
from workflow.domain.terms import RUNNING, SPEAKERS, EvidenceKind
from workflow.queries.cases import Loaded
from workflow.web.visitors import database

log = logging.getLogger(__name__)


def acknowledged(loaded: Loaded) -> None:
    """Record the opening in a short transaction of its own, once a person; it never fails the page."""
    circulation = loaded.circulation
    if g.actor.role not in SPEAKERS or circulation.status not in RUNNING:
        return
    if g.actor.state not in {state.code for state in loaded.states}:
        return
    known = {one.person_id for one in loaded.evidence if one.kind is EvidenceKind.ACKNOWLEDGED}
    if g.actor.person not in known:
        keep_opening(circulation.id)


def keep_opening(circulation_id: int) -> None:
    """Record that the reader opened a circulation, if that is new; nothing that goes wrong fails the page."""
    # Whoever reads holds nothing while somebody writes; what was read stays as it is.
    g.session.close()
    try:
        with database().writing() as session:
            locked, now = closing.settled(session, circulation_id)
            actor = actor_for(session, g.person, g.actor.appointment, now)
            serving.acknowledge(session, locked, by=actor, now=now)
    except (Refused, SQLAlchemyError) as error:
        log.warning("an opened circulation was not acknowledged: %s", error)
