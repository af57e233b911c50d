"""Keys that come in as text, from addresses and forms: whole numbers that a database can hold.

Keys in paths are read by the converter in `workflow/app.py`.
"""

from flask import request

from workflow.domain.errors import Invalid, says

#: The largest key a database holds.
LARGEST = 2**63 - 1


def key(text: str) -> int:
    """Return the key a text names; raises ValueError for what can be no key."""
    number = int(text)
    if not 0 < number <= LARGEST:
        raise ValueError("no key")
    return number


def asked(name: str) -> int | None:
    """Return the number `?name=` in the address, None without one; raises Invalid for what is no number."""
    found = every_asked(name)
    return found[0] if found else None


def every_asked(name: str) -> list[int]:
    """Return all numbers `?name=` in the address; raises Invalid where one is none."""
    try:
        return [key(text) for text in request.args.getlist(name) if text]
    except ValueError:
        raise not_understood(name) from None


def not_understood(name: str) -> Invalid:
    """Return the refusal of an address whose `?name=` says nothing that the page knows."""
    return Invalid(
        says("What the address asks for after “{name}=” cannot be read.", name=name),
        remedy="Follow a link from the page that lists it, instead of changing the address.",
        field=name,
    )
