"""What the patient index announces: ids and plain values, never a name or number."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PatientsRegistered:
    """People were entered into the index."""

    patients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PatientChanged:
    """A record was changed; ``what`` names the fields."""

    patient: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PatientsMerged:
    """Two records are one person: ``absorbed`` counts for ``survivor`` from now on."""

    linkage: str
    survivor: str
    absorbed: str


@dataclass(frozen=True, slots=True)
class PatientsUnmerged:
    """A merge was taken back: ``absorbed`` counts for itself again."""

    linkage: str
    survivor: str
    absorbed: str
