"""What a delivery report says, and whether it is believed of a letter (rules 7-9; RFC 3464, RFC 3463).

How a message is read is in `workflow/papers/incoming_mail.py`; what a bounce voids in `actions/serving`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from workflow.domain.terms import MailKind, MailTie

_STATUS = re.compile(r"\s*([245])\.\d{1,3}\.\d{1,3}\b")
#: What a reporting server says that proves nothing: it did not give up.
_GOING_ON = frozenset({"delivered", "relayed", "expanded"})
_XTEXT = re.compile(r"\+([0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Recipient:
    """What a report says of one recipient: whom it names, Action, Status and the server's words."""

    addresses: tuple[str, ...]
    action: str
    status: str = ""
    diagnostic: str = ""

    @property
    def kind(self) -> MailKind:
        """Return what is said of this recipient; what contradicts itself is UNKNOWN, for a person to read.

        A server that gave up failed for good, whatever it waited for (RFC 3464, 2.3.3): its Status may
        begin with 4. Without an Action that is known, Status 5 alone says so.
        """
        found = _STATUS.match(self.status)
        level = found[1] if found else ""
        if self.action == "failed":
            return MailKind.UNKNOWN if level == "2" else MailKind.FAILED
        if self.action == "delayed":
            return MailKind.UNKNOWN if level == "5" else MailKind.DELAYED
        if self.action in _GOING_ON:
            return MailKind.UNKNOWN if level == "5" else MailKind.REPORT
        return MailKind.FAILED if level == "5" else MailKind.UNKNOWN


def report_kind(recipients: Iterable[Recipient]) -> MailKind:
    """Return what a whole report says: a failure of one is a failure, and doubt goes before a delay."""
    kinds = {one.kind for one in recipients} or {MailKind.UNKNOWN}
    order = (MailKind.FAILED, MailKind.UNKNOWN, MailKind.DELAYED, MailKind.REPORT)
    return next(kind for kind in order if kind in kinds)


def is_believed(
    recipients: Iterable[Recipient], tie: MailTie | None, *, address: str, has_left: bool
) -> bool:
    """Tell whether a failure is believed of the letter that it is tied to, which went to `address` (rule 9).

    The token of the letter's own return address shows that it left. A Message-ID is quoted in answers and
    known to many: it must be that of a letter that left, and the one that failed must be its reader.
    """
    failed = [one for one in recipients if one.kind is MailKind.FAILED]
    if tie is MailTie.TOKEN:
        return bool(failed)
    named = {plain(one) for recipient in failed for one in recipient.addresses}
    return tie is MailTie.MESSAGE_ID and has_left and plain(address) in named


def plain(address: str) -> str:
    """Return an address as two are compared: small letters, its domain in ASCII, RFC 3461's xtext undone."""
    text = _XTEXT.sub(lambda found: chr(int(found[1], 16)), address) if "+40" in address else address
    local, _, domain = text.strip().strip("<>").casefold().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        # A domain that is none equals no address of ours.
        return text
    return f"{local}@{domain}"
