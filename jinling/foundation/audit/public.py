"""The face of the audit."""

from jinling.foundation.audit.models import Entry
from jinling.foundation.audit.queries import (
    Verification,
    about_patient,
    actions,
    exported_roots,
    own_key,
    root_of,
    sentence,
    verify,
)
from jinling.foundation.audit.rules import Finding, entry_document
from jinling.foundation.audit.usecases import Act, export_root, record, record_many, search, sign_head

__all__ = [
    "Act",
    "Entry",
    "Finding",
    "Verification",
    "about_patient",
    "actions",
    "entry_document",
    "export_root",
    "exported_roots",
    "own_key",
    "record",
    "record_many",
    "root_of",
    "search",
    "sentence",
    "sign_head",
    "verify",
]
