"""Verbs of the patient index: people, and the linkage of their records."""
