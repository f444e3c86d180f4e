"""Scheduling's JSON API, for partners, kiosks, the hotline and hospitals.

Partners book: search, hold, book, cancel, change, wait, take part in draws. Hospitals publish numbers, confirm or
refuse, check in and follow their appointments. Every POST that takes or frees a number wants an Idempotency-Key.
"""

from jinling.services.scheduling.api import booking, hospital, searching
from jinling.services.scheduling.api.routing import router

__all__ = ["booking", "hospital", "router", "searching"]
