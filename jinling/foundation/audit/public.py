"""The face of the audit."""

from jinling.foundation.audit.queries import Finding, Verification, about_patient, verify
from jinling.foundation.audit.rules import entry_document
from jinling.foundation.audit.usecases import Act, record, record_many

__all__ = ["Act", "Finding", "Verification", "about_patient", "entry_document", "record", "record_many", "verify"]
