"""Decisions of scheduling over plain values: no database, no clock, no chance."""
