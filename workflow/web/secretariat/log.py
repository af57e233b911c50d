"""The audit entries: page by key, by circulation and type, and one of them as it stands in the log.

How entries are written is in `workflow/audit/`.
"""

from collections.abc import Iterator

from flask import Response, g, render_template, request, url_for
from flask_babel import gettext

from workflow.audit.entries import Entry
from workflow.domain.mandates import Act
from workflow.papers.csv_rows import Cell
from workflow.queries.appointments import key_of
from workflow.queries.log_entries import Listed, Page, actor_of, entries, entry, fields_of, names_of, symbols
from workflow.web.doors import permits
from workflow.web.secretariat.blueprint import blueprint
from workflow.web.secretariat.narrowing import LogNarrowing
from workflow.web.secretariat.offers import offers
from workflow.web.spreadsheets import csv_file

HEADER = ("log_position", "at", "type", "circulation", "actor", "entry")
_AT_ONCE = 500


@blueprint.get("/secretariat/log")
@permits(Act.READ_AUDIT)
def log() -> str:
    """Show one page of the entries."""
    form = LogNarrowing()
    known = symbols(g.session, g.body.id)
    form.circulation.choices = offers(
        gettext("All circulations"), [(str(key), symbol) for key, symbol in known]
    )
    form.kind.choices = offers(gettext("All types"), [(str(kind), _spoken(kind)) for kind in Entry])
    page = _read(key_of(request.args.get("before", "")))
    kept = form.kept()
    return render_template(
        "secretariat/log.html",
        form=form,
        page=page,
        actor_of=actor_of,
        names=names_of(g.session, g.body.id, page.rows),
        narrowed=bool(kept),
        older=url_for("secretariat.log", before=page.older, **kept) if page.older is not None else None,
        newest=url_for("secretariat.log", **kept) if request.args.get("before") else None,
        csv_url=url_for("secretariat.log_csv", **kept),
    )


@blueprint.get("/secretariat/log.csv")
@permits(Act.READ_AUDIT)
def log_csv() -> Response:
    """Give all entries of the same filter as a file."""
    return csv_file("log", HEADER, _csv_rows())


@blueprint.get("/secretariat/log/<int:seq>")
@permits(Act.READ_AUDIT)
def log_entry(seq: int) -> str:
    """Show one entry with its fields and the texts behind its fingerprints."""
    one = entry(g.session, g.body.id, seq)
    return render_template("secretariat/log_entry.html", one=one, fields=fields_of(one.listed.entry), seq=seq)


@blueprint.get("/secretariat/log/<int:seq>.json")
@permits(Act.READ_AUDIT)
def log_entry_json(seq: int) -> Response:
    """Give one entry's canonical JSON, byte for byte as the log holds it."""
    one = entry(g.session, g.body.id, seq)
    return Response(one.listed.entry.entry.encode("utf-8"), mimetype="application/json")


def _spoken(kind: Entry) -> str:
    """Return a type as the list shows it; the log itself writes it with dots."""
    return str(kind).replace(".", ": ").replace("_", " ")


def _read(before: int | None, limit: int | None = None) -> Page:
    given = request.args
    options = {} if limit is None else {"limit": limit}
    return entries(
        g.session,
        g.body.id,
        circulation_id=key_of(given.get("circulation", "")),
        kind=given.get("kind", ""),
        before=before,
        **options,
    )


def _csv_rows() -> Iterator[list[Cell]]:
    before = None
    while True:
        page = _read(before, _AT_ONCE)
        for row in page.rows:
            yield _csv_row(row)
        before = page.older
        if before is None:
            return


def _csv_row(row: Listed) -> list[Cell]:
    found = row.entry
    return [found.seq, found.at, found.type, row.symbol, actor_of(found), found.entry]
