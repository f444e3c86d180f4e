"""The face of collection."""

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
from jinling.data.collection.queries import current_parts, lake, outcome, parts_as_of, rows_by, submission, upload_days
from jinling.data.collection.rules import FileNotThere, NotYours, Outcome, SubmissionBusy, SubmissionUnknown
from jinling.data.collection.usecases import ingest, process, receive, resume

__all__ = [
    "Catalogue",
    "Channel",
    "DataSetUnknown",
    "Declaration",
    "Deployment",
    "FileNotThere",
    "NotYours",
    "Outcome",
    "Part",
    "PartDay",
    "Participation",
    "Rejection",
    "RejectionCount",
    "State",
    "Submission",
    "SubmissionBusy",
    "SubmissionRefused",
    "SubmissionStored",
    "SubmissionUnknown",
    "catalogue",
    "current_parts",
    "ingest",
    "lake",
    "outcome",
    "parts_as_of",
    "process",
    "receive",
    "resume",
    "rows_by",
    "submission",
    "upload_days",
]
