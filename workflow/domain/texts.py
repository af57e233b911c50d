"""What a text typed by a person must be before it is kept.

How a text is shown (direction, differences) is not here.
"""

from workflow.domain.errors import Invalid, says

#: The longest text one field takes, in characters.
LONGEST = 100_000


def clean(text: str | None, field: str, *, required: bool = False, longest: int = LONGEST) -> str:
    """Return `text` with line ends as \\n and outer blank space removed, otherwise to the letter.

    Raises Invalid naming `field` where it is missing though required, longer than `longest` characters,
    or holds what no database and no reader can keep: NUL and lone surrogates.
    """
    kept = (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if required and not kept:
        raise Invalid("This cannot be empty.", remedy="Write it, then send the form again.", field=field)
    if len(kept) > longest:
        raise Invalid(
            says(
                "This is {count:,} characters long; {longest:,} are possible.",
                count=len(kept),
                longest=longest,
            ),
            remedy="Shorten it, or attach it as a file.",
            field=field,
        )
    if "\x00" in kept or any("\ud800" <= character <= "\udfff" for character in kept):
        raise Invalid(
            "This holds a character that is no text (a zero byte or half of a pair).",
            remedy="Paste it again as plain text.",
            field=field,
        )
    return kept


def one_line(text: str | None, field: str, *, required: bool = False, longest: int = 500) -> str:
    """Return `clean` text that must stay on one line: names, titles, whatever reaches a letter's head."""
    kept = clean(text, field, required=required, longest=longest)
    if any(ord(character) < 32 or ord(character) == 127 for character in kept):
        raise Invalid("This must be one line.", remedy="Take the line break out.", field=field)
    return kept
