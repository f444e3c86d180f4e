"""Reads of collection: the manifest, what was sent, who takes part, single files."""
