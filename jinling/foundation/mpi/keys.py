"""How another context's table points at a person."""

from __future__ import annotations

from typing import Any

from django.db import models


def patient_key(*, checked: bool = True, **options: Any) -> models.ForeignKey[Any, Any]:
    """A column that holds a patient: a key to a record of the index, which is never deleted and cannot be walked back.

    Args:
        checked: whether the database looks the record up at every write. A statement that has read the record in the
            same transaction, a hundred thousand times a month, need not pay for a second look.
        options: what a foreign key takes besides (``null``, ``db_index``).
    """
    return models.ForeignKey(
        "mpi.Patient", on_delete=models.PROTECT, related_name="+", db_constraint=checked, **options
    )
