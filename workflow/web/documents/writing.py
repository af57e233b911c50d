"""Writing the words of an item: a new one, a draft rewritten, the next version begun, a draft withdrawn.

What changes is shown before it is saved; files are in `files`.
"""

from dataclasses import dataclass

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from workflow.actions import documents
from workflow.actions.drafting import Text
from workflow.domain.errors import NotFound
from workflow.domain.mandates import Act
from workflow.models.document import Document, Version
from workflow.papers.differences import version_difference
from workflow.queries import items
from workflow.queries.documents import find, lines
from workflow.queries.items import Life, Stage
from workflow.web.documents import columns
from workflow.web.documents.blueprint import blueprint
from workflow.web.documents.forms import TextForm, WithdrawForm
from workflow.web.documents.life import Compared, frame
from workflow.web.doors import permits
from workflow.web.forms import refusals

PREVIEW = "preview"


@dataclass(frozen=True)
class Meanwhile:
    """What a colleague wrote while the form was open."""

    stage: Stage
    to_mine: Compared


@blueprint.get("/<code>/items/new")
@permits(Act.WRITE_DRAFT)
def new_item(code: str) -> str:
    """Show the form of a new item."""
    document, _ = find(g.session, g.body.id, code)
    return _new_page(_form(document, is_new=True), document)


@blueprint.post("/<code>/items/new")
@permits(Act.WRITE_DRAFT)
def add_item(code: str) -> Response | tuple[str, int]:
    """Add an item with its first draft."""
    document, _ = find(g.session, g.body.id, code)
    form = _form(document, is_new=True)
    if form.validate():
        with refusals(form) as attempt:
            version = _added(document, form)
        if attempt:
            flash(gettext("The item is written as a draft; it is not circulated yet."), "success")
            return redirect(url_for("documents.item", key=_key(document, version)))
    return _new_page(form, document), form.status


@blueprint.get("/items/<key>/write")
@permits(Act.WRITE_DRAFT)
def writing(key: str) -> str:
    """Show the draft of an item, or the words its next version begins with."""
    life = items.life(g.session, g.body.id, key)
    form = _form(life.document, is_new=False)
    form.show((life.draft or life.latest).version)
    form.open_with(_draft(life))
    return _page(form, life)


@blueprint.post("/items/<key>/write")
@permits(Act.WRITE_DRAFT)
def write(key: str) -> str | Response | tuple[str, int]:
    """Save the draft, or show the words that would change first."""
    life = items.life(g.session, g.body.id, key)
    form = _form(life.document, is_new=False)
    if PREVIEW in request.form:
        return _page(form, life, previews=True)
    if form.validate():
        with refusals(form) as attempt:
            version = _revised(life, form)
        if attempt:
            flash(gettext("Version %(number)d is saved as a draft.", number=version.number), "success")
            return redirect(url_for("documents.item", key=key))
    return _refused(form, key)


@blueprint.get("/items/<key>/withdraw")
@permits(Act.WRITE_DRAFT)
def withdrawal(key: str) -> str:
    """Ask for the reason of a withdrawal."""
    return _withdraw_page(WithdrawForm(), items.life(g.session, g.body.id, key))


@blueprint.post("/items/<key>/withdraw")
@permits(Act.WRITE_DRAFT)
def withdraw(key: str) -> Response | tuple[str, int]:
    """Withdraw the draft of an item."""
    form, life = WithdrawForm(), items.life(g.session, g.body.id, key)
    stage = require_draft(life)
    if form.validate():
        with refusals(form) as attempt:
            documents.withdraw_draft(
                g.session, stage.version.id, by=g.actor, now=g.now, reason=form.reason.data or ""
            )
        if attempt:
            flash(gettext("The draft is withdrawn. Its text returns only as a new version."), "success")
            return redirect(url_for("documents.item", key=key))
    return _withdraw_page(form, life), form.status


def require_draft(life: Life) -> Stage:
    """Return the draft of an item; raises NotFound where it has none."""
    if life.draft is None:
        raise NotFound("This item has no draft.", remedy="Open the item and write one.")
    return life.draft


def _form(document: Document, *, is_new: bool) -> TextForm:
    form = TextForm()
    form.fit(document.kind, columns.labels(document), is_new=is_new)
    return form


def _added(document: Document, form: TextForm) -> Version:
    words = form.words
    return documents.add_item(
        g.session,
        document,
        by=g.actor,
        now=g.now,
        title=words.title,
        points=words.points,
        texts=words.texts,
        section=form["section"].data,
    )


def _revised(life: Life, form: TextForm) -> Version:
    words = form.words
    return documents.revise(
        g.session,
        life.item.id,
        by=g.actor,
        now=g.now,
        edition=form.opened_with,
        title=words.title,
        points=words.points,
        texts=words.texts,
    )


def _refused(form: TextForm, key: str) -> tuple[str, int]:
    """Give the form back with all that was typed; where it had gone stale, with the colleague's words."""
    life = items.life(g.session, g.body.id, key)
    if form.status != 409:
        return _page(form, life), form.status
    form.open_with(_draft(life))
    stage = life.draft or life.stages[-1]
    since = gettext("version %(number)d as it stands now", number=stage.version.number)
    mine = Compared(since, version_difference(stage.version, form.words))
    return _page(form, life, meanwhile=Meanwhile(stage, mine)), form.status


def _page(form: TextForm, life: Life, *, previews: bool = False, meanwhile: Meanwhile | None = None) -> str:
    return render_template(
        "documents/write.html",
        **frame(life),
        form=form,
        previews=_previews(life, form.words) if previews else [],
        is_preview=previews,
        meanwhile=meanwhile,
    )


def _previews(life: Life, words: Text) -> list[Compared]:
    """Return how the typed words differ from what is in force, and from what was saved last."""
    found = []
    if life.in_force is not None:
        since = gettext("version %(number)d, in force", number=life.in_force.version.number)
        found.append(Compared(since, version_difference(life.in_force.version, words)))
    if life.latest is not life.in_force:
        since = gettext("version %(number)d as saved last", number=life.latest.version.number)
        found.append(Compared(since, version_difference(life.latest.version, words)))
    return found


def _draft(life: Life) -> Version | None:
    return life.draft.version if life.draft is not None else None


def _key(document: Document, version: Version) -> str:
    return next(line.item.key for line in lines(g.session, document) if line.item.id == version.item_id)


def _new_page(form: TextForm, document: Document) -> str:
    sections = [line.item.section for line in lines(g.session, document) if line.item.section]
    return render_template(
        "documents/new_item.html", form=form, document=document, sections=list(dict.fromkeys(sections))
    )


def _withdraw_page(form: WithdrawForm, life: Life) -> str:
    require_draft(life)
    return render_template("documents/withdraw.html", **frame(life), form=form)
