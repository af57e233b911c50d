"""Messages as mail servers and people send them: delivery reports, absence notices, replies.

What is made of them is tested in tests/papers and tests/actions.
"""

from email.message import EmailMessage

BOUNDARY = "=_report"
SENDER = "Mail Delivery System <MAILER-DAEMON@mx.my.example>"


def report(
    *recipients: dict[str, str],
    to: str = "adref@adref.example",
    message_id: str = "",
    subject: str = "Undelivered Mail Returned to Sender",
    kind: str = "delivery-status",
) -> bytes:
    """Return a delivery report (RFC 3464) of these recipients, each with its fields."""
    blocks = ["\n".join(f"{name}: {value}" for name, value in one.items()) for one in recipients]
    said = "\n\n".join(["Reporting-MTA: dns; mx.my.example", *blocks])
    returned = f"From: adref@adref.example\nMessage-ID: {message_id}\n" if message_id else ""
    parts = [
        ("text/plain; charset=utf-8", "This is the mail system. I could not deliver your message."),
        (f"message/{kind}", said),
        ("message/rfc822", f"{returned}\nThe letter."),
    ]
    body = "".join(f"--{BOUNDARY}\nContent-Type: {name}\n\n{text}\n" for name, text in parts)
    head = (
        f"Return-Path: <>\nFrom: {SENDER}\nTo: {to}\nSubject: {subject}\nAuto-Submitted: auto-replied\n"
        f'MIME-Version: 1.0\nContent-Type: multipart/report; report-type={kind};\n boundary="{BOUNDARY}"\n'
    )
    return f"{head}\nIgnored by programs.\n{body}--{BOUNDARY}--\n".encode()


def said_of(address: str, action: str = "failed", status: str = "5.1.1", **more: str) -> dict[str, str]:
    """Return what a report says of one recipient."""
    fields = {"Final-Recipient": f"rfc822; {address}", "Action": action, "Status": status}
    return fields | {"Diagnostic-Code": "smtp; 550 5.1.1 no such user"} | more


def written(
    text: str = "Malaysia objects to item 3.",
    *,
    sender: str = "Aminah <my.contact_point@example.org>",
    subject: str = "Re: Work Plan 2020-2023",
    **head: str,
) -> bytes:
    """Return what a person, or a program, wrote; `head` holds more fields, _ for -."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "adref@adref.example", subject
    for name, value in head.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()
