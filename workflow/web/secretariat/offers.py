"""What a select field offers: an empty first choice, then what there is.

The fields are in `forms` and `narrowing`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from wtforms.fields.choices import SelectChoice

from workflow.models.document import Document


def offers(empty: object, pairs: Iterable[tuple[object, object]]) -> list[SelectChoice]:
    """Return the choices of a select field; `empty` labels the first, which chooses nothing."""
    known = [SelectChoice(value=str(value), label=label) for value, label in pairs]
    return [SelectChoice(value="", label=empty), *known]


def documents_offered(documents: Sequence[Document]) -> list[tuple[str, str]]:
    """Return documents as (code, label): kind and period, and the title too where others share these.

    Where even the titles are alike the code tells them apart, as their addresses do.
    """
    labels = [one.short_title for one in documents]
    for tell in (lambda one: one.title, lambda one: one.code):
        count = Counter(labels)
        labels = [
            f"{label}: {tell(one)}" if count[label] > 1 else label
            for one, label in zip(documents, labels, strict=True)
        ]
    return [(one.code, label) for one, label in zip(documents, labels, strict=True)]
