"""What the patient index keeps sealed, and the keyed indexes made of it."""

from __future__ import annotations

from jinling.foundation.mpi.places import identifier_place, mobile_place, name_place
from jinling.foundation.mpi.rules.people import Identifier
from jinling.kernel import names
from jinling.kernel.sockets import SealedColumn

SEALED = [
    SealedColumn(
        "mpi.Patient",
        "name_sealed",
        lambda row: name_place(row.pk),
        {
            "name_index": lambda row, text: (names.folded(text), "name"),
            "pinyin_index": lambda row, text: (names.pinyin(text), "pinyin"),
        },
    ),
    SealedColumn(
        "mpi.Patient",
        "mobile_sealed",
        lambda row: mobile_place(row.pk),
        {"mobile_index": lambda row, text: (text, "mobile")},
    ),
    SealedColumn(
        "mpi.PatientIdentifier",
        "value_sealed",
        lambda row: identifier_place(row.patient_id, row.system),
        {"value_index": lambda row, text: (text, Identifier(row.system, text).space)},
    ),
]
