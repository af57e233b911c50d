"""The address a letter comes back to: one of its own, that nobody can make up (VERP).

It travels as the envelope's sender only. What is believed of a message that came there is in
`workflow/domain/returned_mail.py`.
"""

import base64
import hashlib
import hmac
import re

#: Names what the key is for: the same secret signs sessions and forms.
_PURPOSE = b"the return addresses of letters, 1"
#: 128 bits of the HMAC, in base 32 without its padding: mail servers may change the case.
_BYTES, _SIGNS = 16, 26
#: The longest part before the @ (RFC 5321) without what is added: “+”, a number of 19 digits, “.”, the token.
LONGEST_NAME = 64 - 2 - 19 - _SIGNS
_ADDRESS = re.compile(r"([a-z0-9][a-z0-9._-]*)@([a-z0-9][a-z0-9.-]*\.[a-z0-9-]+)\Z")


class ReturnAddress:
    """Makes and reads the return addresses of one installation: “name+number.token@domain”."""

    def __init__(self, address: str, secret: str) -> None:
        found = _ADDRESS.match(address)
        if found is None or len(found[1]) > LONGEST_NAME:
            raise ValueError(wrong_address(address))
        self._name, self._domain = found[1], found[2]
        self._key = hmac.digest(secret.encode("utf-8"), _PURPOSE, "sha256")
        own = re.escape(self._name) + rf"\+([0-9]{{1,19}})\.([a-z2-7]{{{_SIGNS}}})@" + re.escape(self._domain)
        self._own = re.compile(own + r"\Z")

    def of(self, notice_id: int, message_id: str) -> str:
        """Return the address that this letter comes back to."""
        return f"{self._name}+{notice_id}.{self._token(notice_id, message_id)}@{self._domain}"

    def notice_id(self, address: str) -> int | None:
        """Return the number of the letter that an address names, proven or not, or None."""
        found = self._own.match(address.casefold())
        number = int(found[1]) if found else 0
        return number if 0 < number < 2**63 else None

    def is_of(self, address: str, notice_id: int, message_id: str) -> bool:
        """Tell whether an address is this letter's own: only who had its envelope can know it."""
        return hmac.compare_digest(address.casefold().encode(), self.of(notice_id, message_id).encode())

    def _token(self, notice_id: int, message_id: str) -> str:
        proof = hmac.new(self._key, f"{notice_id} {message_id}".encode(), hashlib.sha256).digest()
        return base64.b32encode(proof[:_BYTES]).decode("ascii").rstrip("=").lower()


def wrong_address(address: str) -> str:
    """Return what is wrong with a setting that is no such address, or "" where it can be used."""
    found = _ADDRESS.match(address)
    if found is not None and len(found[1]) <= LONGEST_NAME:
        return ""
    return (
        f"“{address}” must be one address such as bounces@adref.example: small letters, digits and . _ - "
        f"before the @, {LONGEST_NAME} at most."
    )
