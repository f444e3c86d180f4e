"""The face of terminology."""

from jinling.foundation.terminology.queries import choices, code_system, display, translate

__all__ = [
    "choices",
    "code_system",
    "display",
    "translate",
]
