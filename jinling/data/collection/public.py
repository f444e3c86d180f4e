"""The face of collection."""

from jinling.data.collection import rights
from jinling.data.collection.catalogue.reading import catalogue
from jinling.data.collection.models import (
    Declaration,
    Deployment,
    PartDay,
    Participation,
    RejectionCount,
    State,
    Submission,
)
from jinling.data.collection.overview import Sent, months, rejections_of, required_of, rules_of, sent_by_table, way_of
from jinling.data.collection.queries import (
    current_parts,
    lake,
    limits,
    outcome,
    submission,
)
from jinling.data.collection.rules import Outcome, SubmissionUnknown, Upload
from jinling.data.collection.usecases.declaring import Heartbeat, beat_many, declare
from jinling.data.collection.usecases.generating import Delivery, deliver_many, room_for_keys, take_back
from jinling.data.collection.usecases.intake import receive
from jinling.data.collection.usecases.pulling import close_database, open_database, opened, pull_one
from jinling.data.collection.usecases.repairing import close_rejection, take_rejection
from jinling.data.collection.usecases.uploading import abandon, append, begin, state as upload_state
from jinling.data.collection.wordings import column_name, refusal_of, rule_name

__all__ = [
    "Declaration",
    "Delivery",
    "Deployment",
    "Heartbeat",
    "Outcome",
    "PartDay",
    "Participation",
    "RejectionCount",
    "Sent",
    "State",
    "Submission",
    "SubmissionUnknown",
    "Upload",
    "abandon",
    "append",
    "beat_many",
    "begin",
    "catalogue",
    "close_database",
    "close_rejection",
    "column_name",
    "current_parts",
    "declare",
    "deliver_many",
    "lake",
    "limits",
    "months",
    "open_database",
    "opened",
    "outcome",
    "pull_one",
    "receive",
    "refusal_of",
    "rejections_of",
    "required_of",
    "rights",
    "room_for_keys",
    "rule_name",
    "rules_of",
    "sent_by_table",
    "submission",
    "take_back",
    "take_rejection",
    "upload_state",
    "way_of",
]
