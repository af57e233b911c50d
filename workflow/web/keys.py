"""Keys that come in as text, from addresses and forms: whole numbers that a database can hold.

Keys in paths are read by the converter in `workflow/app.py`.
"""

#: The largest key a database holds.
LARGEST = 2**63 - 1


def key(text: str) -> int:
    """Return the key a text names; raises ValueError for what can be no key."""
    number = int(text)
    if not 0 < number <= LARGEST:
        raise ValueError("no key")
    return number
