"""What a message is taken for: reports, automatic replies, a person's words; and what means harm."""

import base64
import time

import pytest

from tests.mail_messages import BOUNDARY, report, said_of, written
from workflow.domain.terms import MailKind
from workflow.papers.incoming_mail import read
from workflow.papers.mail_parts import HEAD_BYTES, TEXT

MALAYSIA = "my.contact_point@example.org"


def test_report_names_recipients_letter_and_address() -> None:
    found = read(report(said_of(MALAYSIA), to="b+7.token@adref.example", message_id="<1@adref.example>"))
    assert found.kind is MailKind.FAILED
    assert [(one.addresses, one.status) for one in found.recipients] == [((MALAYSIA,), "5.1.1")]
    assert found.recipients[0].diagnostic == "smtp; 550 5.1.1 no such user"
    assert (found.returned_id, found.addressed) == ("<1@adref.example>", ("b+7.token@adref.example",))
    assert found.text == "This is the mail system. I could not deliver your message."


def test_report_is_read_with_either_line_end_and_any_encoding() -> None:
    raw = report(said_of(MALAYSIA), message_id="<1@adref.example>")
    assert read(raw.replace(b"\n", b"\r\n")) == read(raw)
    said = raw.partition(b"delivery-status\n\n")[2].partition(f"\n--{BOUNDARY}".encode())[0]
    coded = raw.replace(
        b"message/delivery-status\n\n", b"message/delivery-status\nContent-Transfer-Encoding: base64\n\n"
    )
    coded = coded.replace(said, base64.encodebytes(said).strip())
    assert read(coded).recipients == read(raw).recipients


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (report(said_of(MALAYSIA, "delayed", "4.4.1")), MailKind.DELAYED),
        (report(said_of(MALAYSIA, "relayed", "2.0.0")), MailKind.REPORT),
        (report(said_of(MALAYSIA, "displayed", ""), kind="disposition-notification"), MailKind.REPORT),
        (report(), MailKind.UNKNOWN),
        (written(Auto_Submitted="auto-replied; owner-email=x"), MailKind.AUTOMATIC),
        (written(Auto_Submitted="auto-generated (vacation)"), MailKind.AUTOMATIC),
        (written(Auto_Submitted="no"), MailKind.REPLY),
        (written(X_Autoreply="yes"), MailKind.AUTOMATIC),
        (written(Precedence="auto_reply"), MailKind.AUTOMATIC),
        (written(subject="Automatic reply: Work Plan"), MailKind.AUTOMATIC),
        (written(subject="Out of office: until Monday"), MailKind.AUTOMATIC),
        # What may be a person's is shown to a person.
        (written(), MailKind.REPLY),
        (written(Precedence="bulk"), MailKind.REPLY),
        (written(subject="Re: Out of office"), MailKind.REPLY),
        (written(sender="postmaster@example.org"), MailKind.UNKNOWN),
        (written(X_Failed_Recipients=MALAYSIA, Auto_Submitted="auto-replied"), MailKind.UNKNOWN),
        (written(Return_Path="<>"), MailKind.UNKNOWN),
        (b"", MailKind.REPLY),
        (b"\xff\xfe\x00 not a message at all", MailKind.REPLY),
    ],
)
def test_message_is_taken_for(raw: bytes, kind: MailKind) -> None:
    assert read(raw).kind is kind


def test_report_in_the_frame_of_another_message_is_left_to_a_person() -> None:
    raw = report(said_of(MALAYSIA), message_id="<1@adref.example>")
    framed = raw.replace(b"multipart/report; report-type=delivery-status;", b"multipart/mixed;")
    assert read(framed).kind is MailKind.UNKNOWN


def test_reply_keeps_words_names_of_files_and_what_it_answers() -> None:
    raw = written(
        "ประเทศไทยคัดค้าน\nItem 3.",
        sender="=?utf-8?b?4LiB?= <th@example.org>",
        In_Reply_To="<1@adref.example>",
        References="<0@adref.example> <1@adref.example>",
    )
    found = read(raw)
    assert found.text == "ประเทศไทยคัดค้าน\nItem 3."
    assert found.sender == "ก <th@example.org>"
    assert found.references == ("<1@adref.example>", "<0@adref.example>", "<1@adref.example>")


def test_page_is_read_without_its_marks() -> None:
    page = "<html><head><title>x</title></head><body><p>Malaysia &lt;objects&gt;</p><script>alert(1)</script>"
    raw = b"From: a@example.org\nContent-Type: text/html; charset=utf-8\n\n" + page.encode()
    assert read(raw).text == "Malaysia <objects>"


def test_text_is_what_a_database_keeps() -> None:
    raw = (
        b"From: a@example.org\nSubject: a\x00b\nContent-Type: text/plain; charset=utf-16\n\n\xd8\x00a\x00\x00"
    )
    found = read(raw)
    assert "\x00" not in found.text + found.subject
    (found.text + found.subject + found.sender).encode("utf-8")
    assert len(read(b"From: a\n\n" + b"x" * (TEXT + 9)).text) == TEXT


HOSTILE = {
    "no end of parts": b"Content-Type: multipart/report; boundary=b\n\n" + b"--b\n\nx\n" * 100_000,
    "parts in parts": b"".join(
        f"Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n".encode() for level in range(5000)
    ),
    "blocks": report().replace(b"Reporting-MTA: dns; mx.my.example", b"a: b\n\n" * 160_000),
    "empty lines": report().replace(b"Reporting-MTA: dns; mx.my.example", b"\n" * 900_000),
    "head without end": b"X: y\n" * 200_000,
    "one long head": b'Content-Type: multipart/report; boundary="' + b';=\\"' * 250_000,
    "parameters": b"Content-Type: text/plain" + b"; a*0*=x" * 8000 + b"\n\nx",
    "words": b"Subject: " + b"=?utf-8?q?" * 6000 + b"\n\nx",
    "comments": b"From: " + b"(" * 60_000 + b"\n\nx",
    "marks": b"Content-Type: text/html\n\n" + b"<script" * 140_000,
    "open marks": b"Content-Type: text/html\n\n" + b"<" * 900_000,
    "quoted": b"Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n" + b"=" * 900_000,
    "coded": b"Content-Type: text/plain\nContent-Transfer-Encoding: x-uuencode\n\n" + b"M" * 900_000,
    "charset": b'Content-Type: text/plain; charset="idna"\n\n' + b"a." * 400_000,
    "spaces": b"Content-Type: multipart/mixed; boundary=b\n\n" + (b"--b" + b" " * 5000 + b"x\n") * 200,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_means_harm_is_read_in_no_time(name: str) -> None:
    began = time.process_time()
    read(HOSTILE[name])
    assert time.process_time() - began < 2
    assert len(HOSTILE[name]) > HEAD_BYTES // 2
