"""The face of the audit."""

from jinling.foundation.audit import rights
from jinling.foundation.audit.models import Entry
from jinling.foundation.audit.queries import (
    about_patient,
    actions,
    exported_roots,
    root_of,
    sentence,
    verify,
)
from jinling.foundation.audit.rules import Outcome, entry_document
from jinling.foundation.audit.usecases import Act, record, record_many, search, sign_head

__all__ = [
    "Act",
    "Entry",
    "Outcome",
    "about_patient",
    "actions",
    "entry_document",
    "exported_roots",
    "record",
    "record_many",
    "rights",
    "root_of",
    "search",
    "sentence",
    "sign_head",
    "verify",
]
