"""What the directory reads of a city pack: its districts and its institutions."""

from __future__ import annotations

from jinling.foundation.directory.usecases import load_districts, load_organizations
from jinling.kernel.sockets import PackLoader

LOADERS = [
    # The shape and cross references of both are part of the check of every pack.
    PackLoader("districts", lambda data, pack: (), load_districts, order=10),
    PackLoader("organizations", lambda data, pack: (), load_organizations, order=20),
]
