"""Tests that contact points are read from a CSV file, and that every mistake in it is named at once."""

from datetime import date

import pytest

from workflow.domain.terms import Role
from workflow.papers.contacts_csv import ContactRow, ContactsBroken, read_contacts

STATES = {"MY", "SG"}
ROWS = [
    ContactRow(2, "MY", "Nurul Aina", "nurul@my.example", Role.CONTACT_POINT, date(2019, 3, 3)),
    ContactRow(4, "SG", "Tan, Hui Min", "tan@sg.example", Role.ALTERNATE),
]


def broken(text: str | bytes) -> list[str]:
    with pytest.raises(ContactsBroken) as caught:
        read_contacts(text if isinstance(text, bytes) else text.encode(), STATES)
    assert caught.value.field == "file"
    assert caught.value.details == {"remarks": [str(remark) for remark in caught.value.remarks]}
    return [str(remark) for remark in caught.value.remarks]


def test_contacts_are_read_between_commas() -> None:
    text = (
        "state,name,email,role,since\n"
        "my, Nurul Aina ,Nurul@MY.example,contact_point,2019-03-03\n"
        "\n"
        'SG,"Tan, Hui Min",tan@sg.example,Alternate,\n'
    )
    assert read_contacts(text.encode(), STATES) == ROWS


def test_contacts_are_read_between_semicolons_after_a_byte_order_mark() -> None:
    text = (
        "Role;E-Mail;State;Name;Since\r\n"
        "contact point;nurul@my.example;MY;Nurul Aina;2019-03-03\r\n"
        ";;;;\r\n"
        "alternate;tan@sg.example;SG;Tan, Hui Min;\r\n"
    ).replace("E-Mail", "EMAIL")
    assert read_contacts(b"\xef\xbb\xbf" + text.encode(), STATES) == ROWS


def test_since_may_be_left_out() -> None:
    text = "state,name,email,role\nMY,Nguyễn Văn ก,a.b+c@x-y.example,drafter\n"
    assert read_contacts(text.encode(), STATES) == [
        ContactRow(2, "MY", "Nguyễn Văn ก", "a.b+c@x-y.example", Role.DRAFTER)
    ]


def test_every_mistake_is_named_at_once() -> None:
    text = (
        "state,name,email,role,since\n"
        "XX,A,a@my.example,boss,2019-02-30\n"
        "MY,,a@b,drafter,20190303\n"
        'MY,B\tC,"b@my.example\nBcc: c@d.example",drafter,\n'
        "SG,D,A@my.example,drafter,\n"
    )
    assert broken(text) == [
        "Line 2, state: “XX” is no State of the body. Use one of MY, SG.",
        "Line 2, role: “boss” is no role of a focal point. Use alternate, contact_point, drafter.",
        "Line 2, since: “2019-02-30” is not a day. Write it as 2020-09-25.",
        "Line 3, name: The cell is empty.",
        "Line 3, email: “a@b” is not an e-mail address.",
        "Line 3, since: “20190303” is not a day. Write it as 2020-09-25.",
        "Line 4, name: Write the name on one line, in at most 200 characters.",
        "Line 4, email: “b@my.example\nBcc: c@d.example” is not an e-mail address.",
        "Line 6, email: The address a@my.example stands in line 2 already.",
    ]


@pytest.mark.parametrize(
    "address",
    ["a", "@my.example", "a@", "a b@my.example", ".a@my.example", "a..b@my.example", "a@my..example",
     "a@my.example.", "ä@my.example", "a@1.2.3.4", "x" * 65 + "@my.example", "a@" + "x." * 126 + "example",
     "a@my.example\n", "<a@my.example>", "a,b@my.example"],
)  # fmt: skip
def test_bad_address_is_refused(address: str) -> None:
    quoted = f'"{address}"'
    text = f"state,name,email,role\nMY,A,{quoted},drafter\n"
    if address == "a@my.example\n":
        assert read_contacts(text.encode(), STATES)[0].email == "a@my.example"
    else:
        assert broken(text) == [f"Line 2, email: “{address}” is not an e-mail address."]


@pytest.mark.parametrize(
    ("text", "remarks"),
    [
        ("", ["The file is empty."]),
        ("state,name,email,role\n", ["The file has no rows under its headings."]),
        ("state,name,mail,role\n", [
            "Line 1, mail: There is no such column. The columns are state, name, email, role, since.",
            "Line 1, email: The column is missing.",
        ]),
        ("state,name,email,role,role\n", ["Line 1, role: The column stands there twice."]),
        ("state,name,email,role\nMY,A\n", ["Line 2, file: The row has 2 cells; the headings have 4."]),
        ("state,name,email,role\nMY,\"A,a@my.example,drafter\n", [
            "Line 2, file: The row cannot be read as CSV (unexpected end of data). "
            "Close every quotation mark.",
        ]),
        (b"state,name\n\xff", ["Line 2, file: The text is not UTF-8. Save the file as CSV in UTF-8."]),
        (b"x" * (1024 * 1024 + 1), ["The file has 1,048,577 bytes; 1,048,576 is the most that is read."]),
    ],
)  # fmt: skip
def test_broken_file_is_refused(text: str | bytes, remarks: list[str]) -> None:
    assert broken(text) == remarks


def test_nul_in_a_name_is_refused() -> None:
    assert broken("state,name,email,role\nMY,A\0B,a@my.example,drafter\n") == [
        "Line 2, name: Write the name on one line, in at most 200 characters."
    ]
