"""What a select field offers: an empty first choice, then what there is.

The fields are in `forms` and `narrowing`.
"""

from collections.abc import Iterable

from wtforms.fields.choices import SelectChoice


def offers(empty: object, pairs: Iterable[tuple[object, object]]) -> list[SelectChoice]:
    """Return the choices of a select field; `empty` labels the first, which chooses nothing."""
    known = [SelectChoice(value=str(value), label=label) for value, label in pairs]
    return [SelectChoice(value="", label=empty), *known]
