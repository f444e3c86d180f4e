"""Decisions of the patient index over plain values: people and their numbers, and which records are one person."""
