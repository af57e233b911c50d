"""Whether plain data is as a JSON schema says: the part of draft 2020-12 that our own schemas use.

The schema of a document is docs/document.schema.json; reading a document is in `document_json`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "null": type(None),
}
_CHECKED = frozenset(
    {"type", "const", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum", "maxItems"}
    | {"items", "properties", "required", "additionalProperties", "$ref"}
)
_KNOWN = _CHECKED | {"$defs", "$schema", "title", "description"}


def faults(value: Any, schema: Mapping[str, Any], whole: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Yield what is wrong with a value as “path: fault”, in its order; nothing where it is as it must be.

    `whole` is the schema that `$ref` points into. Raises ValueError for a keyword it does not know.
    """
    strange = schema.keys() - _KNOWN
    if strange:
        raise ValueError(f"the schema uses {sorted(strange)}")
    if "$ref" in schema:
        yield from faults(value, whole["$defs"][schema["$ref"].rpartition("/")[2]], whole, path)
        return
    own = _own_fault(value, schema)
    if own:
        yield f"{path or 'the file'}: {own}"
        return
    if isinstance(value, dict):
        yield from _in_object(value, schema, whole, path)
    if isinstance(value, list):
        for place, one in enumerate(value):
            yield from faults(one, schema.get("items", {}), whole, f"{path}[{place}]")


def _own_fault(value: Any, schema: Mapping[str, Any]) -> str:
    if "const" in schema and value != schema["const"]:
        return f"must be {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        return f"must be one of {', '.join(map(str, schema['enum']))}"
    if "type" in schema and not _is_of_type(value, schema["type"]):
        return f"must be {_listed(schema['type'])}"
    if isinstance(value, str):
        return _text_fault(value, schema)
    if isinstance(value, int) and not isinstance(value, bool):
        least, most = schema.get("minimum", value), schema.get("maximum", value)
        return "" if least <= value <= most else f"must lie between {least} and {most}"
    if isinstance(value, list) and len(value) > schema.get("maxItems", len(value)):
        return f"has more than {schema['maxItems']} entries"
    return ""


def _text_fault(value: str, schema: Mapping[str, Any]) -> str:
    if len(value) < schema.get("minLength", 0):
        return "is empty"
    if len(value) > schema.get("maxLength", len(value)):
        return f"is longer than {schema['maxLength']} characters"
    if "pattern" in schema and not re.search(schema["pattern"].replace("$", r"\Z"), value):
        return f"is not like {schema['pattern']}"
    return ""


def _in_object(
    value: dict[str, Any], schema: Mapping[str, Any], whole: Mapping[str, Any], path: str
) -> Iterator[str]:
    known = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{path}.{name}: is missing".lstrip(".")
    for name, one in value.items():
        inner = f"{path}.{name}".lstrip(".")
        if name in known:
            yield from faults(one, known[name], whole, inner)
        elif schema.get("additionalProperties", True) is False:
            yield f"{inner}: is not known"


def _is_of_type(value: Any, named: str | list[str]) -> bool:
    names = [named] if isinstance(named, str) else named
    # To Python, true is a number too.
    return not isinstance(value, bool) and any(isinstance(value, _TYPES[name]) for name in names)


def _listed(named: str | list[str]) -> str:
    return named if isinstance(named, str) else " or ".join(named)
