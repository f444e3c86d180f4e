"""Verbs of scheduling."""
