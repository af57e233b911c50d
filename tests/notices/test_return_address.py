"""The address a letter comes back to: one of its own, nobody can make one up, and letters travel with it."""

import pytest
from sqlalchemy import select

from tests.notices.conftest import house, port, script
from tests.notices.servers import Script, settings
from tests.notices.waiting import KEEPER, MALAYSIA, ONE_DATABASE, keep_only
from workflow.db import Database
from workflow.domain.terms import Letter
from workflow.models.notice import Notice
from workflow.notices import outbox
from workflow.notices.return_address import LONGEST_NAME, ReturnAddress, wrong_address

__all__ = ["house", "port", "script"]

SECRET = "a secret of thirty-two characters"
RETURNS = ReturnAddress("bounces@adref.example", SECRET)
OWN = RETURNS.of(7, "<1@adref.example>")


def test_address_is_the_letter_s_own() -> None:
    assert OWN.startswith("bounces+7.")
    assert RETURNS.notice_id(OWN) == 7
    assert RETURNS.is_of(OWN.upper(), 7, "<1@adref.example>")
    assert ReturnAddress("bounces@adref.example", SECRET).of(7, "<1@adref.example>") == OWN


@pytest.mark.parametrize(
    "address",
    [
        OWN.replace("+7.", "+8."),
        OWN[:-20] + "a" + OWN[-19:],
        RETURNS.of(7, "<2@adref.example>"),
        ReturnAddress("bounces@adref.example", "another secret").of(7, "<1@adref.example>"),
        OWN.replace(OWN.partition(".")[2].partition("@")[0], "ſ" * 26),
        "",
    ],
)
def test_no_other_address_is(address: str) -> None:
    assert not RETURNS.is_of(address, 7, "<1@adref.example>")


@pytest.mark.parametrize(
    "address",
    [
        "bounces@adref.example",
        f"x{OWN}",
        f"{OWN}x",
        OWN.replace("+7.", "+0."),
        f"bounces+{2**63}.{'a' * 26}@adref.example",
    ],
)
def test_what_is_no_return_address_names_no_letter(address: str) -> None:
    assert RETURNS.notice_id(address) is None


def test_longest_address_fits_into_an_envelope() -> None:
    longest = ReturnAddress(f"{'b' * LONGEST_NAME}@adref.example", SECRET).of(2**63 - 1, "<1@adref.example>")
    assert len(longest.partition("@")[0]) == 64


@pytest.mark.parametrize(
    "address",
    [
        "bounces",
        "b@c",
        "b+c@adref.example",
        "B@adref.example",
        f"{'b' * (LONGEST_NAME + 1)}@adref.example",
        "b@adref.example\n",
    ],
)
def test_wrong_setting_is_refused_with_what_is_right(address: str) -> None:
    assert "must be one address such as bounces@adref.example" in wrong_address(address)
    with pytest.raises(ValueError, match="must be one address"):
        ReturnAddress(address, SECRET)


@ONE_DATABASE
@pytest.mark.parametrize("address", ["bounces@adref.example", ""])
def test_letter_travels_with_its_own_return_address(
    house: Database, script: Script, port: int, address: str
) -> None:
    keep_only(house, MALAYSIA)
    chosen = settings(port, BOUNCE_ADDRESS=address, SECRET_KEY=SECRET)
    outbox.deliver(house, chosen, keeper=KEEPER)
    with house.reading() as session:
        query = select(Notice).where(Notice.address == MALAYSIA, Notice.letter == Letter.CIRCULATION)
        letter = session.scalars(query).one()
    own = RETURNS.of(letter.id, letter.message_id) if address else "adref@adref.example"
    assert script.senders == [own]
    [received] = script.received
    # Only the envelope tells it: what is forwarded or answered does not.
    assert (received["From"], own in received.as_string()) == ("adref@adref.example", not address)
