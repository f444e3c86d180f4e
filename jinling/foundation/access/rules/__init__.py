"""Decisions of access, over plain values."""
