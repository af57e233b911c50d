"""Where a visitor may be sent back to: only to paths of our own.

Which page that is when none was asked for is in `workflow/web/navigation.py`.
"""

from urllib.parse import urlsplit

from flask import request


def is_local(target: str) -> bool:
    """Tell whether `target` is a path of this site, whatever a browser makes of odd characters."""
    if not target.startswith("/") or target.startswith(("//", "/\\")):
        return False
    if "\\" in target or any(ord(character) < 33 or ord(character) == 127 for character in target):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc


def wanted(fallback: str) -> str:
    """Return the path the visitor wanted (`next` of the form or the address), or `fallback`."""
    target = request.form.get("next") or request.args.get("next") or ""
    return target if is_local(target) else fallback
