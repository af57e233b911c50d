"""The fingerprint of the terms a dispatch froze: rules, calendars, roster, and the words of the circulation.

The entry of the dispatch holds it, so that nobody can change the rules of a running round unseen (rule 2).
"""

import hashlib
import json

from workflow.models.circulation import Circulation

_WORDS = ("title", "message", "authority_note", "urgent_reasons")
#: Erased with a person's data; whom the letters reached is told by the entries of service.
_PERSONAL = "addressees"


def terms_digest(circulation: Circulation) -> str:
    """Return the SHA-256, in hexadecimal, of all that is frozen with a circulation but the addresses."""
    frozen = {key: value for key, value in circulation.frozen.items() if key != _PERSONAL}
    told = {"frozen": frozen, **{name: getattr(circulation, name) for name in _WORDS}}
    return hashlib.sha256(
        json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    ).hexdigest()
