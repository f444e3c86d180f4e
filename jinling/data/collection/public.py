"""The face of collection."""

from jinling.data.collection import rights
from jinling.data.collection.catalogue.reading import catalogue
from jinling.data.collection.overview import Sent, months, required_of, rules_of, sent_by_table, way_of
from jinling.data.collection.queries.counts import (
    By,
    DayCount,
    accepted,
    daily,
    event_days,
    held,
    held_in_all,
    last_uploads,
    open_rows,
    paths,
    received,
    rejected_by_rule,
    rows_by_day,
    rows_by_month,
    senders,
)
from jinling.data.collection.queries.files import file, files, files_count, waiting_of, waiting_since
from jinling.data.collection.queries.manifest import lake, limits, outcome, rejection_of, submission, submissions_of
from jinling.data.collection.queries.participation import (
    declared,
    declared_by,
    deployed,
    heard,
    participant,
    participants,
    taking_part,
    ways,
)
from jinling.data.collection.rules import Outcome, SubmissionUnknown, Upload, Way
from jinling.data.collection.usecases.declaring import Heartbeat, beat_many, declare
from jinling.data.collection.usecases.generating import Delivery, deliver_many, room_for_keys, take_back
from jinling.data.collection.usecases.intake import receive
from jinling.data.collection.usecases.pulling import close_database, open_database, opened, pull_one
from jinling.data.collection.usecases.repairing import close_rejection, take_rejection
from jinling.data.collection.usecases.uploading import abandon, append, begin, state as upload_state
from jinling.data.collection.wordings import column_name, deployment_kinds, refusal_of, rule_name

__all__ = [
    "By",
    "DayCount",
    "Delivery",
    "Heartbeat",
    "Outcome",
    "Sent",
    "SubmissionUnknown",
    "Upload",
    "Way",
    "abandon",
    "accepted",
    "append",
    "beat_many",
    "begin",
    "catalogue",
    "close_database",
    "close_rejection",
    "column_name",
    "daily",
    "declare",
    "declared",
    "declared_by",
    "deliver_many",
    "deployed",
    "deployment_kinds",
    "event_days",
    "file",
    "files",
    "files_count",
    "heard",
    "held",
    "held_in_all",
    "lake",
    "last_uploads",
    "limits",
    "months",
    "open_database",
    "open_rows",
    "opened",
    "outcome",
    "participant",
    "participants",
    "paths",
    "pull_one",
    "receive",
    "received",
    "refusal_of",
    "rejected_by_rule",
    "rejection_of",
    "required_of",
    "rights",
    "room_for_keys",
    "rows_by_day",
    "rows_by_month",
    "rule_name",
    "rules_of",
    "senders",
    "sent_by_table",
    "submission",
    "submissions_of",
    "take_back",
    "take_rejection",
    "taking_part",
    "upload_state",
    "waiting_of",
    "waiting_since",
    "way_of",
    "ways",
]
