"""The face of collection."""

from jinling.data.collection import rights
from jinling.data.collection.catalogue.reading import Catalogue, DataSetUnknown, catalogue
from jinling.data.collection.events import SubmissionRefused, SubmissionStored
from jinling.data.collection.models import (
    Channel,
    Declaration,
    Deployment,
    Part,
    PartDay,
    Participation,
    Rejection,
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
    parts_as_of,
    rows_by,
    submission,
    upload_days,
)
from jinling.data.collection.rules import FileNotThere, NotYours, Outcome, SubmissionBusy, SubmissionUnknown, Upload
from jinling.data.collection.usecases.declaring import Heartbeat, beat_many, declare
from jinling.data.collection.usecases.generating import Delivery, deliver_many, room_for_keys, take_back
from jinling.data.collection.usecases.intake import ingest, process, receive, resume
from jinling.data.collection.usecases.pulling import close_database, open_database, opened, pull_one
from jinling.data.collection.usecases.repairing import close_rejection, take_rejection
from jinling.data.collection.usecases.uploading import abandon, append, begin, state as upload_state
from jinling.data.collection.wordings import column_name, group_name, refusal_of, rule_name

__all__ = [
    "Catalogue",
    "Channel",
    "DataSetUnknown",
    "Declaration",
    "Delivery",
    "Deployment",
    "FileNotThere",
    "Heartbeat",
    "NotYours",
    "Outcome",
    "Part",
    "PartDay",
    "Participation",
    "Rejection",
    "RejectionCount",
    "Sent",
    "State",
    "Submission",
    "SubmissionBusy",
    "SubmissionRefused",
    "SubmissionStored",
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
    "group_name",
    "ingest",
    "lake",
    "limits",
    "months",
    "open_database",
    "opened",
    "outcome",
    "parts_as_of",
    "process",
    "pull_one",
    "receive",
    "refusal_of",
    "rejections_of",
    "required_of",
    "resume",
    "rights",
    "room_for_keys",
    "rows_by",
    "rule_name",
    "rules_of",
    "sent_by_table",
    "submission",
    "take_back",
    "take_rejection",
    "upload_days",
    "upload_state",
    "way_of",
]
