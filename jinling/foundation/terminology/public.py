"""The face of terminology."""

from jinling.foundation.terminology.queries import (
    code_system,
    code_systems,
    codes_in_force,
    districts,
    look_up,
    version_in_force,
)
from jinling.foundation.terminology.rules import Meaning, uri_of

__all__ = [
    "Meaning",
    "code_system",
    "code_systems",
    "codes_in_force",
    "districts",
    "look_up",
    "uri_of",
    "version_in_force",
]
