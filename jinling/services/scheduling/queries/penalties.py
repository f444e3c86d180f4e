"""Reads of suspensions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from jinling.foundation.mpi import public as mpi
from jinling.services.scheduling.models import Suspension


def suspended_until(patient: UUID, at: datetime) -> datetime | None:
    """Until when a person may not book, under whichever record, or None."""
    return (
        Suspension.objects.filter(
            patient_id__in=mpi.records(patient), lifted_at__isnull=True, starts_at__lte=at, ends_at__gt=at
        )
        .order_by("-ends_at")
        .values_list("ends_at", flat=True)
        .first()
    )
