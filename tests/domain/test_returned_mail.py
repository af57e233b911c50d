"""What a delivery report says, and when it is believed (rules 7-9; RFC 3464)."""

import pytest

from workflow.domain.returned_mail import Recipient, is_believed, plain, report_kind
from workflow.domain.terms import MailKind, MailTie

FAILED, DELAYED, REPORT, UNKNOWN = MailKind.FAILED, MailKind.DELAYED, MailKind.REPORT, MailKind.UNKNOWN
MALAYSIA = "my.contact_point@example.org"


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        ("failed", "5.1.1", FAILED),
        ("failed", "5.7.26 (policy)", FAILED),
        # It was tried for days and given up (RFC 3464, 2.3.3).
        ("failed", "4.4.7", FAILED),
        ("failed", "", FAILED),
        ("failed", "2.0.0", UNKNOWN),
        ("delayed", "4.2.2", DELAYED),
        ("delayed", "", DELAYED),
        ("delayed", "5.2.2", UNKNOWN),
        ("delivered", "2.0.0", REPORT),
        ("relayed", "2.0.0", REPORT),
        ("expanded", "", REPORT),
        ("delivered", "5.1.1", UNKNOWN),
        ("", "5.1.1", FAILED),
        ("lost", "5.1.1", FAILED),
        ("", "4.1.1", UNKNOWN),
        ("", "", UNKNOWN),
        ("", "55.1.1", UNKNOWN),
    ],
)
def test_action_and_status_say_what_happened(action: str, status: str, kind: MailKind) -> None:
    assert Recipient((MALAYSIA,), action, status).kind is kind


def test_failure_of_one_is_a_failure_and_doubt_goes_before_a_delay() -> None:
    failed, delayed, doubtful, taken = (
        Recipient((MALAYSIA,), *said)
        for said in (("failed", "5.0.0"), ("delayed", ""), ("", ""), ("relayed", ""))
    )
    assert report_kind([taken, delayed, doubtful, failed]) is FAILED
    assert report_kind([taken, delayed, doubtful]) is UNKNOWN
    assert report_kind([taken, delayed]) is DELAYED
    assert report_kind([taken]) is REPORT
    assert report_kind([]) is UNKNOWN


@pytest.mark.parametrize(
    ("tie", "address", "has_left", "expected"),
    [
        # Only who had the envelope knows the token: a forwarded letter fails under another name.
        (MailTie.TOKEN, "elsewhere@example.net", True, True),
        (MailTie.TOKEN, MALAYSIA, False, True),
        (MailTie.MESSAGE_ID, MALAYSIA, True, True),
        (MailTie.MESSAGE_ID, MALAYSIA.upper(), True, True),
        (MailTie.MESSAGE_ID, "elsewhere@example.net", True, False),
        (MailTie.MESSAGE_ID, MALAYSIA, False, False),
        (MailTie.REFERENCE, MALAYSIA, True, False),
        (None, MALAYSIA, True, False),
    ],
)
def test_failure_is_believed(tie: MailTie | None, address: str, has_left: bool, expected: bool) -> None:
    said = [Recipient((address,), "failed", "5.1.1")]
    assert is_believed(said, tie, address=MALAYSIA, has_left=has_left) is expected


def test_what_is_no_failure_is_never_believed_as_one() -> None:
    said = [Recipient((MALAYSIA,), "delayed", "4.1.1"), Recipient(("other@example.org",), "failed", "5.1.1")]
    assert not is_believed(said[:1], MailTie.TOKEN, address=MALAYSIA, has_left=True)
    # Its own reader's delay beside another's failure.
    assert not is_believed(said, MailTie.MESSAGE_ID, address=MALAYSIA, has_left=True)


def test_addresses_are_compared_as_servers_write_them() -> None:
    assert (
        plain("<Aminah@BÜRO.example>") == plain("aminah@xn--bro-hoa.example") == "aminah@xn--bro-hoa.example"
    )
    assert plain("aminah+40buero.example") == "aminah@buero.example"
    assert plain("aminah@" + "x" * 70) != plain("aminah@" + "x" * 71)
