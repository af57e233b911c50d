"""The forms of a State's desk: an answer to every item of one circulation, and the small ones.

What an answer means is decided in `workflow/actions/`; what it will do is said in `sayings`.
"""

import re
from collections.abc import Iterable

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Optional

from workflow.actions.admitting import Answer
from workflow.actions.drafts import DraftAnswer
from workflow.domain.errors import Invalid, NotFound
from workflow.domain.positions import blocks
from workflow.domain.terms import ResponseKind
from workflow.web.filters import possessive
from workflow.web.focal_point.sheets import Sheet, SheetItem
from workflow.web.forms import Day, DoorForm, Hour
from workflow.web.keys import not_understood
from workflow.web.wording import Shown

NO_ANSWER = Shown.NO_ANSWER.value
#: The radios of an item; the last one says nothing new.
KINDS = (*(kind.value for kind in ResponseKind), NO_ANSWER)
#: Kinds whose words all States read; the others carry none.
_WORDED = frozenset(
    {ResponseKind.OBJECTION, ResponseKind.INPUT, ResponseKind.COMMENT, ResponseKind.RESERVATION}
)
_PARTS = ("kind", "reasons", "passage", "cure", "replaces", "names", "draft")
_NAMED = re.compile(rf"({'|'.join(_PARTS)})-(.+)\Z", re.DOTALL)
_LONGEST_LIST = 2_000


class AnswersForm(DoorForm):
    """One answer for every item, each field named after its version: `kind-7`, `reasons-7` …

    `replaces-7` is the id of the State's latest response that the page showed (rule 24), `names-7` the ids
    of its standing objections and inputs (rule 18), `draft-7` tells which draft it showed. The fields of
    `whole` are for an objection to every item still open (rule 28).
    """

    rest = RadioField(
        _("Items left at “No answer yet”"),
        choices=[ResponseKind.NO_OBJECTION.value, NO_ANSWER],
        default=NO_ANSWER,
    )
    whole_reasons = TextAreaField(_("Reasons for the objection to the whole document"))
    whole_cure = TextAreaField(_("Wording that would settle it"))

    def part(self, part: str, version_id: int) -> str:
        """Return what was typed into one field of one item."""
        return str(self[f"{part}-{version_id}"].data or "")

    def kind(self, version_id: int) -> ResponseKind | None:
        """Return the kind chosen for an item, None for no answer."""
        chosen = self.part("kind", version_id)
        return ResponseKind(chosen) if chosen in list(ResponseKind) else None

    def ids(self, part: str, version_id: int) -> tuple[int, ...]:
        """Return the ids in a hidden field; raises Invalid where they are no ids."""
        written = self.part(part, version_id)
        if len(written) > _LONGEST_LIST or not re.fullmatch(r"(\d{1,18}(,\d{1,18})*)?", written, re.ASCII):
            raise Invalid(
                "The form does not say which answer it replaces.",
                remedy="Open the page again and send it from there.",
                field=f"kind-{version_id}",
            )
        return tuple(int(one) for one in written.split(",") if one)

    def overtaken(self, version_id: int, sentence: str) -> None:
        """Say beside an item, instead of anything else, what a colleague did meanwhile (409)."""
        self[f"kind-{version_id}"].errors = [sentence]
        self.status = 409

    def shows(self, sheet: Sheet) -> None:
        """Put in what the page shows as recorded, so that the next sending names it."""
        for item in sheet.items:
            latest = item.asked.latest
            self[f"replaces-{item.version_id}"].data = str(latest.response.id) if latest else ""
            names = ",".join(str(one.response.id) for one in item.asked.standing)
            self[f"names-{item.version_id}"].data = names
            self[f"draft-{item.version_id}"].data = draft_mark(item)


def answers_form(sheet: Sheet) -> AnswersForm:
    """Return the form for the items of a circulation, with what was sent or what is drafted.

    Raises NotFound where a field names a text that is not in this circulation.
    """
    fields: dict[str, object] = {}
    for item in sheet.items:
        fields |= _fields(item, sheet)
    _require_known(fields)
    form = type("AnswersForm", (AnswersForm,), fields)()
    if not form.is_submitted():
        _prefill(form, sheet)
    return form


def _fields(item: SheetItem, sheet: Sheet) -> dict[str, object]:
    key, number = item.version_id, item.number
    return {
        f"kind-{key}": RadioField(
            gettext("%(state)s on item %(number)s", state=sheet.leading, number=number),
            choices=list(KINDS),
            default=NO_ANSWER,
        ),
        f"passage-{key}": TextAreaField(
            gettext("Words of the text you speak about, item %(number)s", number=number)
        ),
        f"reasons-{key}": TextAreaField(
            gettext("%(whose)s words on item %(number)s", whose=possessive(sheet.leading), number=number)
        ),
        f"cure-{key}": TextAreaField(gettext("Wording that would settle it, item %(number)s", number=number)),
        f"replaces-{key}": HiddenField(),
        f"names-{key}": HiddenField(),
        f"draft-{key}": HiddenField(),
    }


