"""What a document succeeds, and which other bodies endorsed it: named, recorded, taken back.

Which obligations its items serve is in `obligations`; what is written, in `workflow/actions/relating.py`.
"""

from collections.abc import Callable

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from workflow.actions import relating
from workflow.domain.errors import NotFound
from workflow.domain.mandates import Act, may
from workflow.domain.terms import Relation
from workflow.models.document import Document
from workflow.queries.documents import find
from workflow.queries.relations import related
from workflow.web.documents.blueprint import blueprint
from workflow.web.documents.forms import EndorsementForm, PredecessorForm
from workflow.web.doors import permits
from workflow.web.forms import DoorForm, refusals

Answer = Response | tuple[str, int]


@blueprint.get("/<code>/relations")
@permits(Act.RELATE)
def relations(code: str) -> str:
    """Show what a document succeeds and who else endorsed it, with the forms."""
    return _page(code)


@blueprint.post("/<code>/predecessors")
@permits(Act.RELATE)
def name_predecessor(code: str) -> Answer:
    """Name a predecessor."""
    form = PredecessorForm()
    form.former.choices = _offered(code)

    def act(found: Document) -> None:
        given = {"former": form.former.data or "", "title": form.title.data or ""}
        relating.name_predecessor(g.session, found, by=g.actor, now=g.now, **given)

    return _done(form, code, act, gettext("The predecessor is named."), predecessor=form)


@blueprint.post("/<code>/endorsements")
@permits(Act.RECORD_ENDORSEMENT)
def record_endorsement(code: str) -> Answer:
    """Record that another body endorsed the document."""
    form = EndorsementForm()

    def act(found: Document) -> None:
        relating.record_endorsement(
            g.session,
            found,
            by=g.actor,
            now=g.now,
            endorsed_by=form.endorsed_by.data or "",
            endorsed_on=form.endorsed_on.data,
            reference=form.reference.data or "",
        )

    return _done(form, code, act, gettext("The endorsement is recorded."), endorsement=form)


@blueprint.post("/<code>/relations/<relation>/<int:number>/off")
@permits(Act.RELATE)
def unrelate(code: str, relation: str, number: int) -> Answer:
    """Take back what was entered by mistake."""
    form = DoorForm()
    if relation not in set(map(str, Relation)):
        raise NotFound("There is no such relation.", remedy="Open the document and see what stands there.")

    def act(found: Document) -> None:
        relating.remove(g.session, found, Relation(relation), number, by=g.actor, now=g.now)

    return _done(form, code, act, gettext("It is taken back. The log keeps that it stood there."), empty=form)


def _done(form: DoorForm, code: str, act: Callable[[Document], None], said: str, **forms: DoorForm) -> Answer:
    if form.validate():
        with refusals(form) as attempt:
            act(find(g.session, g.body.id, code)[0])
        if attempt:
            flash(said, "success")
            return redirect(url_for("documents.relations", code=code))
    return _page(code, **forms), form.status


def _offered(code: str) -> list[tuple[str, str]]:
    query = select(Document).where(Document.body_id == g.body.id, Document.code != code)
    found = g.session.scalars(query.order_by(Document.id.desc()))
    return [("", gettext("none of these")), *((one.code, one.title) for one in found)]


def _page(code: str, **forms: DoorForm) -> str:
    found, _ = find(g.session, g.body.id, code)
    # Of several forms on a page only the one that was sent takes up what was typed.
    predecessor = forms.get("predecessor") or PredecessorForm(formdata=None)
    if isinstance(predecessor, PredecessorForm):
        predecessor.former.choices = _offered(code)
    return render_template(
        "documents/relations.html",
        document=found,
        related=related(g.session, found),
        predecessor=predecessor,
        endorsement=forms.get("endorsement") or EndorsementForm(formdata=None),
        empty=forms.get("empty") or DoorForm(formdata=None),
        may_record=may(g.actor, Act.RECORD_ENDORSEMENT),
    )
