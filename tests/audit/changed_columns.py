"""Changes in SQL to columns of many tables, told apart by what must be said of each: see test_tying.py."""

#: Each group is made at once; within one no two changes are named alike.
TOGETHER: list[dict[str, str]] = [
    {
        "UPDATE circulation SET deadline = dispatched_at WHERE number = 3": "the deadline of circulation is",
        "UPDATE circulation SET first_deadline = dispatched_at WHERE number = 3": "the first_deadline of",
        "UPDATE circulation SET window_end = deadline WHERE number = 3": "the window_end of circulation",
        "UPDATE circulation SET zone = 'Asia/Tokyo' WHERE number = 3": (
            "the zone of circulation is Asia/Tokyo"
        ),
        "UPDATE circulation SET package = NOT package WHERE number = 3": "the package of circulation is True",
        "UPDATE circulation SET dispatched_by = 'nobody' WHERE number = 3": (
            "the dispatched_by of circulation"
        ),
        "UPDATE circulation SET silence_started_at = NULL WHERE number = 3": "the silence_started_at of",
        "UPDATE circulation SET suspended_at = deadline WHERE number = 4": "the suspended_at of circulation",
        "UPDATE circulation SET held_at = dispatched_at WHERE number = 2": "the held_at of circulation is",
        "UPDATE circulation SET closed_at = dispatched_at WHERE number = 1": (
            "the closed_at of circulation is"
        ),
        "UPDATE circulation SET outcome = 'endorsed' WHERE number = 1": (
            "the outcome of circulation is endorsed"
        ),
        "UPDATE circulation SET close_cause = 'override' WHERE number = 1": "the close_cause of circulation",
        "UPDATE circulation SET closed_seq = 1 WHERE number = 1": "the closed_seq of circulation is 1",
        "UPDATE circulation_item SET result = 'endorsed' WHERE result = 'not_endorsed'": (
            "the result of item wp-4"
        ),
        "UPDATE circulation_item SET position = 99 WHERE position = 6": "the position of item",
        "UPDATE response SET kind = 'comment' WHERE kind = 'objection'": "the kind of response of entry",
        "UPDATE response SET passage = 'other' WHERE passage <> ''": "the passage of response of entry",
        "UPDATE response SET cure = '' WHERE cure <> ''": "the cure of response of entry",
        "UPDATE response SET received_at = (SELECT max(deadline) FROM circulation)": (
            "the received_at of response"
        ),
        "UPDATE response SET counts_at = (SELECT min(dispatched_at) FROM circulation) WHERE NOT "
        "on_behalf AND counts_at > (SELECT min(dispatched_at) FROM circulation)": (
            "the counts_at of response of entry"
        ),
        "UPDATE response SET version_sha256 = 'ab' WHERE kind = 'input'": "the version_sha256 of response",
        "UPDATE response SET evidence = 'None.' WHERE on_behalf": "the evidence of response of entry",
        "UPDATE response SET person_id = (SELECT min(id) FROM person)": "the person of response of entry",
        "UPDATE response SET lodging = 'another' WHERE kind = 'reservation'": (
            "the lodging of response of entry"
        ),
        "UPDATE response_remark SET kind = 'accepted' WHERE kind = 'answered'": "the kind of remark of entry",
        "UPDATE response_draft SET saved_at = (SELECT min(dispatched_at) FROM circulation)": "draft row",
        "UPDATE override SET served_from = first_at": "the served_from of override for LA",
        "UPDATE override SET evidence = 'Telephone.'": "the evidence of override for LA",
        "UPDATE suspension SET reason = 'None.'": "the reason of suspension 1",
        "UPDATE dispute SET settled_at = opened_at": "the settled_at of dispute 1",
        "UPDATE correction SET text = 'No.'": "the text of correction 1",
        "UPDATE noting SET reference = 'Another'": "the reference of noting 1",
        "UPDATE extension_request SET reasons = 'None.'": "the reasons of request for time",
        "UPDATE version SET title = 'Another' WHERE status = 'endorsed'": "the sha256 of version 1 of item",
        "UPDATE attachment SET sha256 = 'ab'": "the sha256 of version 2 of item wp-4",
        "UPDATE document SET period_until = 2030": "the period_until of document",
        "UPDATE appointment SET until = since WHERE role = 'secretariat'": (
            "the until of appointment of person"
        ),
        "UPDATE appointment SET role = 'alternate' WHERE role = 'drafter'": (
            "the role of appointment of person"
        ),
        "UPDATE circulation SET message = 'Another' WHERE number = 1": "the terms of circulation is",
        "UPDATE override SET first_role = 'programme'": "the first_role of override for LA",
        "UPDATE circulation SET symbol = 'SOMTC/2020/9' WHERE number = 1": (
            "the symbol of circulation is 2020/9"
        ),
        "UPDATE circulation SET created_by = 'nobody' WHERE number = 1": "the created_by of preparation 1",
        "UPDATE dispute SET response_id = (SELECT min(id) FROM response)": "the response of dispute 1",
        "UPDATE extension_request SET person_id = (SELECT min(id) FROM person)": (
            "the person of request for time"
        ),
        "UPDATE noting SET by = 'nobody'": "the by of noting 1 is nobody",
        "UPDATE response_remark SET person_id = (SELECT max(id) FROM person)": (
            "the person of remark of entry"
        ),
        "UPDATE version SET edition = 7 WHERE status = 'endorsed'": "the edition of version 1 of item wp-",
        "UPDATE version SET decided_at = changed_at WHERE status = 'endorsed'": "the decided_at of version 1",
        "UPDATE version SET changed_by = 'nobody'": "the changed_by of version 1 of item wp-1 is nobody",
        "UPDATE version SET effect = 'drop' WHERE status = 'endorsed'": "the effect of version 1 of item wp-",
        "UPDATE version SET source = 'document'": "the source of version 1 of item wp-1 is document",
        "UPDATE version SET meeting_id = (SELECT min(id) FROM meeting)": (
            "the meeting of version 1 of item wp-1"
        ),
        "UPDATE version SET reason = 'It was.' WHERE status = 'endorsed'": "the reason of version 1 of item",
    },
    {
        "UPDATE notice SET subject = 'Another' WHERE letter = 'outcome'": "the words of letter",
        "UPDATE notice SET text = replace(text, 'objection', 'remark') WHERE letter = 'receipt'": (
            "the words of"
        ),
        "UPDATE notice SET below = 'Nothing.' WHERE letter = 'circulation'": "the sent of letter",
        "UPDATE notice SET letter = 'reminder' WHERE letter = 'held'": "the letter of letter",
        "UPDATE notice SET person_id = (SELECT min(id) FROM person) WHERE letter = 'outcome'": (
            "the person of"
        ),
        "UPDATE notice SET reply = '250 other'": "the reply of letter",
        "UPDATE notice SET written_at = (SELECT min(dispatched_at) FROM circulation)": (
            "the written_at of letter"
        ),
        "UPDATE notice SET settled_at = (SELECT min(created_at) FROM circulation)": (
            "the settled_at of letter"
        ),
        "UPDATE notice SET attempts = attempts + 1": "the attempts of letter",
        "UPDATE attempt SET result = 'refused' WHERE result = 'sent'": "the result of attempt 1 of letter",
        "UPDATE attempt SET reply = 'Never.' WHERE reply <> ''": "the reply of attempt 1 of letter",
        "UPDATE attempt SET at = (SELECT min(dispatched_at) FROM circulation)": (
            "the at of attempt 1 of letter"
        ),
        "UPDATE service_evidence SET detail = '250 other' WHERE kind = 'accepted'": (
            "the detail of evidence"
        ),
        "UPDATE service_evidence SET notice_id = 1 WHERE kind = 'bounced'": "the letter of evidence",
        "UPDATE response_draft SET reasons = 'Another.'": "draft row",
        "UPDATE account_link SET secret_sha256 = 'ab'": "the secret_sha256 of link of person",
        "UPDATE account_link SET expires_at = (SELECT max(deadline) FROM circulation)": ("the expires_at of"),
        "UPDATE person SET password_hash = (SELECT max(password_hash) FROM person) || 'x'": (
            "the password of"
        ),
        "UPDATE body SET name = 'Another'": "the settings of body",
        "UPDATE body SET rules = CAST(replace(CAST(rules AS text), 'inputs_block', 'x') AS {json})": (
            "the rules"
        ),
        "UPDATE state SET member_until = '2020-01-01' WHERE code = 'MY'": "the member_until of State MY",
        "UPDATE state SET zone = 'Asia/Tokyo' WHERE code = 'MY'": "the zone of State MY is Asia/Tokyo",
        "UPDATE state SET name = 'Another' WHERE code = 'MY'": "the called of State MY is Another",
        "UPDATE meeting SET name = 'Another'": "the called of meeting",
        "UPDATE meeting SET printed = 'July'": "the printed of meeting",
        "UPDATE circulation SET title = 'Another' WHERE status IS NULL": "the plan of preparation",
        "UPDATE circulation SET reminded_at = created_at WHERE number = 3": (
            "the reminded_at of circulation"
        ),
        "UPDATE response SET replaces_id = 1 WHERE kind = 'reservation'": (
            "the replaces of response of entry"
        ),
        "UPDATE response SET role = 'secretariat'": "the role of response of entry",
        "UPDATE document SET title = 'Another'": "the row of document",
        "UPDATE document SET introduction = 'Another'": "the introduction of document",
        "UPDATE item SET section = 'Another'": "the section of item",
        "UPDATE item SET position = position + 100": "the position of item",
        "UPDATE version SET flags = '[]'": "the remarks of version",
        "UPDATE attachment SET filename = 'another.pdf'": "the row of file",
        "UPDATE dispute SET notice_id = (SELECT min(id) FROM notice)": "the letter of dispute 1",
    },
    {
        "UPDATE notice SET text = text || 'And more.' WHERE letter = 'outcome'": "the words of letter",
        "DELETE FROM attempt": "the log tells of attempt 1 of letter",
        "UPDATE circulation SET deadline = created_at WHERE status IS NULL": "the plan of preparation",
    },
    {
        "UPDATE notice SET invite = NULL WHERE letter = 'circulation'": "the words of letter",
        "DELETE FROM meeting WHERE id = (SELECT min(id) FROM meeting)": "the log tells of meeting 19",
    },
    {
        "UPDATE notice SET once = 'x' || once WHERE letter = 'invitation'": "the words of letter",
    },
    {
        "UPDATE notice SET message_id = 'x' || message_id": "which its table does not hold",
    },
    {
        "DELETE FROM notice WHERE id NOT IN (SELECT notice_id FROM attempt)": "the log tells of letter",
    },
]
