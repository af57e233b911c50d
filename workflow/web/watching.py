"""What every request leaves for the operator: its id, a line in the journal, a count for Prometheus.

Neither tells who visited or what was read: the name of the view, the answer's status, and how long it took.
"""

import hmac
import logging
import os
import re
import time
from functools import cache
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask, Response, current_app, g, request

from workflow.journal import REQUEST

log = logging.getLogger("workflow.requests")

#: An id that a proxy gave; anything else is replaced.
_ID = re.compile(r"[0-9A-Za-z-]{8,64}\Z")
_HEADER = "X-Request-ID"


def init_app(app: Flask) -> None:
    """Watch every request; where nobody may read the figures, nothing is counted."""
    app.before_request(_begin)
    app.after_request(_end)
    if app.config["METRICS_FOLDER"]:
        # Read by the library as it is imported: several processes then count into one folder.
        Path(app.config["METRICS_FOLDER"]).mkdir(parents=True, exist_ok=True)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = app.config["METRICS_FOLDER"]


def may_watch() -> bool:
    """Tell whether the caller may read the figures: by its address, or by the token it shows."""
    token = current_app.config["METRICS_TOKEN"]
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(shown.encode(), token.encode()):
        return True
    try:
        caller = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    return any(caller in ip_network(one) for one in current_app.config["METRICS_ADDRESSES"])


def counted() -> str:
    """Return the counts of requests of all processes, in the form of Prometheus; empty where none is kept."""
    if not current_app.config["METRICS_FOLDER"]:
        return ""
    from prometheus_client import CollectorRegistry, generate_latest, multiprocess

    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry, current_app.config["METRICS_FOLDER"])
    return generate_latest(registry).decode()


def _begin() -> None:
    given = request.headers.get(_HEADER, "") if current_app.config["TRUSTED_PROXIES"] else ""
    g.request_id = given if _ID.match(given) else uuid4().hex
    g.began = time.monotonic()
    REQUEST.set(g.request_id)


def _end(response: Response) -> Response:
    if "began" not in g:
        return response
    took = time.monotonic() - g.began
    view = request.endpoint or "none"
    response.headers[_HEADER] = g.request_id
    told = {"method": request.method, "view": view, "status": response.status_code}
    log.info("%s %s", request.method, view, extra={"facts": {**told, "milliseconds": round(took * 1000)}})
    if current_app.config["METRICS_FOLDER"]:
        requests, seconds = _counters()
        requests.labels(request.method, view, response.status_code).inc()
        seconds.labels(view).observe(took)
    return response


@cache
def _counters() -> tuple[Any, Any]:
    # Only where figures are wanted: one machine needs no Prometheus.
    from prometheus_client import CollectorRegistry, Counter, Histogram

    registry = CollectorRegistry()
    requests = Counter("adref_requests", "Requests.", ["method", "view", "status"], registry=registry)
    seconds = Histogram("adref_request_seconds", "Seconds until the answer.", ["view"], registry=registry)
    return requests, seconds
