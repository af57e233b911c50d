"""Tests that a month beside a numbered meeting is doubted where it cannot be right, and only there."""

from datetime import date

import pytest

from workflow.domain.body import MeetingEntry
from workflow.papers.meeting_dates import doubts, meeting_named
from workflow.papers.plain_lines import Line

MEETINGS = (
    MeetingEntry(4, "4th Forum", held_on=date(2012, 5, 3)),
    MeetingEntry(5, "5th Forum", printed="May 2003"),
    MeetingEntry(6, "6th Forum", held_on=date(2014, 5, 8)),
)


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        ("At the 5th Forum in May 2013 it was agreed.", []),
        ("At the 5 th Forum in May 2003 it was agreed.", ["May 2003"]),
        ("At the 5th Forum in June 2015 it was agreed.", ["June 2015"]),
        ("At the 6th Forum on 8 May 2014 it was agreed.", []),
        ("At the 6th Forum on 8 June 2014 it was agreed.", ["June 2014"]),
        ("At the 12th Forum in April 2014 it was agreed.", ["April 2014"]),
        ("At the 5th Forum Working Group in May 2003 it was agreed.", []),
        ("At the 5th Forumla in May 2003 it was agreed.", []),
        ("The 5th Forum met. In May 2003 it rained.", []),
        ("On 24th September 2003 it rained for 2013 – 2014.", []),
        ("For 2020 – 2021 the 2nd Congress met in May 2019 and in May 2018.", ["May 2018"]),
        ("For 2020-2021 the 2nd Congress met in May 0000.", ["May 0000"]),
        ("In May 2003, before the 5th Forum, it rained.", []),
    ],
)
def test_month_is_doubted(text: str, doubted: list[str]) -> None:
    found = [flag.message.split("”")[0].removeprefix("“") for flag in doubts(Line(1, text), MEETINGS)]
    assert found == doubted


def test_meeting_is_named_without_the_stray_space() -> None:
    assert meeting_named("Status as at time of 20 th Forum") == "20th Forum"
    assert meeting_named("Status") is None
