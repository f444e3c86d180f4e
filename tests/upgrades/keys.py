"""The keys of the kept databases. They are made of their own names: demo keys that close nothing, never a site's."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

SIZES = {"django": 48, "sealing-1": 32, "index-1": 32, "key-hashes": 64, "audit-signing": 32}


def write(folder: Path) -> Path:
    """Write every key as ``JINLING_SECRETS`` wants it, and give the folder back."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, size in SIZES.items():
        key = hashlib.shake_256(f"demo key, open to all: {name}".encode()).hexdigest(size)
        (folder / f"{name}.json").write_text(json.dumps({"key": key}), encoding="ascii")
    return folder
