"""Outbox: events that wait for delivery, and the jobs and schedules of the platform.

Nouns: Event, Failure. An event is written in the transaction that it tells of and handed to every handler at
least once; a handler's own writes commit together with the mark that it was delivered. A handler that fails
holds up nobody: its failure is kept and tried again, then waits for a person.
Neighbours: every context announces; contexts offer ``handlers.py`` and ``jobs.py``. Refuses to deliver before commit.
"""
