"""An attempt to act that was refused is told to the log, once what the request did is undone.

How a refusal looks is in `errors`; what the log tells of it is in `workflow/actions/refusing.py`.
"""

from flask import current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from workflow import db
from workflow.actions.refusing import tell_refused
from workflow.domain.errors import NotAllowed, NotFound, Refused
from workflow.domain.mandates import Act, Actor
from workflow.web.visitors import database


def tell_of_attempt(error: Exception) -> None:
    """Undo the request and write down who tried what, where this error refuses an act, and in no other case.

    It refuses an act where something not theirs, or not there for them, was to be changed. Reading is no
    attempt to act, nor is signing in, and who is not signed in has no name. The entry has a transaction of
    its own; a log that takes nothing now does not change the answer.
    """
    if not isinstance(error, NotAllowed | NotFound) or not g.get("person") or not _is_attempt():
        return
    by, route, thing = g.actor or _nobody_yet(), str(request.endpoint), request.view_args or {}
    act = getattr(current_app.view_functions[route], "permission", None)
    if not isinstance(act, Act):
        return
    g.session.close()
    try:
        with database().writing() as session:
            now = db.now(session)
            tell_refused(session, by=by, now=now, act=act, route=route, thing=thing, cause=error.code)
    except (Refused, SQLAlchemyError) as untold:
        current_app.logger.warning("The log does not tell of a refused %s: %s", route, untold)


def _is_attempt() -> bool:
    """Tell whether the request was to do something: also where what it does takes no lock."""
    view = current_app.view_functions.get(str(request.endpoint))
    return bool(g.get("writing")) or (request.method == "POST" and not getattr(view, "writes", True))


def _nobody_yet() -> Actor:
    """Return the visitor without a capacity: an appointment that ended is still somebody's attempt."""
    return Actor(public_id=g.person.public_id, person=g.person.id, body=g.person.body_id, auth="password")
