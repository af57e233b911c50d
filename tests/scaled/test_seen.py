"""What an operator sees of a scaled installation after the demonstration went through it."""

import json
import re

import pytest
from sqlalchemy import select

from config.demo.rounds import Round
from config.demo.setting_up import sign_ins
from tests.scaled.installation import Installation
from tests.scaled.visiting import Browser
from workflow.models.notice import Notice
from workflow.models.response import Response
from workflow.notices.catcher import messages

pytestmark = [pytest.mark.scaled, pytest.mark.timeout(60)]


def test_figures_count_all_processes_and_the_one_database(scaled: Installation, walked: list[Round]) -> None:
    """Either host tells the same of the database, and counts the requests of both its processes."""
    told = []
    for port in scaled.ports:
        page = Browser(port).get("/metrics")
        assert page.status == 200
        told.append(dict(re.findall(r"^(adref_\S+) (\S+)$", page.text, flags=re.MULTILINE)))
    for name in (
        'adref_circulations{status="closed"}',
        "adref_lodgings",
        "adref_log_entries",
        "adref_unsigned",
    ):
        assert told[0][name] == told[1][name]
    with scaled.database.reading() as session:
        assert float(told[0]["adref_lodgings"]) == len(session.scalars(select(Response.id)).all()) >= 42
    counted = 'adref_requests_total{method="POST",status="302",view="focal_point.lodge"}'
    assert float(told[0][counted]) >= 7


def test_lines_are_json_and_name_nobody(scaled: Installation, walked: list[Round]) -> None:
    """No process has written down a person's name or address, and every request has its id."""
    said = "\n".join(process.said() for process in scaled.processes.values())
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    requests = [line for line in lines if line["logger"] == "workflow.requests"]
    assert len(requests) > 20
    assert all(re.fullmatch("[0-9a-f]{32}", line["request"]) for line in requests)
    known = [part for name, email, _ in sign_ins() for part in (name, email)]
    assert [one for one in known if one in said] == []


def test_doctor_finds_nothing_wrong_but_the_clocks(scaled: Installation, walked: list[Round]) -> None:
    """The demonstration's database is years behind this machine, which is all that doctor finds."""
    found = scaled.flask("doctor")
    wrong = [line for line in found.stdout.splitlines() if line.startswith("WRONG")]
    assert [line.split(":")[0] for line in wrong] == ["WRONG  clock"], found.stdout + found.stderr
    assert "which alone counts" in wrong[0]


def test_receipts_travel_with_their_letters(scaled: Installation, walked: list[Round]) -> None:
    """Letters leave from one host and receipts are signed on another: each letter brings what it promises."""
    with scaled.database.reading() as session:
        rows = session.execute(select(Notice.message_id, Notice.entry_seqs)).all()
    promised = {message_id: len(seqs) for message_id, seqs in rows if seqs}
    sent = [one.message for one in messages(scaled.letters)]
    brought = {one["Message-ID"]: len(list(one.iter_attachments())) for one in sent}
    assert len(promised) > 10
    assert [key for key, number in promised.items() if brought[key] < number] == []
