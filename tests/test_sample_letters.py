"""The samples of letters in docs/letters/ are what the product writes today."""

from pathlib import Path

import pytest

from config.demo import sample_letters
from workflow.domain.terms import Letter

SAMPLES = Path(__file__).resolve().parents[1] / "docs" / "letters"


@pytest.mark.timeout(120)
def test_sample_letters_are_what_is_sent_today(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sample_letters.main(tmp_path) == 0
    assert capsys.readouterr().out == f"Written: {len(Letter)} letters into {tmp_path}/\n"
    written = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    kept = {path.name: path.read_text(encoding="utf-8") for path in SAMPLES.iterdir()}
    stale = sorted(name for name in written | kept if written.get(name) != kept.get(name))
    assert stale == [], "stale samples: run make letters, and read what changed"