def _require_known(fields: Iterable[str]) -> None:
    for name in request.form:
        if _NAMED.match(name) and name not in fields:
            raise NotFound(
                "The form names a text that is not in this circulation.",
                remedy="Open the circulation again.",
            )


def _prefill(form: AnswersForm, sheet: Sheet) -> None:
    form.shows(sheet)
    for item in sheet.items:
        if item.asked.prepared is not None:
            draft = item.asked.prepared.draft
            _fill(form, item.version_id, draft.kind, draft.reasons, draft.passage, draft.cure)
    if sheet.may_speak and not sheet.is_late and len(sheet.unanswered) == len(sheet.open_items):
        form.rest.data = ResponseKind.NO_OBJECTION.value


def start_from(form: AnswersForm, sheet: Sheet, response_id: int, kind: str) -> None:
    """Begin with the words of an earlier answer, as the kind proposed for it or as another (rule 20).

    Raises NotFound for a response that is not the State's own, Invalid for a kind that is none.
    """
    earlier = sheet.asked.answered(response_id).response
    if kind and kind not in list(ResponseKind):
        raise not_understood("kind")
    chosen = ResponseKind(kind) if kind in list(ResponseKind) else earlier.kind
    _fill(form, earlier.version_id, chosen, earlier.reasons, earlier.passage, earlier.cure)


def _fill(
    form: AnswersForm, key: int, kind: ResponseKind | None, reasons: str, passage: str, cure: str
) -> None:
    values = {"kind": kind or NO_ANSWER, "reasons": reasons, "passage": passage, "cure": cure}
    for part, value in values.items():
        form[f"{part}-{key}"].data = str(value)


def chosen_kind(form: AnswersForm, item: SheetItem) -> ResponseKind | None:
    """Return what is answered on an item: its own radio, else what the rest gets, else None."""
    chosen = form.kind(item.version_id)
    if chosen is not None or form.rest.data != ResponseKind.NO_OBJECTION:
        return chosen
    is_rest = item.asked.is_open and not form.part("replaces", item.version_id)
    return ResponseKind.NO_OBJECTION if is_rest and not item.asked.is_gone else None


def answers(form: AnswersForm, sheet: Sheet) -> list[Answer]:
    """Return what the form answers, item by item, with no more words than each kind carries.

    Raises Invalid naming the field, and NotFound where it replaces a response that is not the State's own.
    """
    found = []
    for item in sheet.items:
        kind = chosen_kind(form, item)
        if kind is None:
            continue
        replaces = form.ids("replaces", item.version_id)
        names = form.ids("names", item.version_id)
        _require_own(item, {*replaces, *names})
        found.append(
            Answer(
                item.version_id,
                kind,
                form.part("reasons", item.version_id) if kind in _WORDED else "",
                form.part("passage", item.version_id) if blocks(kind, True) else "",
                form.part("cure", item.version_id) if blocks(kind, True) else "",
                replaces[-1] if replaces else None,
                names,
            )
        )
    return found


def settle_rest(form: AnswersForm, given: Iterable[Answer]) -> None:
    """Write what the rest gets onto each item of it, so that it stays what was confirmed."""
    for answer in given:
        form[f"kind-{answer.version_id}"].data = str(answer.kind)
    form.rest.data = NO_ANSWER


def left_out(form: AnswersForm, item: SheetItem) -> bool:
    """Tell whether words were typed that the chosen kind does not carry."""
    kind = chosen_kind(form, item)
    if kind is None or blocks(kind, True):
        return False
    parts = ("passage", "cure") if kind in _WORDED else ("reasons", "passage", "cure")
    return any(form.part(part, item.version_id).strip() for part in parts)


def draft_mark(item: SheetItem) -> str:
    """Return what tells one state of the office's draft on an item from another."""
    prepared = item.asked.prepared
    return f"{prepared.draft.id}:{prepared.draft.saved_at.isoformat()}" if prepared is not None else ""


def draft_answers(form: AnswersForm, sheet: Sheet) -> list[DraftAnswer]:
    """Return what is kept as a draft: all that was typed; a drafter's word on the rest too."""
    return [
        DraftAnswer(
            item.version_id,
            form.kind(item.version_id) if sheet.may_speak else chosen_kind(form, item),
            form.part("reasons", item.version_id),
            form.part("passage", item.version_id),
            form.part("cure", item.version_id),
        )
        for item in sheet.items
    ]


def _require_own(item: SheetItem, ids: set[int]) -> None:
    if ids - {one.response.id for one in item.asked.answers}:
        raise NotFound(
            "The form replaces an answer that is not your State’s.", remedy="Open the circulation again."
        )


class LiftForm(DoorForm):
    """The text with which a State lifts its objection, or withdraws its input."""

    text = TextAreaField(_("The State’s words"))


class DiscardForm(DoorForm):
    """Throwing a draft away; `opened` tells which draft the form showed."""

    opened = HiddenField()


class MoreTimeForm(DoorForm):
    """A request for more time: the reasons, and until when, in the announced zone."""

    reasons = TextAreaField(_("Reasons"), [InputRequired(_("This cannot be empty."))])
    until = Day(_("Until"), [Optional()])
    hour = Hour(_("Hour"), [Optional()])
