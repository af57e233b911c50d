"""Changes in SQL to rows of many tables, and what must be said of each: see test_tying.py."""

#: Each group is made at once; within one no change touches the table of another, or is named like it.
TOGETHER: list[dict[str, str]] = [
    {
        "UPDATE circulation SET status = 'withdrawn' WHERE number = 3": (
            "the status of circulation is withdrawn"
        ),
        "DELETE FROM circulation_item WHERE position = 6 AND result IS NOT NULL": "the log tells of item",
        "DELETE FROM roster_state WHERE holds": "the log tells of roster row of LA",
        "UPDATE response SET reasons = 'Fine.' WHERE kind = 'objection'": (
            "the reasons of response of entry"
        ),
        "DELETE FROM response_remark WHERE kind = 'answered'": "the log tells of remark of entry",
        "UPDATE service_evidence SET at = (SELECT min(created_at) FROM circulation) WHERE kind = 'bounced'": (
            "the at of evidence “bounced”"
        ),
        "UPDATE notice SET address = 'x@example.org' WHERE id IN (SELECT notice_id FROM service_evidence)": (
            "went to x@example.org"
        ),
        "UPDATE response_draft SET state_id = (SELECT id FROM state WHERE code = 'SG')": "saved it for SG",
        "DELETE FROM suspension": "the log tells of suspension 1",
        "DELETE FROM dispute": "the log tells of dispute 1",
        "DELETE FROM noting": "the log tells of noting 1",
        "UPDATE version SET status = 'draft', decided_at = NULL WHERE status = 'endorsed'": (
            "the status of version"
        ),
        "UPDATE progress SET status = 'Done.'": "the status of progress of item wp-4",
        "UPDATE person SET active = NOT active": "the active of person",
        "UPDATE office_term SET state_id = (SELECT id FROM state WHERE code = 'SG')": (
            "the state of term of office 1"
        ),
        "UPDATE private_text SET text = 'Another'": "is not the one whose fingerprint the entry shows",
        "UPDATE meeting SET held_on = '2020-01-02' WHERE id = (SELECT authority_meeting_id FROM "
        "circulation WHERE number = 1)": ("the authority_date of circulation is 2020-01-02"),
        "UPDATE attachment SET content = CAST('Other' AS {bytes})": "the sha256 of file",
        "DELETE FROM account_link": "the log tells of link of person",
    },
    {
        "UPDATE circulation SET dispatched_at = deadline WHERE number = 3": (
            "the dispatched_at of circulation"
        ),
        "UPDATE roster_state SET holds = NOT holds WHERE holds": "the holds of roster row of LA is False",
        "UPDATE response SET state_id = (SELECT id FROM state WHERE code = 'SG') WHERE kind = 'input'": (
            "the state"
        ),
        "UPDATE response_remark SET text = 'Yes.' WHERE kind = 'answered'": "the text of remark of entry",
        "UPDATE service_evidence SET address = 'x@example.org' WHERE kind = 'bounced'": (
            "the address of evidence"
        ),
        "UPDATE notice SET status = 'queued' WHERE id IN (SELECT notice_id FROM service_evidence)": (
            "is queued"
        ),
        "DELETE FROM circulation_item WHERE circulation_id = (SELECT max(id) FROM circulation)": (
            "the versions of preparation"
        ),
        "UPDATE person SET email = 'x' || email": "the email of person",
        "UPDATE account_link SET purpose = 'reset'": "the purpose of link of person",
    },
    {
        "UPDATE roster_state SET state_id = (SELECT id FROM state WHERE code = 'TL') WHERE holds": (
            "row of TL"
        ),
        "DELETE FROM response WHERE kind = 'abstention'": "the log tells of response of entry",
        "DELETE FROM service_evidence WHERE kind = 'bounced'": "the log tells of evidence “bounced”",
        "UPDATE notice SET proves_service = NOT proves_service WHERE letter = 'receipt'": (
            "the proves_service of letter"
        ),
        "DELETE FROM private_text": "is not the text whose fingerprint entry",
        "UPDATE circulation SET title = 'Another' WHERE number = 1": "the terms of circulation is",
        "UPDATE person SET epoch = epoch + 1": "the epoch of person",
        "UPDATE account_link SET person_id = (SELECT min(id) FROM person)": (
            "its table holds link of person"
        ),
    },
    {
        "UPDATE service_evidence SET kind = 'accepted' WHERE kind = 'bounced'": (
            "of which the log tells nothing"
        ),
        "UPDATE notice SET proves_service = NOT proves_service": "does not carry the paper",
        "UPDATE circulation SET frozen = CAST(replace(CAST(frozen AS text), '\"working_days\": 10', "
        "'\"working_days\": 3') AS {json})": ("the terms of circulation is"),
        "UPDATE person SET name = 'Another'": "the name of person",
    },
    {
        "UPDATE notice SET state_id = (SELECT id FROM state WHERE code = 'SG') WHERE proves_service": (
            "has state_id"
        ),
    },
    {
        "UPDATE notice SET status = 'acknowledged' WHERE proves_service": (
            "is acknowledged, but the log says"
        ),
    },
    {
        "UPDATE notice SET status = 'bounced' WHERE proves_service": "is bounced, but the log says",
    },
    {
        "UPDATE library_entry SET sha256 = 'ab' WHERE content IS NOT NULL": (
            "the shown_sha256 of library entry"
        ),
        "UPDATE response SET body_id = 2 WHERE kind = 'objection'": "of response calls itself another body's",
        "UPDATE dispute SET body_id = 2": "of dispute calls itself another body's",
        "UPDATE attempt SET body_id = 2": "of attempt calls itself another body's",
    },
]
