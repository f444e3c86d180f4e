"""What terminology reads of a city pack."""

from __future__ import annotations

from jinling.foundation.terminology.usecases import load_terminology
from jinling.kernel.sockets import PackLoader

LOADERS = [
    # Shape and references are part of the check of every pack.
    PackLoader("terminology", lambda data, pack: (), load_terminology, order=30),
]
