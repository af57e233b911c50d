"""What the mail server's reply, or its silence, means for one letter (rules 7-9).

What is done about it is in `outbox`.
"""

import smtplib
from dataclasses import dataclass
from enum import Enum

from flask_mail import BadHeaderError

from workflow.notices.connection import Connection
from workflow.notices.envelope import Outgoing

#: Replies of 500 and more that speak of our commands or our sign-in, not of the letter or its address.
_OURS = frozenset({500, 502, 503, 504, 530, 534, 535, 538})


class Fate(Enum):
    """What became of one attempt."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    LATER = "later"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Told:
    """One attempt's fate, with the words of the server or of the failure, in one line."""

    fate: Fate
    reply: str


def hand_over(connection: Connection, letter: Outgoing) -> Told:
    """Try to send one letter and return what the server made of it; never raises for a failure of mail."""
    try:
        message = letter.message(connection.settings)
        comes_back_to = letter.comes_back_to(connection.settings)
        return Told(Fate.ACCEPTED, connection.hand_over(message, comes_back_to))
    except smtplib.SMTPRecipientsRefused as refusal:
        code, text = next(iter(refusal.recipients.values()))
        return _refusal(code, text)
    except smtplib.SMTPDataError as refusal:
        return _refusal(refusal.smtp_code, refusal.smtp_error)
    except smtplib.SMTPResponseException as refusal:
        # The sender's refusal and every other word between us and our own server: no fault of the address.
        return Told(Fate.LATER, _line(refusal.smtp_code, refusal.smtp_error))
    except OSError as failure:
        uncertain = connection.dialogue is not None and connection.dialogue.may_have_taken_it
        return Told(Fate.UNKNOWN if uncertain else Fate.LATER, describe(failure))
    except (ValueError, BadHeaderError) as fault:
        return Told(Fate.REFUSED, f"Not sent: {fault or 'its head cannot be written'}")


def describe(failure: Exception) -> str:
    """Return a failure of the connection in one line, with the server's words where it had any."""
    if isinstance(failure, smtplib.SMTPResponseException):
        return _line(failure.smtp_code, failure.smtp_error)
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        return "; ".join(_line(code, text) for code, text in failure.recipients.values())
    return " ".join(str(failure).split()) or type(failure).__name__


def _refusal(code: int, text: bytes | str) -> Told:
    if 500 <= code < 600 and code not in _OURS:
        return Told(Fate.REFUSED, _line(code, text))
    # A reply that is no reply after the text was sent: the server may have taken it.
    return Told(Fate.LATER if 400 <= code < 600 else Fate.UNKNOWN, _line(code, text))


def _line(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(f"{code} {words}".split())
