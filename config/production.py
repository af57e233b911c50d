"""What production demands: real values from the environment, TLS, and nothing of the demonstration.

The defaults it lies over are in `default`.
"""

from collections.abc import Collection, Mapping
from typing import Any

DEMONSTRATION: bool = False
SESSION_COOKIE_SECURE: bool = True

# A default would be wrong for every installation, so each must be given.
_REQUIRED = (
    "SECRET_KEY",
    "DATABASE_URL",
    "BODY",
    "BASE_URL",
    "MAIL_SERVER",
    "MAIL_SENDER",
    "MAIL_REPLY_TO",
    "LOG_KEY",
)
#: How to come by what nobody has at hand.
_HOW = {
    "SECRET_KEY": ", such as what “openssl rand -base64 48” prints",
    "LOG_KEY": ": 32 bytes in base64, such as what “openssl rand -base64 32” prints",
}
_SHORTEST_KEY = 32
_OWN_MACHINE = ("localhost", "127.0.0.1", "::1")


def faults(settings: Mapping[str, Any], given: Collection[str]) -> list[str]:
    """Return what forbids production with these settings, of which `given` come from the environment."""
    # A host that does not sign must not hold the key.
    required = [name for name in _REQUIRED if name != "LOG_KEY" or settings["LOG_SIGNS"]]
    missing = [name for name in required if name not in given or not settings[name]]
    found = [f"ADREF_{name} is not set; production needs it{_HOW.get(name, '')}." for name in missing]
    if "SECRET_KEY" not in missing and len(settings["SECRET_KEY"]) < _SHORTEST_KEY:
        found.append(f"ADREF_SECRET_KEY is too short; use {_SHORTEST_KEY} random characters or more.")
    if settings["DEMONSTRATION"]:
        found.append("ADREF_DEMONSTRATION is on; production refuses the demonstration's people and mailbox.")
    if not settings["SESSION_COOKIE_SECURE"]:
        found.append("ADREF_SESSION_COOKIE_SECURE is off; production sends cookies over HTTPS only.")
    if "BASE_URL" not in missing and not settings["BASE_URL"].startswith("https://"):
        found.append("ADREF_BASE_URL does not begin with https://; production is reached over HTTPS only.")
    if settings["LOG_KEY"] and not settings["LOG_SIGNS"]:
        found.append(
            "ADREF_LOG_SIGNS is off, but ADREF_LOG_KEY is given; leave the key on the host that signs."
        )
    in_clear = not (settings["MAIL_USE_TLS"] or settings["MAIL_USE_SSL"])
    if in_clear and settings["MAIL_SERVER"] not in _OWN_MACHINE:
        found.append("Letters would travel in the clear; set ADREF_MAIL_USE_TLS or ADREF_MAIL_USE_SSL.")
    far_mailbox = settings["BOUNCE_IMAP_SERVER"] not in ("", *_OWN_MACHINE)
    if far_mailbox and not settings["BOUNCE_IMAP_USE_SSL"]:
        found.append("The mailbox would be read in the clear; set ADREF_BOUNCE_IMAP_USE_SSL.")
    reserved = [name for name in ("MAIL_SENDER", "MAIL_REPLY_TO") if settings[name].endswith(".example")]
    found += [
        f"ADREF_{name} ends in .example, where no letter arrives." for name in reserved if name in given
    ]
    return found
