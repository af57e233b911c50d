"""The register of national focal points: who speaks for whom, since when; on a page and as a file.

Appointments are made in `workflow/web/secretariat/people.py`.
"""

from flask import Response, g, render_template

from workflow.domain.mandates import Act, may
from workflow.queries.library import focal_points
from workflow.web.doors import permits
from workflow.web.filters import day
from workflow.web.library.blueprint import blueprint
from workflow.web.spreadsheets import csv_file
from workflow.web.wording import word

_HEADER = ("state", "name", "role", "speaks", "since", "address")


@blueprint.get("/focal-points")
@permits(Act.READ_LIBRARY)
def register() -> str:
    """Show the present focal points of every State; addresses to the offices alone."""
    return render_template(
        "library/focal_points.html",
        points=focal_points(g.session, g.body.id, g.now),
        zone=g.body.rules["zone"],
        with_addresses=may(g.actor, Act.READ_NOTICES),
    )


@blueprint.get("/focal-points.csv")
@permits(Act.READ_LIBRARY)
def register_csv() -> Response:
    """Give the register as a file."""
    shows = may(g.actor, Act.READ_NOTICES)
    rows = [
        [
            one.state.code,
            one.person.name,
            word(one.appointment.role),
            "yes" if one.appointment.role.speaks else "no",
            day(one.appointment.since, g.body.rules["zone"]),
            (one.person.email or "") if shows else "",
        ]
        for one in focal_points(g.session, g.body.id, g.now)
    ]
    return csv_file("focal-points", _HEADER, rows)
