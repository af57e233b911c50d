"""Contact points read from a CSV file: every row right, or all that is wrong named at once.

Creating the people and their appointments is not here: see `workflow/actions/people.py`.
"""

import csv
import io
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from workflow.domain.errors import Invalid
from workflow.domain.terms import FOCAL_POINTS, Role

COLUMNS = ("state", "name", "email", "role", "since")
REQUIRED = COLUMNS[:4]
LARGEST_FILE = 1024 * 1024
LONGEST_NAME = 200
LONGEST_ADDRESS = 254

# Deliberately narrower than the standard: an address in a header must not be able to end it.
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}"
_EMAIL = re.compile(rf"{_LOCAL}@(?:[A-Za-z0-9-]{{1,63}}\.)+[A-Za-z][A-Za-z0-9-]{{1,62}}")
_CONTROL = re.compile("[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True)
class ContactRow:
    """One focal point; `state` is a code of the body, `since` the first day or None for now."""

    line: int
    state: str
    name: str
    email: str
    role: Role
    since: date | None = None


@dataclass(frozen=True)
class ContactRemark:
    """What is wrong with one field of one row; `line` counts from 1, 0 is the whole file."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"Line {self.line}, {self.field}: {self.message}" if self.line else self.message


class ContactsBroken(Invalid):
    """A file of contact points with mistakes; `remarks` names each by row and field (422)."""

    code = "contacts_broken"

    def __init__(self, remarks: list[ContactRemark]) -> None:
        super().__init__(
            "\n".join(str(remark) for remark in remarks),
            remedy="Nothing was imported. Correct the file and import it again.",
            field="file",
            details={"remarks": [str(remark) for remark in remarks]},
        )
        self.remarks = remarks


def read_contacts(content: bytes, known_states: Collection[str]) -> list[ContactRow]:
    """Return the focal points in a CSV file; raises ContactsBroken with every mistake in it.

    The first row names the columns: state, name, email, role (contact_point, alternate, drafter)
    and, optionally, since (YYYY-MM-DD); in any order, between commas or semicolons, in UTF-8 with
    or without a byte order mark. A person is a focal point of one State only, once (rule 23).
    """
    records = _records(_decoded(content))
    rows: list[ContactRow] = []
    remarks: list[ContactRemark] = []
    lines: dict[str, int] = {}
    for line, record in records:
        wrong = _mistakes(line, record, known_states)
        address = record.get("email", "").lower()
        if address and address in lines:
            message = f"The address {address} stands in line {lines[address]} already."
            wrong.append(ContactRemark(line, "email", message))
        lines.setdefault(address, line)
        remarks += wrong
        if not wrong:
            rows.append(_contact(line, record))
    if not records:
        remarks.append(ContactRemark(0, "file", "The file has no rows under its headings."))
    if remarks:
        raise ContactsBroken(remarks)
    return rows


def _decoded(content: bytes) -> str:
    if len(content) > LARGEST_FILE:
        raise _whole(f"The file has {len(content):,} bytes; {LARGEST_FILE:,} is the most that is read.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = "The text is not UTF-8. Save the file as CSV in UTF-8."
        raise ContactsBroken([ContactRemark(line, "file", message)]) from None
    if not text.strip():
        raise _whole("The file is empty.")
    return text


def _records(text: str) -> list[tuple[int, dict[str, str]]]:
    header = text.lstrip().partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((begins, [cell.strip() for cell in cells]))
            begins = reader.line_num + 1
    except csv.Error as error:
        message = f"The row cannot be read as CSV ({error}). Close every quotation mark."
        raise ContactsBroken([ContactRemark(begins, "file", message)]) from None
    (first, names), body = rows[0], rows[1:]
    columns = _columns(first, names)
    for line, cells in body:
        if len(cells) != len(columns):
            message = f"The row has {len(cells)} cells; the headings have {len(columns)}."
            raise ContactsBroken([ContactRemark(line, "file", message)])
    return [(line, dict(zip(columns, cells, strict=True))) for line, cells in body]


def _columns(line: int, names: list[str]) -> list[str]:
    columns = [name.lower().replace("-", "_") for name in names]
    unknown = f"There is no such column. The columns are {', '.join(COLUMNS)}."
    remarks = [ContactRemark(line, name or "heading", unknown) for name in columns if name not in COLUMNS]
    missing = [name for name in REQUIRED if name not in columns]
    remarks += [ContactRemark(line, name, "The column is missing.") for name in missing]
    twice = sorted({name for name in columns if name in COLUMNS and columns.count(name) > 1})
    remarks += [ContactRemark(line, name, "The column stands there twice.") for name in twice]
    if remarks:
        raise ContactsBroken(remarks)
    return columns


def _mistakes(line: int, record: dict[str, str], known_states: Collection[str]) -> list[ContactRemark]:
    checks = {
        "state": _wrong_state(record["state"], known_states),
        "name": _wrong_name(record["name"]),
        "email": _wrong_email(record["email"]),
        "role": _wrong_role(record["role"]),
        "since": _wrong_day(record.get("since", "")),
    }
    checks |= {name: "The cell is empty." for name in REQUIRED if not record[name]}
    return [ContactRemark(line, name, message) for name, message in checks.items() if message]


def _wrong_state(text: str, known_states: Collection[str]) -> str:
    known = ", ".join(sorted(known_states))
    return "" if text.upper() in known_states else f"“{text}” is no State of the body. Use one of {known}."


def _wrong_name(text: str) -> str:
    is_right = not _CONTROL.search(text) and len(text) <= LONGEST_NAME
    return "" if is_right else f"Write the name on one line, in at most {LONGEST_NAME} characters."


def _wrong_email(text: str) -> str:
    local = text.partition("@")[0]
    has_bad_dots = local.startswith(".") or local.endswith(".") or ".." in local
    is_right = len(text) <= LONGEST_ADDRESS and not has_bad_dots and _EMAIL.fullmatch(text)
    return "" if is_right else f"“{text}” is not an e-mail address."


def _wrong_role(text: str) -> str:
    roles = ", ".join(sorted(role.value for role in FOCAL_POINTS))
    return "" if _role(text) else f"“{text}” is no role of a focal point. Use {roles}."


def _wrong_day(text: str) -> str:
    return "" if not text or _day(text) else f"“{text}” is not a day. Write it as 2020-09-25."


def _contact(line: int, record: dict[str, str]) -> ContactRow:
    role = _role(record["role"])
    assert role is not None
    since = _day(record.get("since", ""))
    return ContactRow(line, record["state"].upper(), record["name"], record["email"].lower(), role, since)


def _role(text: str) -> Role | None:
    word = text.lower().replace(" ", "_").replace("-", "_")
    return next((role for role in FOCAL_POINTS if role.value == word), None)


def _day(text: str) -> date | None:
    # fromisoformat also takes "20200925" and "2020-W39-5", which people mistype more than they mean.
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _whole(message: str) -> ContactsBroken:
    return ContactsBroken([ContactRemark(0, "file", message)])
