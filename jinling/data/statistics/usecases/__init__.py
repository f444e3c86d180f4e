"""Verbs of statistics."""
