"""Where sealed values stand, and the keyring of this installation."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.conf import settings

from jinling.kernel.sealing import Keyring, keyring


@lru_cache(maxsize=1)
def keys() -> Keyring:
    """The installation's keyring; read once a process."""
    return keyring(settings.JINLING_SEALING)


def name_place(patient: UUID) -> str:
    """The place of a patient's name: a name copied to another row does not open."""
    return f"mpi.name/{patient}"


def mobile_place(patient: UUID) -> str:
    """The place of a patient's mobile number."""
    return f"mpi.mobile/{patient}"


def identifier_place(patient: UUID, system: str) -> str:
    """The place of an identifier."""
    return f"mpi.identifier.{system}/{patient}"
