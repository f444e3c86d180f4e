"""A received file becomes rows: what it is, unpacked within limits, cut into segments, or refused by name."""
