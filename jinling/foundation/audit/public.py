"""The face of the audit."""

from jinling.foundation.audit.models import Entry
from jinling.foundation.audit.queries import Verification, about_patient, exported_roots, own_key, root_of, verify
from jinling.foundation.audit.rules import Finding, entry_document
from jinling.foundation.audit.usecases import Act, export_root, record, record_many, search, sign_head

__all__ = [
    "Act",
    "Entry",
    "Finding",
    "Verification",
    "about_patient",
    "entry_document",
    "export_root",
    "exported_roots",
    "own_key",
    "record",
    "record_many",
    "root_of",
    "search",
    "sign_head",
    "verify",
]
