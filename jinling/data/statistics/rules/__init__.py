"""Decisions of statistics over plain values: cells, checks, replay files and plans."""
