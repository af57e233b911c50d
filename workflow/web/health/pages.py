"""Alive, ready, and the figures of Prometheus: plain text for machines.

What is measured is in `workflow/queries/measures.py`; who may read the figures in `workflow/web/watching.py`.
"""

import logging
from collections.abc import Iterator
from dataclasses import fields

from flask import Response, g

from workflow import schema
from workflow.audit.entries import SIGNED
from workflow.domain.errors import NotFound
from workflow.extensions import limiter
from workflow.queries.measures import Measures, measures
from workflow.web import watching
from workflow.web.doors import public
from workflow.web.health.blueprint import blueprint
from workflow.web.visitors import database

log = logging.getLogger(__name__)

_LABELLED = {"circulations": "status", "letters": "state"}
_HELP = {
    "circulations": "Circulations by status.",
    "letters": "Letters by state.",
    "lodgings": "Answers of States on record.",
    "oldest_unsent": "Seconds the oldest letter that is due has waited.",
    "clock_lag": "Seconds since the oldest deadline at which nothing was done yet.",
    "log_entries": "Entries of the log.",
    "unsigned": "Entries that owe a checkpoint.",
    "signer_lag": "Seconds the oldest of them has waited.",
}


@blueprint.get("/health/live")
@limiter.exempt
@public(writes=False)
def live() -> Response:
    """Say that this process answers, whatever else is broken: to be started anew would not help."""
    return _plain("alive\n")


@blueprint.get("/health/ready")
@limiter.exempt
@public(writes=False)
def ready() -> Response:
    """Say whether visitors may be sent here: the database answers and has this program's tables."""
    problem = schema.problem(database())
    if not problem:
        return _plain("ready\n")
    log.error("Not ready: %s", problem)
    return _plain(f"not ready: {problem}\n" if watching.may_watch() else "not ready\n", 503)


@blueprint.get("/metrics")
@limiter.exempt
@public(writes=False)
def metrics() -> Response:
    """Give the figures to whom the settings allow them; to others there is no such page."""
    if not watching.may_watch():
        raise NotFound("There is no such page.", remedy="Follow a link from your first page.")
    found = measures(g.session, [str(entry) for entry in SIGNED])
    text = "".join(f"{line}\n" for line in _lines(found)) + watching.counted()
    return _plain(text, mimetype="text/plain; version=0.0.4")


def _lines(found: Measures) -> Iterator[str]:
    for field in fields(found):
        name, value = f"adref_{field.name}", getattr(found, field.name)
        yield f"# HELP {name} {_HELP[field.name]}"
        yield f"# TYPE {name} gauge"
        if isinstance(value, dict):
            label = _LABELLED[field.name]
            yield from (f'{name}{{{label}="{key}"}} {count}' for key, count in value.items())
        else:
            yield f"{name} {value}"


def _plain(text: str, status: int = 200, mimetype: str = "text/plain") -> Response:
    return Response(text, status, content_type=f"{mimetype}; charset=utf-8")
