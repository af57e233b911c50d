"""The search over texts, reasons and records, for every capacity, as far as rule 33a goes; page by key.

What matches is found in `workflow/queries/search.py`; the filters stand in the address.
"""

import unicodedata
from dataclasses import dataclass

from flask import g, render_template, request, url_for
from flask_babel import gettext

from workflow.domain.errors import Invalid
from workflow.domain.folding import spots
from workflow.domain.mandates import Act, may
from workflow.queries.history_rows import choices
from workflow.queries.search import Hit, Question, Where, search
from workflow.web.doors import permits
from workflow.web.secretariat.blueprint import blueprint
from workflow.web.secretariat.narrowing import WHERE, SearchNarrowing, days
from workflow.web.secretariat.offers import documents_offered, offers

#: How many characters an excerpt shows, and how many of them before the first word found.
_SHOWN, _BEFORE = 320, 90


@dataclass(frozen=True)
class Piece:
    """A part of an excerpt; `is_found` marks what was looked for."""

    text: str
    is_found: bool


@dataclass(frozen=True)
class Result:
    """One result: its heading, what it is, where it leads, and the words around what was found."""

    hit: Hit
    heading: str
    kind: str
    url: str | None
    pieces: list[Piece]


@blueprint.get("/search", endpoint="search")
@permits(Act.READ_HISTORY)
def results() -> str | tuple[str, int]:
    """Show one page of what matches."""
    form = SearchNarrowing()
    offered = choices(g.session, g.body.id, "")
    form.document.choices = offers(gettext("All documents"), documents_offered(offered.documents))
    form.state.choices = offers(gettext("Anybody"), [(one.code, one.name) for one in offered.states])
    question = _question(form)
    if question is None:
        return _page(form, Question(), [], ""), 422
    hits, older = search(g.session, g.actor, question, before=request.args.get("before", ""))
    return _page(form, question, [_result(hit, question) for hit in hits], older)


def excerpt(words: str, wanted: list[str]) -> list[Piece]:
    """Return the part of a text around the first word found, with every word found marked."""
    text = unicodedata.normalize("NFC", words)
    found = spots(text, wanted)
    begin = max(found[0][0] - _BEFORE, 0) if found else 0
    if begin:
        begin = text.find(" ", begin, found[0][0]) + 1 or begin
    end = min(begin + _SHOWN, len(text))
    pieces = [Piece("…", is_found=False)] if begin else []
    at = begin
    for first, last in found:
        if first < at or last > end:
            continue
        pieces += [Piece(text[at:first], is_found=False), Piece(text[first:last], is_found=True)]
        at = last
    pieces.append(Piece(text[at:end] + ("…" if end < len(text) else ""), is_found=False))
    return [piece for piece in pieces if piece.text]


def _question(form: SearchNarrowing) -> Question | None:
    """Return what is looked for, or None after saying on the form what cannot be."""
    if not form.validate():
        return None
    try:
        since, until = days(form.since.data, form.until.data, g.body.rules["zone"])
    except Invalid as error:
        form[error.field or "until"].errors = [f"{error.message} {error.remedy}"]
        return None
    return Question(
        words=form.words.data or "",
        where=form.where.data or "",
        document=form.document.data or "",
        state=form.state.data or "",
        since=since,
        until=until,
    )


def _result(hit: Hit, question: Question) -> Result:
    heading, url = _leading(hit)
    kind = str(WHERE[hit.where])
    if hit.state is not None:
        kind = gettext("%(state)s: %(kind)s", state=hit.state.name, kind=kind)
    return Result(hit, heading, kind, url, excerpt(hit.found.words, question.terms))


def _leading(hit: Hit) -> tuple[str, str | None]:
    """Return what a result is called and the page it leads to, None where this reader has none."""
    item, version, circulation = hit.item, hit.version, hit.circulation
    if hit.where is Where.LIBRARY:
        title = hit.found.words.split("\n", 1)[0]
        return title, url_for("library.entry", entry_id=hit.found.source_id)
    if circulation is None and item is not None:
        heading = version.title if version is not None else gettext("Item %(number)s", number=item.position)
        return heading, url_for("documents.item", key=item.key)
    if circulation is None or not may(g.actor, Act.READ_CIRCULATION):
        return "", None
    if circulation.status is None:
        return circulation.title, url_for("shepherd.preparation", circulation_id=circulation.id)
    if version is None or hit.state is None:
        return circulation.title, url_for("shepherd.circulation", circulation_id=circulation.id)
    return version.title, url_for(
        "shepherd.position",
        circulation_id=circulation.id,
        version_id=version.id,
        state_code=hit.state.code,
    )


def _page(form: SearchNarrowing, question: Question, found: list[Result], older: str) -> str:
    kept = form.kept()
    return render_template(
        "secretariat/search.html",
        form=form,
        asked=bool(question.terms),
        results=found,
        zone=g.body.rules["zone"],
        older=url_for("secretariat.search", before=older, **kept) if older else None,
        newest=url_for("secretariat.search", **kept) if request.args.get("before") else None,
    )
